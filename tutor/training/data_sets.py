"""The data sets by name, each described once: how its rows are found, what they are called, how a picture is made.

A new data set is one entry of ``DATA_SETS``, and its name in ``models.DataName``.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets import digits, letters, shapes
from tutor.datasets.formats.shapes_file import read_labelled
from tutor.datasets.images import ImageData
from tutor.datasets.preparation.preparing import EMNIST_FORM, FULL_FORM, LETTERS_FORM, MNIST_FORM, Form
from tutor.training.models import DataName

SHADE = 1 / 255


@dataclass(frozen=True, eq=False)
class FoundRows:
    """``inputs`` (rows, …) with ``labels``, as class numbers (rows,) or one-hot (rows, classes); test rows likewise.

    ``names[c]`` is what class c is called, ``origin`` says what the rows are, ``left_out`` has a sentence for each
    file that was not used.
    """

    inputs: NDArray[Any]
    labels: NDArray[Any]
    test_inputs: NDArray[Any]
    test_labels: NDArray[Any]
    names: tuple[str, ...]
    origin: str
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class DataSet:
    """``pixels`` of a row, its ``classes`` as they ship, and the ``scale`` that a network's inputs are multiplied by.

    ``find`` reads a file or folder, or what ships, with a seed for what is drawn; it raises ``DataError``. ``form``
    says how a picture is prepared for a network with these classes, trained on rows of this origin, and whether they
    came from a file of one's own; None where pictures are taken as they come. ``other_classes``: whether the data may
    have classes of its own.
    """

    pixels: int
    classes: tuple[str, ...]
    scale: float | None
    find: Callable[[Path | None, int], FoundRows]
    form: Callable[[tuple[str, ...], str, bool], Form | None]
    other_classes: bool = True

    @property
    def has_shades(self) -> bool:
        """Whether its files hold shades from 0 to 255, which become numbers from 0 to 1."""
        return self.scale is not None


def _shapes(path: Path | None, seed: int) -> FoundRows:  # noqa: ARG001 - nothing is drawn
    rows = shapes.training_rows() if path is None else read_labelled(path)
    test = shapes.held_out_rows()
    count = f"{len(rows.inputs):,}" + (" drawings" if len(rows.inputs) != 1 else " drawing")
    origin = "the five shapes" if path is None else f"{count} of a file"
    held_out = f"held out are {len(test.inputs)} others, each a shape with one pixel changed"
    return FoundRows(rows.inputs, rows.labels, test.inputs, test.labels, shapes.NAMES, f"{origin}; {held_out}")


def _digits(path: Path | None, seed: int) -> FoundRows:  # noqa: ARG001 - nothing is drawn
    return _images(digits.find_digits(path))


def _letters(path: Path | None, seed: int) -> FoundRows:
    return _images(letters.find_letters(path, seed))


def _images(data: ImageData) -> FoundRows:
    train, test = data.training, data.test
    return FoundRows(train.images, train.classes, test.images, test.classes, data.names, data.origin, data.left_out)


def _digits_form(classes: tuple[str, ...], origin: str, own_file: bool) -> Form | None:  # noqa: ARG001
    if classes != digits.NAMES:
        return FULL_FORM
    return EMNIST_FORM if origin.startswith("EMNIST") else MNIST_FORM


def _letters_form(classes: tuple[str, ...], origin: str, own_file: bool) -> Form | None:  # noqa: ARG001
    return None if own_file else LETTERS_FORM


DATA_SETS: Mapping[DataName, DataSet] = {
    "shapes": DataSet(shapes.PIXELS, shapes.NAMES, None, _shapes, lambda *_: None, other_classes=False),
    "digits": DataSet(digits.SIDE**2, digits.NAMES, SHADE, _digits, _digits_form),
    "letters": DataSet(letters.SIDE**2, tuple(string.ascii_uppercase), SHADE, _letters, _letters_form),
}


def meant_for(inputs: int, outputs: int) -> DataName | None:
    """The data set whose rows have so many pixels and classes: a foreign network does not say what it is for."""
    sizes = {(data.pixels, len(data.classes)): name for name, data in DATA_SETS.items()}
    return sizes.get((inputs, outputs))


def class_numbers(labels: NDArray[Any]) -> NDArray[np.intp]:
    """Class numbers (rows,) of labels in either form."""
    return labels.argmax(axis=1) if labels.ndim > 1 else labels
