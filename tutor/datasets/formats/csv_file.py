"""Pictures as text, one per line: a class and 784 shades, as in Kaggle's MNIST, with or without a line of names."""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError, quoted
from tutor.datasets.formats.idx_file import opened
from tutor.datasets.formats.labelled_arrays import PIXELS, SMALL_SIDES

LABELS = ("label", "labels", "class", "classes", "target", "digit", "y")
NUMBERS_OF_ROWS = ("", "id", "index", "imageid", "unnamed: 0")
MOST_BYTES = 300_000_000
LONGEST_LINE = 60_000
ROWS_AT_ONCE = 2_000
SEPARATORS = (",", ";", "\t")


@dataclass(frozen=True, eq=False)
class Rows:
    """``pixels`` (n, 784), and ``classes`` (n,) if there are any, as in the text."""

    pixels: NDArray[Any]
    classes: NDArray[np.float32] | None


@dataclass(frozen=True)
class _Columns:
    """The meaning of the columns; ``label`` is None if there is none, ``count`` is the number of all columns."""

    separator: str
    count: int
    label: int | None
    first: int
    named: bool


def read_csv(path: Path, most: int) -> Rows:
    """The rows of the file. Raises ``DataError``, with the line, for rows without 784 shades, or too many rows."""
    file = str(path)
    try:
        lines = _lines(path)
        first = list(itertools.islice(lines, 2))
        columns = _columns(file, first)
        numbered = enumerate(itertools.chain(first, lines), start=1)
        if columns.named:
            next(numbered)
        return _read(file, numbered, columns, most)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(file, None, f"the file cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _lines(path: Path) -> Iterator[str]:
    read = 0
    with opened(path) as stream:
        while line := stream.readline(LONGEST_LINE + 1):
            read += len(line)
            if len(line) > LONGEST_LINE or read > MOST_BYTES:
                raise DataError(str(path), None, "the file is larger, or has longer lines, than pictures of 28×28 need")
            try:
                yield line.decode("utf-8-sig" if read == len(line) else "utf-8").strip()
            except UnicodeDecodeError:
                raise DataError(str(path), None, "this is no text") from None


def _columns(file: str, first: list[str]) -> _Columns:
    """The meaning of the columns, from the names in the first line, or else from their number."""
    if not first or not first[0]:
        raise DataError(file, 1, "there is nothing in the first line")
    separator = max(SEPARATORS, key=first[0].count)
    names = [name.strip().strip("\"'").lower() for name in first[0].split(separator)]
    named = not all(map(_is_number, names))
    count = len(names)
    if named:
        label = next((i for i, name in enumerate(names) if name in LABELS), None)
        numbers = sum(name in NUMBERS_OF_ROWS for name in names)
        if label is not None and label < count - 1:
            begin = max(label, numbers - 1 if names[0] in NUMBERS_OF_ROWS else label) + 1
        else:
            begin = numbers
        pixels = count - begin - (1 if label == count - 1 else 0)
    else:
        label = {PIXELS + 1: 0}.get(count)
        begin, pixels = (0, count) if label is None else (1, PIXELS)
        if label == 0 and _ends_with_classes(first, separator):
            label, begin = PIXELS, 0
    if pixels != PIXELS:
        raise DataError(file, 1, _not_so_many(count))
    return _Columns(separator, count, label, begin, named)


def _ends_with_classes(first: list[str], separator: str) -> bool:
    """Whether the class is last: the first number is no class, or all but the last are empty pixels."""
    rows = [line.split(separator) for line in first if line]
    starts, ends = ({row[at].strip() for row in rows} for at in (0, -1))
    return not all(start.isdigit() and int(start) < 62 for start in starts) or (starts == {"0"} and ends != {"0"})


def _not_so_many(count: int) -> str:
    for side in SMALL_SIDES:
        if count in (side * side, side * side + 1):
            return (
                f"there are {count} columns: pictures of {side}×{side} pixels, as scikit-learn's digits are; the "
                "networks here take 28×28"
            )
    return f"there are {count} columns; expected a class and {PIXELS} shades"


def _read(file: str, numbered: Iterator[tuple[int, str]], columns: _Columns, most: int) -> Rows:
    pixels: list[NDArray[Any]] = []
    classes: list[NDArray[np.float32]] = []
    there = 0
    filled = (pair for pair in numbered if pair[1])
    while block := list(itertools.islice(filled, ROWS_AT_ONCE)):
        there += len(block)
        if there > most:
            raise DataError(file, None, f"the file has more than {most:,} rows, the most that are read")
        numbers = _numbers(file, block, columns)
        pixels.append(_small(numbers[:, columns.first : columns.first + PIXELS]))
        if columns.label is not None:
            classes.append(numbers[:, columns.label].copy())
    if not pixels:
        raise DataError(file, None, "there are no rows in this file")
    return Rows(np.concatenate(pixels), np.concatenate(classes) if classes else None)


def _small(numbers: NDArray[np.float32]) -> NDArray[Any]:
    """The numbers as bytes, if that loses nothing: a quarter of the memory."""
    with np.errstate(invalid="ignore"):
        as_bytes = numbers.astype(np.uint8)
    return as_bytes if np.array_equal(as_bytes, numbers) else numbers.copy()


def _numbers(file: str, block: list[tuple[int, str]], columns: _Columns) -> NDArray[np.float32]:
    try:
        found: NDArray[Any] = np.loadtxt(
            [line for _, line in block], dtype=np.float32, delimiter=columns.separator, comments=None, ndmin=2
        )
    except ValueError:
        raise _fault(file, block, columns) from None
    if found.shape != (len(block), columns.count):
        raise _fault(file, block, columns)
    return found


def _fault(file: str, block: list[tuple[int, str]], columns: _Columns) -> DataError:
    """The error for the first wrong line of the block."""
    for number, line in block:
        cells = line.split(columns.separator)
        if len(cells) != columns.count:
            return DataError(file, number, f"there are {len(cells)} columns; expected {columns.count}, as in line 1")
        for column, cell in enumerate(cells, start=1):
            if not _is_number(cell):
                return DataError(file, number, f"column {column} is {quoted(cell)}; expected a number")
    return DataError(file, block[0][0], "the numbers that begin here cannot be read")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
