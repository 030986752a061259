"""Reading rows and printing answers in an exported program, which contains the source of these functions.

It prints the same as ``dl-tutor predict``.
"""

from __future__ import annotations

import base64
import io
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def read_weights(text: str) -> Mapping[str, Array]:
    """The arrays in the program's text."""
    return np.load(io.BytesIO(base64.b64decode(text)))


def read_weights_beside(name: str) -> Mapping[str, Array]:
    """The arrays of the file beside the program."""
    return np.load(Path(__file__).with_name(name))


def given_rows(example: Array, shape: Sequence[int], dtype: str) -> Array:
    """The rows of the file that is named on the command line, or the example; bytes are shades from 0 to 255."""
    rows = np.load(sys.argv[1]) if len(sys.argv) > 1 else example
    scale = 1 / 255 if rows.dtype == np.uint8 else 1
    rows = rows.astype(dtype)
    return rows.reshape(-1, *shape) * rows.dtype.type(scale)


def given_tokens(example: Array, shape: Sequence[int], tokens: int) -> Array:
    """The rows of token numbers of the file that is named on the command line, or the example."""
    rows = np.load(sys.argv[1]) if len(sys.argv) > 1 else example
    if rows.dtype == np.uint8 or not np.isin(rows, np.arange(tokens)).all():
        sys.exit(f"expected token numbers from 0 to {tokens - 1}, of another type than bytes (uint8)")
    return rows.astype(int).reshape(-1, *shape)


def print_answers(answers: Array, names: Sequence[str]) -> None:
    """A line for each row, or for each place of it: the class, and the probability of each class."""
    for at in np.ndindex(answers.shape[:-1]):
        values = answers[at].tolist()
        where = ", ".join(f"{what} {number + 1}" for what, number in zip(("row", "place"), at, strict=False))
        listed = "  ".join(f"{name} {value:.6f}" for name, value in zip(names, values, strict=True))
        print(f"{where}: {names[values.index(max(values))]}  ({listed})")


def alike(values: Array, row: Array) -> int:
    """How many pixels of ``row`` come back, as ``values``, on the side of ½ on which they were."""
    return int(((values > 0.5) == (row.reshape(values.shape) > 0.5)).sum())


def picture_lines(values: Array, row: Array) -> list[str]:
    """How many pixels of ``row`` come back, then all ``values`` as a square."""
    side = math.isqrt(values.size)
    width = side if side * side == values.size else values.size
    lines = [" ".join(f"{value:.6f}" for value in line) for line in values.reshape(-1, width).tolist()]
    return [f"{alike(values, row)} of {values.size} pixels come back", *(f"  {line}" for line in lines)]


def print_pictures(answers: Array, rows: Array) -> None:
    """For each row what comes back of it."""
    for number, (values, row) in enumerate(zip(answers, rows, strict=True), 1):
        print(f"row {number}:", "\n".join(picture_lines(values, row)))
