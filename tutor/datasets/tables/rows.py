"""The prepared rows of a table, and how another row is prepared in the same way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError, quoted
from tutor.datasets.tables.inputs import Input, NumberInput
from tutor.datasets.tables.table import Array
from tutor.datasets.tables.target import Target

Targets = NDArray[np.float64] | NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class RowSet:
    """``inputs`` (rows, inputs); ``targets`` (rows,): the numbers of the classes, or standardised numbers.

    ``lines`` says where each row begins in the file.
    """

    inputs: Array
    targets: Targets
    lines: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.inputs)


@dataclass(frozen=True, eq=False)
class TableRows:
    """The rows of a table to train on and to test with, and what it takes to prepare another row in the same way."""

    file: str
    content: str
    inputs: tuple[Input, ...]
    target: Target
    training: RowSet
    test: RowSet
    notes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the inputs, in the order of the columns of the arrays."""
        return tuple(name for given in self.inputs for name in given.names)

    @property
    def classes(self) -> tuple[str, ...] | None:
        """The names of the classes, or None if the target is a number."""
        return self.target.classes


def prepare_row(rows: TableRows, values: Mapping[str, str | float | None]) -> Array:
    """A new row as inputs (inputs,): a value by name for every column, None or an empty text where it is missing.

    Raises ``DataError`` if a column is not there, or its value is not of its kind.
    """
    given = dict(values)
    parts: list[Array] = []
    for column in rows.inputs:
        if column.name not in given:
            raise DataError(rows.file, None, f"a value of {quoted(column.name)[1:-1]} is missing")
        if isinstance(column, NumberInput):
            parts.append(column.encoded(np.array([column.read(rows.file, given[column.name])]))[0])
        else:
            parts.append(column.encoded([column.read(rows.file, given[column.name])])[0])
    return np.concatenate(parts)
