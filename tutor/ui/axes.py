"""Axes with equal steps: their ticks, the texts of these, and their ends."""

from __future__ import annotations

import math

from tutor.labs.kit.readouts import Curve


def nice_ticks(low: float, high: float, most: int, outward: bool = False) -> list[float]:
    """About ``most`` round numbers at most from ``low`` to ``high``; with ``outward`` they cover both ends.

    >>> nice_ticks(0, 1, 3), nice_ticks(0.03, 1.7, 3, outward=True)
    ([0.0, 0.5, 1.0], [0.0, 1.0, 2.0])
    """
    low, high = spread(low, high)
    step = 10.0 ** math.floor(math.log10(high - low))
    for factor in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0):
        start, end = low / (step * factor), high / (step * factor)
        first = math.floor(start + 1e-9) if outward else math.ceil(start - 1e-9)
        last = math.ceil(end - 1e-9) if outward else math.floor(end + 1e-9)
        if last - first + 1 <= max(2, most):
            break
    ticks = [round(n * step * factor, 12) if step > 1e-9 else n * step * factor for n in range(first, last + 1)]
    return ticks if len(ticks) > 1 else [low, high]


def tick_text(value: float) -> str:
    """A short label for a number on an axis."""
    return f"{value + 0.0:.4g}".replace("e+0", "e").replace("e-0", "e-").replace("-", "−")


def heights(curve: Curve, least: float, greatest: float, most_ticks: int) -> tuple[list[float], float, float]:
    """The ticks of the y axis and its two ends: the curve's own if its points keep within them, else ticks."""
    fixed_low = curve.low is not None and (curve.cut or curve.low <= least)
    fixed_high = curve.high is not None and (curve.cut or curve.high >= greatest)
    low = curve.low if curve.low is not None and fixed_low else least
    high = curve.high if curve.high is not None and fixed_high else greatest
    if high < low:  # all the points lie beyond a given end
        low, high = (low, low) if fixed_low else (high, high)
    ticks = nice_ticks(low, high, most_ticks, outward=True)
    low, high = spread(low, high)
    return ticks, low if fixed_low else ticks[0], high if fixed_high else ticks[-1]


def same_unit(
    across: tuple[float, float], up: tuple[float, float], columns: int, rows: int
) -> tuple[float, float, float, float]:
    """The ends of both axes, one of them widened: a unit is as long across as up, in cells twice as tall as wide."""
    # The ends stand in the middle of the first cell and of the last.
    steps_across, steps_up = max(1, columns - 1), 2 * max(1, rows - 1)
    unit = max((across[1] - across[0]) / steps_across, (up[1] - up[0]) / steps_up)
    more_x, more_y = (unit * steps_across - across[1] + across[0]) / 2, (unit * steps_up - up[1] + up[0]) / 2
    # Next to numbers that are large enough, widening by a unit changes nothing.
    left, right = spread(across[0] - more_x, across[1] + more_x)
    return left, right, *spread(up[0] - more_y, up[1] + more_y)


def spread(low: float, high: float) -> tuple[float, float]:
    """The same range, or a range around the value if it is a single value."""
    if high - low > 1e-12 * max(1e-300, abs(low), abs(high)):
        return low, high
    around = abs(low) / 2 or 0.5
    return low - around, high + around
