"""What the lab of the Keras program shows of its rows of digits, and what stands there until they are read."""

from __future__ import annotations

import math

import numpy as np

from tutor.datasets.digits import NAMES
from tutor.labs.images.canvas import thumbnail
from tutor.labs.keras_program.controls import LINES
from tutor.labs.keras_program.rows import DigitRows
from tutor.labs.kit.readouts import Code, Number, Picture, Readout, Table, Text, Tile, Vector

NAN = math.nan
_WORDS = frozenset({"origin", "status", "loss", "better_on", "learned"})
_TABLES = frozenset({"loaded", "prepared"})
_TENS = frozenset({"one_hot", "answer", "logits"})


def read_rows(
    name: str, rows: DigitRows, digit: int, *, one_hot: bool, batch_size: float, epochs: float
) -> Readout | None:
    """What the rows and how they are dealt out lead to; None where ``name`` is about something else."""
    steps = math.ceil(rows.train_rows / batch_size)
    numbers: dict[str, tuple[str, float]] = {
        "truth": (f"class in y_test[{digit}]", rows.y_test[digit]),
        "label_numbers": ("numbers in the one-hot y", len(rows.y) * len(NAMES)),
        "train_rows": ("rows to train on", rows.train_rows),
        "test_rows": ("test rows", len(rows.x_test)),
        "steps": ("steps an epoch", steps),
        "steps_in_all": ("steps in all", steps * epochs),
        "steps_of_all": ("steps with the validation rows", math.ceil(len(rows.x) / batch_size)),
        "whole_batches": ("whole batches an epoch", rows.train_rows // batch_size),
        "pixel_columns": ("columns of pixels", rows.x.shape[2]),
        "pixels_of_one": ("numbers of one digit", rows.x[0].size),
        "rows_of_392": ("rows of 392 numbers", rows.x.size // 392),
    }
    if name in numbers:
        label, value = numbers[name]
        return Number(name, label, float(value), digits=0)
    match name:
        case "loaded":
            return rows.loaded(name)
        case "prepared":
            return rows.prepared(name, one_hot)
        case "picture":
            return Picture(name, f"x_test[{digit}]", (thumbnail(rows.x_test[digit], ""),), digits=1)
        case "one_hot":
            values = tuple(np.eye(len(NAMES))[rows.y_test[digit]].tolist())
            return Vector(name, f"y_test[{digit}], one-hot", NAMES, values, digits=0)
    return None


def without_digits(name: str, why: str) -> Readout:
    """What stands there until the digits do, or where they cannot be had."""
    if name in LINES or name in ("program", "keras"):
        return Code(name, LINES.get(name, "the program"), f"# {why}\n")
    if name in _WORDS:
        return Text(name, "digits" if name == "origin" else name, why)
    if name == "picture":
        return Picture(name, why, (Tile("", ((0.0,),)),), digits=1)
    if name in _TABLES:
        return Table(name, why, ("array", "shape"), ())
    if name in _TENS:
        return Vector(name, why, NAMES, (NAN,) * len(NAMES), digits=3)
    return Number(name, why, NAN, digits=0)
