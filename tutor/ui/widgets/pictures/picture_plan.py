"""The size of a drawn picture, and the layout of its tiles."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from tutor.labs.kit.readouts import Picture
from tutor.ui.widgets.notation import number_text, visible
from tutor.ui.widgets.pictures.tile_drawing import Margin, drawn_size

TILE_GAP = 2
_LONGEST_TILE_LABEL = 12
_SIZES = (1, 2, 3, *range(4, 34, 2))
"""The widths of a value in cells; it is half as many lines high."""


@dataclass(frozen=True)
class PicturePlan:
    """The size of a value, the numbers of rows and columns of values, and of tiles side by side."""

    size: int
    rows: int
    columns: int
    tile_width: int
    tile_height: int
    across: int
    gutter: int
    """Cells on the left for the names of the rows' axis; 0 if the axes are given in words."""
    width: int
    height: int
    """The lines of the tiles and their labels, without the legend."""


def tile_shape(picture: Picture) -> tuple[int, int]:
    """Rows and columns of the largest tile."""
    rows = max((len(tile.values) for tile in picture.tiles), default=0)
    return rows, max((len(row) for tile in picture.tiles for row in tile.values), default=0)


def tile_labels(picture: Picture) -> tuple[str, ...]:
    """The labels above the tiles; empty if they only repeat the picture's label."""
    labels = tuple(visible(tile.label) for tile in picture.tiles)
    if not any(labels) or labels == (visible(picture.label),):
        return ()
    return labels


def axis_texts(axis: tuple[str, float, float]) -> tuple[str, str, str]:
    """Name, first value, last value."""
    name, first, last = axis
    return visible(name), number_text(first, 3), number_text(last, 3)


def gutter_width(picture: Picture) -> int:
    """The width of the row axis next to the picture, in cells."""
    return 1 + max(len(t) for t in axis_texts(picture.row_axis)) if picture.row_axis else 0


def plans(picture: Picture, width: int, margin: Margin, shades: bool) -> Iterator[PicturePlan]:
    """The ways to draw the picture in ``width`` cells, smallest first; the first may be reduced to fit.

    With ``shades`` in place of colours, a line of the smallest size shows the mean of two rows.
    """
    rows, columns = tile_shape(picture)
    if not rows or not columns:
        return
    top, right, below, left = margin
    for size in _SIZES:
        if shades and size % 2 and size > 1:
            continue
        room = max(1, width - 1)
        most = max(1, room // size - left - right)
        if columns > most and size > 1:
            return
        shown = min(columns, most)
        # Half as wide is also half as high.
        tall = max(1, round(rows * shown / columns)) if shown < columns else rows
        high, wide = drawn_size(top + tall + below, left + shown + right, size)
        yield _plan(picture, size, tall, shown, wide, high, room)


def _plan(picture: Picture, size: int, rows: int, columns: int, wide: int, high: int, room: int) -> PicturePlan:
    labels = tile_labels(picture)
    longest = min(_LONGEST_TILE_LABEL, max((len(label) for label in labels), default=0))
    each = min(room, max(wide, longest))
    across = max(1, min(len(picture.tiles), (room + TILE_GAP) // (each + TILE_GAP)))
    gutter = gutter_width(picture)
    if len(picture.tiles) > 1 or gutter + each > room:
        gutter = 0
    down = math.ceil(len(picture.tiles) / across)
    width = 1 + gutter + across * (each + TILE_GAP) - TILE_GAP
    return PicturePlan(size, rows, columns, each, high, across, gutter, width, down * (high + bool(labels)))
