"""Grey pictures of any square size, and their classes by any names, from an ``.npz`` file of one's own.

``x`` and ``y``, or other names that say the same; ``x_test`` and ``y_test`` if the file has rows to test with.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError, escaped, quoted
from tutor.datasets.formats.labelled_arrays import as_bytes
from tutor.datasets.formats.npz_file import ArrayHeader, NpzFile
from tutor.datasets.formats.npz_pictures import EXPECTED, LARGEST_ARRAYS, LARGEST_FILE, named_pairs
from tutor.datasets.images import Pictures

MOST_PIXELS = 100_000_000
"""In all pictures: 100 MB of bytes. All of MNIST are 55 million."""
LARGEST_SIDE = 64
COLOURS = (3, 4)
LONGEST_NAME = 40
WANTED = "expected grey squares: (n, side, side), (n, side, side, 1) or (n, side²)"
FAINT = 128
"""Shades that all lie below this are stretched to the full range: scikit-learn's digits go up to 16."""
Pair = tuple[str, str]


@dataclass(frozen=True, eq=False)
class SquareArrays:
    """``images`` (n, side, side) of bytes and the ``labels`` (n,) as texts, a part for training and one for testing.

    ``notes`` has a sentence for what was done to the shades.
    """

    images: tuple[Pictures, ...]
    labels: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def holds_square_pictures(path: Path) -> bool:
    """Whether the arrays of an ``.npz`` file are pictures by their shape, and not the rows of a table."""
    try:
        with NpzFile(path, LARGEST_FILE, by_columns=True) as npz:
            headers = npz.headers(npz.names)
            try:
                shape = headers[_pairs(npz)[0][0]].shape
            except DataError:
                # Without classes no table either: the pictures' reader says what is missing.
                return any(len(header.shape) > 2 for header in headers.values())
    except DataError:
        return False
    # A table has up to 200 columns: as many as a picture of 14 × 14 would have.
    return len(shape) > 2 or (len(shape) == 2 and shape[1] > 200 and math.isqrt(shape[1]) ** 2 == shape[1])


def read_square_arrays(path: Path) -> SquareArrays:
    """The pictures and labels of an ``.npz`` file. Raises ``DataError``; nothing is unpacked before it is checked."""
    with NpzFile(path, LARGEST_FILE, by_columns=True) as npz:
        pairs = _pairs(npz)
        headers = npz.headers([name for pair in pairs for name in pair])
        sides = {_side(npz.file, x, headers[x]) for x, _ in pairs}
        if len(sides) > 1:
            raise DataError(npz.file, None, "the pictures to test with are of another size than those to train on")
        (side,) = sides
        for x, y in pairs:
            _check_labels(npz.file, x, headers[x].shape[0], y, headers[y])
        pixels = sum(math.prod(headers[x].shape) for x, _ in pairs)
        if pixels > MOST_PIXELS or sum(header.nbytes for header in headers.values()) > LARGEST_ARRAYS:
            most = MOST_PIXELS // side**2
            raise DataError(npz.file, None, f"there are more than {most:,} pictures of {side}×{side}, the most read")
        arrays = npz.arrays(headers)
        images = [as_bytes(npz.file, x, arrays[x].reshape(-1, side, side)) for x, _ in pairs]
        labels = tuple(_labels(npz.file, y, arrays[y]) for _, y in pairs)
    high = max(int(each.max()) for each in images)
    notes: tuple[str, ...] = ()
    if 1 < high < FAINT:
        images = [np.rint(each * (255 / high)).astype(np.uint8) for each in images]
        notes = (f"The shades go up to {high}: they are stretched to the full range.",)
    return SquareArrays(tuple(images), labels, notes)


def _pairs(npz: NpzFile) -> list[Pair]:
    """The names of pictures and labels, those to train on first. Raises ``DataError`` if there are none."""
    pairs = named_pairs(npz)
    if pairs:
        return pairs
    headers = {name: npz.headers([name])[name] for name in npz.names}
    # np.savez calls them arr_0 and arr_1 where they are given no names.
    for x, header in headers.items():
        y = next((n for n, h in headers.items() if n != x and len(h.shape) == 1 and h.shape == header.shape[:1]), None)
        if len(header.shape) > 1 and y is not None:
            return [(x, y)]
    raise DataError(npz.file, None, f"expected the arrays {EXPECTED}; found {quoted(', '.join(headers) or 'nothing')}")


def _side(file: str, name: str, header: ArrayHeader) -> int:
    """The side of the pictures. Raises ``DataError`` for what are no grey squares."""
    shape = header.shape
    if header.dtype.kind not in "fiub" or len(shape) < 2:
        raise DataError(file, None, f"{name} is {header.dtype} of shape {shape}; {WANTED}")
    if not shape[0]:
        raise DataError(file, None, f"there are no pictures in {name}")
    if len(shape) == 4 and (shape[3] in COLOURS or shape[1] in COLOURS):
        axis = -1 if shape[3] in COLOURS else 1
        raise DataError(
            file, None, f"{name} has pictures in colour; grey ones are read, such as {name}.mean(axis={axis}) in NumPy"
        )
    inner = tuple(size for size in shape[1:] if size != 1) if len(shape) == 4 else shape[1:]
    side = math.isqrt(math.prod(inner))
    if inner not in ((side, side), (side * side,)):
        what = f"pictures of {'×'.join(map(str, inner))}" if len(inner) == 2 else f"shape {shape}"
        raise DataError(file, None, f"{name} has {what}; {WANTED}")
    if not 2 <= side <= LARGEST_SIDE:
        raise DataError(file, None, f"{name} has pictures of {side}×{side}; read are from 2 to {LARGEST_SIDE} a side")
    return side


def _check_labels(file: str, images: str, count: int, name: str, header: ArrayHeader) -> None:
    if header.dtype.kind not in "fiubUS" or len(header.shape) not in (1, 2):
        raise DataError(file, None, f"{name} is {header.dtype} of shape {header.shape}; expected a class for each row")
    if header.shape[0] != count:
        raise DataError(file, None, f"there are {count:,} pictures in {images}, but {header.shape[0]:,} classes")


def _labels(file: str, name: str, array: NDArray[Any]) -> tuple[str, ...]:
    """The class of each row as a text: a whole number, a word, or the place of the 1 in a one-hot row."""
    if array.ndim == 2 and array.shape[1] > 1:
        if array.dtype.kind in "US" or not ((array == 0) | (array == 1)).all() or not (array.sum(axis=1) == 1).all():
            raise DataError(file, None, f"{name} has rows that are not one-hot; expected one 1 in each row")
        array = array.argmax(axis=1)
    flat = array.reshape(-1)
    if flat.dtype.kind == "S":
        flat = np.char.decode(flat, "utf-8", "replace")
    if flat.dtype.kind == "U":
        return tuple(_word(file, name, at, text) for at, text in enumerate(flat.tolist()))
    bad = np.flatnonzero(~(np.isfinite(flat.astype(float)) & (flat == np.floor(flat.astype(float)))))
    if len(bad):
        raise DataError(file, None, f"{name}[{bad[0]}] is {flat[bad[0]]}; a class is a whole number or a word")
    return tuple(_word(file, name, at, str(int(number))) for at, number in enumerate(flat.tolist()))


def _word(file: str, name: str, at: int, text: str) -> str:
    word = text.strip()
    if not word:
        raise DataError(file, None, f"{name}[{at}] is empty: every picture needs a class")
    if len(word) > LONGEST_NAME:
        raise DataError(file, None, f"{name}[{at}] has more than {LONGEST_NAME} characters; that is no name of a class")
    return escaped(word)
