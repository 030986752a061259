"""What a learner can change in a lab: named, bounded controls.

Everything that differs between kinds is here: the shape of a value, the names of its places, which values are valid,
and how a value is typed and printed. Only the screen's widgets also distinguish the kinds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar
from unicodedata import east_asian_width

Scalar = float | int | str
Value = Scalar | tuple[float, ...] | tuple[tuple[float, ...], ...]


ReadNumber = Callable[[str], float | str]
"""One typed word as a number, or the word itself if it is none."""
_PIXELS = re.compile(r"[01]+(/[01]+)*/?")


class ControlError(ValueError):
    """An invalid value for a control; the message is a sentence for the learner."""


class Numbers:
    """Base class of controls whose value is made of numbers."""

    name: str
    label: str
    low: float
    high: float
    integer: bool = False

    @property
    def axes(self) -> tuple[tuple[str, ...], ...]:
        """The names of the places along each axis of the value; empty if they are counted from 0."""
        return ()

    @property
    def lengths(self) -> tuple[int, ...]:
        """The shape of the value."""
        return tuple(map(len, self.axes))

    def takes(self, number: float) -> bool:
        """Whether ``number`` is valid as one number of the value."""
        return self.low <= number <= self.high and not (self.integer and number != round(number))

    def limits(self, show: Callable[[float], str]) -> str:
        """The valid numbers, in words."""
        return f"from {show(self.low)} to {show(self.high)}"

    def typed(self, words: Sequence[str], number: ReadNumber) -> object:
        """Typed words in the shape of the value, still to be validated by ``check``.

        ``/`` may separate the rows of a table.
        """
        if len(self.axes) > 1 and "/" in words:
            rows: list[list[float | str]] = [[]]
            for word in words:
                if word == "/":
                    rows.append([])
                else:
                    rows[-1].append(number(word))
            return rows
        return [number(word) for word in words]

    def written(self, value: object) -> str:
        """A value as it is typed."""
        if not isinstance(value, list | tuple):
            return f"{value:.10g}" if isinstance(value, int | float) else str(value)
        rows = any(isinstance(row, list | tuple) for row in value)
        return (" / " if rows else " ").join(map(self.written, value))


@dataclass(frozen=True)
class NumberControl(Numbers):
    """One number from ``low`` to ``high``; an arrow key moves it by ``step``.

    With ``choices`` an arrow key moves to the next choice instead (learning rates: 0.001, 0.003, 0.01, …); any number
    in the range can still be typed. ``integer`` allows whole numbers only.
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

    def typed(self, words: Sequence[str], number: ReadNumber) -> object:
        """The typed number; raises ``ControlError`` if there are several."""
        read = number(" ".join(words))
        if isinstance(read, str) and len(words) != 1:
            raise ControlError(f"{self.label} is one number; got {read}")
        return read

    def stepped(self, value: float, direction: int) -> float:
        """The value after one arrow key up (+1) or down (−1) from ``value``, within the bounds."""
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
    axes: ClassVar[tuple[tuple[str, ...], ...]] = ()
    lengths: ClassVar[tuple[int, ...]] = ()

    def check(self, value: object) -> Value:
        """The value if it is an option; raises ``ControlError`` naming the options."""
        if isinstance(value, str) and value in self.options:
            return value
        raise ControlError(f"{self.label} is one of {', '.join(self.options)}; got {value}")

    def limits(self, show: Callable[[float], str]) -> str:  # noqa: ARG002 - words have no digits
        """The options, in words."""
        return f"one of {', '.join(self.options)}"

    def typed(self, words: Sequence[str], number: ReadNumber) -> object:  # noqa: ARG002 - as above
        """The option that was typed, in upper or lower case; the words themselves if it is none."""
        typed = " ".join(words)
        return next((option for option in self.options if option.casefold() == typed.casefold()), typed)

    def written(self, value: object) -> str:
        """A value as it is typed."""
        return str(value)


@dataclass(frozen=True)
class TextControl:
    """A word or a sentence of the learner's own, of ``least`` to ``most`` characters; a wide character counts as two.

    ``characters`` are those that it may have; empty if all that can be printed are allowed. Where none of them is a
    capital, capitals become small letters. Of several blanks one is kept.
    """

    name: str
    label: str
    default: str
    least: int
    most: int
    characters: str = ""
    help: str = ""
    axes: ClassVar[tuple[tuple[str, ...], ...]] = ()
    lengths: ClassVar[tuple[int, ...]] = ()

    def check(self, value: object) -> Value:
        """The text without needless blanks; raises ``ControlError`` for what it may not have or be."""
        if not isinstance(value, str):
            raise ControlError(f"{self.label} is text; got {value}")
        text = " ".join(filter(None, value.split(" ")))
        if self.characters == self.characters.lower() != "":
            text = text.lower()
        for character in text:
            if not character.isprintable() or (self.characters and character not in self.characters):
                shown = ascii(character) if not character.isprintable() else f"“{character}”"
                raise ControlError(f"{self.label} has {self._allowed}; {shown} is none of them")
        length = len(text) + sum(east_asian_width(character) in "FW" for character in text)
        if not self.least <= length <= self.most:
            raise ControlError(f"{self.label} has {self._lengths}; this has {length}")
        return text

    @property
    def _allowed(self) -> str:
        if not self.characters:
            return "characters that can be printed"
        run = "".join(map(chr, range(ord(self.characters[0]), ord(self.characters[-1]) + 1)))
        return f"{run[0]} to {run[-1]}" if run == self.characters else " ".join(self.characters)

    @property
    def _lengths(self) -> str:
        return f"{self.least} to {self.most} characters"

    def limits(self, show: Callable[[float], str]) -> str:  # noqa: ARG002 - a text is not counted in decimals
        """How long it may be, and of what."""
        return f"{self._lengths}, {self._allowed}" if self.characters else self._lengths

    def typed(self, words: Sequence[str], number: ReadNumber) -> object:  # noqa: ARG002 - the words are not numbers
        """The typed words as one text."""
        return " ".join(words)

    def written(self, value: object) -> str:
        """A value as it is typed."""
        return str(value)


