"""A stage at the top, and blocks in one, two or three columns of about the same height."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from tutor.ui.widgets.flow_layout import GAP, dealt
from tutor.ui.widgets.group_block import BlockHeight, GroupBlock
from tutor.ui.widgets.stage import Stage

TWO_COLUMNS = 60
THREE_COLUMNS = 150
NARROWEST = 36
BESIDE_DESK = 3
"""The cells between a desk and the stage."""


def column_choices(width: int, blocks: int) -> range:
    """The possible numbers of columns at this width, fewest first; more are for when not all fits."""
    least = 3 if width >= THREE_COLUMNS else 2 if width >= TWO_COLUMNS else 1
    most = max(least, (width + GAP) // (NARROWEST + GAP))
    return range(min(blocks, least), min(blocks, most) + 1)


def balanced(heights: Sequence[int], columns: int) -> list[tuple[int, int]]:
    """Split the blocks, in order, so that the tallest of ``columns`` columns is as low as possible.

    >>> balanced([5, 3, 9, 2], 2)
    [(0, 2), (2, 4)]
    """

    def unevenness(cuts: tuple[int, ...]) -> tuple[int, int]:
        sums = [sum(heights[a:b]) for a, b in pairwise((0, *cuts, len(heights)))]
        return max(sums), sum(s * s for s in sums)

    best = min(combinations(range(1, len(heights)), max(0, columns - 1)), key=unevenness)
    return list(pairwise((0, *best, len(heights))))


class ColumnsLayout(Layout):
    """The layout of a lab.

    With a ``desk`` the blocks stand there, in the bottom left corner, and the stage takes all the height to the right.
    """

    name = "columns"
    desk: Size | None = None
    """The size of the corner."""

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002
    ) -> ArrangeResult:
        """Place the stage and every block; in a column with spare height, blocks that grow share it.

        A program is not pushed away: where it has no room below the stage, that has no height.
        """
        parent.pre_layout(self)
        blocks = [c for c in children if isinstance(c, GroupBlock)]
        stage = next((c for c in children if isinstance(c, Stage)), None)
        placed = self._placed(stage, blocks, size)
        if _bottom(placed) > size.height and not parent.show_vertical_scrollbar:
            # Beside a scrollbar it may fit, and then needs none: left to itself that would come and go for ever.
            narrower = self._placed(
                stage, blocks, Size(size.width - parent.styles.scrollbar_size_vertical, size.height)
            )
            if _bottom(narrower) <= size.height:
                return narrower
        return placed

    def _placed(self, stage: Stage | None, blocks: Sequence[GroupBlock], size: Size) -> list[WidgetPlacement]:
        if stage is None:
            return _below(0, blocks, size)
        if self.desk is not None:
            x = self.desk.width + BESIDE_DESK
            side = Size(size.width - x, size.height)
            placed = _staged(stage, Region(x, 0, side.width, stage.height_in(side)))
            return [placed, *_below(size.height - self.desk.height, blocks, self.desk)]
        room = size.height - stage.least_height(size.width)
        wanted = _least_height(blocks, Size(size.width, max(0, room)))
        tall = stage.height_in(Size(size.width, size.height - min(wanted, max(0, room))))
        if wanted > room and any(block.uncut_width for block in blocks):
            tall = 0
        placed = _staged(stage, Region(0, 0, size.width, tall))
        return [placed, *_below(tall, blocks, Size(size.width, max(0, size.height - tall)))]


def desk_height(blocks: Sequence[GroupBlock], desk: Size, elsewhere: Size) -> int:
    """The height of the blocks on a desk; 0 if they do not fit, or if a formula has more lines than ``elsewhere``."""
    if not blocks or max(block.uncut_width for block in blocks) > desk.width:
        return 0
    columns = _chosen_columns(blocks, desk)
    if not _fits(blocks, desk, columns) or _formulas(blocks, desk) > _formulas(blocks, elsewhere):
        return 0
    _, heights, cuts = _columns(blocks, desk.width, columns)
    return min(desk.height, max(sum(h.liked for h in heights[start:end]) for start, end in cuts))


def _formulas(blocks: Sequence[GroupBlock], size: Size) -> int:
    """The lines of all formulas."""
    width, _, _ = _columns(blocks, size.width, _chosen_columns(blocks, size))
    return sum(sum(block.formula_heights(width)) for block in blocks)


def _bottom(placed: Sequence[WidgetPlacement]) -> int:
    return max((each.region.bottom for each in placed), default=0)


def _staged(stage: Stage, region: Region) -> WidgetPlacement:
    return WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, stage)


def _below(top: int, blocks: Sequence[GroupBlock], size: Size) -> list[WidgetPlacement]:
    """Place the blocks from line ``top`` on."""
    if not blocks:
        return []
    columns = _chosen_columns(blocks, size)
    width, heights, cuts = _columns(blocks, size.width, columns)
    placements: list[WidgetPlacement] = []
    for number, (start, end) in enumerate(cuts):
        x, y = number * (width + GAP), top
        tall = _column_heights(heights[start:end], size.height, columns > 1)
        for block, height in zip(blocks[start:end], tall, strict=True):
            placements.append(WidgetPlacement(Region(x, y, width, height), NULL_OFFSET, NULL_SPACING, block))
            y += height
    return placements


def _chosen_columns(blocks: Sequence[GroupBlock], size: Size) -> int:
    """As few columns as are usual for the width, more if not all fits; one where it fits and spares broken lines."""
    usual = _usual_columns(blocks, size)
    if usual == 1 or not _fits(blocks, size, 1):
        return usual
    _, whole, _ = _columns(blocks, size.width, 1)
    _, narrow, _ = _columns(blocks, size.width, usual)
    return 1 if any(a.least > b.least for a, b in zip(narrow, whole, strict=True)) else usual


def _usual_columns(blocks: Sequence[GroupBlock], size: Size) -> int:
    fewest, *more = _not_cutting(blocks, size.width, column_choices(size.width, len(blocks)))
    # A wide table may be so high in a narrow column that only fewer columns can hold it.
    fewer = range(fewest - 1, 0, -1)
    return next((n for n in (fewest, *more, *fewer) if _fits(blocks, size, n)), fewest)


def _least_height(blocks: Sequence[GroupBlock], size: Size) -> int:
    """The height that the blocks take at least, in the columns that they would have."""
    if not blocks:
        return 0
    _, heights, cuts = _columns(blocks, size.width, _usual_columns(blocks, size))
    return max(sum(h.least for h in heights[start:end]) for start, end in cuts)


def _columns(
    blocks: Sequence[GroupBlock], room: int, columns: int
) -> tuple[int, list[BlockHeight], list[tuple[int, int]]]:
    """For a number of columns: their width, the blocks' heights in it, and the range of blocks of each column."""
    width = (room - GAP * (columns - 1)) // columns
    heights = [b.block_height(width) for b in blocks]
    return width, heights, balanced([h.least for h in heights], columns)


def _not_cutting(blocks: Sequence[GroupBlock], room: int, choices: Sequence[int]) -> Sequence[int]:
    """The numbers of columns with which no line of a program is cut; if there is none, a single column."""
    widest = max(block.uncut_width for block in blocks)
    return [n for n in choices if (room - GAP * (n - 1)) // n >= widest] or [1] if widest else choices


def _fits(blocks: Sequence[GroupBlock], size: Size, columns: int) -> bool:
    _, heights, cuts = _columns(blocks, size.width, columns)
    return all(sum(h.least for h in heights[start:end]) <= size.height for start, end in cuts)


def _column_heights(heights: Sequence[BlockHeight], room: int, compact: bool) -> list[int]:
    """The height of each block of a column: the minimum or the preferred height if they exceed the room."""
    least = sum(h.least for h in heights)
    if least > room:
        return [h.least if compact else h.liked for h in heights]
    extra = iter(dealt(room - least, [lift for h in heights for lift in h.growing]))
    return [h.least + sum(next(extra) for _ in h.growing) for h in heights]
