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

_TALLEST_SHAPE = 2.0
"""The width of a picture in cells as a multiple of its lines, at which it is as high as it gets."""
_FOR_EACH_MORE = 0.3
"""How much smaller pictures may be, for each one more in a row: side by side they are compared more easily."""
_SHARES_OF_TWO = ((1, 1), (2, 1), (1, 2), (3, 2), (2, 3))
"""How two pictures may share a row."""


@dataclass(frozen=True)
class Place:
    """A picture's width, and what it asks for at that width."""

    width: int
    extent: Extent

    @property
    def most(self) -> int:
        """The height beyond which it only gets emptier."""
        if not self.extent.grows:
            return self.extent.least
        most = self.extent.most or self.extent.useful or math.ceil(self.width / _TALLEST_SHAPE)
        return max(self.extent.least, most)

    def drawn(self, height: int) -> float:
        """About how many cells it fills, and how well.

        One that keeps its shape is narrower if it is lower than it could be. Others are as wide, and flat.
        """
        share = min(height, self.most) / self.most
        cells = (self.extent.fills or self.width) * min(height, self.most)
        return cells * (share if self.extent.fills else math.sqrt(share))


@dataclass(frozen=True)
class Arrangement:
    """The places of pictures in rows, in reading order."""

    rows: tuple[tuple[Place, ...], ...]
    poorer: bool = False
    """Whether a picture is not as good as it would be in a row of its own, however low."""

    @property
    def rank(self) -> int:
        """The lower, the better are its pictures, whatever their size."""
        return 2 if any(place.extent.part for row in self.rows for place in row) else int(self.poorer)

    @property
    def least(self) -> int:
        """The height at least."""
        return sum(max(place.extent.least for place in row) for row in self.rows)

    def heights(self, height: int) -> list[int]:
        """``height`` lines shared among the rows, as far as they have a use for it."""
        heights = [max(place.extent.least for place in row) for row in self.rows]
        most = [max(place.most for place in row) for row in self.rows]
        steps = [max((place.extent.quantum for place in row if place.extent.grows), default=1) for row in self.rows]
        gained = [0] * len(heights)
        while (free := height - sum(heights)) > 0:
            more = [min(step, top - tall) for step, top, tall in zip(steps, most, heights, strict=True)]
            growing = [i for i, lines in enumerate(more) if 0 < lines <= free]
            if not growing:
                break
            row = min(growing, key=lambda i: gained[i])
            heights[row] += more[row]
            gained[row] += more[row]
        return heights

    def worth(self, height: int) -> float:
        """How large the pictures are, and a little more if they stand side by side."""
        heights = self.heights(height)
        drawn = sum(place.drawn(tall) for row, tall in zip(self.rows, heights, strict=True) for place in row)
        return drawn * (1 + _FOR_EACH_MORE * len(self.rows[0]))


def arrangements(views: Sequence[LabView], width: int) -> list[Arrangement]:
    """The ways to arrange the pictures in ``width`` cells; at least one, with one below the other."""
    found, drawn = list[Arrangement](), list[bool]()
    for across in range(1, len(views) + 1):
        for shares in _SHARES_OF_TWO if across == 2 else ((1,) * across,):
            rows = []
            for start in range(0, len(views), across):
                row = views[start : start + across]
                rows.append(_row(row, width, shares if len(row) == across else (1,) * len(row)))
            places = [place for row in rows for place in row]
            if across == 1:
                drawn = [place.extent.grows for place in places]
            # In too narrow a place some pictures are no picture any more.
            if across == 1 or (
                all(_wide(row) <= width for row in rows) and all(place.extent.width <= place.width for place in places)
            ):
                poorer = any(place.extent.grows < grows for place, grows in zip(places, drawn, strict=True))
                found.append(Arrangement(tuple(rows), poorer))
    return found


def _row(views: Sequence[LabView], width: int, shares: Sequence[int]) -> tuple[Place, ...]:
    """Pictures side by side: what does not grow takes what it needs, the others share the rest."""
    room = width - GAP * (len(views) - 1)
    widths = [room * share // sum(shares) for share in shares]
    extents = [view.stage_extent(wide) for view, wide in zip(views, widths, strict=True)]
    growing = [i for i, extent in enumerate(extents) if extent.grows]
    if len(views) > 1 and 0 < len(growing) < len(views):
        fixed = {i: extent.width for i, extent in enumerate(extents) if i not in growing}
        rest = dict(zip(growing, shared(room - sum(fixed.values()), len(growing)), strict=True))
        widths = [fixed[i] if i in fixed else rest[i] for i in range(len(views))]
        extents = [view.stage_extent(wide) for view, wide in zip(views, widths, strict=True)]
    return tuple(map(Place, widths, extents))


def _wide(row: Sequence[Place]) -> int:
    """The cells of a row; more than there are if what does not grow needs more."""
    return sum(place.width for place in row) + GAP * (len(row) - 1)


def chosen(views: Sequence[LabView], size: Size) -> Arrangement:
    """Of the best arrangements that fit, the one with the largest pictures; if none fits the height, the lowest."""
    ways = arrangements(views, size.width)
    fitting = [way for way in ways if way.least <= size.height]
    if not fitting:
        return min(ways, key=lambda way: way.least)
    best = min(way.rank for way in fitting)
    return max((way for way in fitting if way.rank == best), key=lambda way: way.worth(size.height))


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
        return list(_placed(views, way, way.heights(size.height)))


def _placed(views: Sequence[LabView], way: Arrangement, heights: list[int]) -> Iterator[WidgetPlacement]:
    rest, y = list(views), 0
    for row, tall in zip(way.rows, heights, strict=True):
        x = 0
        for place in row:
            yield WidgetPlacement(Region(x, y, place.width, tall), NULL_OFFSET, NULL_SPACING, rest.pop(0))
            x += place.width + GAP
        y += tall


class Stage(Widget):
    """The pictures of a step."""

    # So that a picture that asks for another height has the lab arranged anew, and not the stage alone.
    DEFAULT_CSS = """
    Stage { height: auto; }
    """

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
        return min(way.least for way in arrangements(self._views, width))

    def height_in(self, room: Size) -> int:
        """The height that it has a use for, if it may have as much as ``room``."""
        return sum(chosen(self._views, room).heights(room.height))
