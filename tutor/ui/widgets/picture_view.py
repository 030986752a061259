"""Numbers as colours: heat maps, surfaces, feature maps."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from tutor.labs.readouts import Picture, Readout, Tile
from tutor.ui.widgets.colour_scale import ColourScale, Depth, depth_of, scale_for
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import between, fit, number_text, visible
from tutor.ui.widgets.picture_plan import TILE_GAP, PicturePlan, axis_texts, plans, tile_labels
from tutor.ui.widgets.readout_view import ReadoutView, empty_frame
from tutor.ui.widgets.tile_drawing import (
    NO_MARGIN,
    Margin,
    draw_tile,
    lines_of,
    margin_of,
    trail_end,
    trail_mark,
)

_SMALL = 10
"""A picture of at most so many lines keeps its size, and what follows may stand beside it."""
_LIKED = 24
_LEGEND = 12


class PictureView(ReadoutView[Picture]):
    """The tiles of a picture, as large as there is room for, with the scale of their colours."""

    takes_long: ClassVar[bool] = True

    def __init__(self, readout: Picture, covered: bool = False) -> None:
        super().__init__(readout, covered)
        self._drawn: tuple[object, list[Content]] | None = None
        self._margin = NO_MARGIN
        self._shape: tuple[tuple[int, int], ...] = ()

    def watch_readout(self, before: Readout | None, now: Readout | None) -> None:
        """Keep the room that a window once needed beyond the edges, so that nothing jumps while it moves."""
        super().watch_readout(before, now)

    def extent(self, width: int) -> Extent:
        """A small picture has its size; a large one takes the height that is free up to its best."""
        ways = self._ways(width)
        if not ways:
            return Extent(min(width, 20), 3, 3)
        heights = [self._height(plan, width) for plan in ways]
        small = [n for n, plan in enumerate(ways) if plan.size == 2 and heights[n] <= _SMALL + 2]
        if small:
            chosen = small[0]
            wide = min(
                width, max(ways[chosen].width, 1 + len(visible(self.data.label)), self._legend().cell_length + 1)
            )
            return Extent(wide, heights[chosen], heights[chosen], floats=True)
        least, useful = heights[0], max([h for h in heights if h <= _LIKED] or heights[:1])
        return Extent(min(width, ways[0].width), useful, least, grows=useful > least, useful=useful)

    def lines(self, size: Size) -> list[Content]:
        """The picture; drawn anew only for new data, another size or other colours."""
        if self.covered:
            return [Content(" " + visible(self.data.label)), *empty_frame(size.width, size.height - 1)]
        key = (self.data, size, self._scale())
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = (key, self._draw(size))
        return self._drawn[1]

    # What it is drawn with

    @property
    def _depth(self) -> Depth:
        return depth_of(self.app.console, self.app.no_color) if self.is_attached else Depth.MANY

    def _scale(self) -> ColourScale:
        dark = self.app.current_theme.dark if self.is_attached else True
        return scale_for(self.data.low, self.data.high, self.data.signed, self._depth, dark)

    def _ways(self, width: int) -> list[PicturePlan]:
        return list(plans(self.data, width, self._room_for_windows(), self._depth is Depth.NONE))

    def _room_for_windows(self) -> Margin:
        shape = tuple((len(t.values), len(t.values[0]) if t.values else 0) for t in self.data.tiles)
        if shape != self._shape:
            self._shape, self._margin = shape, NO_MARGIN
        margins = [margin_of(tile) for tile in self.data.tiles]
        top, right, below, left = (max(each) for each in zip(*margins, self._margin, strict=True))
        self._margin = (top, right, below, left)
        return self._margin

    # Drawing

    def _draw(self, size: Size) -> list[Content]:
        ways = self._ways(size.width)
        if not ways:
            return [self._label(), *empty_frame(size.width, max(1, size.height - 1), "nothing yet")]
        fitting = [plan for plan in ways if self._height(plan, size.width) <= size.height]
        plan = fitting[-1] if fitting else ways[0]
        return [*self._heading(size.width), *self._tiles(plan), *self._axes(plan), *self._trails(size.width)]

    def _height(self, plan: PicturePlan, width: int) -> int:
        return len(self._heading(width)) + plan.height + len(self._trails(width))

    def _label(self) -> Content:
        return Content.styled(" " + visible(self.data.label), "bold")

    def _heading(self, width: int) -> list[Content]:
        label, legend = self._label(), self._legend()
        if label.cell_length + 2 + legend.cell_length <= width:
            return [between(label, legend, width)]
        return [label, Content(" ") + legend]

    def _legend(self) -> Content:
        scale, digits = self._scale(), self.data.digits
        low, high = (number_text(end, digits) for end in scale.ends)
        values = [v for tile in self.data.tiles for row in tile.values for v in row]
        low = f"≤{low}" if any(v < scale.ends[0] for v in values) else low
        high = f"≥{high}" if any(v > scale.ends[1] for v in values) else high
        bars: list[tuple[str, str]] = [
            (" ", f"on {colour}") if scale.colours else (colour, "")
            for colour in (scale.colours or tuple(scale.characters))
        ]
        if scale.signed:
            middle = len(bars) // 2
            bars[middle : middle + 1] = [(" 0 ", "")]
        return Content.assemble((low, "dim"), " ", *bars, " ", (high, "dim"))

    def _tiles(self, plan: PicturePlan) -> list[Content]:
        picture, labels = self.data, tile_labels(self.data)
        lines: list[Content] = []
        for start in range(0, len(picture.tiles), plan.across):
            part = picture.tiles[start : start + plan.across]
            if labels:
                names = (fit(label, plan.tile_width) for label in labels[start : start + plan.across])
                lines.append(Content.styled(" " * (1 + plan.gutter) + (" " * TILE_GAP).join(names), "dim"))
            drawn = [self._tile(tile, plan) for tile in part]
            for y in range(plan.tile_height):
                pieces = [Content(self._row_axis(y, plan))]
                for number, tile_lines in enumerate(drawn):
                    line = tile_lines[y] if y < len(tile_lines) else Content("")
                    last = number == len(drawn) - 1
                    pieces += [line, Content("" if last else " " * (plan.tile_width - line.cell_length + TILE_GAP))]
                lines.append(Content("").join(pieces))
        return lines

    def _tile(self, tile: Tile, plan: PicturePlan) -> list[Content]:
        if not tile.values or not tile.values[0]:
            return []
        most = (plan.rows, plan.columns)
        return lines_of(draw_tile(tile, self._scale(), plan.size, self._margin, most, self.data.trails))

    def _row_axis(self, y: int, plan: PicturePlan) -> str:
        if not plan.gutter or self.data.row_axis is None:
            return " "
        name, first, last = axis_texts(self.data.row_axis)
        end = plan.tile_height - 1
        text = first if y == 0 else last if y == end else name if y == end // 2 else ""
        return " " + text.rjust(plan.gutter - 1) + " "

    def _axes(self, plan: PicturePlan) -> list[Content]:
        rows, columns = self.data.row_axis, self.data.column_axis
        if not rows and not columns:
            return []
        if columns and (plan.gutter or not rows) and len(self.data.tiles) == 1:
            name, first, last = axis_texts(columns)
            wide = plan.columns * plan.size
            text = first + name.center(max(0, wide - len(first) - len(last))) + last
            if len(text) == wide:
                return [Content.styled(" " * (1 + plan.gutter) + text, "dim")]
        words = []
        for arrow, axis in (("↓", rows), ("→", columns)):
            if axis:
                name, first, last = axis_texts(axis)
                words.append(f"{arrow} {name} {first} … {last}")
        return [Content.styled(" " + "  ".join(words), "dim")]

    def _trails(self, width: int) -> list[Content]:
        lines: list[Content] = []
        for number, trail in enumerate(self.data.trails):
            item = Content.assemble(
                " ", (trail_mark(number), "bold"), (trail_end(number), "bold"), f" {visible(trail.label)}"
            )
            if lines and lines[-1].cell_length + 1 + item.cell_length <= width:
                lines[-1] = lines[-1] + Content(" ") + item
            else:
                lines.append(item)
        return lines
