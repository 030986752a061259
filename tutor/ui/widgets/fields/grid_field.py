"""The field of a grid control: a picture to draw on."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Offset, Size
from textual.reactive import reactive

from tutor.labs.kit.controls import GridControl, Value
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.fields.stepped_line import FOCUS_MARK
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import fit, visible

_SHADES = "·░▒▓█"


def shade(value: float, low: float, high: float) -> str:
    """One cell for a pixel: ``·`` for off, ``█`` for on, ``░▒▓`` for greys.

    >>> [shade(v, 0, 1) for v in (0, 0.01, 0.5, 0.99, 1)]
    ['·', '░', '▒', '▓', '█']
    """
    share = (value - low) / ((high - low) or 1.0)
    if share <= 0 or share >= 1:
        return _SHADES[0] if share <= 0 else _SHADES[-1]
    return _SHADES[1 + min(2, int(share * 3))]


# Of the window's height a picture takes no more than this.
_SHARE_OF_THE_WINDOW = 1 / 3
# Of the width it leaves as much for what is beside it.
_LEFT_BESIDE = 12


class GridField(ControlField):
    """Pixels two cells wide, or four by two, six by three where there is room.

    Arrows move the cursor, with shift or ctrl to the edge; space turns the pixel over. So does a click, and dragging
    goes on with the value that the click gave: a drag is one stroke.
    """

    on_stage: ClassVar[bool] = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "go(-1,0)", "left", show=False),
        Binding("right", "go(1,0)", "right", show=False),
        Binding("up", "go(0,-1)", "up", show=False),
        Binding("down", "go(0,1)", "down", show=False),
        # Not every terminal distinguishes shift+arrow from an arrow; most distinguish ctrl+arrow.
        Binding("shift+left,ctrl+left", "edge(-1,0)", "to the edge", show=False),
        Binding("shift+right,ctrl+right", "edge(1,0)", "to the edge", show=False),
        Binding("shift+up,ctrl+up", "edge(0,-1)", "to the edge", show=False),
        Binding("shift+down,ctrl+down", "edge(0,1)", "to the edge", show=False),
        Binding("space,enter", "turn_over", "pixel", key_display="space"),
    ]

    cursor: reactive[Offset] = reactive(Offset(0, 0))

    def __init__(self, control: GridControl, value: Value) -> None:
        super().__init__(control, value)
        self._grid = control
        self._brush: float | None = None
        self._stroke: object | None = None
        self._last = Offset(0, 0)

    @property
    def pixels(self) -> tuple[tuple[float, ...], ...]:
        """The picture, row by row."""
        assert isinstance(self.value, tuple)
        return tuple(row for row in self.value if isinstance(row, tuple))

    def extent(self, width: int) -> Extent:
        """The label and the rows of pixels."""
        if self.staged:
            wide = max(1 + 2 * self._grid.columns, 2 + len(visible(self._grid.label)))
            scale = max(1, (width - 1) // (2 * self._grid.columns))
            most, fills = 1 + scale * self._grid.rows, 1 + scale * 2 * self._grid.columns
            least = 1 + self._grid.rows
            return Extent(wide, 2 * least, least, grows=True, most=most, fills=fills, quantum=self._grid.rows)
        height = 1 + self._grid.rows * self._scale(width)
        wide = 1 + self._grid.columns * self._pixel_width(width)
        return Extent(max(wide, 2 + len(visible(self._grid.label))), height, height, floats=True)

    def lines(self, size: Size) -> list[Content]:
        """The label, then the picture."""
        focus = self.has_focus
        label = fit(visible(self._grid.label), max(0, size.width - 1))
        lines = [
            Content.assemble((FOCUS_MARK if focus else " ", "bold $text-accent"), (label, "bold" if focus else ""))
        ]
        for y, row in enumerate(self.pixels):
            parts = [self._pixel(x, y, value, size.width) for x, value in enumerate(row)]
            lines += [Content.assemble(" ", *parts)] * self._scale(size.width)
        return lines

    def paint(self, at: Offset, value: float) -> None:
        """Set one pixel, if its value changes."""
        if self.pixels[at.y][at.x] != value:
            rows = [list(row) for row in self.pixels]
            rows[at.y][at.x] = value
            self.enter(tuple(tuple(row) for row in rows), self._stroke)

    def end_stroke(self) -> None:
        """Lift the brush."""
        self._brush = self._stroke = None

    def action_go(self, dx: int, dy: int) -> None:
        """Move the cursor within the picture."""
        x = min(max(self.cursor.x + dx, 0), self._grid.columns - 1)
        y = min(max(self.cursor.y + dy, 0), self._grid.rows - 1)
        self.cursor = Offset(x, y)

    def action_edge(self, dx: int, dy: int) -> None:
        """Move the cursor to the edge of the picture."""
        self.action_go(dx * self._grid.columns, dy * self._grid.rows)

    def action_turn_over(self) -> None:
        """Turn the pixel under the cursor on or off."""
        self.paint(self.cursor, self._other(self.cursor))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Invert the pixel and start to draw with its new value."""
        at = self._at(event)
        if at is None:
            return
        self._brush, self._stroke = self._other(at), object()
        self._last = at
        self.cursor = at
        self.capture_mouse()
        self.paint(at, self._brush)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Continue to draw, also over pixels that a fast mouse skipped."""
        at = self._at(event)
        if self._brush is None or at is None or at == self._last:
            return
        steps = max(abs(at.x - self._last.x), abs(at.y - self._last.y))
        for step in range(1, steps + 1):
            self.paint(self._last.blend(at, step / steps), self._brush)
        self._last = at
        self.cursor = at

    def on_mouse_up(self) -> None:
        """End the drag."""
        self.end_stroke()
        self.release_mouse()

    def _other(self, at: Offset) -> float:
        middle = (self._grid.low + self._grid.high) / 2
        return self._grid.high if self.pixels[at.y][at.x] < middle else self._grid.low

    def _at(self, event: events.MouseEvent) -> Offset | None:
        width = self.size.width
        x, y = (event.x - 1) // self._pixel_width(width), (event.y - 1) // self._scale(width)
        inside = event.x >= 1 and 0 <= x < self._grid.columns and event.y >= 1 and y < self._grid.rows
        return Offset(x, y) if inside else None

    def _pixel_width(self, width: int) -> int:
        return 2 * self._scale(width) if 1 + 2 * self._grid.columns <= width else 1

    def _scale(self, width: int) -> int:
        """How many lines a pixel is high."""
        grid = self._grid
        if self.staged:
            return max(1, min((self.size.height - 1) // grid.rows, (width - 1) // (2 * grid.columns)))
        window = self.app.size.height if self.is_attached else 0
        high = int(window * _SHARE_OF_THE_WINDOW) // grid.rows
        return max(1, min(high, (width - _LEFT_BESIDE) // (2 * grid.columns)))

    def _pixel(self, x: int, y: int, value: float, width: int) -> Content:
        cell = shade(value, self._grid.low, self._grid.high)
        wide = self._pixel_width(width)
        if self.has_focus and self.cursor == (x, y):
            if wide == 1:
                under = {"█": "▓", "·": "□"}.get(cell, "▣")
            elif cell == "█":
                under = f"▐{cell * (wide - 2)}▌"
            else:
                under = f"[{cell * (wide - 2)}]" if wide > 2 or cell == "·" else f"[{cell}"
            return Content.styled(under, "bold $text-accent")
        return Content.styled(cell * wide, "dim" if cell == "·" else "$foreground")
