"""The rows and the settings of an experiment, as training wants them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.datasets.plane_sets import features, plane_set
from tutor.engine.layers import Dense, LayerSpec
from tutor.engine.spec import NetworkSpec, SpecError
from tutor.studio.experiment import MOST_STEPS, DataChoice, Experiment
from tutor.training.data_sets import DATA_SETS, FoundRows
from tutor.training.models import DataName
from tutor.training.settings import RunSettings

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows with their targets as they are drawn: ``taught`` to train on, ``tested`` held out.

    On the plane inputs are points (rows, 2) and targets (rows,) are −1, 1 or numbers.
    """

    taught: Array
    taught_targets: Array
    tested: Array
    tested_targets: Array


def rows_of(data: DataChoice) -> Rows:
    """The points of a set on the plane, split: those drawn first are trained on, those set by hand too."""
    if data.name == "points" or not data.count:
        points, targets = np.zeros((0, 2)), np.zeros(0)
    else:
        points, targets = plane_set(data.name, data.count, data.noise / 100, data.draw)
    tested = round(len(points) * data.test / 100)
    kept = len(points) - tested
    by_hand = np.array(data.points, dtype=float).reshape(-1, 3)
    return Rows(
        np.concatenate([points[:kept], by_hand[:, :2]]),
        np.concatenate([targets[:kept], by_hand[:, 2]]),
        points[kept:],
        targets[kept:],
    )


@lru_cache(maxsize=4)
def training_data(data: DataChoice, loss: str) -> TrainingData:
    """The rows as a network is given them, for a loss. Raises ``SpecError`` if there is nothing to train on."""
    if not data.is_plane:
        found, scale = pictures(data.name), DATA_SETS[_picture_set(data.name)].scale
        return TrainingData(found.inputs, found.labels, found.test_inputs, found.test_labels, scale or 1.0)
    rows = rows_of(data)
    if not len(rows.taught):
        raise SpecError("there is no point to train on: set some, or choose a set")
    return TrainingData(
        features(data.features, rows.taught), labels_of(rows.taught_targets, loss),
        features(data.features, rows.tested), labels_of(rows.tested_targets, loss),
    )  # fmt: skip


@lru_cache(maxsize=1)
def pictures(name: str) -> FoundRows:
    """The shipped pictures of a data set."""
    return DATA_SETS[_picture_set(name)].find(None, 0)


def _picture_set(name: str) -> DataName:
    (found,) = (known for known in DATA_SETS if known == name)
    return found


def labels_of(targets: Array, loss: str) -> Array:
    """Targets −1 and 1 as the loss wants them: a number, 0 or 1, or one-hot rows."""
    if loss == "mean_squared_error":
        return targets[:, None]
    classes = (targets > 0).astype(int)
    return classes[:, None].astype(float) if loss == "binary_crossentropy" else np.eye(2)[classes]


def output_layer(data: DataChoice, loss: str) -> LayerSpec:
    """The layer that ends the network: as many numbers as the loss compares, squeezed as it wants them."""
    if not data.is_plane:
        return Dense(len(DATA_SETS[_picture_set(data.name)].classes), "softmax")
    match loss:
        case "mean_squared_error":
            return Dense(1, "linear" if data.is_numbers else "tanh")
        case "binary_crossentropy":
            return Dense(1, "sigmoid")
        case _:
            return Dense(2, "softmax")


def spec_of(experiment: Experiment) -> NetworkSpec:
    """The network. Raises ``SpecError`` and ``ShapeError`` with a sentence about what does not fit."""
    data = experiment.data
    width = (len(data.features) if data.is_plane else DATA_SETS[_picture_set(data.name)].pixels,)
    layers = (*experiment.layers, output_layer(data, experiment.loss))
    return NetworkSpec("studio", width, layers, experiment.loss, experiment.optimizer, experiment.seed)


def settings_of(experiment: Experiment, batch: int | None = None) -> RunSettings:
    """The settings of its run, which ends only when it is stopped."""
    rows = training_data(experiment.data, experiment.loss).rows
    size = min(rows, experiment.batch if batch is None else batch)
    return RunSettings(spec_of(experiment), MOST_STEPS, size, experiment.backend)


def settings_now(experiment: Experiment) -> RunSettings:
    """The settings at its moment, with the rate and the batch size that were edited until then."""
    rates = [edit.value for edit in experiment.edits if edit.setting == "rate" and edit.step <= experiment.step]
    optimizer = experiment.optimizer
    if rates and not isinstance(rates[-1], tuple):
        optimizer = replace(optimizer, learning_rate=float(rates[-1]))
    return settings_of(replace(experiment, optimizer=optimizer), experiment.batch_now)
