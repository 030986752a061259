"""The file format of the 5×5 drawings: one example per line, values separated by spaces.

A training file has 30 columns: 25 pixels, row by row from the top left, then 5 label values of which one is 1. A
file to predict has only the 25 pixels. A pixel is 0 (empty), 1 (drawn) or a grey in between.

The reader also accepts runs of spaces and tabs, space at either end of a line, CRLF, a last line without a line break,
blank lines at the end, and a UTF-8 byte order mark. Everything else is a ``DataError`` that says where and why.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError, quoted

PIXELS = 25
CLASSES = 5
LARGEST_FILE = 10_000_000  # bytes: 160,000 drawings

Floats = NDArray[np.float64]

_SEPARATOR = re.compile(r"[ \t]+")
_BLANK = " \t\r"
# float() would also accept 1_0, digits of other scripts and whitespace around the number.
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity)", re.ASCII | re.IGNORECASE)
_COMMON = {"0": 0.0, "1": 1.0}


@dataclass(frozen=True, eq=False)
class LabelledRows:
    """Drawings with their classes: ``inputs`` (n, 25) from 0 to 1, ``labels`` (n, 5) one-hot, both float64."""

    inputs: Floats
    labels: Floats


def read_labelled(path: str | Path) -> LabelledRows:
    """Read a training file. Raises ``DataError`` for any other file."""
    values = _read(path, PIXELS + CLASSES)
    return LabelledRows(values[:, :PIXELS].copy(), values[:, PIXELS:].copy())


def read_inputs(path: str | Path) -> Floats:
    """Read a file to predict, as (n, 25). Raises ``DataError`` for any other file, including a training file."""
    return _read(path, PIXELS)


def read_drawings(path: str | Path) -> Floats:
    """Read the drawings of a training file or of a file to predict, as (n, 25); the first line says which it is.

    Raises ``DataError`` for any other file.
    """
    first = next(_lines(_text_of(str(path)))).strip(_BLANK)
    return read_labelled(path).inputs if len(_SEPARATOR.split(first)) > PIXELS else read_inputs(path)


def write_labelled(path: str | Path, rows: LabelledRows) -> None:
    """Write a training file atomically.

    Raises ``DataError`` for rows that ``read_labelled`` would refuse, with their line, and if the file cannot be
    written; ``ValueError`` if there are not as many labels as inputs.
    """
    if len(rows.inputs) != len(rows.labels):
        raise ValueError(f"{len(rows.inputs)} rows of inputs but {len(rows.labels)} of labels")
    _write(path, np.hstack([_table(rows.inputs, PIXELS), _table(rows.labels, CLASSES)]))


def write_inputs(path: str | Path, inputs: Floats) -> None:
    """Write ``inputs`` (n, 25) as a file to predict, atomically.

    Raises ``DataError`` for rows that ``read_inputs`` would refuse, with their line, and if the file cannot be written.
    """
    _write(path, _table(inputs, PIXELS))


# Reading


def _read(path: str | Path, columns: int) -> Floats:
    """All rows of the file, (n, columns), n at least 1."""
    file = str(path)
    text = _text_of(file)
    if not text:
        raise DataError(file, None, f"the file is empty; expected lines of {_expected(columns)}")
    values = array("d")
    for number, line in enumerate(_lines(text), start=1):
        try:
            texts = _split(line, columns)
            row = [_COMMON[text] if text in _COMMON else _number(text, i) for i, text in enumerate(texts, 1)]
            _check_row(row, texts)
        except _RowError as bad:
            raise DataError(file, number, str(bad)) from None
        values.extend(row)
    return np.frombuffer(values).reshape(-1, columns)


def _lines(text: str) -> Iterator[str]:
    """Yield the lines, because a list of millions of short ones would take twenty times the size of the file."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


