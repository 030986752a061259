"""How far updates move the shapes network: no further than clipping allows, and how far the first ones do."""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass, fields, replace

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.engine.optimizer_specs import SGD
from tutor.engine.parameters import layout
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.sheet import Sheet
from tutor.training.settings import RunSettings
from tutor.training.trainer import Trainer, TrainingStopped

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


def fill_updates(sheet: Sheet, settings: RunSettings, data: TrainingData) -> None:
    """State how far updates can go, and how far the first ones of these settings do."""
    spec = settings.spec
    sheet.number("weight_arrays", "arrays of weights and biases", weight_arrays(spec), digits=0)
    sheet.number("longest_update", "longest possible update", longest_update(spec), digits=4)
    measured = tuple(each.name for each in fields(FirstUpdates))
    sheet.vector(
        "first_updates", "lengths of the first updates", measured, lambda: astuple(first_updates(settings, data))
    )
