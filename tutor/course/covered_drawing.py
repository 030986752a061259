"""A drawing while some of its numbers are covered: those that a covered readout shows too, and what tells them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tutor.labs.kit.chart_numbers import Coverable, Index, drawn_numbers, with_numbers
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.places import numbers_in
from tutor.labs.kit.readouts import COVERED_NUMBER, Curve, Number, Picture, Series, Tile, Trail

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


def without_told(drawing: Curve | Picture, lab: Lab, covered: Iterable[str]) -> Curve | Picture:
    """The drawing without what tells a ``covered`` readout: lines and trails only as far as they are known.

    A curve has no mark if that is at a covered number; the origin of a plane tells nothing, even where a number is 0.
    The colours of a picture then reach as far as the numbers that are left, for their end would tell as well.
    """
    hidden = frozenset(covered)

    def line(series: Series) -> Series:
        known = series.known
        return replace(series, xs=series.xs[:known], ys=series.ys[:known]) if hidden & {*series.tells} else series

    def trail(way: Trail) -> Trail:
        return replace(way, points=way.points[: way.known]) if hidden & {*way.tells} else way

    def tile(each: Tile) -> Tile:
        return replace(each, values=(), marked=(), window=None) if hidden & {*each.tells} else each

    if isinstance(drawing, Curve):
        marker = drawing.marker
        origin = bool(drawing.y_label) and marker == (0.0, 0.0)
        if marker is not None and not origin and any(value in marker for value in _numbers_of(lab, hidden)):
            # A table of the points would say it as well; the lines go on across the gap.
            drawing = replace(drawing, series=tuple(_without(series, marker[0]) for series in drawing.series))
            marker = None
        return replace(drawing, series=tuple(map(line, drawing.series)), marker=marker)
    tiles = tuple(map(tile, drawing.tiles))
    low, high = drawing.low, drawing.high
    if tiles != drawing.tiles:
        left = [abs(value) if drawing.signed else value for each in tiles for row in each.values for value in row]
        high = min(high, max(left, default=low))
        low = max(low, -high) if drawing.signed else low
    return replace(drawing, tiles=tiles, trails=tuple(map(trail, drawing.trails)), low=low, high=high)


def _numbers_of(lab: Lab, names: Iterable[str]) -> Iterator[float]:
    """The values of those of the named readouts that are a number. Reading one may take long."""
    known = set(lab.readout_names())
    return (each.value for each in (lab.read(name) for name in names if name in known) if isinstance(each, Number))


def _without(series: Series, x: float) -> Series:
    """The series without its points at ``x``, give or take a rounding."""
    points = [(a, b) for a, b in zip(series.xs, series.ys, strict=True) if abs(a - x) > NEXT_TO]
    return replace(series, xs=tuple(a for a, _ in points), ys=tuple(b for _, b in points))
