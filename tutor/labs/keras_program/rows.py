"""The rows of the Keras program: the first training digits, the last of them for validation, and test digits."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.datasets.digits import MNIST_ORIGIN, NAMES, digits_source, find_digits, synthetic_digits, synthetic_file
from tutor.datasets.errors import escaped
from tutor.datasets.formats.npz_pictures import has_keras_arrays
from tutor.datasets.images import ImageData
from tutor.labs.keras_program.recipe import LINES
from tutor.labs.kit.charts import Bars
from tutor.labs.kit.readouts import Code, Number, Picture, Readout, Table, Text, Tile, Vector


@dataclass(frozen=True, eq=False)
class DigitRows:
    """``x`` (rows, 28, 28) of bytes and ``y`` (rows,); ``x_test`` and ``y_test`` likewise. The last ``held_back`` rows
    of x and y are for validation. ``scale`` is what pixels are multiplied by."""

    x: NDArray[np.uint8]
    y: NDArray[np.intp]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.intp]
    held_back: int
    scale: float

    def training_data(self) -> TrainingData:
        """The rows to fit on, and the validation rows."""
        split = len(self.x) - self.held_back
        return TrainingData(self.x[:split], self.y[:split], self.x[split:], self.y[split:], self.scale)

    @property
    def train_rows(self) -> int:
        """The number of rows that ``fit`` trains on."""
        return len(self.x) - self.held_back

    def loaded(self) -> Table:
        """The arrays as loaded."""
        arrays = (("x", self.x), ("y", self.y), ("x_test", self.x_test), ("y_test", self.y_test))
        rows = tuple((array, _shape(values), _dtype(values), float(values.max())) for array, values in arrays)
        return Table("loaded", "as loaded", COLUMNS, rows, digits=0)

    def prepared(self, one_hot: bool) -> Table:
        """The arrays as ``fit`` and ``evaluate`` take them."""
        at = self.train_rows
        parts = (
            ("train", self.x[:at], self.y[:at]),
            ("val", self.x[at:], self.y[at:]),
            ("test", self.x_test, self.y_test),
        )
        rows: list[tuple[str | float, ...]] = []
        for part, x, classes in parts:
            y = np.eye(len(NAMES))[classes] if one_hot else classes
            scaled = x[..., np.newaxis].astype(np.float32) * np.float32(self.scale)
            for array, values in ((f"x_{part}", scaled), (f"y_{part}", y)):
                rows.append((array, _shape(values), _dtype(values), float(values.max())))
        return Table("prepared", "as fit takes them", COLUMNS, tuple(rows), digits=0)


COLUMNS = ("array", "shape", "dtype", "largest")


def digit_rows(data: ImageData, rows: int, held_back: int, test_rows: int, scale: float) -> DigitRows:
    """The first ``rows`` and ``test_rows`` of the data; at most half of the rows are held back."""
    x, y = data.training.images[:rows], data.training.classes[:rows]
    test = data.test
    return DigitRows(x, y, test.images[:test_rows], test.classes[:test_rows], min(held_back, len(x) // 2), scale)


def find_keras_digits() -> ImageData:
    """The digits of ``find_digits``, if the program can load their file like Keras's own.

    Otherwise the shipped ones, with the reason in ``left_out``. Raises ``DataError`` like ``find_digits``.
    """
    data, source = find_digits(), digits_source()
    if data.left_out or source.synthetic or has_keras_arrays(source.path):
        return data
    said = f"{escaped(source.path.name)}: the program loads x_train, y_train, x_test and y_test as Keras keeps them"
    return replace(synthetic_digits(), left_out=(f"{said}, so the synthetic digits are used",))


def file_of(data: ImageData) -> str | None:
    """The ``.npz`` file of the digits; None if it is Keras's own file, which Keras loads by itself."""
    source = digits_source()
    if source.kind == "keras" and data.origin == MNIST_ORIGIN:
        return None
    return str(synthetic_file() if data.left_out else source.path.absolute())


def without_digits(name: str, why: str) -> Readout:
    """The placeholder for a readout of digits until they are loaded, or if they cannot be loaded."""
    if name in (*LINES, "program"):
        label, _ = LINES.get(name, ("the program", None))
        return Code(name, label, f"# {why}\n")
    match name:
        case "origin" | "status" | "loss":
            return Text(name, "digits" if name == "origin" else name, why)
        case "target" | "compared" | "logit_bars" | "first_sums" | "rows_bars" | "rows_and_parameters":
            return Bars(name, why, ())
        case "picture" | "samples" | "first" | "mistakes":
            return Picture(name, why, (Tile("", ((0.0,),)),), digits=1)
        case "loaded" | "prepared":
            return Table(name, why, COLUMNS[:2], ())
        case "one_hot" | "answer" | "logits":
            return Vector(name, why, NAMES, (math.nan,) * len(NAMES), digits=3)
    return Number(name, why, math.nan, digits=0)


def _shape(values: NDArray[Any]) -> str:
    return f"({', '.join(map(str, values.shape))}{',' if values.ndim == 1 else ''})"


def _dtype(values: NDArray[Any]) -> str:
    """Files of digits have classes in integers of several sizes."""
    return "integers" if values.ndim == 1 else str(values.dtype)
