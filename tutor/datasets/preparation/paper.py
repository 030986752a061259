"""Finds the paper in a picture, from the whole picture rather than its rim only.

Otsu's threshold (1979) splits a picture into light and dark. A large four-sided region of one with something of the
other on it is a sheet of paper, and its surroundings (a scanner's black bed, the margin of a figure) are left out.
Otherwise the paper is the shade of most of the picture and its rim.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.preparation.regions import Mask, Regions, area, find_regions, four_corners, hull, inside

Shades = NDArray[np.float64]

ALIKE = 0.01
"""The difference of shades, of 255, that can come from rounding."""
FAINTEST = 4.0
"""The least difference of shades, of 255, between ink and paper."""
# If pure noise is split in two, "ink" differs from "paper" by 3.4 times the noise of the paper.
CLEAR_OF_NOISE = 5.0
# At this difference of shades it is not noise, however blurred the edges of the ink are.
CLEAR = 100.0
MOST_NOISE_REMOVED = 0.4
CORE = 0.5
"""The share of full ink from which a pixel certainly is ink."""
# If area and rim disagree, the area has to be this clear.
CLEAR_MAJORITY = 0.6
SMALLEST_SHEET, FULL_SHEET = 0.1, 0.98  # of the picture
FOUR_SIDED, UNWRITTEN = 0.88, 0.7  # of the hull of the sheet
SHEET_EDGE = 0.04  # of the sheet, where it is blurred or in shadow
# Of the rim, paper; of the box around them, what strokes fill at most. A tilted sheet with a digit on it fills more.
CLEAN_RIM, STROKES = 0.98, 0.45
DETAIL, SMALLEST_DETAIL = 0.001, 12  # of the pixels; pixels


@dataclass(frozen=True, eq=False)
class Paper:
    """``shades`` (height, width) without the surroundings of the paper; whether the paper is ``light``."""

    shades: Shades
    light: bool
    framed: bool


def find_paper(shades: Shades) -> Paper:
    """Tell paper from ink in ``shades`` (height, width), from 0 to 255."""
    light = shades > threshold(shades)
    if (plain := _plain(light)) is not None:
        return Paper(shades, plain, False)
    parts = {True: find_regions(light), False: find_regions(~light)}
    for is_light, regions in sorted(parts.items(), key=lambda part: -max(part[1].sizes, default=0)):
        sheet = _sheet(regions, light == is_light)
        if sheet is None:
            continue
        paper = float(np.median(shades[sheet & (light == is_light)]))
        alone = np.where(sheet, shades, paper)
        if _written_on(alone, is_light, sheet):
            return Paper(alone, is_light, True)
    return Paper(shades, _light_by_majority(light, parts), False)


def threshold(shades: Shades) -> float:
    """The shade that separates light from dark with the least variance within the two: N. Otsu, "A threshold selection
    method from gray-level histograms", IEEE Transactions on Systems, Man, and Cybernetics 9 (1979).
    """
    low, high = float(shades.min()), float(shades.max())
    if high - low < ALIKE:
        return low
    counts, edges = np.histogram(shades, bins=256, range=(low, high))
    middle = (edges[:-1] + edges[1:]) / 2
    below, sums = np.cumsum(counts), np.cumsum(counts * middle)
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums / below - (sums[-1] - sums) / above) ** 2
    between[above == 0] = 0.0
    # Of thresholds that separate the same shades, the one in the middle of the gap.
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return float((edges[best[0] + 1] + edges[best[-1] + 1]) / 2)


def _plain(light: Mask) -> bool | None:
    """Whether the paper is light, in the simple case of strokes away from the rim and no sheet. None otherwise.

    Most pictures in a folder are such, and looking for regions takes ten times as long.
    """
    rim = float(rim_of(light).mean())
    if CLEAN_RIM > rim > 1 - CLEAN_RIM:
        return None
    other = light != (rim > 0.5)
    rows, columns = np.flatnonzero(other.any(axis=1)), np.flatnonzero(other.any(axis=0))
    if not len(rows):
        return rim > 0.5
    box = (rows[-1] + 1 - rows[0]) * (columns[-1] + 1 - columns[0])
    return None if np.count_nonzero(other) >= STROKES * box else rim > 0.5


def _light_by_majority(light: Mask, parts: dict[bool, Regions]) -> bool:
    """Whether most of the picture is light, or, if ink may be most of it, whether the rim is."""
    share = float(light.mean())
    rim = float(rim_of(light).mean())
    majority = share > 0.5
    if majority == (rim > 0.5):
        return majority
    other = parts[not majority]
    if max(share, 1 - share) >= CLEAR_MAJORITY and any(
        size >= detail_of(light.size) for size in sizes_off(other, rim_of(other.labels))
    ):
        return majority
    return rim > 0.5


def rim_of(picture: NDArray[Any]) -> NDArray[Any]:
    """The outermost pixels."""
    return np.concatenate([picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]])


def detail_of(pixels: int) -> float:
    """The number of ink pixels, of ``pixels`` in all, above which they are more than a blemish."""
    return max(SMALLEST_DETAIL, DETAIL * pixels)


def sizes_off(regions: Regions, line: NDArray[np.intp]) -> tuple[int, ...]:
    """The sizes of the regions, 0 for those with a pixel on the ``line``, which contains labels."""
    touching = set(line.tolist())
    return tuple(0 if n in touching else size for n, size in enumerate(regions.sizes, start=1))


def _sheet(regions: Regions, alike: Mask) -> Mask | None:
    """The inside of the largest region, if that is a sheet of paper with something around it.

    ``alike`` (height, width) marks all pixels that are light, or dark, like the region.
    """
    pixels = regions.labels.size
    size = max(regions.sizes, default=0)
    if size < SMALLEST_SHEET * pixels:
        return None
    around = hull(regions.labels == regions.sizes.index(size) + 1)
    whole = area(around)
    if whole >= FULL_SHEET * pixels or np.count_nonzero(alike & inside(around, alike.shape)) < UNWRITTEN * whole:
        return None
    corners = four_corners(around)
    if area(corners) < FOUR_SIDED * whole:
        return None
    middle = corners.mean(axis=0)
    return inside(middle + (corners - middle) * (1 - SHEET_EDGE), regions.labels.shape)


def _written_on(shades: Shades, light: bool, sheet: Mask) -> bool:
    """Whether the sheet has more than a blemish on it, away from its edge."""
    strength = strength_on(shades, light)
    if strength is None:
        return False
    regions = find_regions(strength >= CORE)
    inner = sheet.copy()
    for axis, way in ((0, 1), (0, -1), (1, 1), (1, -1)):
        inner &= np.roll(sheet, way, axis)
    sizes = sizes_off(regions, regions.labels[sheet & ~inner])
    return max(sizes, default=0) >= detail_of(int(sheet.sum()))


def level_of(paper: Paper) -> float:
    """The shade of the paper."""
    light = paper.shades > threshold(paper.shades)
    return float(np.median(paper.shades[light == paper.light]))


def strength_on(shades: Shades, light: bool) -> Shades | None:
    """How much ink each pixel has, from 0 to 1; None if nothing stands out from the paper."""
    cut = threshold(shades)
    is_paper = shades > cut if light else shades <= cut
    if is_paper.all() or not is_paper.any():
        return None
    level = float(np.median(shades[is_paper]))
    depth = level - shades if light else shades - level
    full = float(np.percentile(depth[~is_paper], 90))
    noise = 1.4826 * float(np.median(np.abs(shades[is_paper] - level)))
    if full < FAINTEST or float(depth[~is_paper].mean()) < min(CLEAR_OF_NOISE * noise, CLEAR):
        return None
    none = min(3 * noise / full, MOST_NOISE_REMOVED)
    return np.clip((depth / full - none) / (1 - none), 0.0, 1.0)
