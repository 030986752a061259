"""A network with its present activations."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from tutor.labs.readouts import Network
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.network_drawing import draw_network, drawing_room
from tutor.ui.widgets.network_rows import network_rows
from tutor.ui.widgets.notation import visible
from tutor.ui.widgets.readout_view import ReadoutView, empty_frame


class NetworkView(ReadoutView[Network]):
    """The network as a line a layer; with room, as nodes and lines."""

    takes_long: ClassVar[bool] = True

    def __init__(self, readout: Network, covered: bool = False) -> None:
        super().__init__(readout, covered)
        self._drawn: tuple[Network, Size, list[Content]] | None = None

    def extent(self, width: int) -> Extent:
        """A line for each layer and one for the label; more only where it can be drawn."""
        least = 1 + len(self.data.layers)
        wide, tall = drawing_room(self.data)
        if not wide or width < wide:
            return Extent(min(width, 20), least, least)
        return Extent(min(width, 20), max(least, 1 + tall), least, grows=True, useful=1 + tall)

    def lines(self, size: Size) -> list[Content]:
        """The label and the picture."""
        network = self.data
        if self.covered:
            return [Content(" " + visible(network.label)), *empty_frame(size.width, size.height - 1)]
        if self._drawn is None or self._drawn[0] is not network or self._drawn[1] != size:
            wide, tall = drawing_room(network)
            draws = wide and size.width >= wide and size.height > tall
            picture = draw_network(network, size.width, size.height - 1) if draws else network_rows(network, size.width)
            self._drawn = (network, size, picture)
        return [Content.styled(" " + visible(network.label), "bold"), *self._drawn[2]]
