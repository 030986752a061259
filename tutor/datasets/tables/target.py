"""The column that a network is to tell: a class, or a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import DataError, quoted
from tutor.datasets.tables.inputs import mean_and_deviation
from tutor.datasets.tables.table import Array, Column, NumberColumn, WordColumn, listed

TargetKind = Literal["class", "number"]
MOST_CLASSES = 50
MOST_WHOLE_CLASSES = 20
"""Whole numbers with at most this many different ones, and two rows for each on average, are taken for classes."""


@dataclass(frozen=True)
class Target:
    """``classes`` in the order of their numbers; or None, and ``mean`` and ``deviation`` of standardised numbers."""

    name: str
    classes: tuple[str, ...] | None = None
    mean: float = 0.0
    deviation: float = 1.0

    @property
    def kind(self) -> TargetKind:
        """What it is."""
        return "number" if self.classes is None else "class"

    def put_back(self, answers: Array) -> Array:
        """Answers of a network, which are standardised, in the numbers of the table."""
        return answers * self.deviation + self.mean


def kind_of_target(column: Column) -> TargetKind:
    """What the column is if nobody says: words are classes, and so are few whole numbers."""
    if isinstance(column, WordColumn):
        return "class"
    different = column.distinct
    rows = int((~column.missing).sum())
    few = len(different) <= MOST_WHOLE_CLASSES and 2 * len(different) <= rows
    return "class" if few and all(number == int(number) for number in different) else "number"


def classes_of(file: str, column: Column) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """The classes of a column without gaps, and the number of each row's. Raises ``DataError``."""
    shown = quoted(column.name)[1:-1]
    names: tuple[str, ...]
    if isinstance(column, NumberColumn):
        names = tuple(f"{number:.15g}" for number in column.distinct)
        numbers = np.unique(column.values, return_inverse=True)[1].astype(np.intp)
    else:
        names = column.distinct
        at = {name: i for i, name in enumerate(names)}
        numbers = np.array([at[word] for word in column.values], dtype=np.intp)
    if len(names) < 2:
        raise DataError(
            file,
            None,
            f"the target {shown} is {quoted(names[0])} in every row; there is something to learn from two on",
        )
    if len(names) > MOST_CLASSES:
        raise DataError(
            file, None, f"the target {shown} has {len(names):,} different values, such as {listed(names, 3)}; "
            f"there may be {MOST_CLASSES} classes",
        )  # fmt: skip
    return names, numbers


def number_target(file: str, column: Column, training: NDArray[np.bool_]) -> tuple[Target, Array]:
    """The target, and the standardised numbers of all rows, by the training rows. Raises ``DataError``."""
    shown = quoted(column.name)[1:-1]
    if not isinstance(column, NumberColumn):
        raise DataError(
            file, None, f"the target {shown} has words, such as {listed(column.distinct, 3)}, and no numbers"
        )
    mean, deviation = mean_and_deviation(column.values[training])
    if not deviation:
        raise DataError(file, None, f"the target {shown} is {mean:.6g} in all training rows; there is nothing to learn")
    return Target(column.name, None, mean, deviation), (column.values - mean) / deviation
