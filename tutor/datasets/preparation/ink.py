"""Finds the ink in a picture: strokes on the paper, without specks, frames and lines around them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.preparation.lighting import evened
from tutor.datasets.preparation.paper import (
    CORE,
    FOUR_SIDED,
    Paper,
    Shades,
    detail_of,
    find_paper,
    level_of,
    rim_of,
    sizes_off,
    strength_on,
)
from tutor.datasets.preparation.regions import Box, Regions, area, find_regions, four_corners, hull

EDGE = 0.12  # of full ink: how faint the edges of a stroke are followed
SPECK = 0.03  # of the pixels of the largest region
THIN = 0.2  # of the box around a drawn outline
FRAME_LENGTH, CORNER_LENGTH = 0.12, 0.03  # of the rim
MOST_FRAMES = 3  # one within the other


@dataclass(frozen=True, eq=False)
class Ink:
    """``strength`` (height, width): 0 is paper, 1 full ink. ``box`` surrounds all ink but specks.

    ``paper`` is the result of ``find_paper``; ``edge`` is whether something dark or light at the rim was removed, and
    ``specks`` the number of regions outside the box.
    """

    strength: Shades
    box: Box
    paper: Paper
    edge: bool
    specks: int


def find_ink(shades: Shades, frames: int = MOST_FRAMES) -> Ink | None:
    """The ink in ``shades`` (height, width), from 0 to 255; None if there is none.

    Removes up to ``frames`` nested frames around it.
    """
    paper = find_paper(evened(shades)[0])
    ink = _ink_on(paper, frames)
    if ink is None and not paper.framed:
        # Bold ink can cover most of a tightly cropped picture.
        ink = _ink_on(Paper(paper.shades, not paper.light, False), frames)
    return ink


def _ink_on(paper: Paper, most_frames: int) -> Ink | None:
    strength = strength_on(paper.shades, paper.light)
    if strength is None:
        return None
    regions = find_regions(strength > EDGE)
    cores = np.bincount(regions.labels[strength >= CORE], minlength=len(regions.sizes) + 1)[1:]
    frames = _frames(regions, cores) if most_frames else ()
    if frames:
        cores[list(frames)] = 0
        strength[np.isin(regions.labels, [n + 1 for n in frames])] = 0.0
        # The darkest shade may have been that of the frame.
        again = find_ink(np.where(strength > 0, paper.shades, level_of(paper)), most_frames - 1)
        if again is not None:
            return Ink(again.strength, again.box, paper, True, again.specks)
    if not cores.max(initial=0):
        return None
    kept = cores >= max(1.0, SPECK * cores.max())
    boxes = [box for box, keep in zip(regions.boxes, kept, strict=True) if keep]
    box = (min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes))
    outside = sum(1 for b, k in zip(regions.boxes, kept, strict=True) if not k and not _within(b, box))
    return Ink(strength, box, paper, bool(frames), outside)


def _frames(regions: Regions, cores: NDArray[np.intp]) -> tuple[int, ...]:
    """The regions, from 0, that are not ink but the edge of something beside the paper.

    They run along the rim or contain a corner of the picture, while other ink does not touch the rim; or they are the
    outline of a box around ink.
    """
    labels = regions.labels
    rim = rim_of(labels)
    outlines = tuple(n for n in range(len(cores)) if _is_outline(n, regions, cores))
    if outlines:
        return outlines
    if not any(
        off and core >= detail_of(labels.size) for off, core in zip(sizes_off(regions, rim), cores, strict=True)
    ):
        return ()
    lengths = np.bincount(rim, minlength=len(regions.sizes) + 1)[1:]
    in_corner = set(labels[[0, 0, -1, -1], [0, -1, 0, -1]].tolist())
    share = lengths / len(rim)
    return tuple(n for n, s in enumerate(share) if s >= FRAME_LENGTH or (n + 1 in in_corner and s >= CORNER_LENGTH))


def _is_outline(n: int, regions: Regions, cores: NDArray[np.intp]) -> bool:
    """Whether region n, from 0, is a thin four-sided outline around ink."""
    least, box = detail_of(regions.labels.size), regions.boxes[n]
    around = (box[2] - box[0]) * (box[3] - box[1])
    if cores[n] < least or regions.sizes[n] > THIN * around:
        return False
    held = (core >= least and b != box and _within(b, box) for b, core in zip(regions.boxes, cores, strict=True))
    if not any(held):
        return False
    corners = hull(regions.labels == n + 1)
    return area(four_corners(corners)) >= FOUR_SIDED * area(corners)


def _within(inner: Box, outer: Box) -> bool:
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
