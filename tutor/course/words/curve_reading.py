"""What the lines of a curve say at one place of its x axis."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from tutor.course.questions.answers import parse_number
from tutor.course.words.printed_page import Page, wrapped
from tutor.course.words.readout_text import heading
from tutor.engine.derivations.derivation import show
from tutor.labs.kit.places import LookupFailed
from tutor.labs.kit.readouts import Curve, Readout, Series
from tutor.language.catalogue import _

SMALL = 1e-3
"""Below this, four decimals say too little."""
_DIGITS = 6
_SAME = 1e-9
"""Places this near to each other, as a share of the axis, are one place."""


@dataclass(frozen=True)
class LineReading:
    """A line's value at a place: None beyond its ends. It is ``between`` if it stands between two points."""

    series: Series
    value: float | None
    between: bool = False

    @property
    def text(self) -> str:
        """The value in words, with ≈ where no point of the line is."""
        if self.value is None:
            return "–"
        return f"≈ {value_text(self.value)}" if self.between else value_text(self.value)


def places_to_read(curve: Curve) -> tuple[float, ...]:
    """The places of the x axis where a line has a point, from the left; none for a plane.

    A line that is there to compare with has no places of its own where it does not make the axis longer.
    """
    if curve.y_label:
        return ()
    found = np.asarray([x for series in curve.own for x, y in _points(series) if math.isfinite(y)])
    places = np.unique(found)
    if len(places) < 2:
        return tuple(places.tolist())
    apart = np.diff(places, prepend=-math.inf) > _SAME * (places[-1] - places[0])
    return tuple(places[apart].tolist())


def read_line(series: Series, x: float) -> LineReading:
    """The line's value at ``x``, on the straight line between two points if it has none there."""
    points = sorted(_points(series))
    if not points:
        return LineReading(series, None)
    xs, ys = (np.asarray(column) for column in zip(*points, strict=True))
    near = _SAME * max(abs(x), float(xs[-1] - xs[0]), 1e-300)
    nearest = int(np.argmin(np.abs(xs - x)))
    if abs(xs[nearest] - x) <= near:
        return LineReading(series, float(ys[nearest]))
    if not xs[0] < x < xs[-1]:
        return LineReading(series, None)
    return LineReading(series, float(np.interp(x, xs, ys)), between=True)


def read_curve(curve: Curve, x: float) -> tuple[LineReading, ...]:
    """The value of each line at ``x``."""
    return tuple(read_line(series, x) for series in curve.series)


def place_text(curve: Curve, x: float) -> str:
    """The place in words: ``epoch 12``."""
    return f"{curve.x_label} {show(x, _DIGITS)}".lstrip()


def reading_text(curve: Curve, x: float) -> str:
    """The reading in words: ``epoch 12: training 0.4312, held out 0.5120``."""
    lines = read_curve(curve, x)
    if len(lines) == 1:
        return f"{place_text(curve, x)}: {lines[0].text}"
    return f"{place_text(curve, x)}: {', '.join(f'{line.series.label} {line.text}' for line in lines)}"


def reading_lines(readout: Readout, typed: str, page: Page) -> tuple[str, ...]:
    """The reading of a curve at the place that somebody typed. Raises ``LookupFailed``."""
    if not isinstance(readout, Curve):
        raise LookupFailed(_("{name} is no curve; only a curve has values at a place").format(name=readout.name))
    places, at = places_to_read(readout), parse_number(typed)
    if not places:
        raise LookupFailed(
            (_("{name} is a plane") if readout.y_label else _("{name} has no points yet")).format(name=readout.name)
        )
    if at is None:
        raise LookupFailed(
            _("{typed!r} is no number; one is {last}").format(typed=typed, last=show(places[-1], _DIGITS))
        )
    if not places[0] <= at <= places[-1]:
        raise LookupFailed(
            _("{name} goes from {first} to {last}").format(
                name=readout.name, first=place_text(readout, places[0]), last=show(places[-1], _DIGITS)
            )
        )
    return wrapped(f"{heading(readout.label, readout.name)}, {reading_text(readout, at)}", page)


def value_text(value: float) -> str:
    """A value with four decimals; one that is small or large with four digits.

    >>> value_text(0.43121), value_text(-12.5), value_text(3.21e-7), value_text(0.0)
    ('0.4312', '−12.5000', '3.21e−7', '0.0000')
    """
    if not math.isfinite(value):
        return "infinite" if value > 0 else "−infinite"
    plain = value == 0 or SMALL <= abs(value) < 1e6
    return f"{value:.4f}".replace("-", "−") if plain else show(value, 4).replace("e−0", "e−").replace("e+0", "e")


def _points(series: Series) -> list[tuple[float, float]]:
    return [(x, y) for x, y in zip(series.xs, series.ys, strict=True) if not math.isnan(y)]
