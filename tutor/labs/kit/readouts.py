"""What a lab shows: frozen, named results of a few kinds that hold plain numbers and words.

Each face draws each kind in its own way. ``places`` names the numbers inside for scripts and questions. Readouts
compare by value, so a face repaints only what changed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from tutor.engine.derivations.derivation import Derivation
from tutor.labs.kit.charts import Bars, DotPlot, Scatter


@dataclass(frozen=True)
class Number:
    """One number, shown with ``digits`` decimals and followed by ``unit``."""

    name: str
    label: str
    value: float
    digits: int = 6
    unit: str = ""


@dataclass(frozen=True)
class Text:
    """A word or a sentence: the winner's name, the state of the training, a warning."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Vector:
    """A row of labelled numbers. ``bars`` asks a face that can for bars from ``low`` to ``high``."""

    name: str
    label: str
    labels: tuple[str, ...]
    values: tuple[float, ...]
    digits: int = 4
    bars: bool = False
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Matrix:
    """A table of numbers; ``picture`` asks a face that can for shades from ``low`` to ``high``."""

    name: str
    label: str
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    digits: int = 4
    picture: bool = False
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Series:
    """One line of a curve.

    ``kind`` is ``line``, ``raw`` for faint values behind a line that smooths them, ``ghost`` for a faint line to
    compare with, as of the run before, ``edge`` for each of the two edges of a band around the line before them, or
    ``aid`` for one that is drawn at another, as a tangent. ``tells`` names the readouts that it gives away: while one
    of them is covered, only its first ``known`` points are seen.
    """

    label: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    kind: str = "line"
    tells: tuple[str, ...] = ()
    known: int = 1


@dataclass(frozen=True)
class Curve:
    """Lines over one x axis; ``marker`` is a point to mark on it, and ``marker_label`` says what it is.

    The y axis goes from ``low`` to ``high`` if given, and further if a line does. With ``cut`` it ends there and the
    picture says so: for a line that would flatten all others. With a ``y_label`` it is a plane and no curve: both axes
    have the same unit, so that angles are seen as they are, and what is told of a line are its points.
    Arrows that are ``compared`` have the side of the first shaded there, and the angle drawn if they are two.
    ``with_ghosts``: lines to compare with make the x axis longer and have places too, as of a run left for a moment.
    """

    name: str
    label: str
    x_label: str
    series: tuple[Series, ...]
    low: float | None = None
    high: float | None = None
    marker: tuple[float, float] | None = None
    cut: bool = False
    y_label: str = ""
    marker_label: str = ""
    compared: bool = True
    with_ghosts: bool = False

    @property
    def own(self) -> tuple[Series, ...]:
        """The lines that say how long the x axis is."""
        return tuple(series for series in self.series if self.with_ghosts or series.kind != "ghost")


@dataclass(frozen=True)
class Table:
    """Rows of words and numbers under headings."""

    name: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | float, ...], ...]
    digits: int = 4


