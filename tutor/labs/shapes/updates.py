"""How far updates move the shapes network: no further than clipping allows, and how far the first ones do."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.engine.optimizer_specs import SGD
from tutor.engine.parameters import layout
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.readouts import Number, Readout, Vector
from tutor.training.settings import RunSettings
from tutor.training.trainer import Trainer, TrainingStopped

UPDATES = ("weight_arrays", "longest_update", "first_updates")
FIRST = 100
"""How many updates are measured at most."""


@dataclass(frozen=True)
class FirstUpdates:
    """Euclidean lengths over all weights and biases: of the first updates, of them together, of the initial weights."""

    mean: float
    longest: float
    together: float
    weights: float


def weight_arrays(spec: NetworkSpec) -> int:
    """How many arrays the network's numbers are in: a kernel and a bias for each Dense layer."""
    return len(layout(spec))


def longest_update(spec: NetworkSpec) -> float:
    """The length that no update of plain SGD exceeds: ``clipnorm`` cuts the gradient of each array for itself.

    The rate times √(Σ clipnorm²) over the arrays; infinite without ``clipnorm``.
    """
    optimizer = spec.optimizer
    assert isinstance(optimizer, SGD)
    assert isinstance(optimizer.learning_rate, float | int)
    if optimizer.clipnorm is None:
        return math.inf
    return optimizer.learning_rate * optimizer.clipnorm * math.sqrt(weight_arrays(spec))


def first_updates(settings: RunSettings, data: TrainingData) -> FirstUpdates:
    """The updates of the settings' epochs, ``FIRST`` at most, from the initial weights; up to where they diverge."""
    trainer = Trainer(replace(settings, backend="numpy"), data)
    start = before = np.array(trainer.backend.state().theta, dtype=np.float64)
    lengths = []
    for _ in range(min(FIRST, trainer.steps_to_the_end())):
        try:
            trainer.advance(1)
        except TrainingStopped:
            break
        after = np.array(trainer.backend.state().theta, dtype=np.float64)
        lengths.append(float(np.linalg.norm(after - before)))
        before = after
    together, weights = float(np.linalg.norm(before - start)), float(np.linalg.norm(start))
    return FirstUpdates(float(np.mean(lengths or [math.nan])), max(lengths, default=math.nan), together, weights)


def read_updates(name: str, settings: RunSettings, data: TrainingData) -> Readout:
    """One of ``UPDATES``."""
    if name == "weight_arrays":
        return Number(name, "arrays of weights and biases", weight_arrays(settings.spec), digits=0)
    if name == "longest_update":
        return Number(name, "longest possible update", longest_update(settings.spec), digits=4)
    found = first_updates(settings, data)
    labels = ("mean", "longest", "together", "weights")
    values = (found.mean, found.longest, found.together, found.weights)
    return Vector(name, "lengths of the first updates", labels, values, digits=4)
