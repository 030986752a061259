"""Two noisy moons: training, validation and test rows, and the evaluation of a network trained on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.engine.network import evaluate
from tutor.engine.parameters import Parameters, views
from tutor.engine.randomness import drawing_generator
from tutor.training.run import start_inline
from tutor.training.settings import RunSettings
from tutor.training.validation_split import split_for_validation

Rows = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Points (rows, 2), and their classes as one-hot rows (rows, 2)."""
Evaluations = tuple[tuple[float, float], ...]
"""Loss and accuracy on each set of rows."""

TEST_ROWS = 100
RUNS_KEPT = 32
_SHUFFLED, _TEST = range(2)


@lru_cache(maxsize=4)
def moons(count: int, noise: float, seed: int, block: int) -> Rows:
    """Points on two interleaving half circles, moved by ``noise``: (rows, 2), and one-hot classes."""
    rng = drawing_generator(seed, block)
    classes = rng.permutation(np.arange(count) % 2)
    angle = rng.uniform(0, np.pi, count)
    x = np.where(classes == 0, np.cos(angle), 1 - np.cos(angle)) - 0.5
    y = np.where(classes == 0, np.sin(angle), 0.5 - np.sin(angle)) - 0.25
    return np.stack([x, y], axis=1) + rng.normal(0, noise, (count, 2)), np.eye(2)[classes]


@dataclass(frozen=True)
class MoonRows:
    """The number of rows for training and validation, and the parameters for drawing them.

    ``validation_split`` is the share held out from their end, with the rows sorted ``by_class`` or as drawn.
    """

    count: int
    noise: float
    seed: int
    validation_split: float
    by_class: bool

    def at_hand(self) -> Rows:
        """All rows except the test rows, in order."""
        inputs, labels = moons(self.count, self.noise, self.seed, _SHUFFLED)
        if not self.by_class:
            return inputs, labels
        order = np.argsort(labels[:, 1], kind="stable")
        return inputs[order], labels[order]

    def test(self) -> Rows:
        """``TEST_ROWS`` rows that no training uses."""
        return moons(TEST_ROWS, self.noise, self.seed, _TEST)

    def data(self) -> TrainingData:
        """The training rows and the held-out ones."""
        return split_for_validation(*self.at_hand(), self.validation_split)

    def sets(self) -> tuple[Rows, Rows, Rows]:
        """The training, the validation and the test rows."""
        data = self.data()
        return (data.inputs, data.labels), (data.held_out_inputs, data.held_out_labels), self.test()


@dataclass(frozen=True, eq=False)
class Trained:
    """A network after its training: loss and accuracy on the three sets, the best epoch, from 1, its parameters."""

    evaluations: Evaluations
    best: int
    parameters: Parameters


@lru_cache(maxsize=RUNS_KEPT)
def trained(rows: MoonRows, settings: RunSettings) -> Trained:
    """The network after training from the initial weights."""
    run = start_inline(settings, rows.data(), None)
    run.play()
    best = 1 + int(np.argmin([epoch.val_loss for epoch in run.poll()]))
    parameters = views(settings.spec, run.snapshot.checkpoint.engine.theta)
    evaluations = tuple(evaluate(settings.spec, parameters, *each) for each in rows.sets())
    return Trained(evaluations, best, parameters)
