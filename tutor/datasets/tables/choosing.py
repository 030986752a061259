"""Which column is the target, and which are inputs."""

from __future__ import annotations

import numpy as np

from tutor.datasets.errors import DataError, quoted
from tutor.datasets.formats.csv_file import LABELS, NUMBERS_OF_ROWS
from tutor.datasets.tables.table import Column, NumberColumn, Table, WordColumn


def chosen_target(table: Table, name: str) -> Column:
    """The column of that name, with at least one value. Raises ``DataError``."""
    column = table.column(name)
    if column.missing.all():
        raise DataError(table.file, None, f"the target {quoted(column.name)[1:-1]} has no values")
    return column


def likely_target(table: Table) -> str:
    """The column that is most likely the target: named as one, or else the last of few words, or else the last."""
    if table.target is not None:
        return table.target
    named = [name for name in table.names if name.casefold() in LABELS]
    words = [
        column.name
        for column in table.columns
        if isinstance(column, WordColumn) and 2 <= len(column.distinct) <= len(table) / 2
    ]
    return (named or words or table.names)[-1]


def chosen_inputs(table: Table, target: Column, names: tuple[str, ...] | None, notes: list[str]) -> tuple[Column, ...]:
    """The columns of those names, each once; or all but the target and a column that only numbers the rows.

    Raises ``DataError``.
    """
    if names is None:
        others = [column for column in table.columns if column is not target]
        if not others:
            raise DataError(
                table.file, None, f"there is no column besides the target {quoted(target.name)[1:-1]} to be an input"
            )
        numbering = [column for column in others if _numbers_the_rows(column)]
        if 0 < len(numbering) < len(others):
            notes.extend(f"{quoted(column.name)[1:-1]} is left out: it only numbers the rows." for column in numbering)
            others = [column for column in others if column not in numbering]
        return tuple(others)
    if not names:
        raise DataError(table.file, None, "choose at least one input")
    columns = tuple(dict.fromkeys(table.column(name) for name in names))
    if target in columns:
        raise DataError(
            table.file, None, f"{quoted(target.name)[1:-1]} is the target; it cannot be an input at the same time"
        )
    return columns


def _numbers_the_rows(column: Column) -> bool:
    """Whether the column has rising whole numbers, and its name says nothing else."""
    if not isinstance(column, NumberColumn) or column.missing.any():
        return False
    named = column.name.casefold() in NUMBERS_OF_ROWS or column.name == "column 1"
    return named and bool((np.diff(column.values) > 0).all() and (column.values == np.round(column.values)).all())
