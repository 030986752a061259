"""Lines over an axis."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from tutor.labs.readouts import Curve
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import visible
from tutor.ui.widgets.readout_view import ReadoutView, empty_frame


class CurveView(ReadoutView[Curve]):
    """A curve; covered, or without a point, an empty frame."""

    takes_long: ClassVar[bool] = True
    least_height: ClassVar[int] = 6

    def extent(self, width: int) -> Extent:
        """Whatever height is free."""
        return Extent(min(width, 20), 10, self.least_height, grows=True)

    def lines(self, size: Size) -> list[Content]:
        """The picture."""
        label = Content(" " + visible(self.data.label))
        if self.covered:
            return [label, *empty_frame(size.width, size.height - 1)]
        if not any(s.ys for s in self.data.series):
            return [label, *empty_frame(size.width, size.height - 1, "no points yet")]
        return [label, *empty_frame(size.width, size.height - 1, "curve")]
