"""Drawing with a pen: curves through points, and their ink on a square of pixels.

This uses only +, −, ·, / and √ of single numbers, which every machine rounds alike, so equal points give equal bytes
everywhere.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

STEPS = 6
SOFTNESS = 1.0  # pixels from full ink to none at the edge of a stroke


def curve(points: Points) -> Points:
    """A curve through all points (n, 2), as (m, 2) points close together: a Catmull-Rom spline.

    Two points give a straight line, a repeated point gives a corner.
    """
    before = np.vstack([points[:1], points[:-2], points[-2:-1]])[: len(points) - 1, None]
    start, end = points[:-1, None], points[1:, None]
    after = np.vstack([points[2:], points[-1:]])[:, None]
    t = (np.arange(STEPS) / STEPS)[None, :, None]
    leaving, arriving = (end - before) / 2, (after - start) / 2
    square, cube = t * t, t * t * t
    between = (
        (2 * cube - 3 * square + 1) * start
        + (cube - 2 * square + t) * leaving
        + (3 * square - 2 * cube) * end
        + (cube - square) * arriving
    )
    # From a point to itself the curve would leave and return.
    between = np.where((start == end).all(axis=2, keepdims=True), start, between)
    return np.vstack([between.reshape(-1, 2), points[-1:]])


def centre_of_length(lines: list[Points]) -> Points:
    """The middle of all lines, (2,), weighted by their length."""
    starts, ends = np.vstack([line[:-1] for line in lines]), np.vstack([line[1:] for line in lines])
    along = ends - starts
    lengths = np.sqrt(along[:, 0] * along[:, 0] + along[:, 1] * along[:, 1])
    moments = (starts + ends) / 2 * lengths[:, None]
    # NumPy's sums are rounded differently from machine to machine.
    whole = math.fsum(lengths.tolist())
    return np.array([math.fsum(column) / whole for column in moments.T.tolist()])


def ink(lines: list[Points], radii: list[tuple[float, float]], side: int) -> NDArray[np.float64]:
    """The darkness of each pixel, (side, side) from 0 to 1, after a round pen follows ``lines``.

    Each line (m, 2) is in pixels, x to the right and y down, with (0, 0) at the corner of the top left pixel. Its radii
    are those of the pen at its start and its end, in pixels.
    """
    depth = np.full((side, side), -np.inf)
    middle = np.arange(side) + 0.5
    x, y = middle[None, :, None], middle[:, None, None]
    for line, (first, last) in zip(lines, radii, strict=True):
        (ax, ay), (bx, by) = line[:-1].T, line[1:].T
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        along = ((x - ax) * dx + (y - ay) * dy) / np.where(length > 0, length, 1.0)
        along = np.minimum(np.maximum(along, 0.0), 1.0)
        away_x, away_y = x - (ax + along * dx), y - (ay + along * dy)
        pressed = (np.arange(len(ax)) + along) / len(ax)
        radius = first + (last - first) * pressed
        inside = radius - np.sqrt(away_x * away_x + away_y * away_y)  # (side, side, m − 1)
        depth = np.maximum(depth, inside.max(axis=2))
    return np.minimum(np.maximum(depth / SOFTNESS + 0.5, 0.0), 1.0)
