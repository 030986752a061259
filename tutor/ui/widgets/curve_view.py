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
        more = len(self._heading(width)) - 1
        return Extent(min(width, SMALLEST_WIDTH), LIKED + more, LEAST + more, grows=True)

    def lines(self, size: Size) -> list[Content]:
        """Legend and picture; drawn anew only for new data or another size."""
        curve = self.data
        if self.covered:
            return [Content(" " + visible(curve.label)), *empty_frame(size.width, size.height - 1)]
        if self._drawn is None or self._drawn[0] is not curve or self._drawn[1] != size:
            height = size.height - len(self._heading(size.width))
            self._drawn = (curve, size, draw_curve(curve, size.width, height))
        heading, picture = self._heading(size.width), self._drawn[2]
        if not picture:
            height = size.height - len(heading)
            room = size.width >= SMALLEST_WIDTH and height >= SMALLEST_HEIGHT
            picture = empty_frame(size.width, height, "no points yet" if room else "too small")
        return [*heading, *picture]

    def _heading(self, width: int) -> list[Content]:
        """Label, the mark of each line where there are several, the x axis; on as many lines as that takes."""
        curve = self.data
        items = [Content.styled(" " + visible(curve.label), "bold")]
        for number, series in enumerate(curve.series if len(curve.series) > 1 else ()):
            items.append(
                Content.assemble(" ", (line_mark(number), f"bold {line_style(number)}"), f" {visible(series.label)}")
            )
        lines = items[:1]
        for item in items[1:]:
            if lines[-1].cell_length + 1 + item.cell_length <= width:
                lines[-1] = lines[-1] + Content(" ") + item
            else:
                lines.append(item)
        axis = Content.styled(f"→ {visible(curve.x_label)}" if curve.x_label else "", "dim")
        if lines[-1].cell_length + axis.cell_length + 2 <= width:
            lines[-1] = between(lines[-1], axis, width)
        return lines
