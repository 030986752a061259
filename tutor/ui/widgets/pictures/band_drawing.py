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
from tutor.ui.widgets.notation import fit, number_text, visible
from tutor.ui.widgets.pictures.colour_scale import Depth, scale_for
from tutor.ui.widgets.pictures.tile_drawing import NO_MARGIN, draw_tile, lines_of

_GAP = 1
_SIZES = (2, 3, 4, 6, 8)
_LEAST_COLUMNS = 2


@dataclass(frozen=True)
class _Way:
    """A way to draw a band: the size of a value, its rows and columns, the size of a tile, the tiles side by side."""

    size: int
    rows: int
    columns: int
    wide: int
    high: int
    across: int
    height: int


def has_bands(picture: Picture) -> bool:
    """Whether its tiles stand in bands."""
    return any(tile.band for tile in picture.tiles)


def least_bands_height(picture: Picture, width: int, in_characters: bool) -> int:
    """The lines below which a band would be cut."""
    return sum(next(_ways(tiles, width, in_characters)).height for _, tiles in _bands(picture))


def bands_height(picture: Picture, room: Size, in_characters: bool) -> int:
    """The lines that it fills of this room."""
    return sum(way.height for way in _chosen(picture, room, in_characters))


def banded_lines(picture: Picture, room: Size, depth: Depth, dark: bool) -> list[Content]:
    """Each band as large as there is room, below a line with its name, its shape and the ends of its scale."""
    lines: list[Content] = []
    for (name, tiles), way in zip(_bands(picture), _chosen(picture, room, depth.in_characters), strict=True):
        low, high = _ends(tiles)
        scale = scale_for(low, high, low < 0, depth, dark)
        lines.append(_band_heading(name, tiles, (low, high), room.width))
        drawn = [lines_of(draw_tile(tile, scale, way.size, NO_MARGIN, (way.rows, way.columns))) for tile in tiles]
        for start in range(0, len(drawn), way.across):
            beside = drawn[start : start + way.across]
            for y in range(way.high):
                lines.append(Content(" ") + Content(" " * _GAP).join(tile[y] for tile in beside))
    return lines


def _bands(picture: Picture) -> list[tuple[str, tuple[Tile, ...]]]:
    return [(name, tuple(tiles)) for name, tiles in groupby(picture.tiles, lambda tile: tile.band)]


def _band_heading(name: str, tiles: Sequence[Tile], ends: tuple[float, float], width: int) -> Content:
    rows, columns = len(tiles[0].values), len(tiles[0].values[0])
    shape = f"{len(tiles)} × " * (len(tiles) > 1) + f"{rows}×{columns}"
    low, high = (number_text(end, 2) for end in ends)
    return Content.styled(fit(f" {visible(name)}: {shape}, {low} to {high}", width), "dim")


def _ends(tiles: Sequence[Tile]) -> tuple[float, float]:
    """From 0, or as far below it as above, to the largest number of a band."""
    values = np.array([tile.values for tile in tiles], dtype=float)
    finite = values[np.isfinite(values)]
    most = float(np.abs(finite).max(initial=0.0)) or 1.0
    return (-most if finite.min(initial=0.0) < 0 else 0.0), most


def _ways(tiles: Sequence[Tile], width: int, in_characters: bool) -> Iterator[_Way]:
    """The ways to draw a band in this width, smallest tiles first: reduced, whole, or with larger values."""
    rows, columns = len(tiles[0].values), len(tiles[0].values[0])
    room = max(1, width - 1)
    reduced = range(min(_LEAST_COLUMNS, columns), columns + 1)
    sizes = [(1, max(1, round(rows * kept / columns)), kept) for kept in reduced]
    sizes += [(size, rows, columns) for size in _SIZES if not (in_characters and size % 2)]
    for place, (size, tall, kept) in enumerate(sizes):
        wide, high = kept * size, math.ceil(tall * size / 2)
        if wide > room and place:
            return
        across = max(1, min(len(tiles), (room + _GAP) // (wide + _GAP)))
        yield _Way(size, tall, kept, wide, high, across, 1 + high * math.ceil(len(tiles) / across))


def _chosen(picture: Picture, room: Size, in_characters: bool) -> list[_Way]:
    """A way for each band that together fit into the room; the band with the lowest tiles grows first."""
    ways = [list(_ways(tiles, room.width, in_characters)) for _, tiles in _bands(picture)]
    at, growing = [0] * len(ways), set(range(len(ways)))
    free = room.height - sum(way[0].height for way in ways)
    while growing:
        i = min(growing, key=lambda i: (ways[i][at[i]].high, i))
        # A larger way may be no higher than a smaller one.
        more = next((k for k in range(at[i] + 1, len(ways[i])) if ways[i][k].high > ways[i][at[i]].high), None)
        cost = math.inf if more is None else ways[i][more].height - ways[i][at[i]].height
        if more is None or cost > free:
            growing.discard(i)
            continue
        at[i], free = more, free - int(cost)
    return [_widest(way, at[i]) for i, way in enumerate(ways)]


def _widest(ways: Sequence[_Way], at: int) -> _Way:
    """The largest way that is as high as the one chosen."""
    return max((way for way in ways if way.height == ways[at].height), key=lambda way: (way.high, way.wide))
