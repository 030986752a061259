"""The five shapes: the shipped rows, and 125 drawings that no network was trained on."""

from __future__ import annotations

import numpy as np

from tutor.datasets.formats.shapes_file import PIXELS, Floats, LabelledRows, read_inputs, read_labelled
from tutor.resources import data_folder

__all__ = [
    "NAMES",
    "PIXELS",
    "SIDE",
    "LabelledRows",
    "held_out_rows",
    "source_test_rows",
    "training_rows",
    "two_flipped_rows",
]

# In the order of the labels.
NAMES = ("square", "rhombus", "plus", "cross", "bar")
SIDE = 5


def training_rows() -> LabelledRows:
    """The five drawings, one of each shape: inputs (5, 25), labels (5, 5). Raises ``DataError``."""
    return read_labelled(data_folder() / "shapes" / "shapes_train.dat")


def source_test_rows() -> Floats:
    """The test row from the source of the training rows, (1, 25): the training rhombus. Raises ``DataError``."""
    return read_inputs(data_folder() / "shapes" / "shapes_test.dat")


def held_out_rows() -> LabelledRows:
    """All drawings that differ from a training shape in exactly one pixel: inputs (125, 25), labels (125, 5).

    Row 25·s + i is shape s with pixel i flipped. Raises ``DataError`` as ``training_rows``.
    """
    shapes = training_rows()
    flips = np.tile(np.eye(PIXELS), (len(NAMES), 1))  # (125, 25)
    inputs = np.abs(np.repeat(shapes.inputs, PIXELS, axis=0) - flips)
    return LabelledRows(inputs, np.repeat(shapes.labels, PIXELS, axis=0))


def two_flipped_rows() -> LabelledRows:
    """All drawings that differ from a training shape in exactly two pixels: inputs (1500, 25), labels (1500, 5).

    Raises ``DataError`` as ``training_rows``.
    """
    shapes, pixels = training_rows(), np.eye(PIXELS)
    first, second = np.triu_indices(PIXELS, 1)
    flips = pixels[first] + pixels[second]  # (300, 25)
    inputs = np.abs(shapes.inputs[:, None] - flips).reshape(-1, PIXELS)
    return LabelledRows(inputs, np.repeat(shapes.labels, len(flips), axis=0))
