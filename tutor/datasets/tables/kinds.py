"""What the cells of a column are: numbers, in which notation, or words; and which are missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tutor.datasets.errors import DataError, quoted
from tutor.datasets.tables.table import LARGEST, Column, NumberColumn, WordColumn, word_of

MISSING = frozenset({"", "?", "na", "n/a", "#n/a", "<na>", "nan", "null"})
"""What stands for a missing value in any column, in upper or lower case."""
MISSING_NUMBER = MISSING | {"-", "--", "–", "—", ".", "none", "nil", "missing", "unknown"}
"""In a column of numbers these do too; among words they may be words."""

_PLAIN = re.compile(r"[+\-−]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_COMMA = re.compile(r"[+\-−]?((\d{1,3}(\.\d{3})+|\d+)(,\d*)?|,\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
# Python reads a text of these characters as a number just where _PLAIN does; it is faster on a whole column.
_ODD = re.compile(r"[^0-9.eE+\-\s]")


def number_of(cell: str, *, comma: bool = False) -> float | None:
    """The number in a cell; None if it is none. With ``comma``, 1.234,5 is a number, and 1.234 a whole one."""
    if comma and _COMMA.fullmatch(cell):
        cell = cell.replace(".", "").replace(",", ".")
    elif not _PLAIN.fullmatch(cell):
        return None
    return float(cell.replace("−", "-"))


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no value, in a column of any kind."""
    return cell.strip().lower() in MISSING


def has_decimal_commas(columns: Sequence[Sequence[str]]) -> bool:
    """Whether all values of some column are numbers under a decimal comma, and not all without it."""
    return any(any("," in cell for cell in cells) and _all_under_comma(cells) for cells in columns)


def _all_under_comma(cells: Sequence[str]) -> bool:
    there = [cell for cell in map(str.strip, cells) if cell.lower() not in MISSING_NUMBER]
    return bool(there) and all(map(_COMMA.fullmatch, there))


def column_of(
    file: str, name: str, cells: Sequence[str], lines: Sequence[int], notes: list[str], *, comma: bool
) -> Column:
    """The column, of numbers if all cells are that are there. Adds a note if only most are.

    ``comma``: the file has decimal commas. Raises ``DataError``, with the line, for a number beyond ``LARGEST``.
    """
    shown = quoted(name)[1:-1]
    values = _numbers(cells, comma=comma and _all_under_comma(cells))
    if isinstance(values, _Mixed):
        words = WordColumn(name, tuple(map(_word, cells)))
        others = int((~words.missing).sum()) - values.numbers
        if values.numbers > others:
            said = "1 cell is no number" if others == 1 else f"{others:,} cells are no numbers"
            if others > 1:
                said += ", the first"
            notes.append(
                f"{shown} is read as words: {said}, {quoted(cells[values.first].strip())} in line "
                f"{lines[values.first]:,}."
            )
        return words
    array = np.array(values, dtype=np.float64)
    if (far := np.flatnonzero(np.abs(array) > LARGEST)).size:
        at = int(far[0])
        raise DataError(file, lines[at], f"{shown} is {quoted(cells[at].strip())}; numbers are read up to 1e100")
    return NumberColumn(name, array)


@dataclass(frozen=True)
class _Mixed:
    """A column with words: how many of its cells are ``numbers``, and which is the ``first`` that is none."""

    numbers: int
    first: int


def _numbers(cells: Sequence[str], *, comma: bool) -> list[float] | _Mixed:
    """The numbers, NaN where one is missing."""
    plain = [cell.strip() for cell in cells]
    if not _ODD.search("\n".join(plain)) and not comma:
        try:
            return [float(cell) if cell not in ("", ".", "-", "--") else np.nan for cell in plain]
        except ValueError:
            pass
    numbers: list[float] = []
    good, first = 0, -1
    for i, cell in enumerate(plain):
        number = number_of(cell, comma=comma)
        if number is not None:
            good += 1
            numbers.append(number)
        elif cell.lower() in MISSING_NUMBER:
            numbers.append(np.nan)
        elif first < 0:
            first = i
    if first >= 0:
        return _Mixed(good, first)
    # A column of nothing but "none" and "-" has words in it.
    words = next((i for i, cell in enumerate(plain) if cell.lower() not in MISSING), -1)
    return _Mixed(0, words) if not good and words >= 0 else numbers


def _word(cell: str) -> str:
    return "" if is_missing(cell) else word_of(cell)
