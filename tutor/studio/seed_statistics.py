"""What many seeds say together: their median and range, where one run lies among them, and whether A beats B."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
INSIDE = 0.95
"""The confidence of an interval."""


@dataclass(frozen=True, eq=False)
class Spread:
    """Of each epoch over the seeds, (epochs,) each. The quartiles are those of ``numpy.quantile``."""

    lowest: Array
    quarter: Array
    median: Array
    three_quarters: Array
    highest: Array


def spread(losses: Array) -> Spread:
    """Of the losses (seeds, epochs). A seed that could not go on is infinite, and so the worst."""
    ordered = np.sort(losses, axis=0)
    return Spread(*(_quantile(ordered, share) for share in (0, 0.25, 0.5, 0.75, 1)))


def _quantile(ordered: Array, share: float) -> Array:
    """As ``numpy.quantile``, which makes NaN of every quantile next to an infinite number."""
    below, part = divmod(share * (len(ordered) - 1), 1)
    low = ordered[int(below)]
    if not part:
        return low
    high = ordered[int(below) + 1]
    return np.where(np.isinf(high), np.inf, (1 - part) * low + part * high)


def better_than(loss: float, others: Array) -> int:
    """How many of the others a run is better than: their loss is higher."""
    return int((others > loss).sum())


def third(loss: float, others: Array) -> int:
    """The third in which a run lies among others: 0 for the best, 1, 2 for the worst.

    Runs with the same loss count half, so that equal runs are in the middle.
    """
    worse = better_than(loss, others) + 0.5 * float((others == loss).sum())
    share = worse / len(others)
    return 0 if share >= 2 / 3 else 1 if share > 1 / 3 else 2


@dataclass(frozen=True)
class Paired:
    """A against B over the same seeds, by their losses.

    ``mean`` is that of A − B, below 0 where A is better; ``low`` to ``high`` is its 95 % t interval. All three are NaN
    where a run could not go on, and the interval where there is only one seed.
    """

    seeds: int
    better: int
    worse: int
    mean: float
    low: float
    high: float

    @property
    def is_decided(self) -> bool:
        """Whether the interval leaves 0 out."""
        return self.low > 0 or self.high < 0


def paired(a: Array, b: Array) -> Paired:
    """Two experiments' losses (seeds,), the same seeds in the same order.

    mean ± t · s / √n, with s the standard deviation of the n differences and t of Student's distribution with n − 1
    degrees of freedom: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.2, of the differences (7.3.1.1).
    """
    seeds = len(a)
    better, worse = int((a < b).sum()), int((a > b).sum())
    if not seeds or not np.isfinite([a, b]).all():
        return Paired(seeds, better, worse, *(math.nan,) * 3)
    differences = a - b
    mean = float(differences.mean())
    if seeds == 1:
        return Paired(seeds, better, worse, mean, math.nan, math.nan)
    half = student_t(seeds - 1) * float(differences.std(ddof=1)) / math.sqrt(seeds)
    return Paired(seeds, better, worse, mean, mean - half, mean + half)


def student_t(degrees: int, inside: float = INSIDE) -> float:
    """The t with P(−t ≤ T ≤ t) = ``inside``, for T of Student's distribution with whole degrees of freedom."""
    low, high = 0.0, math.pi / 2
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if _inside(middle, degrees) < inside else (low, middle)
    return math.sqrt(degrees) * math.tan(middle)


def _inside(angle: float, degrees: int) -> float:
    """P(−t ≤ T ≤ t) with tan(angle) = t / √degrees: Abramowitz and Stegun, 26.7.3 and 26.7.4."""
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = degrees % 2
    term, total = (cosine if odd else 1.0), 0.0
    for k in range(odd, degrees - 1, 2):
        total += term
        term *= (k + 1) / (k + 2) * cosine**2
    return 2 / math.pi * (angle + sine * total) if odd else sine * total
