"""The dots of arrows and of the angle between two of them, for a picture whose dots are as far apart both ways."""

from __future__ import annotations

import math

import numpy as np

Spot = tuple[float, float]
"""A place in dots: across, and down."""
Dots = tuple[np.ndarray, np.ndarray]
"""The columns and the rows of dots."""

_HEAD_LONG, _HEAD_WIDE = 5.0, 2.2
"""How long the head of an arrow is, and how wide to each side, as a multiple of half its shaft."""
_LONGEST_HEAD = 0.5
"""The part of an arrow that its head takes at most."""


def arrow_dots(tail: Spot, tip: Spot, half: float) -> Dots:
    """An arrow whose shaft is ``2 * half`` dots thick."""
    long = math.dist(tail, tip)
    if long < 1:
        return np.array([round(tip[0])]), np.array([round(tip[1])])
    head = min(_HEAD_LONG * half, _LONGEST_HEAD * long)
    wide = max(1.0, _HEAD_WIDE * half * head / (_HEAD_LONG * half))
    columns, rows = _around((tail, tip), wide + 1)
    along, beside = _turned(columns, rows, tail, tip, long)
    shaft = (along >= 0) & (along <= long - head) & (np.abs(beside) <= half)
    point = (along >= long - head) & (along <= long) & (np.abs(beside) <= wide * (long - along) / head + 0.5)
    seen = shaft | point
    return columns[seen], rows[seen]


def angle_dots(corner: Spot, one: Spot, other: Spot, radius: float) -> Dots:
    """Every second dot of the part of a circle between two directions, the shorter way round."""
    reach = (corner[0] - radius, corner[1] - radius), (corner[0] + radius, corner[1] + radius)
    columns, rows = _around(reach, 0)
    across, down = columns - corner[0], rows - corner[1]
    (ax, ay), (bx, by) = ((spot[0] - corner[0], spot[1] - corner[1]) for spot in (one, other))
    way = 1 if ax * by - ay * bx >= 0 else -1
    between = (way * (ax * down - ay * across) >= 0) & (way * (across * by - down * bx) >= 0)
    seen = between & (np.hypot(across, down) <= radius) & ((columns + rows) % 2 == 0)
    return columns[seen], rows[seen]


def _around(spots: tuple[Spot, Spot], more: float) -> Dots:
    """All dots of the smallest upright rectangle around two places, and ``more`` on each side."""
    (x0, y0), (x1, y1) = spots
    columns = np.arange(math.floor(min(x0, x1) - more), math.ceil(max(x0, x1) + more) + 1)
    rows = np.arange(math.floor(min(y0, y1) - more), math.ceil(max(y0, y1) + more) + 1)
    across, down = np.meshgrid(columns, rows)
    return across.ravel(), down.ravel()


def _turned(columns: np.ndarray, rows: np.ndarray, tail: Spot, tip: Spot, long: float) -> Dots:
    """How far along the arrow dots are from its tail, and how far beside it."""
    ux, uy = (tip[0] - tail[0]) / long, (tip[1] - tail[1]) / long
    across, down = columns - tail[0], rows - tail[1]
    return across * ux + down * uy, across * uy - down * ux
