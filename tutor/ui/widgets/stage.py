"""The stage: the pictures of a step, across the width of the lab and as high as there is room."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from tutor.ui.widgets.flow_layout import GAP, shared
from tutor.ui.widgets.lab_view import Extent, LabView
from tutor.ui.widgets.readouts.readout_view import ReadoutView

_TALLEST_SHAPE = 2.6
"""The width of a picture in cells as a multiple of its lines, at which it is as high as it gets."""

_FOR_EACH_MORE = 0.15
"""How much smaller pictures may be, for each one more in a row: side by side they are compared more easily."""
_COVERED = 5
"""The lines of a picture that is covered: it gets its room when it is seen."""


@dataclass(frozen=True)
class Arrangement:
    """Pictures in rows, as many side by side as ``across``: the extents of each row, and the height it has at least."""

    across: int
    each: int
    extents: tuple[tuple[Extent, ...], ...]

    @property
    def least(self) -> tuple[int, ...]:
        """The height of each row at least."""
        return tuple(max(e.least for e in row) for row in self.extents)

    @property
    def most(self) -> tuple[int, ...]:
        """The height of each row beyond which it only gets emptier."""
        return tuple(max(_most(e, self._width(row)) for e in row) for row in self.extents)

    def _width(self, row: Sequence[Extent]) -> int:
        return self.each if len(row) == self.across else self.each * self.across // len(row)

    def heights(self, height: int) -> list[int]:
        """``height`` lines shared among the rows, as far as they have a use for it."""
        heights, most = list(self.least), self.most
        while (free := height - sum(heights)) > 0:
            growing = [i for i, tall in enumerate(heights) if tall < most[i]]
            if not growing:
                break
            for i, more in zip(growing, shared(free, len(growing)), strict=True):
                heights[i] = min(most[i], heights[i] + more)
        return heights

    def drawn(self, height: int) -> float:
        """About how many cells the pictures fill: one that is lower than it could be is narrower in proportion."""
        return sum(
            (extent.fills or self._width(row)) * min(tall, most) ** 2 / most
            for row, tall in zip(self.extents, self.heights(height), strict=True)
            for extent, most in ((extent, _most(extent, self._width(row))) for extent in row)
        )


def arrangements(views: Sequence[LabView], width: int) -> list[Arrangement]:
    """The ways to arrange the pictures in ``width`` cells; at least one, with one below the other."""
    found = []
    for across in range(1, len(views) + 1):
        each = (width - GAP * (across - 1)) // across
        extents = [_extent(view, each) for view in views]
        if across == 1 or all(e.width <= each for e in extents):
            rows = tuple(tuple(extents[start : start + across]) for start in range(0, len(extents), across))
            found.append(Arrangement(across, each, rows))
    return found


def _extent(view: LabView, width: int) -> Extent:
    extent = view.extent(width)
    if isinstance(view, ReadoutView) and view.covered and view.takes_long:
        # It fills nothing: the pictures that are seen decide what stands beside what.
        return Extent(extent.width, _COVERED, min(extent.least, _COVERED), fills=1)
    return extent


def chosen(views: Sequence[LabView], size: Size) -> Arrangement:
    """The arrangement with the largest pictures; if none fits into the height, the lowest."""
    ways = arrangements(views, size.width)
    fitting = [way for way in ways if sum(way.least) <= size.height]
    if not fitting:
        return min(ways, key=lambda way: sum(way.least))
    return max(fitting, key=lambda way: way.drawn(size.height) * (1 + _FOR_EACH_MORE * way.across))


class StageLayout(Layout):
    """The layout of the pictures."""

    name = "stage"

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002
    ) -> ArrangeResult:
        """Place every picture."""
        parent.pre_layout(self)
        views = [child for child in children if isinstance(child, LabView)]
        if not views or not size.width:
            return []
        way = chosen(views, size)
        return list(_placed(views, way, way.heights(size.height), size.width))


def _placed(views: Sequence[LabView], way: Arrangement, heights: list[int], width: int) -> Iterator[WidgetPlacement]:
    rest, y = list(views), 0
    for row, tall in zip(way.extents, heights, strict=True):
        x = 0
        for view, wide in zip(rest, _widths(row, width), strict=False):
            yield WidgetPlacement(Region(x, y, wide, tall), NULL_OFFSET, NULL_SPACING, view)
            x += wide + GAP
        rest, y = rest[len(row) :], y + tall


def _widths(row: Sequence[Extent], width: int) -> list[int]:
    """The width of each picture of a row: what does not grow takes what it needs, the others share the rest."""
    fixed = {i: extent.width for i, extent in enumerate(row) if not extent.grows} if len(row) > 1 else {}
    growing = len(row) - len(fixed)
    each = shared(width - GAP * (len(row) - 1) - sum(fixed.values()), growing)
    return [fixed[i] if i in fixed else each.pop(0) for i in range(len(row))]


def _most(extent: Extent, width: int) -> int:
    if not extent.grows:
        return extent.least
    return max(extent.least, extent.most or extent.useful or math.ceil(width / _TALLEST_SHAPE))


class Stage(Widget):
    """The pictures of a step."""

    def __init__(self, views: Sequence[LabView]) -> None:
        super().__init__()
        self._arranged = StageLayout()
        self._views = tuple(views)

    @property
    def layout(self) -> Layout:
        """The layout of the pictures."""
        return self._arranged

    def compose(self) -> ComposeResult:
        """The pictures."""
        yield from self._views

    def least_height(self, width: int) -> int:
        """The height in ``width`` cells below which pictures are cut."""
        return min(sum(way.least) for way in arrangements(self._views, width))

    def height_in(self, room: Size) -> int:
        """The height that it has a use for, if it may have as much as ``room``."""
        return sum(chosen(self._views, room).heights(room.height))
