"""Lay out the views of a block: one below the other, short ones on a shared line, the next views beside a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from tutor.ui.widgets.lab_view import Extent, LabView

GAP = 2
ACROSS = 3
WIDE_ENOUGH_TO_GROW = 44
# A label and its number further apart than this are hard to read together.
LONGEST_LINE = 44
_A_LITTLE = 3


@dataclass(frozen=True)
class Row:
    """Views at the same height: each with its x, its y within the row, its width and its own extent."""

    cells: tuple[tuple[LabView, int, int, int, Extent], ...]
    height: int
    least: int
    grows: bool
    lift: int = 0
    """The extra height over its minimum from which on more height is useful."""


def rows_of(views: Sequence[LabView], width: int) -> list[Row]:
    """The rows of the views in ``width`` cells, in reading order."""
    rows: list[Row] = []
    rest = list(views)
    while rest:
        extents = [v.extent(width) for v in rest]
        taken = 1
        if extents[0].inline:
            taken = _run(rest, extents)
            rows.extend(_inline(rest[:taken], extents[:taken], width))
        elif extents[0].floats:
            beside = _beside(rest[1:], extents[0], width)
            taken = 1 + len(beside)
            rows.append(_floated(rest[0], extents[0], beside, width))
        elif len(rest) > 1 and extents[0].grows and extents[1].grows and width >= 2 * WIDE_ENOUGH_TO_GROW + GAP:
            taken = 2
            rows.append(_side_by_side(rest[:2], width))
        else:
            e = extents[0]
            rows.append(Row(((rest[0], 0, 0, width, e),), e.height, e.least, e.grows, max(0, e.useful - e.least)))
        rest = rest[taken:]
    return rows


def flow_height(views: Sequence[LabView], width: int) -> tuple[int, int, tuple[int, ...]]:
    """The preferred and the minimum height of the views, and the lift of each growing row."""
    rows = rows_of(views, width)
    return sum(r.height for r in rows), sum(r.least for r in rows), tuple(r.lift for r in rows if r.grows)


def shared(free: int, takers: int) -> list[int]:
    """``free`` lines distributed among ``takers``; the first ones get the remainder."""
    if takers == 0:
        return []
    each, over = divmod(max(0, free), takers)
    return [each + (i < over) for i in range(takers)]


def dealt(free: int, lifts: Sequence[int]) -> list[int]:
    """``free`` lines distributed among growing rows. A row with a lift gets exactly that, or nothing if it is too much.

    >>> dealt(10, [0, 0]), dealt(12, [0, 0, 8]), dealt(10, [0, 8]), dealt(10, [8])
    ([5, 5], [2, 2, 8], [10, 0], [10])
    """
    takers = list(range(len(lifts)))
    while any(lifts[t] == 0 for t in takers) and 3 * sum(lifts[t] for t in takers) > 2 * free:
        takers.remove(max(takers, key=lambda t: lifts[t]))
    given = {t: lifts[t] for t in takers if lifts[t]}
    others = [t for t in takers if not lifts[t]] or takers
    rest = free - sum(given.values()) if others != takers or not given else free
    for taker, share in zip(others, shared(rest, len(others)), strict=True):
        given[taker] = share
    return [given.get(number, 0) for number in range(len(lifts))]


class FlowLayout(Layout):
    """The layout of the views in a block."""

    name = "flow"

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002
    ) -> ArrangeResult:
        """Place every view; growing rows share the spare height."""
        parent.pre_layout(self)
        rows = rows_of([c for c in children if isinstance(c, LabView)], size.width)
        least = sum(r.least for r in rows)
        roomy = sum(r.height for r in rows)
        fits = least <= size.height
        lifts = [r.lift for r in rows if r.grows]
        extra = iter(dealt(size.height - least, lifts) if fits and size.height else [])
        placements: list[WidgetPlacement] = []
        y = 0
        for row in rows:
            height = row.least if fits and roomy > size.height else row.height
            if row.grows and fits and size.height:
                height = row.least + next(extra)
            for view, x, dy, width, extent in row.cells:
                tall = height if extent.grows else extent.height
                placements.append(WidgetPlacement(Region(x, y + dy, width, tall), NULL_OFFSET, NULL_SPACING, view))
            y += height
        return placements


def _run(views: Sequence[LabView], extents: Sequence[Extent]) -> int:
    """The number of consecutive short views of one kind, fields or readouts."""
    count = 0
    while count < len(extents) and extents[count].inline and views[count].can_focus == views[0].can_focus:
        count += 1
    return count


def _inline(views: Sequence[LabView], extents: Sequence[Extent], width: int) -> list[Row]:
    """Lines of several short views: in columns if all fit, otherwise as many per line as fit."""
    across = min(ACROSS, len(views))
    while across > 1 and max(e.width for e in extents) > _share(width, across):
        across -= 1
    rows = []
    start = 0
    while start < len(views):
        end = start + across if across > 1 else start + _fitting(extents[start:], width)
        rows.append(_line(views[start:end], extents[start:end], width, across))
        start = end
    return rows


def _share(width: int, across: int) -> int:
    return (width - GAP * (across - 1)) // across


def _fitting(extents: Sequence[Extent], width: int) -> int:
    count, taken = 1, extents[0].width
    while count < min(ACROSS, len(extents)) and taken + GAP + extents[count].width <= width:
        taken += GAP + extents[count].width
        count += 1
    return count


def _line(views: Sequence[LabView], extents: Sequence[Extent], width: int, across: int) -> Row:
    across = max(across, len(views))
    each = _share(width, across)
    widths = [each] * len(views)
    if any(e.width > each for e in extents):
        extra = shared(width - GAP * (len(views) - 1) - sum(e.width for e in extents), len(views))
        widths = [e.width + more for e, more in zip(extents, extra, strict=True)]
    if len(views) == 1:
        widths = [min(widths[0], max(extents[0].width, LONGEST_LINE))]
    cells, x = [], 0
    for view, extent, wide in zip(views, extents, widths, strict=True):
        cells.append((view, x, 0, wide, extent))
        x += wide + GAP
    return Row(tuple(cells), 1, 1, False)


def _beside(views: Sequence[LabView], picture: Extent, width: int) -> list[LabView]:
    rest = width - picture.width - GAP
    chosen: list[LabView] = []
    for view in views:
        extent = view.extent(rest) if rest > 0 else None
        if extent is None or extent.width > rest or extent.grows:
            break
        # Two pictures go side by side even if the second is a little higher.
        more = _A_LITTLE if extent.floats and not chosen else 0
        if flow_height([*chosen, view], rest)[0] > picture.height + more:
            break
        chosen.append(view)
    return chosen


def _floated(view: LabView, extent: Extent, beside: Sequence[LabView], width: int) -> Row:
    cells = [(view, 0, 0, extent.width if beside else width, extent)]
    x, y = extent.width + GAP, 0
    for row in rows_of(beside, width - x):
        cells.extend((v, x + dx, y + dy, w, e) for v, dx, dy, w, e in row.cells)
        y += row.height
    height = max(extent.height, y)
    return Row(tuple(cells), height, height, False)


def _side_by_side(views: Sequence[LabView], width: int) -> Row:
    each = (width - GAP) // 2
    extents = [v.extent(each) for v in views]
    cells = tuple((v, i * (each + GAP), 0, each, e) for i, (v, e) in enumerate(zip(views, extents, strict=True)))
    return Row(cells, max(e.height for e in extents), max(e.least for e in extents), True)
