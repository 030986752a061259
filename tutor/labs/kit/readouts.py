"""What a lab shows: frozen, named results of a few kinds, plain numbers and words inside.

A face draws each kind in its own way; ``places`` names the numbers inside, which is what scripts and questions
read. Readouts compare by value, so a face repaints only what changed.
"""

from __future__ import annotations

from dataclasses import dataclass

from tutor.engine.derivations.derivation import Derivation


@dataclass(frozen=True)
class Number:
    """One number. ``digits`` are the decimals to show; ``unit`` follows it."""

    name: str
    label: str
    value: float
    digits: int = 6
    unit: str = ""


@dataclass(frozen=True)
class Text:
    """A word or a sentence: the name of the winner, the state of the training, a warning."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Vector:
    """A row of numbers with a label each. ``bars`` asks for bars from ``low`` to ``high`` where a face has them."""

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
    """A table of numbers; ``picture`` asks for shades from ``low`` to ``high`` where a face has them."""

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
    """One line of a curve."""

    label: str
    xs: tuple[float, ...]
    ys: tuple[float, ...]


@dataclass(frozen=True)
class Curve:
    """Lines over one x axis; ``marker`` is a point to mark on it.

    The y axis goes from ``low`` to ``high`` where given, and further where a line does. With ``cut`` it ends there, and
    the picture says so: for a line that would press all others flat.
    """

    name: str
    label: str
    x_label: str
    series: tuple[Series, ...]
    low: float | None = None
    high: float | None = None
    marker: tuple[float, float] | None = None
    cut: bool = False


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
    """One layer of a drawn network: the activation of each unit, and the units' names where they have any."""

    name: str
    values: tuple[float, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Network:
    """A network with its present activations. ``weights[i]`` joins layer i to layer i + 1, shape (from, to).

    The label may be empty where the group's title says all.
    """

    name: str
    label: str
    layers: tuple[LayerView, ...]
    weights: tuple[tuple[tuple[float, ...], ...], ...] = ()


class Covered(float):
    """A number that is there and not to be seen yet; as a float it is no number."""


COVERED_NUMBER = Covered("nan")


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
    """A way over a picture: points as (row, column) in cells, fractions allowed, the last of them where it is now."""

    label: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Tile:
    """One picture among several that share a colour scale: numbers (rows × columns), and cells to mark in it.

    ``marked`` are (row, column); ``window`` is the part under a kernel: (top, left, height, width), which may reach
    beyond the edges.
    """

    label: str
    values: tuple[tuple[float, ...], ...]
    marked: tuple[tuple[int, int], ...] = ()
    window: tuple[int, int, int, int] | None = None


@dataclass(frozen=True)
class Picture:
    """Numbers as colours: a heat map, a surface, feature maps side by side.

    ``low`` and ``high`` are the ends of the colour scale; ``signed`` makes it two-sided around 0. ``axes`` are what
    the rows and columns stand for, with the values at their first and last: ``("w₂", -2.0, 2.0)``. Places: with one
    tile ``[row][column]``, with several ``[tile][row][column]``, rows and columns counted from 0. Where the rows and
    columns of a single tile have names, ``row_labels`` and ``column_labels``, these are places too.
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


@dataclass(frozen=True)
class Code:
    """Lines of a program, to be shown highlighted. Lines of at most 42 characters fit beside a step at 80 columns."""

    name: str
    label: str
    source: str


@dataclass(frozen=True)
class Arithmetic:
    """Where a number comes from: formula, the same with numbers, value, operands.

    ``called`` is what the number is called on the screen, where that is not the label of its cell.
    """

    name: str
    label: str
    derivation: Derivation
    called: str = ""


Readout = Number | Text | Vector | Matrix | Curve | Table | Network | Graph | Picture | Code | Arithmetic
