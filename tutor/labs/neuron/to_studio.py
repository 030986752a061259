"""The neuron and its four pairs as a run in the studio."""

from __future__ import annotations

import numpy as np

from tutor.datasets.plane import LOGIC
from tutor.engine.layers import Dense
from tutor.labs.neuron.plane import PAIRS
from tutor.studio.experiment import DataChoice, Experiment
from tutor.studio.nearest import points_of, with_weights

LOSSES = {"sigmoid": "binary_crossentropy", "tanh": "mean_squared_error"}
"""With each of these the studio's output layer has that activation: it is the neuron itself."""
LAYER = "the layer of three"
BEHIND = "a last word for this neuron: in the studio an output with tanh stands behind it"


def neuron_experiment(activation: str, line: tuple[float, float, float], data: str) -> Experiment:
    """The neuron with weights and bias ``line`` on the pairs; where no output can be it, as a hidden unit."""
    targets = 2.0 * np.array(LOGIC[data]) - 1
    choice = DataChoice("points", count=0, points=points_of(PAIRS, targets))
    if activation in LOSSES:
        return with_weights(Experiment(choice, (), LOSSES[activation], batch=len(PAIRS)), np.array(line))
    hidden = Experiment(choice, (Dense(1, activation),), batch=len(PAIRS))
    return with_weights(hidden, np.array([*line, 1.0, 0.0]))
