"""The field of a large grid control: a canvas to draw a digit or a letter on."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content, Span
from textual.geometry import Offset, Region, Size
from textual.reactive import reactive

from tutor.labs.kit.controls import GridControl, Value
from tutor.language.catalogue import _
from tutor.ui.terminal.characters import draws_plainly
from tutor.ui.widgets.fields.brush import Pixels, dabbed
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.fields.stepped_line import FOCUS_MARK
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import fit, visible
from tutor.ui.widgets.pictures.canvas_drawing import canvas_lines, halved, large_canvas_lines
from tutor.ui.widgets.pictures.colour_scale import Depth, depth_of

SMALLEST_CANVAS = 13
"""A grid with at least this many rows is a canvas."""

STRIDE = 5
"""Pixels that shift and an arrow move the cursor."""

_RIGHT_BUTTON = 3
_GAP = 2
# With less room, nothing is readable to its right.
_ROOM_BESIDE = 20
# A longer label is cut to make room for the cursor's position.
_LEAST_LABEL = 8
# On a low screen, a canvas taller than this is shown at half size.
_TALL = 32
_HIGH_SCREEN = 34
_CLOSE_UP = 16
_LEAST_CLOSE_UP = 4


class CanvasField(ControlField):
    """Pixels one cell wide and half a cell high. Arrows move the cursor, with shift or ctrl by five pixels. Enter
    lowers the pen, which then draws along the cursor's path, or lifts it; space is a single dab. Backspace switches
    between pen and eraser; with the eraser, enter, space and the mouse erase. The mouse's right button always erases.

    A stroke is from pen down to pen up, or a drag of the mouse.

    On a stage with room a pixel is two cells wide and one line high. A canvas too large for its room is shown at half
    size, with the part around the cursor at full size next to it; in very little room, only that part.
    """

    on_stage: ClassVar[bool] = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "go(-1,0)", "left", show=False),
        Binding("right", "go(1,0)", "right", show=False),
        Binding("up", "go(0,-1)", "up", show=False),
        Binding("down", "go(0,1)", "down", show=False),
        # Not every terminal distinguishes shift+arrow from an arrow; most distinguish ctrl+arrow.
        Binding("shift+left,ctrl+left", f"go(-{STRIDE},0)", "five left", show=False),
        Binding("shift+right,ctrl+right", f"go({STRIDE},0)", "five right", show=False),
        Binding("shift+up,ctrl+up", f"go(0,-{STRIDE})", "five up", show=False),
        Binding("shift+down,ctrl+down", f"go(0,{STRIDE})", "five down", show=False),
        Binding("space", "dab", "dab", key_display="space"),
        Binding("enter", "pen", "pen"),
        Binding("backspace,delete", "eraser", "eraser", key_display="backspace"),
    ]

    # Repaint only the changed lines: over a slow connection, a whole canvas for each key is noticeable.
    value: reactive[Value] = reactive[Value](0.0, init=False, repaint=False)
    cursor: reactive[Offset] = reactive(Offset(0, 0), init=False, repaint=False)
    pen_down: reactive[bool] = reactive(False, init=False, repaint=False)
    erasing: reactive[bool] = reactive(False, init=False, repaint=False)

    def __init__(self, control: GridControl, value: Value) -> None:
        super().__init__(control, value)
        self._grid = control
        self._mouse_erases: bool | None = None
        self._stroke: object | None = None
        self._last = Offset(0, 0)
        self._shown: list[tuple[str, tuple[Span, ...]]] = []
        self.set_reactive(CanvasField.cursor, Offset(control.columns // 2, control.rows // 2))

    @property
    def help_text(self) -> str:
        """The keys of the canvas, the least obvious ones first."""
        return _("{label}: enter pen, backspace eraser, space dab, shift+arrow moves {stride}").format(
            label=self._grid.label, stride=STRIDE
        )

    @property
    def pixels(self) -> Pixels:
        """The picture, row by row."""
        assert isinstance(self.value, tuple)
        return tuple(row for row in self.value if isinstance(row, tuple))

    def extent(self, width: int) -> Extent:
        """The label and the picture; the next view may be to its right."""
        if self._in_part(width):
            height = 1 + -(-self._close_up(width).height // 2)
            return Extent(width, height, height, part=True)
        if self._at_half_size(width):
            wide = 1 + -(-self._grid.columns // 2) + _GAP + self._close_up_columns(width)
            height = 1 + -(-self._grid.rows // 4)
            return Extent(wide, height, height)
        height = 1 + -(-self._grid.rows // 2)
        wide = 1 + self._grid.columns
        if self.staged and 1 + 2 * self._grid.columns <= width:
            high, fills = 1 + self._grid.rows, 1 + 2 * self._grid.columns
            return Extent(wide, high, height, grows=True, most=high, fills=fills)
        return Extent(wide, height, height, floats=width - wide >= _ROOM_BESIDE)

    def lines(self, size: Size) -> list[Content]:
        """The label with the pen's state, then the picture."""
        drawn = self._drawn(size)
        self._shown = _compared(drawn)
        return drawn

    def _drawn(self, size: Size) -> list[Content]:
        pixels, cursor = self._shares(), (self.cursor.y, self.cursor.x) if self.has_focus else None
        heading = self._heading(size.width)
        if self._is_large(size):
            return [heading, *(Content(" ") + line for line in large_canvas_lines(pixels, self._depth, cursor))]
        if self._in_part(size.width):
            near = self._near(self._close_up(size.width), cursor)
            return [heading, *(Content(" ") + line for line in near)]
        if not self._at_half_size(size.width):
            return [heading, *(Content(" ") + line for line in canvas_lines(pixels, self._depth, cursor))]
        small = canvas_lines(halved(pixels), self._depth, cursor and (cursor[0] // 2, cursor[1] // 2))
        near = self._near(self._close_up(size.width), cursor)
        return [heading, *(Content(" ") + a + Content(" " * _GAP) + b for a, b in zip(small, near, strict=True))]

    def _near(self, window: Region, cursor: tuple[int, int] | None) -> list[Content]:
        """A part of the picture at full size."""
        part = [row[window.x : window.right] for row in self._shares()[window.y : window.bottom]]
        return canvas_lines(part, self._depth, cursor and (cursor[0] - window.y, cursor[1] - window.x))

    # Input

    def dab(self, *places: Offset, erase: bool) -> None:
        """Touch pixels with the brush, if that changes anything."""
        pixels = before = self.pixels
        for at in places:
            pixels = dabbed(pixels, at.y, at.x, self._grid.low, self._grid.high, erase=erase)
        if pixels != before:
            self.enter(pixels, self._stroke)

    def end_stroke(self) -> None:
        """Lift the pen, also that of the mouse."""
        self.pen_down = False
        self._stroke = self._mouse_erases = None

    def action_go(self, dx: int, dy: int) -> None:
        """Move the cursor; a lowered pen draws."""
        x = min(max(self.cursor.x + dx, 0), self._grid.columns - 1)
        y = min(max(self.cursor.y + dy, 0), self._grid.rows - 1)
        before, self.cursor = self.cursor, Offset(x, y)
        if self.pen_down:
            self.dab(*_way(before, self.cursor), erase=self.erasing)

    def action_dab(self) -> None:
        """One touch of the pen, or of the eraser."""
        self.dab(self.cursor, erase=self.erasing)

    def action_pen(self) -> None:
        """Lower the pen or the eraser, which starts at the cursor, or lift it."""
        if self.pen_down:
            self.end_stroke()
            return
        self.pen_down, self._stroke = True, object()
        self.dab(self.cursor, erase=self.erasing)

    def action_eraser(self) -> None:
        """Switch between pen and eraser, lifted."""
        self.end_stroke()
        self.erasing = not self.erasing

    def on_blur(self) -> None:
        """Leaving the canvas lifts the pen."""
        self.end_stroke()
        super().on_blur()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to draw, or to erase."""
        at = self._at(event)
        if at is None:
            return
        self.end_stroke()
        self._stroke = object()
        self._mouse_erases = self.erasing or event.button == _RIGHT_BUTTON
        self.capture_mouse()
        self._last = self.cursor = at
        self.dab(at, erase=self._mouse_erases)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Continue to draw, also over pixels that a fast mouse skipped."""
        at = self._at(event)
        if self._mouse_erases is None or at is None or at == self._last:
            return
        before, self._last, self.cursor = self._last, at, at
        self.dab(*_way(before, at), erase=self._mouse_erases)

    def on_mouse_up(self) -> None:
        """Lift the brush."""
        self.end_stroke()
        self.release_mouse()

    # Partial repaints

    def watch_value(self) -> None:
        """Repaint the lines on which a pixel changed."""
        self._repaint_changed()

    def watch_cursor(self) -> None:
        """Repaint the cursor's old and new line, and its position in the heading."""
        self._repaint_changed()

    def watch_pen_down(self) -> None:
        """Repaint the heading."""
        self._repaint_changed()

    def watch_erasing(self) -> None:
        """Repaint the heading."""
        self._repaint_changed()

    def _repaint_changed(self) -> None:
        before, new = self._shown, _compared(self._drawn(self.size))
        if len(before) != len(new):
            self.refresh()
            return
        changed = [y for y, (old, line) in enumerate(zip(before, new, strict=True)) if old != line]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    # Rendering

    @property
    def _depth(self) -> Depth:
        if not self.is_attached:
            return Depth.MANY
        return depth_of(self.app.console, self.app.no_color, draws_plainly(self))

    def _is_large(self, size: Size) -> bool:
        """Whether there is room for pixels of two cells by one line."""
        return self.staged and size.width > 2 * self._grid.columns and size.height > self._grid.rows

    def _at_half_size(self, width: int) -> bool:
        high = self.is_attached and self.app.size.height >= _HIGH_SCREEN
        return self._grid.rows > _TALL and (width <= self._grid.columns or not high)

    def _in_part(self, width: int) -> bool:
        """Whether even half size leaves no room for a close-up next to it."""
        wide, half = self._grid.columns, -(-self._grid.columns // 2)
        return 1 + (half + _GAP + _LEAST_CLOSE_UP if self._at_half_size(width) else wide) > width

    def _close_up_columns(self, width: int) -> int:
        if self._in_part(width):
            return width - 1
        return max(_LEAST_CLOSE_UP, min(_CLOSE_UP, width - 1 - -(-self._grid.columns // 2) - _GAP))

    def _close_up(self, width: int) -> Region:
        """The pixels around the cursor shown at full size, starting at an even row."""
        wide, high = self._close_up_columns(width), 2 * -(-self._grid.rows // 4)
        if self._in_part(width) and self._grid.rows <= _TALL:
            high = self._grid.rows
        x = _stepwise(self.cursor.x, wide, self._grid.columns)
        y = _stepwise(self.cursor.y, high, self._grid.rows)
        return Region(x, y - y % 2, wide, high)

    def _heading(self, width: int) -> Content:
        focus = self.has_focus
        tool = f"{'eraser' if self.erasing else 'pen'} {'down' if self.pen_down else 'up'}" if focus else ""
        state = f"{tool} {self.cursor.y + 1},{self.cursor.x + 1}" if focus else ""
        if width - 2 - len(state) < min(len(visible(self._grid.label)), _LEAST_LABEL):
            state = tool
        label = fit(visible(self._grid.label), max(0, width - 2 - len(state)))
        mark = (FOCUS_MARK if focus else " ", "bold $text-accent")
        return Content.assemble(
            mark, (label, "bold" if focus else ""), " ", (state, "bold" if self.pen_down or self.erasing else "dim")
        )

    def _shares(self) -> list[list[float]]:
        low, span = self._grid.low, (self._grid.high - self._grid.low) or 1.0
        return [[(v - low) / span for v in row] for row in self.pixels]

    def _at(self, event: events.MouseEvent) -> Offset | None:
        """The pixel under the mouse: the upper one of the two on a line, which the mouse cannot distinguish.

        A brush of two pixels covers both.
        """
        x, y, width = event.x - 1, 2 * (event.y - 1), self.size.width
        if x < 0 or y < 0:
            return None
        if self._is_large(self.size):
            x, y = x // 2, y // 2
        elif self._in_part(width):
            window = self._close_up(width)
            x, y = x + window.x, y + window.y
        elif self._at_half_size(width):
            half, window = -(-self._grid.columns // 2), self._close_up(width)
            if x < half:
                x, y = 2 * x, 2 * y
            elif x >= half + _GAP:
                x, y = x - half - _GAP + window.x, y + window.y
            else:
                return None
        return Offset(x, y) if x < self._grid.columns and y < self._grid.rows else None


def _way(start: Offset, end: Offset) -> list[Offset]:
    """The pixels of a straight line after ``start``, up to and including ``end``."""
    steps = max(abs(end.x - start.x), abs(end.y - start.y))
    return [start.blend(end, step / steps) for step in range(1, steps + 1)]


def _compared(lines: list[Content]) -> list[tuple[str, tuple[Span, ...]]]:
    """A key for lines that is equal if they look the same; Textual compares only their text."""
    return [(line.plain, tuple(line.spans)) for line in lines]


def _stepwise(at: int, shown: int, there_are: int) -> int:
    """The start of a window of ``shown`` pixels that contains ``at``; it moves by half its size at a time."""
    step = max(1, shown // 2)
    return min(max(0, (at - (shown - step) // 2) // step * step), there_are - shown)