@dataclass(frozen=True)
class LayerView:
    """One layer of a drawn network: the activation of each unit, and the units' names if they have any."""

    name: str
    values: tuple[float, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Network:
    """A network with its current activations. ``weights[i]`` joins layer i to layer i + 1, shape (from, to).

    The label may be empty if the group's title says enough. Layers that are not ``joined`` have no lines between them.
    """

    name: str
    label: str
    layers: tuple[LayerView, ...]
    weights: tuple[tuple[tuple[float, ...], ...], ...] = ()
    joined: bool = True


class Covered(float):
    """A number that is there and not to be seen yet; as a float it is no number."""


COVERED_NUMBER = Covered("nan")


class Masked(float):
    """A number of a table that a mask leaves out; as a float it is no number."""


MASKED = Masked("nan")


@dataclass(frozen=True)
class Node:
    """A node of a graph: its ``value`` and the ``gradient`` of the result by it, None while they are not computed.

    ``operator`` is what computes it. ``mark`` is ``now`` for the node in hand, ``used`` for those that go into it.
    """

    label: str
    value: float | None = None
    gradient: float | None = None
    operator: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Edge:
    """What leads from one node to another, each by its label: a ``weight``, and the gradient ``carried`` back."""

    source: str
    target: str
    weight: float | None = None
    carried: float | None = None
    mark: str = ""


@dataclass(frozen=True)
class Graph:
    """A small network or calculation: nodes in columns from left to right, and what leads from one to the next.

    Places: ``[node][value]``, ``[node][gradient]``, ``[source→target][weight]``, ``[source→target][carried]``.
    """

    name: str
    label: str
    columns: tuple[tuple[Node, ...], ...]
    edges: tuple[Edge, ...]
    digits: int = 4


@dataclass(frozen=True)
class Trail:
    """A path across a picture: points as (row, column) in cells, fractions allowed; the last is the current one.

    ``kind`` is ``way``, or ``arrow`` for a straight one from the first point to the last. ``tells`` and ``known`` are
    as for a ``Series``.
    """

    label: str
    points: tuple[tuple[float, float], ...]
    kind: str = "way"
    tells: tuple[str, ...] = ()
    known: int = 1

    @property
    def is_there(self) -> bool:
        """Whether there is anything of it: an arrow needs two points."""
        return self.kind != "arrow" or len(self.points) > 1


@dataclass(frozen=True)
class PicturePoint:
    """A point on a picture, as (row, column) in cells, fractions allowed.

    ``kind`` is what it is, such as its class: each kind has a sign and, on a signed picture, the first two the colours
    of its two ends.
    """

    row: float
    column: float
    kind: str


@dataclass(frozen=True)
class Tile:
    """One of several pictures that share a colour scale: numbers (rows × columns), and cells to mark.

    ``marked`` and ``ringed`` hold (row, column), for two kinds of marks, ◆ and ○; ``window`` is the part under a
    kernel as (top, left, height, width), which may extend beyond the edges. ``painted`` holds the true colour of each
    cell, where a face can show it in place of the scale's: red, green and blue from 0 to 1. ``band`` names the row of
    tiles that it belongs to. ``tells`` names the readouts that it gives away: while one
    is covered it is empty.
    """

    label: str
    values: tuple[tuple[float, ...], ...]
    marked: tuple[tuple[int, int], ...] = ()
    window: tuple[int, int, int, int] | None = None
    painted: tuple[tuple[tuple[float, float, float], ...], ...] = ()
    band: str = ""
    ringed: tuple[tuple[int, int], ...] = ()
    tells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """Numbers as colours: a heat map, a surface, feature maps side by side.

    ``low`` and ``high`` are the ends of the colour scale; ``signed`` makes it two-sided around ``middle``. ``axes`` say
    what the rows and columns mean, with the values at the first and the last: ``("w₂", -2.0, 2.0)``. ``points`` are on
    every tile. Places are ``[row][column]`` with one tile and ``[tile][row][column]`` with several, rows and columns
    counted from 0. The ``row_labels`` and ``column_labels`` of a single tile name places too. ``numbered`` writes each
    number into its cell where there is room; a number whose cell is covered is then covered by itself. Tiles with a
    ``band`` stand in rows one below the other, as the layers of a network do, and each band has its own scale. In a
    ``gallery`` every tile is there in any room, with its label; ``grey`` is one of handwriting, from paper to ink.
    """

    name: str
    label: str
    tiles: tuple[Tile, ...]
    low: float = 0.0
    high: float = 1.0
    signed: bool = False
    digits: int = 3
    row_axis: tuple[str, float, float] | None = None
    column_axis: tuple[str, float, float] | None = None
    trails: tuple[Trail, ...] = ()
    row_labels: tuple[str, ...] = ()
    column_labels: tuple[str, ...] = ()
    numbered: bool = False
    gallery: bool = False
    grey: bool = False
    points: tuple[PicturePoint, ...] = ()
    middle: float = 0.0

    @cached_property
    def span(self) -> tuple[float, float]:
        """The least and the greatest number, without those that are not there (NaN); infinite without any."""
        values = [v for tile in self.tiles for row in tile.values for v in row if v == v]
        return min(values, default=math.inf), max(values, default=-math.inf)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of its points, in the order in which they come first."""
        return tuple(dict.fromkeys(point.kind for point in self.points))


@dataclass(frozen=True)
class Code:
    """Lines of a program, shown highlighted. Lines of up to 42 characters fit beside a step at 80 columns."""

    name: str
    label: str
    source: str


@dataclass(frozen=True)
class Arithmetic:
    """The derivation of a number: formula, the same with numbers, value, operands.

    ``called`` is the number's name on the screen if it differs from the label of its cell.
    """

    name: str
    label: str
    derivation: Derivation
    called: str = ""


Readout = (
    Number
    | Text
    | Vector
    | Matrix
    | Curve
    | Table
    | Network
    | Graph
    | Bars
    | DotPlot
    | Scatter
    | Picture
    | Code
    | Arithmetic
)
