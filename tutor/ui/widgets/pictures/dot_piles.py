"""How large the block of a dot is, and how high it lies on others, so that all of a row are seen."""

from __future__ import annotations

import math
from collections.abc import Sequence

_WIDTHS = (21, 19, 17, 15, 13, 11, 9, 7, 5, 3)
"""The cells across of a block, so that one is the middle; it is at most half as many lines high, about a square."""
_MOST_OF_ROW = 4
"""A block is at most this part of its row's width."""

Block = tuple[int, int]
"""The cells across of a block, and its lines."""


def row_heights(dots: Sequence[int], height: int, least: int) -> list[int]:
    """The lines of each row: the ``least`` for one without dots, the rest for the others, more for one with more dots.

    >>> row_heights([4, 1, 0], 23, 2), row_heights([3, 3, 3], 14, 2)
    ([15, 6, 2], [5, 5, 4])
    """
    parts = [1 + math.log2(count) if count else 0.0 for count in dots] if any(dots) else [1.0] * len(dots)
    free = max(0, height - least * len(dots))
    ends = [math.ceil(free * sum(parts[: row + 1]) / (sum(parts) or 1.0) - 1e-9) for row in range(len(parts))]
    return [least + end - start for start, end in zip([0, *ends], ends, strict=False)]


def dot_blocks(rows: Sequence[Sequence[int]], room: int, lines: Sequence[int]) -> list[Block]:
    """The same block for all rows of dots at these columns; where that would be a single cell, each row's own."""
    common = _block(rows, room, lines)
    own = common == (1, 1)
    return [_block([each], room, [up]) if own else common for each, up in zip(rows, lines, strict=True)]


def pile_levels(columns: Sequence[int], wide: int) -> list[int]:
    """How high in its pile each block is, from 0: as low as leaves a free cell between those of a level.

    >>> pile_levels([0, 3, 4, 0], 3), pile_levels([0, 1, 0], 1)
    ([0, 1, 0, 2], [0, 0, 1])
    """
    placed: list[tuple[int, int]] = []
    for column in columns:
        taken = {level for level, other in placed if abs(other - column) <= wide - (wide == 1)}
        placed.append((next(level for level in range(len(placed) + 1) if level not in taken), column))
    return [level for level, _ in placed]


def _block(rows: Sequence[Sequence[int]], room: int, lines: Sequence[int]) -> Block:
    """The largest block with which all piles fit into their lines."""
    for wide in _WIDTHS:
        if wide * _MOST_OF_ROW > room:
            continue
        fits = [up // (1 + max(pile_levels(at, wide))) for at, up in zip(rows, lines, strict=True) if at]
        tall = min([(wide + 1) // 2, *fits])
        if tall >= max(1, wide // 3):
            return wide, tall
    return 1, 1
