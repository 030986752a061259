"""Reading rows and printing answers in an exported program, which contains the source of these functions.

It prints the same as ``dl-tutor predict``.
"""

from __future__ import annotations

import base64
import io
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


def print_answers(answers: Array, names: Sequence[str]) -> None:
    """A line for each row: the class, and the probability of each class."""
    for number, values in enumerate(answers.tolist(), start=1):
        listed = "  ".join(f"{name} {value:.6f}" for name, value in zip(names, values, strict=True))
        print(f"row {number}: {names[values.index(max(values))]}  ({listed})")
