"""Where the boxes of a small network stand, and how large they are: they fill their room, and lines keep enough of it.

With room a box is wider and higher, and a gauge below each of its numbers takes the lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from tutor.ui.widgets.pictures.braille import Cell

LEAST_GAP = 5
_GAP_WITH_NUMBER, _WIDEST_GAP = 10, 40
_SHARE_OF_GAPS = 0.3
"""The part of the width that stays free between wide boxes."""
_WIDEST_BOX, _NARROWEST_BOX = 16, 5
_WIDEST_DRAWN = 44
_HIGHEST_GAUGE = 12
_ROOMY_FROM = 3
"""The lines of a gauge from which a blank line stands above each number."""
_TALLEST_SHAPE = 0.7
"""The lines of a box with one number as a multiple of its cells across, at which it is a little higher than wide; each
further number adds half as many."""


@dataclass(frozen=True)
class Box:
    """A node: ``title`` in its first line, below it texts with their styles; ``mark`` is the style of the title.

    ``shares`` has a gauge for each text: its number as a share of the largest, from −1 to 1; None for an empty one.
    """

    title: str
    texts: tuple[Cell, ...] = ()
    mark: str = ""
    shares: tuple[float | None, ...] = ()

    @property
    def width(self) -> int:
        """The cells that nothing is cut in, without a border."""
        return max(cell_len(self.title), *(cell_len(text) for text, _ in self.texts), _NARROWEST_BOX)


@dataclass(frozen=True)
class GraphPlan:
    """How a graph fits: whether boxes have borders, how high they and the gauges in them are, where columns begin."""

    bordered: bool
    gauge: int
    lines: int
    widths: tuple[int, ...]
    starts: tuple[int, ...]

    @property
    def blank(self) -> int:
        """The blank lines above each number."""
        return int(self.gauge >= _ROOMY_FROM)


def graph_plan(columns: Sequence[Sequence[Box]], width: int, height: int) -> GraphPlan | None:
    """How these columns of boxes fit into so many cells; None where they do not."""
    if not columns or not all(columns):
        return None
    tallest, gaps = max(map(len, columns)), max(1, len(columns) - 1)
    texts = max(len(box.texts) for column in columns for box in column)
    for bordered in (True, False):
        needed = [min(_WIDEST_BOX, max(box.width for box in column)) + 2 * bordered for column in columns]
        between = (width - sum(needed)) // gaps if len(columns) > 1 else LEAST_GAP
        if between < LEAST_GAP or not _fits(tallest, 1 + texts + bordered, 0 if bordered else 1, height):
            continue
        widths = _widened(needed, width)
        most = round(_TALLEST_SHAPE * min(widths) * (1 + texts) / 2)
        gauge = _gauge(tallest, texts, bordered, most, height)
        lines = _lines(texts, gauge, bordered)
        spread = min(_WIDEST_GAP, (width - sum(widths)) / gaps)
        starts = [round(sum(widths[:number]) + number * spread) for number in range(len(widths))]
        # What is left over stands on both sides.
        left = max(0, (width - starts[-1] - widths[-1]) // 2)
        return GraphPlan(bordered, gauge, lines, widths, tuple(start + left for start in starts))
    return None


def graph_room(columns: Sequence[Sequence[Box]]) -> tuple[int, int]:
    """The least width and height in which ``graph_plan`` finds room."""
    texts = max((len(box.texts) for column in columns for box in column), default=0)
    tallest = max(map(len, columns), default=0)
    widths = sum(min(_WIDEST_BOX, max(box.width for box in column)) for column in columns if column)
    return widths + LEAST_GAP * (len(columns) - 1), tallest * (1 + texts) + tallest - 1


def box_tops(count: int, lines: int, height: int) -> list[int]:
    """The first line of each of ``count`` boxes that share ``height`` lines."""
    room = height / count
    return [min(height - lines, max(0, round(i * room + (room - lines) / 2))) for i in range(count)]


def _widened(needed: Sequence[int], width: int) -> tuple[int, ...]:
    """The widths of columns: alike, and as wide as leaves the lines between them their part."""
    gaps = len(needed) - 1
    between = max(_GAP_WITH_NUMBER * gaps, _SHARE_OF_GAPS * width)
    each = min(_WIDEST_DRAWN, int((width - between) / len(needed)))
    while (wide := tuple(max(each, least) for least in needed)) != tuple(needed) and sum(wide) + between > width:
        each -= 1
    return wide


def _gauge(tallest: int, texts: int, bordered: bool, most: int, height: int) -> int:
    """The lines of each gauge: as many as leave boxes apart, and as are in keeping with their width."""
    for gauge in range(_HIGHEST_GAUGE, 0, -1):
        lines = _lines(texts, gauge, bordered)
        if (gauge == 1 or lines <= most) and _fits(tallest, lines, max(2, lines // 3), height):
            return gauge
    return int(_fits(tallest, _lines(texts, 1, bordered), 1, height))


def _lines(texts: int, gauge: int, bordered: bool) -> int:
    return 1 + bordered + texts * (1 + gauge + (gauge >= _ROOMY_FROM))


def _fits(tallest: int, lines: int, apart: int, height: int) -> bool:
    return tallest * lines + (tallest - 1) * apart <= height