def _text_of(file: str) -> str:
    """The text without the blank lines at its end."""
    try:
        # Opening a pipe would block until something writes to it.
        if not stat.S_ISREG(mode := Path(file).stat().st_mode) and not stat.S_ISDIR(mode):
            raise DataError(file, None, "this is a pipe or a device; expected a file")
        with Path(file).open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise DataError(file, None, "there is no such file") from None
    except IsADirectoryError:
        raise DataError(file, None, "this is a folder; expected a file") from None
    except OSError as error:
        raise DataError(file, None, f"the file cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        raise DataError(file, None, f"no file can have this name: {error}") from error
    if len(data) > LARGEST_FILE:
        raise DataError(file, None, f"the file is larger than {LARGEST_FILE // 1_000_000} MB, the most that is read")
    if (nul := data.find(b"\0")) >= 0:
        raise _not_text(file, data, nul)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_text(file, data, error.start) from None
    return text.removeprefix("\ufeff").rstrip(_BLANK + "\n")


def _not_text(file: str, data: bytes, position: int) -> DataError:
    line = data.count(b"\n", 0, position) + 1
    reason = f"the byte 0x{data[position]:02x} makes this a binary file; expected numbers as UTF-8 text"
    return DataError(file, line, reason)


class _RowError(Exception):
    """A row is invalid; the message is the reason, without file and line."""


def _split(line: str, columns: int) -> list[str]:
    """The values of one line as texts, as many as ``columns``."""
    stripped = line.strip(_BLANK)
    if not stripped:
        raise _RowError(f"a blank line between rows; expected {_expected(columns)}")
    texts = _SEPARATOR.split(stripped, maxsplit=columns)
    if len(texts) != columns:
        raise _RowError(_wrong_count(stripped, columns))
    return texts


def _expected(columns: int) -> str:
    if columns == PIXELS:
        return f"{PIXELS} pixel values, separated by spaces"
    return f"{columns} values, separated by spaces: {PIXELS} pixels, then {CLASSES} of the label"


def _wrong_count(line: str, columns: int) -> str:
    found = sum(1 for _ in _SEPARATOR.finditer(line)) + 1
    if columns == PIXELS and found == PIXELS + CLASSES:
        hint = f"; {found} looks like a training file, with a label at the end of each line"
    elif columns != PIXELS and found == PIXELS:
        hint = f"; {found} looks like a file to predict, without labels"
    else:
        hint = f": {quoted(line)}"
    return f"expected {_expected(columns)}; found {found}{hint}"


def _number(text: str, column: int) -> float:
    if _NUMBER.fullmatch(text):
        return float(text) + 0.0  # −0 becomes 0
    if _NOT_FINITE.fullmatch(text):
        raise _RowError(f"column {column}: {quoted(text)} is not a finite number; expected one from 0 to 1")
    raise _RowError(f"column {column}: {quoted(text)} is not a number; expected one from 0 to 1")


def _check_row(row: list[float], texts: list[str]) -> None:
    """Raise ``_RowError`` unless the pixels lie in 0..1 and the label, if the row has one, is one-hot.

    ``texts`` are the same values as written in the file.
    """
    for column, value in enumerate(row[:PIXELS], start=1):
        if not 0.0 <= value <= 1.0:
            shown = quoted(texts[column - 1])
            raise _RowError(f"column {column}: {shown} is outside the range from 0 (empty) to 1 (drawn)")
    label = row[PIXELS:]
    if label and (label.count(1.0) != 1 or label.count(0.0) != CLASSES - 1):
        shown = quoted(" ".join(texts[PIXELS:]))
        raise _RowError(
            f"columns {PIXELS + 1} to {PIXELS + CLASSES}: {shown} is not a one-hot label; "
            f"expected a single 1 and {CLASSES - 1} zeros"
        )


# Writing


def _table(values: Floats, columns: int) -> Floats:
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != columns:
        raise ValueError(f"expected rows of {columns} numbers; got an array of shape {table.shape}")
    return table


def _text(value: float) -> str:
    """0 and 1 as whole numbers, a grey with the fewest digits that give the same number when read."""
    return str(int(value)) if value in (0.0, 1.0) else repr(value)


def _write(path: str | Path, table: Floats) -> None:
    file = str(path)
    if not len(table):
        raise DataError(file, None, "there are no rows to write")
    lines = []
    for number, row in enumerate(table.tolist(), start=1):
        texts = [_text(value) for value in row]
        try:
            _check_row(row, texts)
        except _RowError as bad:
            raise DataError(file, number, str(bad)) from None
        lines.append(" ".join(texts) + "\n")
    try:
        _replace_file(Path(file), "".join(lines).encode("ascii"))
    except OSError as error:
        raise DataError(file, None, f"the file cannot be written: {error.strerror or error}") from error
    except (ValueError, RuntimeError) as error:  # a zero byte; links that lead to each other
        raise DataError(file, None, f"no file can have this name: {error}") from error


def _replace_file(path: Path, data: bytes) -> None:
    """Write to a temporary file, sync it to disk, then rename it to ``path``."""
    target = path.resolve()  # a link stays a link
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "this is a folder or a device; expected a file")
    aside = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with aside.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            aside.chmod(target.stat().st_mode & 0o777)
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
