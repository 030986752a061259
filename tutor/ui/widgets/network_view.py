"""A network with its present activations."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from tutor.labs.readouts import Network
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.network_drawing import LEAST_HEIGHT, LEAST_WIDTH, can_draw, draw_network
from tutor.ui.widgets.network_rows import network_rows
from tutor.ui.widgets.notation import visible
from tutor.ui.widgets.readout_view import ReadoutView, empty_frame

LIKED = LEAST_HEIGHT + 2


class NetworkView(ReadoutView[Network]):
    """The network as a line a layer; with room, as nodes and lines."""

    takes_long: ClassVar[bool] = True

    def __init__(self, readout: Network, covered: bool = False) -> None:
        super().__init__(readout, covered)
        self._drawn: tuple[Network, Size, list[Content]] | None = None

    def extent(self, width: int) -> Extent:
        """A line for each layer and one for the label; more only where it can be drawn."""
        least = 1 + len(self.data.layers)
        if width < LEAST_WIDTH:
            return Extent(min(width, 20), least, least)
        return Extent(20, max(least, LIKED), least, grows=True, useful=LEAST_HEIGHT + 1)

    def lines(self, size: Size) -> list[Content]:
        """The label and the picture."""
        network = self.data
        if self.covered:
            return [Content(" " + visible(network.label)), *empty_frame(size.width, size.height - 1)]
        if self._drawn is None or self._drawn[0] is not network or self._drawn[1] != size:
            draws = can_draw(network, size.width, size.height - 1)
            picture = draw_network(network, size.width, size.height - 1) if draws else network_rows(network, size.width)
            self._drawn = (network, size, picture)
        return [Content.styled(" " + visible(network.label), "bold"), *self._drawn[2]]
