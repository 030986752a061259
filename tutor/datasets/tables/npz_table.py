"""Arrays of an ``.npz`` file as a table: the inputs ``x`` (rows, columns) and the target ``y`` (rows,)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError, quoted
from tutor.datasets.formats.npz_file import ArrayHeader, NpzFile
from tutor.datasets.formats.npz_pictures import role_of
from tutor.datasets.tables.table import (
    LARGEST,
    MOST_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Array,
    Column,
    NumberColumn,
    Table,
    WordColumn,
    word_of,
)

TARGET = "y"
_LONGEST_WORD = 1_000
_MOST_UNPACKED = 50_000_000  # bytes
_PARTS = (("train", "all"), ("test", "held out"))


def is_npz(path: Path, content: bytes) -> bool:
    """Whether the name says that this is a file of arrays, or its content begins as one."""
    length = int.from_bytes(content[26:28], "little")
    return path.suffix.lower() == ".npz" or (
        content.startswith(b"PK\x03\x04") and content[30 : 30 + length].endswith(b".npy")
    )


def npz_table(path: Path, content: str) -> Table:
    """The arrays x and y as columns x1, x2, … and y, and x_test and y_test as rows held out. Raises ``DataError``.

    Other names that say the same will do: data and target, train_images and train_labels, … Nothing is unpacked
    before its size is known.
    """
    with NpzFile(path, MOST_BYTES, by_columns=True) as npz:
        pairs = _pairs(npz)
        headers = npz.headers([name for pair in pairs for name in pair])
        for x, y in pairs:
            _check(npz.file, x, headers[x], y, headers[y])
        widths = [_width(headers[x]) for x, _ in pairs]
        if len(set(widths)) > 1:
            raise DataError(npz.file, None, f"{pairs[0][0]} has {widths[0]} columns, and {pairs[1][0]} {widths[1]}")
        rows = [headers[x].shape[0] for x, _ in pairs]
        unpacked = sum(header.nbytes for header in headers.values())
        if sum(rows) > MOST_ROWS or sum(rows) * widths[0] > MOST_CELLS or unpacked > _MOST_UNPACKED:
            raise DataError(
                npz.file, None, f"there are {sum(rows):,} rows of {widths[0]} columns; at most "
                f"{min(MOST_ROWS, MOST_CELLS // widths[0]):,} are read",
            )  # fmt: skip
        arrays = npz.arrays(headers)
    inputs = np.concatenate(
        [_numbers(npz.file, x, arrays[x]).reshape(count, -1) for (x, _), count in zip(pairs, rows, strict=True)]
    )
    columns: list[Column] = [NumberColumn(f"x{i}", column) for i, column in enumerate(inputs.T, start=1)]
    columns.append(_target(npz.file, [(y, arrays[y]) for _, y in pairs]))
    held_out = np.arange(sum(rows)) >= rows[0] if len(rows) > 1 else None
    lines = np.arange(1, sum(rows) + 1, dtype=np.intp)
    return Table(npz.file, tuple(columns), lines, (), content, held_out, TARGET)


def _pairs(npz: NpzFile) -> list[tuple[str, str]]:
    """The names of inputs and target, for training and, if there are any, for testing."""
    roles = {role: name for name in reversed(npz.names) if (role := role_of(name)) is not None}
    pairs = []
    for parts in _PARTS:
        for part in parts:
            x, y = roles.get((part, "images")), roles.get((part, "classes"))
            if x is not None and y is not None:
                pairs.append((x, y))
                break
        if not pairs:
            raise DataError(
                npz.file, None, "expected the arrays x (rows, columns) and y (rows), or x_train, y_train, x_test and "
                f"y_test; found {quoted(', '.join(sorted(npz.names)) or 'nothing')}",
            )  # fmt: skip
    return pairs


def _check(file: str, x: str, inputs: ArrayHeader, y: str, target: ArrayHeader) -> None:
    """Raise ``DataError`` unless inputs and target are tables of numbers with the same number of rows."""
    shape = inputs.shape
    if len(shape) > 2:
        raise DataError(
            file, None, f"{x} has the shape {shape}; a table has rows and columns. Pictures of 28×28 are read as digits"
        )
    if not shape or not shape[0] or not _width(inputs):
        raise DataError(file, None, f"{x} has the shape {shape}; expected rows and columns")
    if inputs.dtype.kind not in "biuf":
        raise DataError(file, None, f"{x} has no numbers, but values of the type {inputs.dtype}")
    if _width(inputs) > MOST_COLUMNS - 1:
        raise DataError(file, None, f"{x} has {_width(inputs):,} columns; at most {MOST_COLUMNS - 1:,} are read")
    if target.dtype.kind not in "biufU":
        raise DataError(file, None, f"{y} has neither numbers nor words, but values of the type {target.dtype}")
    if target.dtype.kind == "U" and target.dtype.itemsize > 4 * _LONGEST_WORD:
        raise DataError(file, None, f"{y} has words of up to {target.dtype.itemsize // 4:,} characters")
    if target.dtype.kind == "U" and target.shape[1:] not in ((), (1,)):
        raise DataError(file, None, f"{y} has the shape {target.shape}; expected one word for each row")
    if not target.shape or target.shape[0] != shape[0] or len(target.shape) > 2:
        raise DataError(file, None, f"{x} has {shape[0]:,} rows; {y} has the shape {target.shape}")


def _width(header: ArrayHeader) -> int:
    return header.shape[1] if len(header.shape) > 1 else 1


def _numbers(file: str, name: str, array: NDArray[np.generic]) -> Array:
    with np.errstate(over="ignore"):
        numbers = array.astype(np.float64)
    if (np.abs(numbers) > LARGEST).any():
        raise DataError(file, None, f"{name} has numbers beyond 1e100, or infinite ones")
    return numbers


def _target(file: str, parts: list[tuple[str, NDArray[np.generic]]]) -> Column:
    """The target: words, numbers, or one-hot rows as the numbers of their classes."""
    name = parts[0][0]
    if len({(array.dtype.kind == "U", array.shape[1:]) for _, array in parts}) > 1:
        raise DataError(file, None, f"{name} and {parts[1][0]} are of different kinds")
    if parts[0][1].dtype.kind == "U":
        try:
            return WordColumn(TARGET, tuple(word_of(str(word)) for _, array in parts for word in array.reshape(-1)))
        except (ValueError, SystemError):
            raise DataError(file, None, f"{name} has words with characters that do not exist") from None
    numbers = np.concatenate([_numbers(file, part, array) for part, array in parts])
    if numbers.ndim == 1 or numbers.shape[1] == 1:
        return NumberColumn(TARGET, numbers.reshape(-1))
    if np.isin(numbers, (0, 1)).all() and (numbers.sum(axis=1) == 1).all():
        return NumberColumn(TARGET, numbers.argmax(axis=1).astype(np.float64))
    raise DataError(file, None, f"{name} has {numbers.shape[1]} columns that are not one-hot; expected one target")
