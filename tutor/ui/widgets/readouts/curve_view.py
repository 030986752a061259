"""Curves: lines over an axis."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive

from tutor.course.words.curve_reading import place_text, read_curve
from tutor.labs.kit.readouts import Curve
from tutor.language.catalogue import _
from tutor.ui.log_axis import why_not
from tutor.ui.plotting import SMALLEST_HEIGHT, SMALLEST_WIDTH, STRIP_HEIGHT, Plot, cut_text, legend, line_signs, plotted
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import between, heading, visible, wrap
from tutor.ui.widgets.readouts.curve_cursor import CurveCursor
from tutor.ui.widgets.readouts.readout_view import empty_frame

LEAST = 6
LIKED = 10
_BESIDE = 24
"""The width from which a curve stands beside another picture: in less, its points cannot be told apart."""
ENOUGH = 14
"""The height that a narrow plot has a use for."""
WIDTH_OF_A_LINE = 3.5
"""With as many columns for each line a plot is not quite twice as wide as high: a cell is half as wide as high."""


class CurveView(CurveCursor):
    """A curve under its label and the legend; an empty frame if it is covered or has no points.

    ``logarithmic`` asks for such a y axis, where there can be one. With a cursor, the legend says the values there.
    """

    takes_long: ClassVar[bool] = True
    on_stage: ClassVar[bool] = True

    logarithmic: reactive[bool] = reactive(False, init=False)

    def __init__(self, readout: Curve, covered: bool = False) -> None:
        super().__init__(readout, covered)
        self._drawn: tuple[tuple[object, ...], Plot | None] | None = None
        self._above = (Size(0, 0), 0)

    def extent(self, width: int) -> Extent:
        """All the spare height."""
        more = len(self._heading(width)) - 1
        # A plane has the same unit on both axes.
        most = more + (max(LEAST, width // 2) if self.data.y_label else max(ENOUGH, int(width / WIDTH_OF_A_LINE)))
        over_an_axis = self.staged and not self.data.y_label
        least = 1 + STRIP_HEIGHT if over_an_axis else LEAST
        return Extent(_BESIDE if over_an_axis else SMALLEST_WIDTH, LIKED + more, least + more, grows=True, most=most)

    @property
    def why_not_log(self) -> str:
        """Why it cannot have a logarithmic axis now, as a sentence; empty if it can."""
        return _("This curve is covered until you answer.") if self.covered else why_not(self.data)

    def watch_logarithmic(self) -> None:
        """Request a new layout, since the heading says so."""
        self.refresh(layout=True)

    def lines(self, size: Size) -> list[Content]:
        """Legend and picture; redrawn only for new data, another size or another place of the cursor."""
        curve = self.data
        if self.covered:
            label = heading(curve.label, size.width)
            return [*label, *empty_frame(size.width, size.height - len(label))]
        above = self._above_the_plot(size)
        height = size.height - len(above)
        plot = self._plot(size.width, height)
        if plot is not None:
            return [*above, *plot.rows]
        if self.at is not None:
            # In a strip the reading is what is asked for, and may take all its lines.
            return above
        room = size.width >= SMALLEST_WIDTH and height >= (SMALLEST_HEIGHT if curve.y_label else STRIP_HEIGHT)
        return [*above, *empty_frame(size.width, height, _("no points yet") if room else _("too small"))]

    def _plot(self, width: int, height: int) -> Plot | None:
        key = (self.data, width, height, self.logarithmic, self.at)
        if self._drawn is None or self._drawn[0][0] is not self.data or self._drawn[0][1:] != key[1:]:
            self._drawn = (key, plotted(self.data, width, height, log=self.logarithmic, at=self.at))
        return self._drawn[1]

    def x_under(self, event: events.MouseEvent) -> float | None:
        """The place of the x axis under the mouse; None beside the picture."""
        if self.covered or self._drawn is None or self._drawn[1] is None:
            return None
        plot, row = self._drawn[1], event.y - (self.size.height - len(self._drawn[1].rows))
        return plot.x_at(event.x) if row >= 0 and event.x >= plot.start else None

    def _above_the_plot(self, size: Size) -> list[Content]:
        """The heading; with a cursor never fewer lines than before, so that the plot does not jump."""
        above = self._reading(size.width) if self.at is not None else self._heading(size.width)
        if self.at is None:
            self._above = (size, 0)
            return above
        most = max(len(above), len(self._heading(size.width)), self._above[1] if self._above[0] == size else 0)
        self._above = (size, most)
        return [*above, *[Content("")] * (most - len(above))]

    @property
    def _title(self) -> str:
        """The label, and what is to be known of the y axis."""
        logs = "log" if self.logarithmic and not self.why_not_log else ""
        return ", ".join(filter(None, (self.data.label, logs, cut_text(self.data))))

    def _heading(self, width: int) -> list[Content]:
        """The label, the marks of several lines, the x axis; on as many lines as necessary."""
        curve = self.data
        lines = heading(self._title, width, "bold")
        _put_items(lines, legend(curve), width)
        axes = zip("→↑", (curve.x_label, curve.y_label), strict=True)
        axis = Content.styled("  ".join(f"{way} {visible(of)}" for way, of in axes if of), "dim")
        if lines[-1].cell_length + axis.cell_length + 2 <= width:
            lines[-1] = between(lines[-1], axis, width)
        elif curve.y_label and axis.cell_length < width:
            lines.append(Content(" ") + axis)
        return lines

    def _reading(self, width: int) -> list[Content]:
        """The label, the place of the cursor, and each line's value there behind its mark."""
        curve, at = self.data, self.at or 0.0
        lines = heading(self._title, width, "bold")
        read = read_curve(curve, at)
        alone = len(read) == 1
        place = f"{place_text(curve, at)}: {read[0].text}" if alone else f"{place_text(curve, at)}:"
        _put_items(lines, [("", "", place)], width)
        if not alone:
            signs = zip(line_signs(curve), read, strict=True)
            _put_items(lines, [(*sign, f"{line.series.label} {line.text}") for sign, line in signs], width)
        return lines


def _put_items(lines: list[Content], items: list[tuple[str, str, str]], width: int) -> None:
    """Add a sign, its style and words at the end of the last line for each of the items, or on lines of their own."""
    for sign, style, words in items:
        first, *more = wrap(words, max(1, width - 3))
        item = Content.assemble(" ", (sign, style), f" {first}" if sign else first)
        if lines[-1].cell_length + 1 + item.cell_length <= width:
            lines[-1] = lines[-1] + Content(" ") + item
        else:
            lines.append(item)
        lines += [Content(f"   {part}") for part in more]
