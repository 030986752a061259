"""A picture whose tiles stand in bands, one below the other, as what goes through the layers of a network does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.readouts import Picture, Tile
from tutor.language.catalogue import _
from tutor.ui.widgets.notation import MASK, fit, heading, number_text, visible
from tutor.ui.widgets.pictures.colour_scale import Depth, scale_for
from tutor.ui.widgets.pictures.tile_drawing import NO_MARGIN, draw_tile, lines_of

_GAP = 1
_SIZES = (2, 3, 4, 6, 8)
_LEAST_COLUMNS = 2
_LEAST_LABELLED = 8
_LEAST_APART = 2
_LEAST_IN_PART = 4
"""The columns of a tile where only the first few of a band are shown."""


@dataclass(frozen=True)
class _Way:
    """A way to draw a band: the size of a value, its rows and columns, the size of a tile, the tiles side by side.

    ``shown`` of its tiles are drawn.
    """

    size: int
    rows: int
    columns: int
    wide: int
    high: int
    across: int
    height: int
    shown: int


def has_bands(picture: Picture) -> bool:
    """Whether its tiles stand in bands, or are shown whole in whatever room there is."""
    return picture.gallery or picture.grey or any(tile.band for tile in picture.tiles)


def least_bands_height(picture: Picture, width: int, in_characters: bool) -> int:
    """The lines below which a band would be cut."""
    return sum(min(way.height for way in _ways(tiles, width, in_characters)) for _, tiles in _bands(picture))


def bands_height(picture: Picture, room: Size, in_characters: bool) -> int:
    """The lines that it fills of this room."""
    return sum(way.height for way in _chosen(picture, room, in_characters))


def banded_lines(picture: Picture, room: Size, depth: Depth, dark: bool) -> list[Content]:
    """Each band as large as there is room, below its name, its shape and the ends of its scale."""
    lines: list[Content] = []
    for (name, tiles), way in zip(_bands(picture), _chosen(picture, room, depth.in_characters), strict=True):
        low, high = _ends(tiles) if name else (picture.low, picture.high)
        scale = scale_for(low, high, low < 0, depth, dark, picture.grey)
        if name:
            lines += _band_heading(tiles, way.shown, (low, high), room.width)
        drawn = [
            lines_of(draw_tile(tile, scale, way.size, NO_MARGIN, (way.rows, way.columns)))
            if tile.values
            else _covered(way)
            for tile in tiles[: way.shown]
        ]
        for start in range(0, len(drawn), way.across):
            beside = drawn[start : start + way.across]
            if not name:
                labels = (fit(visible(tile.label), way.wide) for tile in tiles[start : start + way.across])
                lines.append(Content.styled(" " + (" " * _GAP).join(labels), "dim"))
            elif start and _apart(True, way.high):
                lines.append(Content(""))
            for y in range(way.high):
                lines.append(Content(" ") + Content(" " * _GAP).join(tile[y] for tile in beside))
    return lines


def _bands(picture: Picture) -> list[tuple[str, tuple[Tile, ...]]]:
    return [(name, tuple(tiles)) for name, tiles in groupby(picture.tiles, lambda tile: tile.band)]


def _covered(way: _Way) -> list[Content]:
    """The lines of a tile whose numbers are not to be seen yet."""
    blank = Content(" " * way.wide)
    lines = [blank] * way.high
    lines[(way.high - 1) // 2] = Content.styled(MASK.center(way.wide), "bold")
    return lines


def _shape(tiles: Sequence[Tile]) -> tuple[int, int]:
    """The rows and columns of the tiles; a covered one has none."""
    return next(((len(tile.values), len(tile.values[0])) for tile in tiles if tile.values), (1, 1))


def _band_heading(tiles: Sequence[Tile], shown: int, ends: tuple[float, float], width: int) -> list[Content]:
    """On as many lines as it needs."""
    rows, columns = _shape(tiles)
    of = _("{shown} of {count}").format(shown=shown, count=len(tiles)) if shown < len(tiles) else f"{len(tiles)}"
    shape = (_("{of} maps ").format(of=of) if len(tiles) > 1 else "") + f"{rows}×{columns}"
    low, high = (number_text(end, 2) for end in ends)
    return heading(
        _("{band}: {shape}, {low} to {high}").format(band=tiles[0].band, shape=shape, low=low, high=high), width, "dim"
    )


def _ends(tiles: Sequence[Tile]) -> tuple[float, float]:
    """From 0, or as far below it as above, to the largest number of a band."""
    values = np.array([tile.values for tile in tiles if tile.values], dtype=float)
    finite = values[np.isfinite(values)]
    most = float(np.abs(finite).max(initial=0.0)) or 1.0
    return (-most if finite.min(initial=0.0) < 0 else 0.0), most


def _ways(tiles: Sequence[Tile], width: int, in_characters: bool) -> Iterator[_Way]:
    """The ways to draw a band in this width, smallest tiles first: reduced, whole, or with larger values.

    Before them, if so many tiles do not fit side by side, one line of the first of them.
    """
    rows, columns = _shape(tiles)
    room = max(1, width - 1)
    reduced = range(min(_LEAST_COLUMNS if tiles[0].band else _LEAST_LABELLED, columns), columns + 1)
    sizes = [(1, max(1, round(rows * kept / columns)), kept) for kept in reduced]
    sizes += [(size, rows, columns) for size in _SIZES if not (in_characters and size % 2)]
    named, labels = bool(tiles[0].band), not tiles[0].band
    ends = _ends(tiles)

    def head(shown: int) -> int:
        return len(_band_heading(tiles, shown, ends, width)) if named else 0

    kept = min(_LEAST_IN_PART, columns)
    across = max(1, (room + _GAP) // (kept + _GAP))
    if across < len(tiles) and named:
        tall = max(1, round(rows * kept / columns))
        high = math.ceil(tall / 2)
        yield _Way(1, tall, kept, kept, high, across, head(across) + high, across)
    above = head(len(tiles))
    for place, (size, tall, kept) in enumerate(sizes):
        wide, high = kept * size, math.ceil(tall * size / 2)
        if wide > room and place:
            return
        across = max(1, min(len(tiles), (room + _GAP) // (wide + _GAP)))
        down = math.ceil(len(tiles) / across)
        height = above + (labels + high) * down + (down - 1 if _apart(named, high) else 0)
        yield _Way(size, tall, kept, wide, high, across, height, len(tiles))


def _apart(named: bool, high: int) -> bool:
    """Whether a blank line parts the lines of tiles of a band: low ones stand close, to be more."""
    return bool(named) and high >= _LEAST_APART


def _chosen(picture: Picture, room: Size, in_characters: bool) -> list[_Way]:
    """A way for each band that together fit into the room; the lowest band grows first."""
    ways = [_higher(list(_ways(tiles, room.width, in_characters))) for _, tiles in _bands(picture)]
    at, growing = [0] * len(ways), set(range(len(ways)))
    free = room.height - sum(way[0].height for way in ways)
    while growing:
        i = min(growing, key=lambda i: (ways[i][at[i]].height, i))
        cost = ways[i][at[i] + 1].height - ways[i][at[i]].height if at[i] + 1 < len(ways[i]) else math.inf
        if cost > free:
            growing.discard(i)
            continue
        at[i], free = at[i] + 1, free - int(cost)
    return [way[k] for way, k in zip(ways, at, strict=True)]


def _higher(ways: Sequence[_Way]) -> list[_Way]:
    """Of the ways of each height the one with the largest tiles, the lowest first."""
    best: dict[int, _Way] = {}
    for way in ways:
        if way.height not in best or (way.shown, way.wide) >= (best[way.height].shown, best[way.height].wide):
            best[way.height] = way
    return [best[height] for height in sorted(best)]
