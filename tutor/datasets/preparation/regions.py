"""Connected regions of a picture, and how much a region's outline resembles a sheet of paper."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Corners = NDArray[np.float64]
Box = tuple[int, int, int, int]
"""Top, left, bottom and right; bottom and right are one past the last pixel."""


@dataclass(frozen=True, eq=False)
class Regions:
    """``labels`` (height, width) has 0 outside all regions, otherwise the number of the region, from 1.

    ``sizes[n - 1]`` is the number of pixels of region n, ``boxes[n - 1]`` its bounding box.
    """

    labels: NDArray[np.intp]
    sizes: tuple[int, ...]
    boxes: tuple[Box, ...]


def find_regions(mask: Mask) -> Regions:
    """The regions of ``mask`` (height, width), of pixels that touch at a side or a corner."""
    rows, starts, ends = _runs(mask)
    parent = list(range(len(rows)))

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = parent[parent[run]]
            run = parent[run]
        return run

    above, here, row = 0, 0, -1
    first_of_row = 0
    for run, (r, start, end) in enumerate(zip(rows, starts, ends, strict=True)):
        if r != row:
            above, first_of_row, row = (first_of_row if r == row + 1 else run), run, r
        while above < first_of_row and ends[above] < start:
            above += 1
        here = above
        while here < first_of_row and starts[here] <= end:
            parent[root(here)] = root(run)
            here += 1
    roots = [root(run) for run in range(len(rows))]
    number = {r: n for n, r in enumerate(dict.fromkeys(roots), start=1)}
    labels = np.zeros(mask.shape, dtype=np.intp)
    sizes = [0] * len(number)
    boxes = [(mask.shape[0], mask.shape[1], 0, 0)] * len(number)
    for r, start, end, top in zip(rows, starts, ends, roots, strict=True):
        n = number[top]
        labels[r, start:end] = n
        sizes[n - 1] += end - start
        box = boxes[n - 1]
        boxes[n - 1] = (min(box[0], r), min(box[1], start), max(box[2], r + 1), max(box[3], end))
    return Regions(labels, tuple(sizes), tuple(boxes))


def _runs(mask: Mask) -> tuple[list[int], list[int], list[int]]:
    """All runs of pixels along a row: their rows, starts, and ends (exclusive)."""
    edges = np.diff(np.pad(mask, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    return rows.tolist(), starts.tolist(), np.nonzero(edges == -1)[1].tolist()


def hull(mask: Mask) -> Corners:
    """The corners (n, 2), as (row, column), of the convex hull of all pixels in ``mask``; Andrew's monotone chain."""
    points = []
    for row in np.flatnonzero(mask.any(axis=1)).tolist():
        columns = np.flatnonzero(mask[row])
        for r in (row, row + 1):
            points += [(r, int(columns[0])), (r, int(columns[-1]) + 1)]
    points = sorted(set(points))
    return np.array(_half(points)[:-1] + _half(points[::-1])[:-1], dtype=np.float64)


def _half(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for point in points:
        while len(kept) > 1 and _turn(kept[-2], kept[-1], point) <= 0:
            kept.pop()
        kept.append(point)
    return kept


def _turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def area(corners: Corners) -> float:
    """The area inside a polygon of corners (n, 2)."""
    row, column = corners.T
    return abs(float(row @ np.roll(column, -1) - column @ np.roll(row, -1))) / 2


def four_corners(corners: Corners) -> Corners:
    """Four of the corners (n, 2) of a convex polygon, in order: the two farthest apart, and on either side of the line
    between them the one farthest from it. For a quadrilateral these are its corners.
    """
    apart = ((corners[:, None] - corners[None]) ** 2).sum(axis=2)
    first, second = sorted(np.unravel_index(int(apart.argmax()), apart.shape))
    line = corners[second] - corners[first]
    side = (corners - corners[first]) @ np.array([-line[1], line[0]])
    between = sorted({int(first), int(side.argmin()), int(second), int(side.argmax())})
    return corners[between]


def inside(corners: Corners, shape: tuple[int, ...]) -> Mask:
    """The pixels of a picture of ``shape`` whose middle lies inside a convex polygon of corners (n, 2)."""
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]] + 0.5
    middle = corners.mean(axis=0)
    held: Mask = np.ones(shape, dtype=bool)
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        along = b - a
        side = (rows - a[0]) * along[1] - (columns - a[1]) * along[0]
        wanted = (middle[0] - a[0]) * along[1] - (middle[1] - a[1]) * along[0]
        held &= side * wanted >= 0
    return held
