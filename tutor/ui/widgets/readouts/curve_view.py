"""Curves: lines over an axis."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.readouts import Curve
from tutor.ui.plotting import SMALLEST_HEIGHT, SMALLEST_WIDTH, cut_text, draw_curve, legend
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import between, heading, visible, wrap
from tutor.ui.widgets.readouts.readout_view import ReadoutView, empty_frame

LEAST = 6
LIKED = 10
WIDTH_OF_A_LINE = 4
"""With as many columns for each line a plot is twice as wide as high, for a cell is half as wide as high."""


class CurveView(ReadoutView[Curve]):
    """A curve under its label and the legend; an empty frame if it is covered or has no points."""

    takes_long: ClassVar[bool] = True
    on_stage: ClassVar[bool] = True

    def __init__(self, readout: Curve, covered: bool = False) -> None:
        super().__init__(readout, covered)
        self._drawn: tuple[Curve, Size, list[Content]] | None = None

    def extent(self, width: int) -> Extent:
        """All the spare height."""
        more = len(self._heading(width)) - 1
        # A plane has the same unit on both axes.
        most = max(LEAST, 2 * width // WIDTH_OF_A_LINE if self.data.y_label else width // WIDTH_OF_A_LINE) + more
        narrowest = SMALLEST_WIDTH if self.staged else min(width, SMALLEST_WIDTH)
        return Extent(narrowest, LIKED + more, LEAST + more, grows=True, most=most)

    def lines(self, size: Size) -> list[Content]:
        """Legend and picture; redrawn only for new data or another size."""
        curve = self.data
        if self.covered:
            label = heading(curve.label, size.width)
            return [*label, *empty_frame(size.width, size.height - len(label))]
        if self._drawn is None or self._drawn[0] is not curve or self._drawn[1] != size:
            height = size.height - len(self._heading(size.width))
            self._drawn = (curve, size, draw_curve(curve, size.width, height))
        above, picture = self._heading(size.width), self._drawn[2]
        if not picture:
            height = size.height - len(above)
            room = size.width >= SMALLEST_WIDTH and height >= SMALLEST_HEIGHT
            picture = empty_frame(size.width, height, "no points yet" if room else "too small")
        return [*above, *picture]

    def _heading(self, width: int) -> list[Content]:
        """The label, the marks of several lines, the x axis; on as many lines as necessary."""
        curve = self.data
        cut = cut_text(curve)
        lines = heading(f"{curve.label}, {cut}" if cut else curve.label, width, "bold")
        for sign, style, words in legend(curve):
            first, *more = wrap(words, max(1, width - 3))
            item = Content.assemble(" ", (sign, style), f" {first}")
            if lines[-1].cell_length + 1 + item.cell_length <= width:
                lines[-1] = lines[-1] + Content(" ") + item
            else:
                lines.append(item)
            lines += [Content(f"   {part}") for part in more]
        axes = zip("→↑", (curve.x_label, curve.y_label), strict=True)
        axis = Content.styled("  ".join(f"{way} {visible(of)}" for way, of in axes if of), "dim")
        if lines[-1].cell_length + axis.cell_length + 2 <= width:
            lines[-1] = between(lines[-1], axis, width)
        elif curve.y_label and axis.cell_length < width:
            lines.append(Content(" ") + axis)
        return lines
