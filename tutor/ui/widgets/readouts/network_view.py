"""A network with its current activations."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.readouts import Network
from tutor.ui.terminal.characters import draws_plainly
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import visible
from tutor.ui.widgets.pictures.network_drawing import draw_network, drawing_room
from tutor.ui.widgets.pictures.network_rows import network_rows
from tutor.ui.widgets.readouts.readout_view import ReadoutView, empty_frame


class NetworkView(ReadoutView[Network]):
    """The network with one line per layer, or with enough room as nodes and lines."""

    takes_long: ClassVar[bool] = True

    def __init__(self, readout: Network, covered: bool = False) -> None:
        super().__init__(readout, covered)
        self._drawn: tuple[Network, Size, list[Content]] | None = None

    def extent(self, width: int) -> Extent:
        """A line for each layer and one for a label; more only if it can be drawn."""
        head = len(self._head())
        least = head + len(self.data.layers)
        wide, tall = drawing_room(self.data)
        if not wide or width < wide:
            return Extent(min(width, 20), least, least)
        return Extent(min(width, 20), max(least, head + tall), least, grows=True, useful=head + tall)

    def lines(self, size: Size) -> list[Content]:
        """The label and the picture."""
        network, head = self.data, self._head()
        height = size.height - len(head)
        if self.covered:
            return [*head, *empty_frame(size.width, height)]
        if self._drawn is None or self._drawn[0] is not network or self._drawn[1] != size:
            wide, tall = drawing_room(network)
            draws = wide and size.width >= wide and height >= tall
            plain = draws_plainly(self)
            picture = (
                draw_network(network, size.width, height, plain) if draws else network_rows(network, size.width, plain)
            )
            self._drawn = (network, size, picture)
        return [*head, *self._drawn[2]]

    def _head(self) -> list[Content]:
        label = visible(self.data.label)
        return [Content.styled(f" {label}", "bold")] if label else []
