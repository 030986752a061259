"""What a named model is trained on, and what it is tested with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.datasets import digits, letters, shapes
from tutor.datasets.formats.shapes_file import LabelledRows, read_labelled
from tutor.datasets.images import ImageData
from tutor.engine.layers import Dense
from tutor.training.models import Model
from tutor.training.validation_split import split_for_validation

SHADE = 1 / 255


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
    if model.data == "shapes":
        return _shapes(model, data, share)
    if model.data == "digits":
        return _images(model, digits.find_digits(data), share)
    return _images(model, letters.find_letters(data, seed), share)


def _shapes(model: Model, data: Path | None, share: float) -> ModelData:
    rows = shapes.training_rows() if data is None else read_labelled(data)
    test = shapes.held_out_rows()
    training = _split(rows.inputs, rows.labels, test.inputs, test.labels, share)
    count = f"{len(rows.inputs):,}" + (" drawings" if len(rows.inputs) != 1 else " drawing")
    origin = "the five shapes" if data is None else f"{count} of a file"
    return ModelData(
        model,
        training,
        test.inputs,
        _class_numbers(test),
        shapes.NAMES,
        f"{origin}; held out are {len(test.inputs)} others, each a shape with one pixel changed",
    )


def _class_numbers(rows: LabelledRows) -> NDArray[np.intp]:
    return rows.labels.argmax(axis=1)


def _images(model: Model, data: ImageData, share: float) -> ModelData:
    train, test = data.training, data.test
    training = _split(train.images, train.classes, test.images, test.classes, share)
    return ModelData(
        with_outputs(model, len(data.names)),
        replace(training, scale=SHADE),
        test.images if len(test) else None,
        test.classes if len(test) else None,
        data.names,
        data.origin,
        data.left_out,
    )


def _split(
    inputs: NDArray[Any], labels: NDArray[Any], test: NDArray[Any], test_labels: NDArray[Any], share: float
) -> TrainingData:
    return split_for_validation(inputs, labels, share) if share else TrainingData(inputs, labels, test, test_labels)


def with_outputs(model: Model, classes: int) -> Model:
    """The model with so many outputs: its last Dense layer is as wide as there are classes."""
    *before, last = model.spec.layers
    if not isinstance(last, Dense) or last.units == classes:
        return model
    return replace(model, spec=replace(model.spec, layers=(*before, replace(last, units=classes))))
