"""Views in a block: one below the other, short ones sharing a line, a picture with what follows at its right."""

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


@dataclass(frozen=True)
class Row:
    """Views at the same height: each with its x, its y within the row, its width and its own extent."""

    cells: tuple[tuple[LabView, int, int, int, Extent], ...]
    height: int
    least: int
    grows: bool


def rows_of(views: Sequence[LabView], width: int) -> list[Row]:
    """The rows that the views make in ``width`` cells, in reading order."""
    rows: list[Row] = []
    rest = list(views)
    while rest:
        extents = [v.extent(width) for v in rest]
        taken = 1
        if extents[0].inline:
            taken = _run(extents)
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
            rows.append(Row(((rest[0], 0, 0, width, e),), e.height, e.least, e.grows))
        rest = rest[taken:]
    return rows


def flow_height(views: Sequence[LabView], width: int) -> tuple[int, int, int]:
    """The height that the views like, the least they work in, and how many rows of them grow."""
    rows = rows_of(views, width)
    return sum(r.height for r in rows), sum(r.least for r in rows), sum(r.grows for r in rows)


def shared(free: int, takers: int) -> list[int]:
    """``free`` lines dealt out among ``takers``, the first ones getting what does not divide."""
    if takers == 0:
        return []
    each, over = divmod(max(0, free), takers)
    return [each + (i < over) for i in range(takers)]


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
        """Place every view; rows that grow share the height that is left."""
        parent.pre_layout(self)
        rows = rows_of([c for c in children if isinstance(c, LabView)], size.width)
        least = sum(r.least for r in rows)
        roomy = sum(r.height for r in rows)
        fits = least <= size.height
        extra = iter(shared(size.height - least, sum(r.grows for r in rows)) if fits and size.height else [])
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


def _run(extents: Sequence[Extent]) -> int:
    count = 0
    while count < len(extents) and extents[count].inline:
        count += 1
    return count


def _inline(views: Sequence[LabView], extents: Sequence[Extent], width: int) -> list[Row]:
    across = min(ACROSS, len(views))
    while across > 1 and max(e.width for e in extents) > (width - GAP * (across - 1)) // across:
        across -= 1
    each = (width - GAP * (across - 1)) // across
    rows = []
    for start in range(0, len(views), across):
        part = list(zip(views[start : start + across], extents[start : start + across], strict=True))
        cells = tuple((view, i * (each + GAP), 0, each, extent) for i, (view, extent) in enumerate(part))
        rows.append(Row(cells, 1, 1, False))
    return rows


def _beside(views: Sequence[LabView], picture: Extent, width: int) -> list[LabView]:
    rest = width - picture.width - GAP
    chosen: list[LabView] = []
    for view in views:
        extent = view.extent(rest) if rest > 0 else None
        if extent is None or extent.width > rest or extent.grows or extent.floats:
            break
        if flow_height([*chosen, view], rest)[0] > picture.height:
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
