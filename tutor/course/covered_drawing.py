"""A drawing or a curve while some of its numbers are covered: those that a covered readout shows too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tutor.labs.kit.chart_numbers import Coverable, Index, drawn_numbers, with_numbers
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.places import numbers_in
from tutor.labs.kit.readouts import COVERED_NUMBER, Curve, Number, Picture, Series

NEXT_TO = 1e-9


def without_covered(drawing: Coverable, lab: Lab, covered: Iterable[str]) -> Coverable:
    """The drawing with ``COVERED_NUMBER`` for each number that one of the ``covered`` readouts has, by whatever name.

    What the learner set in a control is never covered, nor a picture that shows colours only. A covered picture covers
    nothing elsewhere: what goes into its numbers often stands on it too.
    """
    if isinstance(drawing, Picture) and not drawing.numbered:
        return drawing
    known, set_by_hand = set(lab.readout_names()), {control.name for control in lab.controls()}
    cells = {
        lab.cell_of(name, index)
        for name in covered
        if name in known and name != drawing.name and not isinstance(lab.read(name), Picture)
        for _, index, _ in numbers_in(lab.read(name))
    }
    cells = {cell for cell in cells if cell[0] not in set_by_hand}
    hidden = {index for _, index, _ in drawn_numbers(drawing) if lab.cell_of(drawing.name, index) in cells}
    if not hidden:
        return drawing

    def seen(index: Index, value: float) -> float:
        return COVERED_NUMBER if index in hidden else value

    return with_numbers(drawing, seen)


def without_covered_point(curve: Curve, lab: Lab, covered: Iterable[str]) -> Curve:
    """The curve without its mark if that is at a number of a ``covered`` readout, and without its points at that x.

    The lines go on across the gap; a table of their points does not give away what is asked for.
    """
    if curve.marker is None:
        return curve
    known = set(lab.readout_names())
    kept_back = (lab.read(name) for name in covered if name in known)
    if not any(isinstance(readout, Number) and readout.value in curve.marker for readout in kept_back):
        return curve
    return replace(curve, marker=None, series=tuple(_without(series, curve.marker[0]) for series in curve.series))


def _without(series: Series, x: float) -> Series:
    """The series without its points at ``x``, give or take a rounding."""
    points = [(a, b) for a, b in zip(series.xs, series.ys, strict=True) if abs(a - x) > NEXT_TO]
    return replace(series, xs=tuple(a for a, _ in points), ys=tuple(b for _, b in points))
