"""Several numbers in one field, with a cursor on one of them."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive

from tutor.labs.kit.controls import MatrixControl, Value, VectorControl
from tutor.ui.widgets.fields.typed_field import TypedField
from tutor.ui.widgets.notation import control_text, fit_right


@dataclass(frozen=True)
class Place:
    """The position of a cell in the field: its number in reading order, its column and its line."""

    cell: int
    x: int
    y: int


class CellsField(TypedField):
    """A vector or a matrix. Left and right move from cell to cell in reading order, up and down step the number in the
    cell, digits type it. Tab moves on to the next control.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "go(-1)", "cell back"),
        Binding("right", "go(1)", "cell on"),
        Binding("up", "step(1)", "more"),
        Binding("down", "step(-1)", "less"),
    ]

    cursor: reactive[int] = reactive(0)

    def __init__(self, control: VectorControl | MatrixControl, value: Value) -> None:
        super().__init__(control, value)
        self.bounds = control
        samples = (control.low, control.high, control.low + control.step, control.high - control.step)
        self.number_width = max(5, *(len(control_text(v)) for v in samples))

    @property
    @abstractmethod
    def numbers(self) -> tuple[float, ...]:
        """All the numbers in reading order."""

    @property
    def count(self) -> int:
        """The number of cells."""
        return len(self.numbers)

    @abstractmethod
    def folded(self, numbers: tuple[float, ...]) -> Value:
        """The numbers in the shape of the control's value."""

    @abstractmethod
    def places(self, width: int) -> list[Place]:
        """The positions of the cells in ``width`` columns."""

    @property
    def cell_width(self) -> int:
        """The width of a cell: the number in brackets."""
        return self.number_width + 2

    def cell(self, number: int) -> Content:
        """A cell: ``[ 0.5]``; with the cursor on it ``‹ 0.5›``; while typing ``‹0.5▏›``."""
        if not (self.has_focus and number == self.cursor):
            return Content.assemble(
                "[", (fit_right(control_text(self.numbers[number]), self.number_width), "bold"), "]"
            )
        if self.typed is None:
            text = fit_right(control_text(self.numbers[number]), self.number_width)
            return Content.styled(f"‹{text}›", "bold reverse")
        end = self.typed[-(self.number_width - 1) :] + "▏"
        return Content.styled(f"‹{fit_right(end, self.number_width)}›", "bold underline")

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Take digits if there is a cell."""
        return self.count > 0 and super().check_consume_key(key, character)

    def enter_number(self, number: float) -> None:
        """Put a typed number into the cell under the cursor."""
        numbers = list(self.numbers)
        numbers[self.cursor] = number
        self.enter(self.folded(tuple(numbers)))

    def action_go(self, direction: int) -> None:
        """Move to the next cell (+1) or the previous one (−1)."""
        self.take()
        self.cursor = (self.cursor + direction) % max(1, self.count)

    def action_step(self, direction: int) -> None:
        """Step the number in the cell up (+1) or down (−1), within the bounds."""
        self.take()
        if not self.count:
            return
        moved = round(self.numbers[self.cursor] + direction * self.bounds.step, 10)
        self.enter_number(min(self.bounds.high, max(self.bounds.low, moved)))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor on the cell that was clicked."""
        for place in self.places(self.size.width):
            if place.y == event.y and place.x <= event.x < place.x + self.cell_width:
                self.take()
                self.cursor = place.cell

    def placed(self, size: Size, before: dict[tuple[int, int], Content]) -> list[Content]:
        """Lines with the cells and other pieces, each at its (column, line)."""
        pieces = {**before, **{(p.x, p.y): self.cell(p.cell) for p in self.places(size.width)}}
        lines = [Content("")] * (1 + max(y for _, y in pieces))
        for (x, y), piece in sorted(pieces.items(), key=lambda item: item[0]):
            lines[y] = lines[y] + Content(" " * max(0, x - lines[y].cell_length)) + piece
        return lines