@dataclass(frozen=True)
class VectorControl(Numbers):
    """A row of numbers, each from ``low`` to ``high``; ``labels`` name its places. ``integer``: whole numbers only."""

    name: str
    label: str
    labels: tuple[str, ...]
    low: float
    high: float
    step: float
    default: tuple[float, ...]
    help: str = ""
    integer: bool = False

    @property
    def axes(self) -> tuple[tuple[str, ...], ...]:
        """The names of its places."""
        return (self.labels,)

    def check(self, value: object) -> Value:
        """The value as a tuple of ``len(labels)`` numbers; raises ``ControlError``."""
        numbers = _row(self.label, value, len(self.labels))
        checked = tuple(_within(f"{self.label} {n}", x, self) for n, x in zip(self.labels, numbers, strict=True))
        if self.integer and any(x != round(x) for x in checked):
            raise ControlError(f"{self.label} are whole numbers; got {', '.join(f'{x:g}' for x in checked)}")
        return tuple(map(round, checked)) if self.integer else checked


@dataclass(frozen=True)
class MatrixControl(Numbers):
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

    @property
    def axes(self) -> tuple[tuple[str, ...], ...]:
        """The names of its rows and of its columns."""
        return self.row_labels, self.column_labels

    def check(self, value: object) -> Value:
        """The value as rows of numbers; a flat row of the right length is reshaped. Raises ``ControlError``."""
        return _table(self.label, value, len(self.row_labels), len(self.column_labels), self)


@dataclass(frozen=True)
class GridControl(Numbers):
    """A picture to draw on: rows × columns of pixels from 0 (off) to 1 (on); greys are allowed."""

    name: str
    label: str
    rows: int
    columns: int
    default: tuple[tuple[float, ...], ...]
    low: float = 0.0
    high: float = 1.0
    help: str = ""

    @property
    def axes(self) -> tuple[tuple[str, ...], ...]:
        """Empty names: rows and columns are counted from 0."""
        return (), ()

    @property
    def lengths(self) -> tuple[int, ...]:
        """Rows and columns."""
        return self.rows, self.columns

    def typed(self, words: Sequence[str], number: ReadNumber) -> object:
        """Numbers as a table, or pixels on and off as ``11111/10001/…``, with or without the ``/``."""
        rows = self._pixel_rows(words)
        return super().typed(words, number) if rows is None else rows

    def written(self, value: object) -> str:
        """A value as it is typed."""
        table = isinstance(value, list | tuple) and all(isinstance(row, list | tuple) for row in value)
        if isinstance(value, list | tuple) and table and all(pixel in (0, 1) for row in value for pixel in row):
            return "/".join("".join(f"{pixel:.0f}" for pixel in row) for row in value)
        return super().written(value)

    def _pixel_rows(self, words: Sequence[str]) -> list[list[float]] | None:
        if not all(_PIXELS.fullmatch(word) or word == "/" for word in words):
            return None
        rows = [row for word in words for row in word.split("/") if row]
        if len(rows) == 1 and len(rows[0]) == self.rows * self.columns:
            rows = [rows[0][i : i + self.columns] for i in range(0, len(rows[0]), self.columns)]
        if all(len(row) == 1 for row in rows):
            return None
        return [[float(pixel) for pixel in row] for row in rows]

    def check(self, value: object) -> Value:
        """The value as rows of pixels; a flat row of rows · columns pixels is reshaped. Raises ``ControlError``."""
        return _table(self.label, value, self.rows, self.columns, self)


@dataclass(frozen=True)
class ActionControl:
    """A button. ``key`` is its single letter where a face has keys."""

    name: str
    label: str
    key: str = ""
    help: str = ""


NumericControl = NumberControl | VectorControl | MatrixControl | GridControl
"""Controls whose value is made of numbers."""
WordControl = ChoiceControl | TextControl
"""Controls whose value is a word or a text."""
ValueControl = NumberControl | ChoiceControl | TextControl | VectorControl | MatrixControl | GridControl
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
