"""Numbers as colours: heat maps, surfaces, feature maps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.chart_numbers import with_numbers
from tutor.labs.kit.readouts import COVERED_NUMBER, Picture, Tile
from tutor.language.catalogue import _
from tutor.ui.terminal.characters import draws_plainly
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import MASK, fit, heading, visible
from tutor.ui.widgets.pictures.band_drawing import banded_lines, bands_height, has_bands, least_bands_height
from tutor.ui.widgets.pictures.colour_scale import ColourScale, Depth, depth_of, scale_for
from tutor.ui.widgets.pictures.labelled_picture import (
    LabelledPlan,
    is_labelled,
    labelled_lines,
    labelled_numbers,
    labelled_plans,
    numbered_plans,
    numbers_plan,
)
from tutor.ui.widgets.pictures.picture_legend import (
    axes_lines,
    point_lines,
    reduction_lines,
    row_axis,
    scale_legend,
    trail_lines,
)
from tutor.ui.widgets.pictures.picture_numbers import number_table, table_height, table_width
from tutor.ui.widgets.pictures.picture_plan import TILE_GAP, PicturePlan, plans, tile_labels, tile_shape
from tutor.ui.widgets.pictures.tile_drawing import (
    NO_MARGIN,
    Margin,
    draw_tile,
    has_room_for_numbers,
    lines_of,
    margin_of,
)
from tutor.ui.widgets.readouts.readout_view import ReadoutView, empty_frame

_SMALL = 12
"""A picture of at most this many lines keeps its size, and the next view may be beside it."""
_LIKED = 24
_UNBOUNDED = 1000
_NARROWEST_BANDS = 24
_LARGEST_IN_A_BLOCK = 4
"""The width of a value, in cells, that a picture has at most where it is not on a stage."""


class PictureView(ReadoutView[Picture]):
    """The tiles of a picture, as large as possible, with their colour scale; or their numbers."""

    takes_long: ClassVar[bool] = True
    on_stage: ClassVar[bool] = True

    def __init__(self, readout: Picture, covered: bool = False) -> None:
        super().__init__(readout, covered)
        self._drawn: tuple[object, list[Content]] | None = None
        self._veiled: tuple[Picture, Picture] | None = None
        self._margin = NO_MARGIN
        self._margin_for: object = None

    @property
    def is_picture(self) -> bool:
        """Always true."""
        return True

    @property
    def is_framed(self) -> bool:
        """A covered picture is an empty frame, unless its numbers are what is covered."""
        return self.covered and not self.data.numbered

    @property
    def data(self) -> Picture:
        """The picture; with all its numbers covered, if it shows them and is covered itself."""
        picture = super().data
        if not (self.covered and picture.numbered):
            return picture
        if self._veiled is None or self._veiled[0] is not picture:
            veiled = with_numbers(picture, lambda _index, _value: COVERED_NUMBER)
            assert isinstance(veiled, Picture)
            self._veiled = picture, veiled
        return self._veiled[1]

    def extent(self, width: int) -> Extent:
        """A small picture has a fixed size; a large one takes spare height, up to its best size."""
        if is_labelled(self.data):
            return self._labelled_extent(width)
        if has_bands(self.data) and not self.numbers:
            return self._banded_extent(width)
        if self.numbers and not self.covered:
            wide, high = self._numbers_room(width)
            return Extent(wide, high, high, floats=2 * wide <= width)
        ways = self._ways(width)
        if not ways:
            return Extent(min(width, 20), 4, 4)
        narrow = self._narrowest()
        if self.staged:
            return self._staged_extent(ways, width)
        ways = [plan for plan in ways if plan.size <= _LARGEST_IN_A_BLOCK]
        small = next((plan for plan in ways if plan.size == 2), None)
        if small is not None and self._heights([small], min(max(small.width, narrow), width))[0] <= _SMALL:
            wide = max(small.width, narrow)
            high = self._heights([small], min(wide, width))[0]
            return Extent(wide, high, high, floats=wide <= width)
        heights = self._heights(ways, width)
        useful = max([h for h in heights if h <= _LIKED], default=heights[0])
        wide = max(narrow, 1 + tile_shape(self.data)[1])
        return Extent(wide, useful, heights[0], grows=useful > heights[0], useful=useful)

    def _staged_extent(self, ways: list[PicturePlan], width: int) -> Extent:
        """A small picture has values at least two cells wide; any is as large as the room and a sane shape allow."""
        heights = self._heights(ways, width)
        picture, low = self.data, [(h, plan) for h, plan in zip(heights, ways, strict=True) if h <= _SMALL]
        small = [
            *(each for each in low if picture.numbered and self._numbered_in(each[1])),
            *(each for each in low if each[1].size == 2),
        ]
        least, narrow = small[0] if small else (heights[0], None)
        largest = max(_LIKED, width // 2)
        useful, fills = max(
            ((h, p.width) for h, p in zip(heights, ways, strict=True) if h <= largest), default=(least, 0)
        )
        wide = max(self._narrowest(), narrow.width if narrow is not None else 0)
        grows = useful > least
        # Cells that are means of several numbers are not what the text beside it speaks of.
        reduced = ways[-1].columns < tile_shape(picture)[1]
        return Extent(min(wide, width), useful, min(least, useful), grows=grows, most=useful, fills=fills, part=reduced)

    def lines(self, size: Size) -> list[Content]:
        """The picture or the tables; redrawn only for new data, another size or other colours."""
        if self.is_framed:
            label = self._label(size.width)
            return [*label, *empty_frame(size.width, size.height - len(label))]
        key = (self.data, size, self._scale(), self.numbers)
        if self._drawn is None or self._drawn[0] != key:
            if is_labelled(self.data):
                drawn = self._labelled(size)
            elif has_bands(self.data) and not self.numbers:
                drawn = self._bands(size)
            else:
                drawn = self._numbers(size) if self.numbers else self._picture(size)
            self._drawn = (key, drawn)
        return self._drawn[1]

    # Rows and columns with names

    def _labelled_extent(self, width: int) -> Extent:
        ways = self._labelled_ways(width)
        around = len(self._heading(width))
        wide = max(self._narrowest(), ways[-1].width)
        least, most = around + ways[0].height, around + ways[-1].height
        return Extent(wide, most, least, grows=most > least, useful=most, floats=2 * wide <= width)

    def _labelled(self, size: Size) -> list[Content]:
        ways, around = self._labelled_ways(size.width), self._heading(size.width)
        plan = next((way for way in reversed(ways) if len(around) + way.height <= size.height), ways[0])
        draw = labelled_numbers if self.numbers or plan.numbered else labelled_lines
        return [*around, *draw(self.data, plan, self._scale())]

    def _labelled_ways(self, width: int) -> list[LabelledPlan]:
        """The ways to show the picture or its numbers, lowest first."""
        if self.numbers and not self.covered:
            return [numbers_plan(self.data, width)]
        plans = list(labelled_plans(self.data, width, self._depth.in_characters))
        return [*plans, *numbered_plans(self.data, width)] if self.staged else plans

    # Rows of tiles, each with its own scale

    def _banded_extent(self, width: int) -> Extent:
        label, plain = len(self._head(width)), self._depth.in_characters
        least = label + least_bands_height(self.data, width, plain)
        largest = max(least, width // 2) if self.staged else max(least, _LIKED)
        most = label + bands_height(self.data, Size(width, largest), plain)
        return Extent(min(width, _NARROWEST_BANDS), most, least, grows=most > least, useful=most, most=most)

    def _bands(self, size: Size) -> list[Content]:
        head = self._head(size.width)
        dark = self.app.current_theme.dark if self.is_attached else True
        return [*head, *banded_lines(self.data, Size(size.width, size.height - len(head)), self._depth, dark)]

    def _head(self, width: int) -> list[Content]:
        """The label, for a gallery in colours with their scale."""
        return self._heading(width) if self.data.gallery else self._label(width)

    # Colours and margins

    @property
    def _depth(self) -> Depth:
        if not self.is_attached:
            return Depth.MANY
        return depth_of(self.app.console, self.app.no_color, draws_plainly(self))

    def _scale(self) -> ColourScale:
        dark = self.app.current_theme.dark if self.is_attached else True
        data = self.data
        return scale_for(data.low, data.high, data.signed, self._depth, dark, middle=data.middle)

    def _ways(self, width: int) -> list[PicturePlan]:
        return list(plans(self.data, width, self._room_for_windows(), self._depth.in_characters))

    def _room_for_windows(self) -> Margin:
        """The largest margin that a window has needed so far, kept so that nothing jumps while it moves."""
        shape = tuple((len(tile.values), len(tile.values[0]) if tile.values else 0) for tile in self.data.tiles)
        windows = tuple(tile.window and tile.window[2:] for tile in self.data.tiles)
        if (shape, windows) != self._margin_for:
            self._margin_for, self._margin = (shape, windows), NO_MARGIN
        margins = [margin_of(tile) for tile in self.data.tiles]
        top, right, below, left = (max(each) for each in zip(*margins, self._margin, strict=True))
        self._margin = (top, right, below, left)
        return self._margin

    def _narrowest(self) -> int:
        """The width of the wider of label and scale, one below the other."""
        legend = scale_legend(self.data, self._scale(), _UNBOUNDED)[0]
        return 1 + max(len(visible(self.data.label)), legend.cell_length)

    # The picture

    def _picture(self, size: Size) -> list[Content]:
        ways = self._ways(size.width)
        if not ways:
            label = self._label(size.width)
            return [*label, *empty_frame(size.width, max(1, size.height - len(label)), _("nothing yet"))]
        heights = self._heights(ways, size.width)
        fitting = [plan for plan, height in zip(ways, heights, strict=True) if height <= size.height]
        plan = fitting[-1] if fitting else ways[0]
        return [
            *self._heading(size.width),
            *self._tiles(plan),
            *self._about(plan, size.width),
            *self._signs(size.width, with_places=False),
        ]

    def _heights(self, ways: list[PicturePlan], width: int) -> list[int]:
        """The lines of the picture drawn in each of these ways, with all that stands around it."""
        around = len(self._heading(width)) + len(self._signs(width, with_places=False))
        return [around + plan.height + len(self._about(plan, width)) for plan in ways]

    def _numbered_in(self, plan: PicturePlan) -> bool:
        return has_room_for_numbers(self.data.tiles, self.data.digits, plan.size)

    def _label(self, width: int) -> list[Content]:
        return heading(self.data.label, width, "bold")

    def _heading(self, width: int) -> list[Content]:
        label, legend = self._label(width), scale_legend(self.data, self._scale(), width - 1)
        if len(label) == len(legend) == 1 and label[0].cell_length + 3 + legend[0].cell_length <= width:
            return [label[0] + Content("   ") + legend[0]]
        return [*label, *(Content(" ") + line for line in legend)]

    def _about(self, plan: PicturePlan, width: int) -> list[Content]:
        """The axes, and how far the picture is reduced."""
        return [
            *axes_lines(self.data, plan, width),
            *reduction_lines(self.data, plan, self._depth.in_characters, width),
        ]

    def _signs(self, width: int, with_places: bool) -> list[Content]:
        """What the points and the trails are."""
        points = point_lines(self.data, self._scale(), width, with_places)
        return [*points, *trail_lines(self.data, self._scale(), width, with_places)]

    def _tiles(self, plan: PicturePlan) -> list[Content]:
        picture, labels, scale = self.data, tile_labels(self.data), self._scale()
        lines: list[Content] = []
        digits = picture.digits if picture.numbered and self._numbered_in(plan) else None
        for start in range(0, len(picture.tiles), plan.across):
            if labels:
                lines.append(_label_line(labels[start : start + plan.across], 1 + plan.gutter, plan.tile_width))
            drawn = [self._tile(tile, plan, scale, digits) for tile in picture.tiles[start : start + plan.across]]
            for y in range(plan.tile_height):
                lines.append(_abreast(row_axis(picture, plan, y), drawn, y, plan.tile_width))
        return lines

    def _tile(self, tile: Tile, plan: PicturePlan, scale: ColourScale, digits: int | None) -> list[Content]:
        picture, most = self.data, (plan.rows, plan.columns)
        if tile.values and tile.values[0]:
            return lines_of(
                draw_tile(tile, scale, plan.size, self._margin, most, picture.trails, digits, picture.points)
            )
        if not tile.tells:
            return []
        # It is covered.
        above = [Content("")] * ((plan.tile_height - 1) // 2)
        return [*above, Content.styled(MASK.center(plan.tile_width), "bold")]

    # The numbers

    def _numbers(self, size: Size) -> list[Content]:
        picture, labels, scale = self.data, tile_labels(self.data), self._scale()
        each, across = self._tables(size.width)
        lines = self._heading(size.width)
        for start in range(0, len(picture.tiles), across):
            if labels:
                lines.append(_label_line(labels[start : start + across], 1, each))
            tables = [number_table(t, scale, picture.digits, each) for t in picture.tiles[start : start + across]]
            for y in range(max(len(table) for table in tables)):
                lines.append(_abreast(" ", tables, y, each))
        return [*lines, *axes_lines(picture, None, size.width), *self._signs(size.width, with_places=True)]

    def _tables(self, width: int) -> tuple[int, int]:
        """The width of one table, and the number of tables side by side."""
        scale, labels = self._scale(), tile_labels(self.data)
        wanted = [table_width(tile, scale, self.data.digits) for tile in self.data.tiles]
        each = min(max(1, width - 1), max([*wanted, *(len(label) for label in labels)], default=1))
        return each, max(1, min(len(self.data.tiles), (width - 1 + TILE_GAP) // (each + TILE_GAP)))

    def _numbers_room(self, width: int) -> tuple[int, int]:
        each, across = self._tables(width)
        wide = max(self._narrowest(), 1 + across * (each + TILE_GAP) - TILE_GAP)
        room = min(wide, width)
        down = math.ceil(len(self.data.tiles) / across)
        tall = max((table_height(tile) for tile in self.data.tiles), default=0) + bool(tile_labels(self.data))
        around = len(self._heading(room)) + len(axes_lines(self.data, None, room))
        return wide, around + down * tall + len(self._signs(room, with_places=True))


def _label_line(labels: Sequence[str], indent: int, each: int) -> Content:
    return Content.styled(" " * indent + (" " * TILE_GAP).join(fit(label, each) for label in labels), "dim")


def _abreast(before: str, tiles: Sequence[Sequence[Content]], y: int, each: int) -> Content:
    """Line ``y`` of tiles side by side, each ``each`` cells wide, after a text."""
    parts: list[str | Content] = [before]
    for place, tile in enumerate(tiles):
        line = tile[y] if y < len(tile) else Content("")
        gap = TILE_GAP if place + 1 < len(tiles) else 0
        parts += [line, " " * (max(0, each - line.cell_length) + gap)]
    return Content.assemble(*parts)
