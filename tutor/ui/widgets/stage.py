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

_LIKED_SHAPE = 3.0
"""The width of a picture in cells as a multiple of its lines that looks best; a cell is twice as high as wide."""
_TALLEST_SHAPE = 2.6


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

    def fitness(self, height: int) -> float:
        """How near the shapes of the pictures come to the one that looks best, from 0 to 1."""
        shapes = [self._width(row) / tall for row, tall in zip(self.extents, self.heights(height), strict=True)]
        return sum(min(s / _LIKED_SHAPE, _LIKED_SHAPE / s) for s in shapes) / len(shapes)


def arrangements(views: Sequence[LabView], width: int) -> list[Arrangement]:
    """The ways to arrange the pictures in ``width`` cells; at least one, with one below the other."""
    found = []
    for across in range(1, len(views) + 1):
        each = (width - GAP * (across - 1)) // across
        extents = [view.extent(each) for view in views]
        if across == 1 or all(e.width <= each for e in extents):
            rows = tuple(tuple(extents[start : start + across]) for start in range(0, len(extents), across))
            found.append(Arrangement(across, each, rows))
    return found


def chosen(views: Sequence[LabView], size: Size) -> Arrangement:
    """The arrangement that looks best; if none fits into the height, the lowest."""
    ways = arrangements(views, size.width)
    fitting = [way for way in ways if sum(way.least) <= size.height]
    if not fitting:
        return min(ways, key=lambda way: sum(way.least))
    return max(fitting, key=lambda way: way.fitness(size.height))


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
        count = len(row)
        each = (width - GAP * (count - 1)) // count
        for number, view in enumerate(rest[:count]):
            region = Region(number * (each + GAP), y, each, tall)
            yield WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, view)
        rest, y = rest[count:], y + tall


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
