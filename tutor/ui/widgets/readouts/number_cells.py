"""The numbers of a readout or control as a table with a cursor, to choose one of them."""

from __future__ import annotations

from typing import ClassVar

from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tutor.course.numbers_on_screen import NumberAt, Source
from tutor.engine.derivations.derivation import show
from tutor.labs.kit.places import split_path
from tutor.language.catalogue import _
from tutor.ui.widgets.notation import fit, fit_right, visible

_DIGITS = 4
_LONGEST_LABEL = 12
_PAGE = 10


class NumberCells(Widget, can_focus=True):
    """One tile at a time, with the rows and columns around the cursor. A vector is shown as a column."""

    DEFAULT_CSS = """
    NumberCells { width: 1fr; height: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "go(0,-1)", "left", show=False),
        Binding("right", "go(0,1)", "right", show=False),
        Binding("up", "go(-1,0)", "up", show=False),
        Binding("down", "go(1,0)", "down", show=False),
        Binding("pageup", "page(-1)", "back", show=False),
        Binding("pagedown", "page(1)", "on", show=False),
        Binding("enter,space", "choose", "choose", show=False),
    ]

    at: reactive[int] = reactive(0)
    """The index of the number under the cursor, in reading order."""

    class Moved(Message):
        """The cursor moved to another number."""

    class Chosen(Message):
        """A number was chosen."""

        def __init__(self, number: NumberAt) -> None:
            super().__init__()
            self.number = number
            """The number and its path."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._numbers = source.numbers
        self._places = {_place(number): i for i, number in enumerate(source.numbers)}

    @property
    def number(self) -> NumberAt:
        """The number under the cursor."""
        return self._numbers[self.at]

    def watch_at(self) -> None:
        """Post that the cursor moved."""
        self.post_message(self.Moved())

    def action_go(self, down: int, right: int) -> None:
        """Move the cursor; beyond the last row to the next tile, beyond the first to the previous one."""
        tile, row, column = _place(self.number)
        to = self._places.get((tile, row + down, column + right))
        if to is None and right:
            # Beyond the end of a row, as in a text.
            to = self.at + right
        elif to is None:
            ends = [r for t, r, c in self._places if t == tile + down and c == column]
            to = self._places[(tile + down, min(ends) if down > 0 else max(ends), column)] if ends else None
        if to is not None and 0 <= to < len(self._numbers):
            self.at = to

    def action_page(self, direction: int) -> None:
        """Move to the same place of the next tile (+1) or the previous one; with a single tile, by ten rows."""
        tile, row, column = _place(self.number)
        if (tile + direction, 0, 0) in self._places:
            self.at = self._places.get((tile + direction, row, column), self._places[(tile + direction, 0, 0)])
            return
        rows = [r for t, r, c in self._places if t == tile and c == column]
        wanted = row + direction * _PAGE
        self.at = self._places[(tile, min(rows, key=lambda r: abs(r - wanted)), column)]

    def action_choose(self) -> None:
        """Choose the number under the cursor."""
        self.post_message(self.Chosen(self.number))

    def render(self) -> RenderResult:
        """The part of the tile that fits, with the cursor in the middle if possible."""
        width, height = self.size
        tile, row, column = _place(self.number)
        here = {(r, c): self._numbers[i] for (t, r, c), i in self._places.items() if t == tile}
        rows = sorted({r for r, _ in here})
        columns = sorted({c for _, c in here})
        names = {r: _names(here[(r, c)])[1] for r, c in sorted(here, reverse=True)}
        each = max(len(show(n.value, _DIGITS)) for n in here.values()) + 2
        margin = min(_LONGEST_LABEL, max(len(name) for name in names.values())) + 1
        heading = self._heading(tile)
        shown_columns = _window(columns, column, max(1, (width - margin) // each))
        shown_rows = _window(rows, row, max(1, height - 1 - bool(heading)))
        column_names = {c: _names(n)[2] for (_, c), n in here.items()}
        lines = [Content.styled(heading, "bold")] if heading else []
        lines.append(
            Content.styled(" " * margin + "".join(fit_right(column_names[c], each) for c in shown_columns), "dim")
        )
        for r in shown_rows:
            cells = [self._cell(here.get((r, c)), each) for c in shown_columns]
            lines.append(Content.assemble((fit(names[r], margin), "dim"), *cells))
        return Content("\n").join(lines)

    def _heading(self, tile: int) -> str:
        name = _names(self.number)[0]
        tiles = 1 + max(t for t, _, _ in self._places)
        return (
            _("{name}  {tile} of {tiles}: page up, page down").format(name=name, tile=tile + 1, tiles=tiles)
            if tiles > 1
            else name
        )

    def _cell(self, number: NumberAt | None, width: int) -> Content:
        if number is None:
            return Content(" " * width)
        text = show(number.value, _DIGITS)
        if number is self.number:
            return Content(" " * (width - len(text) - 2)) + Content.styled(f"‹{text}›", "bold reverse")
        return Content(fit_right(text + " ", width))


def _place(number: NumberAt) -> tuple[int, int, int]:
    """Tile, row, column."""
    index = number.index
    if len(index) == 1:
        return 0, index[0], 0
    tile, row, column = (0, 0, *index)[-3:]
    return tile, row, column


def _names(number: NumberAt) -> tuple[str, str, str]:
    """The names of tile, row and column, from the path."""
    places = tuple(visible(place) for place in split_path(number.path)[1])
    if len(places) == 1:
        return "", places[0], ""
    tile, row, column = ("", "", *places)[-3:]
    return tile, row, column


def _window(all_: list[int], around: int, room: int) -> list[int]:
    """``room`` of the numbers, with ``around`` in the middle unless it is near an end.

    >>> _window([0, 1, 2, 3, 4, 5], 4, 3), _window([0, 1], 1, 5)
    ([3, 4, 5], [0, 1])
    """
    start = min(max(0, all_.index(around) - room // 2), max(0, len(all_) - room))
    return all_[start : start + room]
