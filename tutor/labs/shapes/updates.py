"""The lengths of the shapes network's updates: the limit by clipping, and the first ones."""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass, fields, replace
from functools import lru_cache

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.datasets.shapes import NAMES, PIXELS
from tutor.engine.derivations.cells import stacked
from tutor.engine.optimizer_specs import SGD
from tutor.engine.parameters import layout
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.sheet import Sheet
from tutor.training.settings import RunSettings
from tutor.training.trainer import Trainer, TrainingStopped

FIRST = 100
"""The most updates that are measured."""


@dataclass(frozen=True)
class FirstUpdates:
    """Euclidean lengths over all weights and biases: of the first updates, of their sum, of the initial weights."""

    mean: float
    longest: float
    together: float
    weights: float


def weight_arrays(spec: NetworkSpec) -> int:
    """The number of weight arrays of the network: a kernel and a bias for each Dense layer."""
    return len(layout(spec))


def longest_update(spec: NetworkSpec) -> float:
    """The upper bound for the length of an update of plain SGD, since ``clipnorm`` clips the gradient of each array.

    It is the rate times √(Σ clipnorm²) over the arrays; infinite without ``clipnorm``.
    """
    optimizer = spec.optimizer
    assert isinstance(optimizer, SGD)
    assert isinstance(optimizer.learning_rate, float | int)
    if optimizer.clipnorm is None:
        return math.inf
    return optimizer.learning_rate * optimizer.clipnorm * math.sqrt(weight_arrays(spec))


def first_updates(settings: RunSettings, data: TrainingData) -> FirstUpdates:
    """The updates of the settings' epochs, at most ``FIRST``, from the initial weights, until they diverge."""
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
    """Put the limit and the first updates of these settings on the sheet."""
    spec = settings.spec
    sheet.number("weight_arrays", "arrays of weights and biases", weight_arrays(spec), digits=0)
    longest = sheet.give("longest", longest_update(spec))
    sheet.number("longest_update", "longest possible update", longest, digits=4)
    names = tuple(each.name for each in fields(FirstUpdates))
    own = replace(settings, backend="numpy", epochs_per_second=None)
    measured = sheet.give("measured", lambda: astuple(_measured(own, data.inputs.tobytes(), data.labels.tobytes())))
    sheet.vector("first_updates", "lengths of the first updates", names, measured)
    together = measured.viewed((2,), lambda at: (2 + at[0],))
    panels = [
        (BarPanel("one step", ("at most", "mean")), stacked([longest, measured[0]])),
        (BarPanel("the first, together", ("moved", "weights")), together),
    ]
    sheet.bars("step_lengths", "lengths, over all weights", panels)


@lru_cache(maxsize=8)
def _measured(settings: RunSettings, inputs: bytes, labels: bytes) -> FirstUpdates:
    """The first updates; kept, for a picture of them is drawn anew with each step of a training."""
    rows, names = (np.frombuffer(part).reshape(-1, width) for part, width in ((inputs, PIXELS), (labels, len(NAMES))))
    nothing = np.empty((0, PIXELS)), np.empty((0, len(NAMES)))
    return first_updates(settings, TrainingData(rows, names, *nothing))
