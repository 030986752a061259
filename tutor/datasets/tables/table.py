"""A table as it was read: named columns of numbers or words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError, escaped, quoted

Array = NDArray[np.float64]

MOST_BYTES = 20_000_000
MOST_ROWS, MOST_COLUMNS = 100_000, 200
MOST_CELLS = 3_000_000
"""Read cells take some 100 bytes each."""
LARGEST = 1e100
"""The largest number: its square, summed over all rows, is still finite."""


@dataclass(frozen=True, eq=False)
class NumberColumn:
    """``values`` (rows,), NaN where one is missing."""

    name: str
    values: Array

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Which rows have no value here."""
        return np.isnan(self.values)

    @property
    def distinct(self) -> tuple[float, ...]:
        """The different numbers, in order."""
        return tuple(np.unique(self.values[~self.missing]).tolist())


@dataclass(frozen=True, eq=False)
class WordColumn:
    """One word for each row, empty where it is missing."""

    name: str
    values: tuple[str, ...]

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Which rows have no value here."""
        return np.array([not word for word in self.values], dtype=np.bool_)

    @property
    def distinct(self) -> tuple[str, ...]:
        """The different words, in order."""
        return tuple(sorted(set(self.values) - {""}))


Column = NumberColumn | WordColumn


@dataclass(frozen=True, eq=False)
class Table:
    """The columns of a file, each of as many values as ``lines``, the lines where the rows begin.

    ``notes`` has a sentence for everything that was not as it should be. ``content`` is the beginning of the SHA-256
    of the file's bytes. ``held_out`` says which rows the file itself sets apart for testing, if it does, and
    ``target`` names the column that it sets apart as the target.
    """

    file: str
    columns: tuple[Column, ...]
    lines: NDArray[np.intp]
    notes: tuple[str, ...]
    content: str
    held_out: NDArray[np.bool_] | None = None
    target: str | None = None

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name, also if only upper and lower case differ. Raises ``DataError``."""
        for same in (str, str.casefold):
            found = [column for column in self.columns if same(column.name) == same(word_of(name))]
            if len(found) == 1:
                return found[0]
        raise DataError(self.file, None, f"there is no column {quoted(name)}; there are {listed(self.names)}")


def word_of(cell: str) -> str:
    """A cell as a word: without white space around it, on one line, and with what cannot be seen escaped."""
    if cell.isascii() and cell.isalnum():
        return cell
    return escaped(unicodedata.normalize("NFC", re.sub(r"\s+", " ", cell).strip()))


def listed(names: tuple[str, ...], most: int = 12) -> str:
    """The first names, and how many more there are."""
    said = ", ".join(quoted(name)[1:-1] for name in names[:most])
    return f"{said} and {len(names) - most:,} more" if len(names) > most else said


def counted(number: int, what: str) -> str:
    """``1 row``, ``2 rows``."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
