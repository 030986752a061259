"""What a named model is trained on, and what it is tested with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.engine.layers import Dense
from tutor.training.data_sets import DATA_SETS, class_numbers
from tutor.training.models import Model
from tutor.training.validation_split import split_for_validation


@dataclass(frozen=True, eq=False)
class ModelData:
    """The rows of a run, and rows that it may be tested with.

    ``model`` is the one asked for, with as many outputs as there are classes. ``test_inputs`` (rows, …) and
    ``test_classes`` (rows,) are None where there are none; the inputs are to be multiplied by ``training.scale``, as
    those of ``training`` are. ``names[c]`` is what class c is called, ``origin`` says what the rows are, ``left_out``
    has a sentence for each file that was not used.
    """

    model: Model
    training: TrainingData
    test_inputs: NDArray[Any] | None
    test_classes: NDArray[np.intp] | None
    names: tuple[str, ...]
    origin: str
    left_out: tuple[str, ...] = ()


def model_data(
    model: Model, data: Path | None = None, seed: int = 0, validation_split: float | None = None
) -> ModelData:
    """The rows for this model: of the file or folder ``data``, or else those that it is meant for.

    ``validation_split`` (the model's own if None) holds out the last part of the training rows. Where that is 0, what
    is held out are the test rows. ``seed`` chooses which letters are test rows, and their order.

    Raises ``DataError`` for data that cannot be used and ``SpecError`` for a split that leaves a part without rows.
    """
    share = model.validation_split if validation_split is None else validation_split
    data_set = DATA_SETS[model.data]
    rows = data_set.find(data, seed)
    inputs, labels = rows.inputs, rows.labels
    training = (
        split_for_validation(inputs, labels, share)
        if share
        else TrainingData(inputs, labels, rows.test_inputs, rows.test_labels)
    )
    has_test = len(rows.test_inputs) > 0
    return ModelData(
        with_outputs(model, len(rows.names)) if data_set.other_classes else model,
        training if data_set.scale is None else replace(training, scale=data_set.scale),
        rows.test_inputs if has_test else None,
        class_numbers(rows.test_labels) if has_test else None,
        rows.names,
        rows.origin,
        rows.left_out,
    )


def with_outputs(model: Model, classes: int) -> Model:
    """The model with so many outputs: its last Dense layer is as wide as there are classes."""
    *before, last = model.spec.layers
    if not isinstance(last, Dense) or last.units == classes:
        return model
    return replace(model, spec=replace(model.spec, layers=(*before, replace(last, units=classes))))
