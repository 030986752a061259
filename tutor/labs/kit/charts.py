"""Readouts that a face draws as charts: bars in panels, numbers as dots above a line, points on a plane by name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BarPanel:
    """Bars under one heading, a label and a value for each, on a scale from ``low`` to ``high``.

    An end of the scale that is None is that of the values, and 0 if they are all on one side of it. ``marked`` holds
    the labels of the bars to point out; ``before`` holds the heights of faint bars behind them, to compare with.
    """

    label: str
    labels: tuple[str, ...]
    values: tuple[float, ...] = ()
    low: float | None = 0.0
    high: float | None = None
    digits: int = 3
    marked: tuple[str, ...] = ()
    before: tuple[float, ...] = ()


@dataclass(frozen=True)
class Bars:
    """Panels of bars from left to right, in the order in which their numbers follow. Places: ``[panel][bar]``."""

    name: str
    label: str
    panels: tuple[BarPanel, ...]


@dataclass(frozen=True)
class DotRow:
    """Numbers as dots above a line, each with a label; ``mean`` and ``spread`` are marked if they are given.

    The band of the spread goes from ``mean − spread`` to ``mean + spread``.
    """

    label: str
    labels: tuple[str, ...]
    values: tuple[float, ...] = ()
    mean: float | None = None
    spread: float | None = None


@dataclass(frozen=True)
class DotPlot:
    """Rows of dots over one common axis from ``low`` to ``high``, by default wide enough for all of them.

    Places: ``[row][dot]``, ``[row][mean]``, ``[row][spread]``.
    """

    name: str
    label: str
    rows: tuple[DotRow, ...]
    low: float | None = None
    high: float | None = None
    digits: int = 3


@dataclass(frozen=True)
class Spot:
    """A point on a plane, drawn as its label; ``kind`` is what it belongs to. The first kind stands out."""

    label: str
    x: float = 0.0
    y: float = 0.0
    kind: str = ""


@dataclass(frozen=True)
class Scatter:
    """Points on a plane by their labels, with one unit for both axes, and arrows from one label to another.

    Places: ``[point][x]`` and ``[point][y]``.
    """

    name: str
    label: str
    axes: tuple[str, str]
    spots: tuple[Spot, ...]
    ways: tuple[tuple[str, str], ...] = ()
    digits: int = 3

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its points, in the order in which they come first."""
        return tuple(dict.fromkeys(spot.kind for spot in self.spots if spot.kind))


Chart = Bars | DotPlot | Scatter
