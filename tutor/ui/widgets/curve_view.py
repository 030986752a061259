"""Lines over an axis."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from tutor.labs.readouts import Curve
from tutor.ui.plotting import SMALLEST_HEIGHT, SMALLEST_WIDTH, draw_curve, line_mark, line_style
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import between, visible
from tutor.ui.widgets.readout_view import ReadoutView, empty_frame

LEAST = 6
LIKED = 10


class CurveView(ReadoutView[Curve]):
    """A curve under its label and the legend; covered, or without a point, an empty frame."""

    takes_long: ClassVar[bool] = True

    def __init__(self, readout: Curve, covered: bool = False) -> None:
        super().__init__(readout, covered)
        self._drawn: tuple[Curve, Size, list[Content]] | None = None

    def extent(self, width: int) -> Extent:
        """Whatever height is free."""
        return Extent(min(width, SMALLEST_WIDTH), LIKED, LEAST, grows=True)

    def lines(self, size: Size) -> list[Content]:
        """Legend and picture; drawn anew only for new data or another size."""
        curve = self.data
        if self.covered:
            return [Content(" " + visible(curve.label)), *empty_frame(size.width, size.height - 1)]
        if self._drawn is None or self._drawn[0] is not curve or self._drawn[1] != size:
            self._drawn = (curve, size, draw_curve(curve, size.width, size.height - 1))
        picture = self._drawn[2]
        if not picture:
            room = size.width >= SMALLEST_WIDTH and size.height > SMALLEST_HEIGHT
            picture = empty_frame(size.width, size.height - 1, "no points yet" if room else "too small")
        return [self._heading(size.width), *picture]

    def _heading(self, width: int) -> Content:
        curve = self.data
        parts: list[tuple[str, str]] = [(" " + visible(curve.label), "bold")]
        if len(curve.series) > 1:
            for number, series in enumerate(curve.series):
                parts += [
                    ("  ", ""),
                    (line_mark(number), f"bold {line_style(number)}"),
                    (f" {visible(series.label)}", ""),
                ]
        left = Content.assemble(*parts)
        axis = Content.styled(f"→ {visible(curve.x_label)}" if curve.x_label else "", "dim")
        return between(left, axis, width) if left.cell_length + axis.cell_length + 2 <= width else left
