"""Removes uneven lighting of the paper, as in a photograph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Shades = NDArray[np.float64]

SAMPLED = 48  # rows and columns that the surface is fitted to
ROUNDS = 12
# How near paper lies to the surface, as a share of the range of shades; and the share of pixels that must.
NEAR, MOST_OF_IT = 0.04, 0.6
UNEVEN = 0.08  # of the range


def evened(shades: Shades) -> tuple[Shades, bool]:
    """``shades`` (height, width) as under even light, and whether the light was uneven.

    Fits a second-degree surface to the pixels nearest to it (least trimmed squares, P. Rousseeuw, Journal of the
    American Statistical Association 79, 1984). The surface is the paper if most of the picture lies on it.
    """
    reach = float(np.ptp(shades))
    if not reach:
        return shades, False
    rows, columns = (np.unique(np.linspace(0, n - 1, SAMPLED).round().astype(int)) for n in shades.shape)
    sample = shades[np.ix_(rows, columns)]
    terms = _terms(rows / shades.shape[0], columns / shades.shape[1])
    values, kept = sample.ravel(), np.ones(sample.size, dtype=bool)
    for _ in range(ROUNDS):
        weights = np.linalg.lstsq(terms[kept], values[kept], rcond=None)[0]
        off = np.abs(values - terms @ weights)
        kept = off <= np.quantile(off, MOST_OF_IT)
    surface = terms @ weights
    if np.mean(off <= NEAR * reach) < MOST_OF_IT or np.ptp(surface) < UNEVEN * reach:
        return shades, False
    whole = _terms(*(np.arange(n) / n for n in shades.shape)) @ weights
    paper = whole.reshape(shades.shape)
    return np.clip(shades - paper + np.median(surface), 0.0, 255.0), True


def _terms(rows: Shades, columns: Shades) -> Shades:
    """1, r, c, r·c, r² and c² for every position, (positions, 6)."""
    r, c = (axis.ravel() for axis in np.meshgrid(rows, columns, indexing="ij"))
    return np.stack([np.ones_like(r), r, c, r * c, r * r, c * c], axis=1)
