"""A network with its activations."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from tutor.labs.readouts import Network
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import visible
from tutor.ui.widgets.readout_view import ReadoutView, empty_frame


class NetworkView(ReadoutView[Network]):
    """The layers, one below the other."""

    takes_long: ClassVar[bool] = True

    def extent(self, width: int) -> Extent:
        """A line for each layer, and one for the label; more where it is free."""
        least = 1 + len(self.data.layers)
        return Extent(min(width, 20), max(least, 14), least, grows=True)

    def lines(self, size: Size) -> list[Content]:
        """The picture."""
        label = Content(" " + visible(self.data.label))
        if self.covered:
            return [label, *empty_frame(size.width, size.height - 1)]
        return [label, *(Content(f" {visible(layer.name)}") for layer in self.data.layers)]
