"""The data sets by name: how to find their rows, the names of their classes, how to prepare a picture.

To add a data set, add an entry to ``DATA_SETS`` and its name to ``models.DataName``.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets import digits, letters, shapes
from tutor.datasets.formats.shapes_file import read_drawings, read_labelled
from tutor.datasets.images import ImageData
from tutor.datasets.preparation.preparing import EMNIST_FORM, FULL_FORM, LETTERS_FORM, MNIST_FORM, Form
from tutor.datasets.texts.own_file import TooManyCharacters, byte_names, own_text
from tutor.datasets.texts.rows import divided_rows
from tutor.datasets.texts.shipped import names
from tutor.datasets.texts.vocabulary import NAMES, Texts, vocabulary_for
from tutor.engine.spec import NetworkSpec
from tutor.training.models import NAME_PLACES, DataName

SHADE = 1 / 255
OF_PIXELS = "binary_crossentropy"
"""The loss of rows that are their own labels: it judges each of their numbers alone."""


@dataclass(frozen=True, eq=False)
class FoundRows:
    """``inputs`` (rows, …) with ``labels``, as class numbers (rows,) or one-hot (rows, classes); test rows likewise.

    Rows of a text are token numbers (rows, time) with the following tokens (rows, time), −1 where there is none. Rows
    that are to be given back are their own labels and have no ``names``; else ``names[c]`` is the name of class c.
    ``origin`` describes the rows, ``left_out`` has a sentence for each unused file.
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
    """The ``numbers`` of a row, pixels or tokens, the shipped ``classes``, and the ``scale`` of a network's inputs.

    ``find`` reads a file or folder, or the shipped data, with a seed for anything drawn; it raises ``DataError``.
    ``form`` returns how to prepare a picture for a network with these classes, trained on rows of this origin, given
    whether they came from the user's own file; None means that pictures are used unchanged. ``other_classes`` is
    whether the data may have other classes than the shipped ones, ``is_text`` whether its rows are tokens. Without
    ``classes`` a row is to be given back: it is its own label.
    """

    numbers: int
    classes: tuple[str, ...]
    scale: float | None
    find: Callable[[Path | None, int], FoundRows]
    form: Callable[[tuple[str, ...], str, bool], Form | None]
    other_classes: bool = True
    is_text: bool = False

    @property
    def has_shades(self) -> bool:
        """Whether its files contain shades from 0 to 255, which become numbers from 0 to 1."""
        return self.scale is not None

    @property
    def has_classes(self) -> bool:
        """Whether its labels are classes, and not the rows themselves."""
        return bool(self.classes)


def _shapes(path: Path | None, seed: int) -> FoundRows:  # noqa: ARG001 - nothing is drawn
    rows = shapes.training_rows() if path is None else read_labelled(path)
    test = shapes.held_out_rows()
    origin = _origin_of_drawings(path, len(rows.inputs), len(test.inputs))
    return FoundRows(rows.inputs, rows.labels, test.inputs, test.labels, shapes.NAMES, origin)


def _drawings(path: Path | None, seed: int) -> FoundRows:  # noqa: ARG001 - nothing is drawn
    rows = shapes.training_rows().inputs if path is None else read_drawings(path)
    test = shapes.held_out_rows().inputs
    return FoundRows(rows, rows, test, test, (), _origin_of_drawings(path, len(rows), len(test)))


def _origin_of_drawings(path: Path | None, rows: int, held_out: int) -> str:
    origin = "the five shapes" if path is None else f"{rows:,} {'drawings' if rows != 1 else 'drawing'} of a file"
    return f"{origin}; held out are {held_out} others, each a shape with one pixel changed"


def _digits(path: Path | None, seed: int) -> FoundRows:  # noqa: ARG001 - nothing is drawn
    return _images(digits.find_digits(path))


def _letters(path: Path | None, seed: int) -> FoundRows:
    return _images(letters.find_letters(path, seed))


def _names(path: Path | None, seed: int) -> FoundRows:  # noqa: ARG001 - the split is always the same
    texts, as_bytes = (names(), False) if path is None else _own_texts(path)
    vocabulary = vocabulary_for(texts)
    taught, test = divided_rows(texts, vocabulary, NAME_PLACES)
    read = "the text" if isinstance(texts, str) else "the lines"
    origin = "the shipped names" if path is None else f"{read} of {path.name}{', as bytes' if as_bytes else ''}"
    counts = f"{len(taught[0]):,} to train on, {len(test[0]):,} held out"
    tokens = byte_names(vocabulary.characters) if as_bytes else tuple(vocabulary.characters)
    return FoundRows(*taught, *test, tokens, f"{origin}; {counts}")


def _own_texts(path: Path) -> tuple[Texts, bool]:
    """A text of one's own, and whether its tokens are bytes, as those of a script with too many characters are."""
    try:
        return own_text(path), False
    except TooManyCharacters:
        return own_text(path, as_bytes=True), True


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
    "names": DataSet(NAME_PLACES, tuple(NAMES.characters), None, _names, lambda *_: None, is_text=True),
    "drawings": DataSet(shapes.PIXELS, (), None, _drawings, lambda *_: None, other_classes=False),
}


def meant_for(spec: NetworkSpec) -> DataName | None:
    """The data set with as many numbers and classes, because an imported network does not say what it is for.

    One with as many outputs as inputs gives drawings back if its loss judges each pixel.
    """
    sizes = {
        (data.numbers, len(data.classes) or data.numbers): name
        for name, data in DATA_SETS.items()
        if data.has_classes or spec.loss == OF_PIXELS
    }
    return sizes.get((math.prod(spec.input_shape), spec.output_size))


def class_numbers(labels: NDArray[Any]) -> NDArray[np.intp]:
    """Class numbers (rows,) of labels in either form."""
    return labels.argmax(axis=1) if labels.ndim > 1 else labels
