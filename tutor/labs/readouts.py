"""What a lab shows: frozen, named results of a few kinds, plain numbers and words inside.

A face draws each kind in its own way; a script asserts on the same numbers through ``lookup``. Readouts compare
by value, so a face repaints only what changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tutor.engine.derivation import Derivation


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
    """Lines over one x axis; ``marker`` is a point to mark on it. ``low``/``high`` fix the y axis where given."""

    name: str
    label: str
    x_label: str
    series: tuple[Series, ...]
    low: float | None = None
    high: float | None = None
    marker: tuple[float, float] | None = None


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


@dataclass(frozen=True)
class Arithmetic:
    """Where a number comes from: formula, the same with numbers, value, operands."""

    name: str
    label: str
    derivation: Derivation


Readout = Number | Text | Vector | Matrix | Curve | Table | Network | Arithmetic


class LookupFailed(LookupError):
    """A readout has no such place; the message lists the places it has."""


_PLACE = re.compile(r"\[([^\[\]]+)\]")


def split_path(path: str) -> tuple[str, tuple[str, ...]]:
    """``confidences[rhombus]`` → (``confidences``, (``rhombus``,))."""
    name = path.split("[", 1)[0]
    return name, tuple(place.strip() for place in _PLACE.findall(path))


def place_index(path: str, place: str, labels: tuple[str, ...], length: int) -> int:
    """Where ``place`` stands: among the labels where there are any, otherwise an index from 0.

    Raises ``LookupFailed`` listing the places there are.
    """
    if labels:
        if place in labels:
            return labels.index(place)
        raise LookupFailed(f"{path} has no place {place!r}; it has {', '.join(labels)}")
    if place.isdecimal() and int(place) < length:
        return int(place)
    raise LookupFailed(f"{path} has no place {place!r}; it has 0 to {length - 1}")


def value_at(readout: Readout, places: tuple[str, ...]) -> float | str:
    """The number or word at ``places`` of a readout: for each axis a label, or an index from 0 where it has no labels.

    A curve is read at a series, giving that line's last value. Raises ``LookupFailed``.
    """
    path = readout.name
    if isinstance(readout, Number | Text) and not places:
        return readout.value
    if isinstance(readout, Arithmetic) and not places:
        return readout.derivation.value
    if isinstance(readout, Vector) and len(places) == 1:
        return readout.values[place_index(path, places[0], readout.labels, len(readout.values))]
    if isinstance(readout, Matrix) and len(places) == 2:
        row = place_index(path, places[0], readout.row_labels, len(readout.values))
        column = place_index(path, places[1], readout.column_labels, len(readout.values[row]))
        return readout.values[row][column]
    if isinstance(readout, Table) and len(places) == 2:
        keys = tuple(str(row[0]) for row in readout.rows)
        row = place_index(path, places[0], keys, len(readout.rows))
        return readout.rows[row][place_index(path, places[1], readout.columns, len(readout.columns))]
    if isinstance(readout, Network) and len(places) == 2:
        names = tuple(layer.name for layer in readout.layers)
        layer = readout.layers[place_index(path, places[0], names, len(names))]
        return layer.values[place_index(path, places[1], layer.labels, len(layer.values))]
    if isinstance(readout, Curve) and len(places) == 1:
        series = readout.series[
            place_index(path, places[0], tuple(s.label for s in readout.series), len(readout.series))
        ]
        if not series.ys:
            raise LookupFailed(f"{path}[{places[0]}] has no points yet")
        return series.ys[-1]
    kind = type(readout).__name__.lower()
    wanted = {"vector": "[place]", "curve": "[line]", "number": "no place", "text": "no place"}.get(
        kind, "[row][column]"
    )
    raise LookupFailed(f"{path} is a {kind}; name {wanted}, not {len(places)} places")
