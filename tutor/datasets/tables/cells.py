"""Text divided into rows of cells by the standard library's ``csv``, which knows quotes.

Which character separates cells follows from the first rows. ``csv.Sniffer`` is no help here: it takes the comma in
``1,5;2,5``, and on some texts it takes minutes.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tutor.datasets.errors import DataError
from tutor.datasets.tables.table import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, counted

# The comma is last: with another separator it may be a decimal comma.
SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "upright bars", ",": "commas"}
LONGEST_CELL = 1_000
_FIRST_ROWS = 100
_MOST_LINES = 10 * MOST_ROWS
_MARK = "sep="
"""How spreadsheet programs mark the separator, in a line before the others."""


@dataclass(frozen=True)
class Row:
    """The cells of a row that begins in ``line``, counted from 1."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Cells:
    """Rows of equal length, the first of which may be names. ``blank`` rows with nothing in them are left out."""

    separator: str
    rows: list[Row]
    blank: int


def cells_of(file: str, text: str) -> Cells:
    """The rows of the text. Raises ``DataError``, with the line, for rows of different length and open quotes."""
    first_line, end, rest = text.partition("\n")
    marked = first_line.rstrip("\r")
    skipped = 0
    if marked.lower().startswith(_MARK) and marked[len(_MARK) :] in SEPARATORS:
        separator, text, skipped = marked[len(_MARK) :], rest, len(end)
    else:
        separator = separator_of(text)
    rows: list[Row] = []
    blank = 0
    for row in _rows(file, text, separator, skipped):
        if not any(cell and not cell.isspace() for cell in row.cells):
            blank += len(row.cells) > 1
            continue
        rows.append(row)
        if len(row.cells) > MOST_COLUMNS:
            raise DataError(file, row.line, f"there are {len(row.cells):,} columns; at most {MOST_COLUMNS:,} are read")
        if len(row.cells) != len(rows[0].cells):
            raise DataError(file, row.line, _other_length(rows[0], row, separator))
        if len(rows) > MOST_ROWS + 1 or (len(rows) - 1) * len(row.cells) > MOST_CELLS:
            most = min(MOST_ROWS, MOST_CELLS // len(row.cells))
            raise DataError(
                file, None, f"there are more than {most:,} rows of {len(row.cells):,} columns, the most that are read"
            )
    if not rows:
        raise DataError(file, None, "the file is empty")
    return Cells(separator, rows, blank)


def _other_length(first: Row, row: Row, separator: str) -> str:
    return (
        f"this row has {counted(len(row.cells), 'cell')}; expected {len(first.cells)} as in line {first.line}, "
        f"with {SEPARATORS[separator]} between them"
    )


def _rows(file: str, text: str, separator: str, skipped: int) -> Iterator[Row]:
    """The rows as ``csv`` reads them, with the numbers of their lines, but for empty lines."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True)
    line = 1 + skipped
    try:
        for cells in reader:
            if cells and max(map(len, cells)) > LONGEST_CELL:
                raise DataError(file, line, _too_long())
            if cells:
                yield Row(line, cells)
            if reader.line_num > _MOST_LINES:
                raise DataError(file, None, f"there are more than {_MOST_LINES:,} lines, the most that are read")
            line = reader.line_num + 1 + skipped
    except csv.Error as error:
        said = str(error)
        if "limit" in said:
            reason = _too_long()
        elif "unexpected end" in said:
            reason = 'a quote (") that opens in this row is not closed'
        elif "expected after" in said:
            reason = 'a quote (") closes within a cell; within quotes, a quote is written twice ("")'
        else:
            reason = f"the row cannot be read: {said}"
        raise DataError(file, line, reason) from None


def _too_long() -> str:
    return f'a cell in this row has more than {LONGEST_CELL:,} characters; is a quote (") not closed?'


def separator_of(text: str) -> str:
    """The separator that is in the first row, and under which most rows have the most usual number of cells."""
    best, most = ",", (False, 0.0)
    for separator in SEPARATORS:
        counts = _counts(text, separator)
        usual, rows = Counter(counts).most_common(1)[0] if counts else (1, 0)
        if usual > 1 and (share := (counts[0] > 1, rows / len(counts))) > most:
            best, most = separator, share
    return best


def _counts(text: str, separator: str) -> list[int]:
    """The number of cells in each of the first rows."""
    counts: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True)
    try:
        for cells in itertools.islice(reader, _FIRST_ROWS):
            if any(cells):
                counts.append(len(cells))
    except csv.Error:
        pass
    return counts
