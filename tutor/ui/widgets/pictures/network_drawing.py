"""A network as columns of nodes, with lines between them that follow the weights.

Of a layer with more units than there is room for the first and the last are drawn, with dots between.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from textual.content import Content

from tutor.labs.kit.readouts import LayerView, Network
from tutor.ui.palette import NEGATIVE, POSITIVE
from tutor.ui.widgets.notation import fit, fit_right, visible
from tutor.ui.widgets.pictures.braille import DOTS, joined
from tutor.ui.widgets.pictures.network_rows import unit_mark

_ENOUGH_WIDTH = 56
_ENOUGH_ROWS = 6
_BETWEEN = 6
_MOST_ABREAST = 3
_MOST_EDGES = 100
"""The strongest edges between two layers, those that are drawn."""
_LEFT_OUT = "⋮"
_LONGEST_LABEL = 10
_WEAKEST = 0.05
_NO_WEIGHT = 1e-9
_STRONG = 2 / 3

Nodes = list[tuple[int, int]]


def drawing_room(network: Network) -> tuple[int, int]:
    """The smallest width and height for a drawing; (0, 0) if there is only one layer."""
    layers = network.layers
    if len(layers) < 2 or not all(layer.values for layer in layers):
        return 0, 0
    labels = _label_width(layers[0]) + _label_width(layers[-1])
    most = max(len(layer.values) for layer in layers)
    width = min(_ENOUGH_WIDTH, _BETWEEN * (len(layers) - 1) + labels + 3)
    return width, 1 + min(max(most, 3), _ENOUGH_ROWS)


def draw_network(network: Network, width: int, height: int, plain: bool = False) -> list[Content]:
    """The network in ``height`` lines of ``width`` cells: nodes as high as their activation, lines for the strongest
    weights. A solid line is a positive weight, a dotted one a negative; bold is strong, dim is weak. Without weights
    there are faint lines.
    """
    rows = height - 1
    left, right = _label_width(network.layers[0]), _label_width(network.layers[-1])
    layers = [_Drawn.of(layer, rows) for layer in network.layers]
    room = width - 2 - left - right - layers[-1].abreast
    starts = [1 + left + round(i * room / (len(layers) - 1)) for i in range(len(layers))]
    nodes = [layer.nodes(start, rows) for layer, start in zip(layers, starts, strict=True)]
    dots = np.zeros((rows, width), dtype=np.int64)
    strength = np.zeros((rows, width))
    for i in range(len(nodes) - 1 if network.joined else 0):
        if network.weights:
            weights = np.asarray(network.weights[i], dtype=float)[np.ix_(layers[i].units, layers[i + 1].units)]
        else:
            weights = np.full((len(nodes[i]), len(nodes[i + 1])), _NO_WEIGHT)
        _edges(weights, nodes[i], nodes[i + 1], starts[i] + layers[i].abreast, dots, strength)
    cells = _edge_cells(dots, strength)
    for layer, drawn, places, start in zip(network.layers, layers, nodes, starts, strict=True):
        largest = max((abs(v) for v in layer.values if v == v), default=0.0)
        for unit, (x, y) in zip(drawn.units, places, strict=True):
            value = layer.values[unit]
            cells[y][x] = (unit_mark(value, largest, plain), f"bold {NEGATIVE if value < 0 else POSITIVE}")
        if drawn.cut:
            cells[drawn.gap_row(rows)][start] = (":" if plain else _LEFT_OUT, "bold")
    for number, outward, wide in ((0, -1, left), (-1, 1, right)):
        _write_labels(cells, network.layers[number], layers[number].units, nodes[number], outward, wide)
    lines = [joined(row) for row in cells]
    return [*lines, _names(network, starts, width)]


@dataclass(frozen=True)
class _Drawn:
    """What is drawn of a layer: the numbers of its ``units``, so many ``abreast``; ``cut`` if that is not all."""

    units: tuple[int, ...]
    abreast: int
    cut: bool

    @classmethod
    def of(cls, layer: LayerView, rows: int) -> _Drawn:
        count = len(layer.values)
        abreast = math.ceil(count / rows)
        if abreast <= _MOST_ABREAST:
            return cls(tuple(range(count)), max(1, abreast), cut=False)
        first = rows // 2
        return cls((*range(first), *range(count - (rows - 1 - first), count)), 1, cut=True)

    def gap_row(self, rows: int) -> int:
        return rows // 2

    def nodes(self, start: int, rows: int) -> Nodes:
        """The place (column, row) of each unit."""
        if self.cut:
            gap = self.gap_row(rows)
            return [(start, i if i < gap else i + 1) for i in range(len(self.units))]
        lines = math.ceil(len(self.units) / self.abreast)
        return [
            (start + unit % self.abreast, int((unit // self.abreast + 0.5) * rows / lines))
            for unit in range(len(self.units))
        ]


def _label_width(layer: LayerView) -> int:
    return 1 + min(_LONGEST_LABEL, max(len(visible(label)) for label in layer.labels)) if layer.labels else 0


def _edges(
    weights: NDArray[np.float64],
    sources: Nodes,
    targets: Nodes,
    x_from: int,
    dots: NDArray[np.int64],
    strength: NDArray[np.float64],
) -> None:
    if weights.shape != (len(sources), len(targets)) or not weights.size:
        return
    sizes = np.abs(np.nan_to_num(weights))
    largest = sizes.max()
    if largest == 0:
        return
    if sizes.min() == largest:
        # All alike, as without weights: some of them from everywhere.
        order = np.unique(np.arange(_MOST_EDGES) * sizes.size // _MOST_EDGES)
    else:
        order = np.argsort(sizes, axis=None)[-_MOST_EDGES:]
        order = order[sizes.ravel()[order] >= _WEAKEST * largest]
    source, target = np.unravel_index(order, weights.shape)
    x_to = min(x for x, _ in targets)
    samples = max(2, 4 * (x_to - x_from))
    along = np.linspace(0.0, 1.0, samples)
    y0 = np.array([sources[s][1] for s in source])[:, None] * 4 + 1.5
    y1 = np.array([targets[t][1] for t in target])[:, None] * 4 + 1.5
    x = np.broadcast_to(2 * x_from + along * (2 * (x_to - x_from) - 1), (len(order), samples))
    y = y0 + (y1 - y0) * along
    signed = weights[source, target] / (largest if largest > _NO_WEIGHT else 1.0)
    # A negative weight's line has gaps, to distinguish it without colours.
    drawn = (signed[:, None] > 0) | (np.arange(samples) % 12 < 4)
    rows, columns = y.astype(int), x.astype(int)
    keep = drawn & (columns // 2 < x_to)
    at = (rows[keep] // 4, columns[keep] // 2)
    np.bitwise_or.at(dots, at, DOTS[rows[keep] % 4, columns[keep] % 2])
    strength[at] = np.broadcast_to(signed[:, None], keep.shape)[keep]


def _edge_cells(dots: NDArray[np.int64], strength: NDArray[np.float64]) -> list[list[tuple[str, str]]]:
    cells = []
    for row, strengths in zip(dots.tolist(), strength.tolist(), strict=True):
        line = []
        for bits, signed in zip(row, strengths, strict=True):
            colour = POSITIVE if signed > 0 else NEGATIVE
            weight = "bold " if abs(signed) >= _STRONG else "dim " if abs(signed) < 1 - _STRONG else ""
            line.append((chr(0x2800 + bits), weight + colour) if bits else (" ", ""))
        cells.append(line)
    return cells


def _write_labels(
    cells: list[list[tuple[str, str]]],
    layer: LayerView,
    units: tuple[int, ...],
    places: Nodes,
    outward: int,
    room: int,
) -> None:
    for unit, (x, y) in zip(units if layer.labels else (), places, strict=False):
        label, wide = layer.labels[unit], room - 1
        text = fit_right(visible(label), wide) if outward < 0 else fit(visible(label), wide)
        start = x - 1 - wide if outward < 0 else x + 2
        for i, character in enumerate(text):
            if 0 <= start + i < len(cells[y]):
                cells[y][start + i] = (character, "")


def _names(network: Network, starts: list[int], width: int) -> Content:
    line = ""
    for number, (layer, start) in enumerate(zip(network.layers, starts, strict=True)):
        end = starts[number + 1] - 1 if number + 1 < len(starts) else width
        name, count = visible(layer.name), str(len(layer.values))
        last = number + 1 == len(starts)
        if last:
            # The last name ends at the picture's edge.
            start = max(len(line) + 1, min(start, width - len(name) - len(count) - 1))
        text = f"{name} {count}" if len(name) + len(count) + 1 <= end - start else count
        line = f"{line:<{start}}{text}" if len(line) <= start else line
    return Content.styled(fit(line, width), "dim")
