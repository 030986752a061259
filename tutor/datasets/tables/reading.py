"""A file read as a table, with a note for everything that was not as it should be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tutor.datasets.errors import DataError, quoted
from tutor.datasets.tables.cells import SEPARATORS, Row, cells_of
from tutor.datasets.tables.kinds import column_of, has_decimal_commas, is_missing, number_of
from tutor.datasets.tables.npz_table import is_npz, npz_table
from tutor.datasets.tables.table import MOST_ROWS, Table, counted, word_of
from tutor.datasets.tables.text import content_of, hash_of, text_of


def read_table(path: Path) -> Table:
    """The table in a file of text (CSV, TSV, with semicolons or bars) or of arrays (``.npz``).

    Raises ``DataError`` with a sentence for whatever else is there.
    """
    content = content_of(path)
    if is_npz(path, content):
        return npz_table(path, hash_of(content))
    text, notes = text_of(str(path), content)
    return _table(str(path), text, hash_of(content), list(notes))


def _table(file: str, text: str, content: str, notes: list[str]) -> Table:
    cells = cells_of(file, text)
    rows = cells.rows
    if cells.blank:
        notes.append(
            f"{counted(cells.blank, 'row')} with nothing in {'it is' if cells.blank == 1 else 'them are'} left out."
        )
    may_comma = cells.separator != ","
    if _has_names(rows, may_comma):
        names = _names(rows[0], notes)
        rows = rows[1:]
    else:
        names = [f"column {i}" for i in range(1, len(rows[0].cells) + 1)]
        notes.append(f"Line {rows[0].line} has values and not names: the columns are called {_span(names)}.")
    if not rows:
        raise DataError(file, None, "there is only a line of names and no row below it")
    if len(rows) > MOST_ROWS:
        raise DataError(file, None, f"there are {len(rows):,} rows; at most {MOST_ROWS:,} are read")
    columns = list(zip(*(row.cells for row in rows), strict=True))
    comma = may_comma and has_decimal_commas(columns)
    if comma:
        notes.append("Numbers are read with a decimal comma: 1,5 is one and a half.")
    if len(names) == 1:
        notes.append(f"There is one column: none of {', '.join(SEPARATORS.values())} is in every line.")
    lines = [row.line for row in rows]
    made = tuple(
        column_of(file, name, cells, lines, notes, comma=comma) for name, cells in zip(names, columns, strict=True)
    )
    return Table(file, made, np.array(lines, dtype=np.intp), tuple(notes), content)


def _span(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def _has_names(rows: list[Row], comma: bool) -> bool:
    """Whether the first row has names and not values.

    It has values if all its cells are numbers or missing, if one is a number with a fraction, or if every column of
    numbers begins with one and every column of words with a word that comes again.
    """
    first, rest = [cell.strip() for cell in rows[0].cells], rows[1:]
    numbers = [number_of(cell, comma=comma) is not None for cell in first]
    if not any(numbers):
        return True
    if all(number or is_missing(cell) for number, cell in zip(numbers, first, strict=True)):
        return False
    if any(number and not cell.lstrip("+-").isdigit() for number, cell in zip(numbers, first, strict=True)):
        return False
    if not rest:
        return True
    for i, number in enumerate(numbers):
        below = [row.cells[i].strip() for row in rest]
        are_numbers = all(is_missing(cell) or number_of(cell, comma=comma) is not None for cell in below)
        if are_numbers != number or (not number and first[i] not in below):
            return True
    return False


def _names(row: Row, notes: list[str]) -> list[str]:
    """Distinct names for the columns."""
    given = [word_of(cell) for cell in row.cells]
    taken = set(given)
    names: list[str] = []
    for number, name in enumerate(given, start=1):
        if name and name not in names:
            names.append(name)
            continue
        new = _free(name or "column", number if not name else 2, taken | set(names))
        notes.append(
            f"Column {number} has the name of another, {quoted(name)}; it is called {quoted(new)} here."
            if name
            else f"Column {number} has no name; it is called {quoted(new)} here."
        )
        names.append(new)
    return names


def _free(name: str, number: int, taken: set[str]) -> str:
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}"
