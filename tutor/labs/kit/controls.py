"""What a learner can change in a lab: named, bounded controls, and the one place where values are checked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Scalar = float | int | str
Value = Scalar | tuple[float, ...] | tuple[tuple[float, ...], ...]


class ControlError(ValueError):
    """A value that a control does not take; the message is a sentence for the learner."""


@dataclass(frozen=True)
class NumberControl:
    """One number from ``low`` to ``high``; an arrow key moves it by ``step``.

    With ``choices`` an arrow key goes to the next of them instead (learning rates: 0.001, 0.003, 0.01, …), and a
    typed number may still be any in the range. ``integer`` takes whole numbers only.
    """

    name: str
    label: str
    low: float
    high: float
    step: float
    default: float
    integer: bool = False
    choices: tuple[float, ...] = ()
    help: str = ""

    def check(self, value: object) -> Value:
        """The value as a number within the bounds; raises ``ControlError``."""
        number = _number(self.label, value)
        if self.integer and number != round(number):
            raise ControlError(f"{self.label} is a whole number; got {number:g}")
        if not self.low <= number <= self.high:
            raise ControlError(f"{self.label} lies from {self.low:g} to {self.high:g}; got {number:g}")
        return round(number) if self.integer else number

    def stepped(self, value: float, direction: int) -> float:
        """The value one arrow key up (+1) or down (−1) from ``value``, kept within the bounds."""
        if self.choices:
            beyond = [c for c in self.choices if (c > value if direction > 0 else c < value)]
            moved = (min(beyond) if direction > 0 else max(beyond)) if beyond else value
        else:
            moved = round(value + direction * self.step, 10)
        return min(self.high, max(self.low, moved))


@dataclass(frozen=True)
class ChoiceControl:
    """One of a few words."""

    name: str
    label: str
    options: tuple[str, ...]
    default: str
    help: str = ""

    def check(self, value: object) -> Value:
        """The value if it is an option; raises ``ControlError`` naming the options."""
        if isinstance(value, str) and value in self.options:
            return value
        raise ControlError(f"{self.label} is one of {', '.join(self.options)}; got {value}")


@dataclass(frozen=True)
class VectorControl:
    """A row of numbers, each from ``low`` to ``high``; ``labels`` name its places. ``integer``: whole ones."""

    name: str
    label: str
    labels: tuple[str, ...]
    low: float
    high: float
    step: float
    default: tuple[float, ...]
    help: str = ""
    integer: bool = False

    def check(self, value: object) -> Value:
        """The value as a tuple of ``len(labels)`` numbers; raises ``ControlError``."""
        numbers = _row(self.label, value, len(self.labels))
        checked = tuple(_within(f"{self.label} {n}", x, self) for n, x in zip(self.labels, numbers, strict=True))
        if self.integer and any(x != round(x) for x in checked):
            raise ControlError(f"{self.label} are whole numbers; got {', '.join(f'{x:g}' for x in checked)}")
        return tuple(map(round, checked)) if self.integer else checked


@dataclass(frozen=True)
class MatrixControl:
    """A table of numbers (rows × columns), each from ``low`` to ``high``."""

    name: str
    label: str
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    low: float
    high: float
    step: float
    default: tuple[tuple[float, ...], ...]
    help: str = ""

    def check(self, value: object) -> Value:
        """The value as rows of numbers; a flat row of the right length is folded. Raises ``ControlError``."""
        return _table(self.label, value, len(self.row_labels), len(self.column_labels), self)


@dataclass(frozen=True)
class GridControl:
    """A picture to draw on: rows × columns of pixels from 0 (off) to 1 (on); greys are allowed."""

    name: str
    label: str
    rows: int
    columns: int
    default: tuple[tuple[float, ...], ...]
    low: float = 0.0
    high: float = 1.0
    help: str = ""

    def check(self, value: object) -> Value:
        """The value as rows of pixels; a flat row of rows · columns pixels is folded. Raises ``ControlError``."""
        return _table(self.label, value, self.rows, self.columns, self)


@dataclass(frozen=True)
class ActionControl:
    """Something to do at once. ``key`` is the single letter that a keyboard face offers for it."""

    name: str
    label: str
    key: str = ""
    help: str = ""


ValueControl = NumberControl | ChoiceControl | VectorControl | MatrixControl | GridControl
Control = ValueControl | ActionControl


def _number(label: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ControlError(f"{label} is a number; got {value}")
    try:
        number = float(value)
    except OverflowError:  # a whole number of hundreds of digits
        raise ControlError(f"{label} is a number, and this one is too large") from None
    if not math.isfinite(number):
        raise ControlError(f"{label} is a finite number; got {value}")
    return number


def _within(label: str, value: object, bounds: VectorControl | MatrixControl | GridControl) -> float:
    number = _number(label, value)
    if not bounds.low <= number <= bounds.high:
        raise ControlError(f"{label} lies from {bounds.low:g} to {bounds.high:g}; got {number:g}")
    return number


def _row(label: str, value: object, length: int) -> Sequence[object]:
    if not isinstance(value, list | tuple):
        value = (value,)
    if len(value) != length:
        raise ControlError(f"{label} has {length} numbers; got {len(value)}")
    return value


def _table(
    label: str, value: object, rows: int, columns: int, bounds: MatrixControl | GridControl
) -> tuple[tuple[float, ...], ...]:
    if not isinstance(value, list | tuple):
        raise ControlError(f"{label} has {rows}×{columns} numbers; got {value}")
    if len(value) == rows * columns and not any(isinstance(x, list | tuple) for x in value):
        value = [value[r * columns : (r + 1) * columns] for r in range(rows)]
    if len(value) != rows:
        raise ControlError(f"{label} has {rows} rows of {columns} numbers; got {len(value)}")
    return tuple(
        tuple(_within(f"{label} ({r + 1},{c + 1})", x, bounds) for c, x in enumerate(_row(label, row, columns)))
        for r, row in enumerate(value)
    )
