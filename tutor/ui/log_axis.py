"""A y axis whose equal steps are equal factors: which curves it can show, its ends and its ticks."""

from __future__ import annotations

import math
from dataclasses import replace

from tutor.labs.kit.readouts import Curve
from tutor.language.catalogue import _

_LARGEST = 1e100
_HAIR = 1e-9
_WITHIN = (1.0, 2.0, 5.0)
"""The round numbers of a decade."""


def why_not(curve: Curve) -> str:
    """Why a curve cannot have a logarithmic axis, as a sentence; empty if it can."""
    if curve.y_label:
        return _("Both axes of this plane have one unit, so neither can be logarithmic.")
    ys = [y for series in curve.series for y in series.ys if not math.isnan(y)]
    if curve.marker is not None:
        ys.append(curve.marker[1])
    if not ys:
        return _("There are no points yet.")
    if min(ys) <= 0:
        return _("A logarithmic axis has no place for 0 or less, and this curve gets there.")
    return ""


def logarithms(curve: Curve) -> Curve:
    """The curve with the decimal logarithm of every y. Its ends stay only where they have one."""

    def log(y: float) -> float:
        return math.log10(y) if 0 < y < _LARGEST else y

    def end(value: float | None) -> float | None:
        return math.log10(value) if value is not None and value > 0 else None

    return replace(
        curve,
        series=tuple(replace(series, ys=tuple(map(log, series.ys))) for series in curve.series),
        marker=None if curve.marker is None else (curve.marker[0], log(curve.marker[1])),
        low=end(curve.low),
        high=end(curve.high),
    )


def log_axis(curve: Curve, least: float, greatest: float, most: int) -> tuple[list[float], float, float]:
    """The ticks of the axis and its two ends for a curve of logarithms: its own if it is cut there, else round numbers.

    There are at most ``most`` ticks: powers of ten, and 2 and 5 times a power if all of them have room.
    """
    low = curve.low if curve.cut and curve.low is not None and least < curve.low < greatest else None
    high = curve.high if curve.cut and curve.high is not None and least < curve.high < greatest else None
    fine = _covering(least if low is None else low, greatest if high is None else high)
    low, high = fine[0] if low is None else low, fine[-1] if high is None else high
    inside = [tick for tick in fine if low - _HAIR <= tick <= high + _HAIR]
    powers = [tick for tick in inside if abs(tick - round(tick)) < _HAIR]
    ticks = powers if len(inside) > most and len(powers) > 1 else inside
    return ticks[:: max(1, math.ceil((len(ticks) - 1) / max(1, most - 1)))], low, high


def _covering(low: float, high: float) -> list[float]:
    """The logarithms of 1, 2 and 5 times powers of ten that just cover ``low`` to ``high``.

    >>> [round(10**tick, 3) for tick in _covering(math.log10(0.03), math.log10(0.4))]
    [0.02, 0.05, 0.1, 0.2, 0.5]
    """
    decades = range(math.floor(low) - 1, math.ceil(high) + 2)
    ticks = [n + math.log10(m) for n in decades for m in _WITHIN]
    first = max(i for i, tick in enumerate(ticks) if tick <= low + _HAIR)
    last = min(i for i, tick in enumerate(ticks) if tick >= high - _HAIR)
    return ticks[first : max(last, first + 1) + 1]
