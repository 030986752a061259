"""A network with its current activations."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.readouts import Network
from tutor.ui.terminal.characters import draws_plainly
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import heading, number_text, visible
from tutor.ui.widgets.pictures.graph_drawing import Line, draw_graph
from tutor.ui.widgets.pictures.graph_plan import Box, graph_plan, graph_room
from tutor.ui.widgets.pictures.network_drawing import draw_network, drawing_room
from tutor.ui.widgets.pictures.network_rows import network_rows
from tutor.ui.widgets.readouts.readout_view import ReadoutView, empty_frame

MOST_IN_BOXES = 6
"""Layers of so many units at most are drawn as boxes with their numbers, where there is room."""
MOST_NUMBERS = 9
"""Of so many lines at most between two layers each has its number on it."""
DIGITS = 3
SHAPE = 2.6
"""The width of a drawing in cells as a multiple of its lines, beyond which more lines make it only emptier."""
ROOMY = 4
"""How many times the least height of its boxes a small network has a use for."""


class NetworkView(ReadoutView[Network]):
    """The network as a line a layer; with room, as nodes and lines, a small one as boxes with numbers."""

    takes_long: ClassVar[bool] = True
    on_stage: ClassVar[bool] = True

    def __init__(self, readout: Network, covered: bool = False) -> None:
        super().__init__(readout, covered)
        self._drawn: tuple[Network, Size, list[Content]] | None = None

    def extent(self, width: int) -> Extent:
        """A line for each layer and one for a label; more only if it can be drawn."""
        head = len(self._head(width))
        least = head + len(self.data.layers)
        wide, tall = drawing_room(self.data)
        most = math.ceil(width / SHAPE)
        if self._is_small:
            for_boxes, high = graph_room(self._boxes())
            if width >= for_boxes:
                useful = head + min(high, tall or high)
                most = max(useful, min(most, head + ROOMY * high))
                return Extent(min(width, 20), max(least, head + 2 * high), least, grows=True, useful=useful, most=most)
        if not wide or width < wide:
            # On a stage it is no drawing in so few cells: it wants a row of its own.
            return Extent(wide if self.staged and wide else min(width, 20), least, least)
        most = max(head + tall, most)
        return Extent(min(width, 20), max(least, head + tall), least, grows=True, useful=head + tall, most=most)

    def lines(self, size: Size) -> list[Content]:
        """The label and the picture."""
        network, head = self.data, self._head(size.width)
        height = size.height - len(head)
        if self.covered:
            return [*head, *empty_frame(size.width, height)]
        if self._drawn is None or self._drawn[0] is not network or self._drawn[1] != size:
            self._drawn = (network, size, self._picture(size.width, height))
        return [*head, *self._drawn[2]]

    def _picture(self, width: int, height: int) -> list[Content]:
        network, plain = self.data, draws_plainly(self)
        plan = graph_plan(self._boxes(), width, height) if self._is_small else None
        wide, tall = drawing_room(network)
        fits = wide and width >= wide and height >= tall
        if plan is not None and (plan.bordered or not fits):
            return draw_graph(self._boxes(), list(self._lines()), plan, width, height)
        if fits:
            return draw_network(network, width, height, plain)
        return network_rows(network, width, plain)

    @property
    def _is_small(self) -> bool:
        layers = self.data.layers
        return len(layers) > 1 and all(0 < len(layer.values) <= MOST_IN_BOXES for layer in layers)

    def _boxes(self) -> list[list[Box]]:
        sizes = [abs(value) for layer in self.data.layers for value in layer.values if math.isfinite(value)]
        largest = max(sizes, default=0.0) or 1.0
        return [
            [
                Box(visible(layer.labels[i]) if layer.labels else f"{visible(layer.name)} {i + 1}"[-12:],
                    ((number_text(value, DIGITS), ""),),
                    shares=(value / largest if math.isfinite(value) else None,))
                for i, value in enumerate(layer.values)
            ]
            for layer in self.data.layers
        ]  # fmt: skip

    def _lines(self) -> Iterator[Line]:
        for column, weights in enumerate(self.data.weights):
            for i, row in enumerate(weights):
                for j, weight in enumerate(row):
                    text = number_text(weight, 2) if len(weights) * len(row) <= MOST_NUMBERS else ""
                    yield Line((column, i), (column + 1, j), weight, text)

    def _head(self, width: int) -> list[Content]:
        return heading(self.data.label, width, "bold") if visible(self.data.label) else []
