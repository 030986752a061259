"""Bars in panels."""

from __future__ import annotations

import math
from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.charts import BarPanel, Bars
from tutor.labs.kit.readouts import Covered
from tutor.ui.terminal.characters import draws_plainly
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import heading, number_text, visible
from tutor.ui.widgets.pictures.bar_drawing import (
    LEAST_HEIGHT,
    LIKED_HEIGHT,
    Bar,
    Panel,
    covered_bar,
    draw_bars,
    panels_across,
    row_width,
)
from tutor.ui.widgets.readouts.readout_view import ReadoutView

_TALLEST_SHAPE, _HIGH_ENOUGH = 1.8, 20
"""Its width as a multiple of its lines, at which it is as high as it gets, and the height that each row may have."""
_LARGE = 1e7
"""From here on numbers are written with a power of ten."""


class BarsView(ReadoutView[Bars]):
    """Upright bars, as high as there is room."""

    on_stage: ClassVar[bool] = True

    def extent(self, width: int) -> Extent:
        """As many panels side by side as there is room for; the width is that for all in one row."""
        panels = [self._panel(panel) for panel in self.data.panels]
        head, rows = len(self._head(width)), math.ceil(len(panels) / panels_across(panels, width))
        least = head + rows * LEAST_HEIGHT
        # Bars that are all covered, with nothing behind them, get their room when they are seen.
        seen = any(bar.share is not None or bar.before for panel in panels for bar in panel.bars)
        most = max(math.ceil(width / _TALLEST_SHAPE), head + rows * _HIGH_ENOUGH) if seen else least
        return Extent(row_width(panels), head + rows * LIKED_HEIGHT, least, grows=True, most=most)

    def lines(self, size: Size) -> list[Content]:
        """The label and the panels."""
        head = self._head(size.width)
        panels = [self._panel(panel) for panel in self.data.panels]
        return [*head, *draw_bars(panels, size.width, size.height - len(head), draws_plainly(self))]

    def _head(self, width: int) -> list[Content]:
        return heading(self.data.label, width, "bold", indent=0) if self.data.label else []

    def _panel(self, panel: BarPanel) -> Panel:
        seen = [v for v in (*panel.values, *panel.before) if math.isfinite(v)]
        low = min([0.0, *seen]) if panel.low is None else panel.low
        high = max([0.0, *seen]) if panel.high is None else panel.high
        up, down = max(high, 0.0), max(-low, 0.0)
        scale = (up or down or 1.0), (down or up or 1.0)
        bars = tuple(
            self._bar(panel, i, label, value, scale)
            for i, (label, value) in enumerate(zip(panel.labels, panel.values, strict=True))
        )
        return Panel(visible(panel.label), bars, down / (up + down) if up + down > 0 else 0.0)

    def _bar(self, panel: BarPanel, i: int, label: str, value: float, scale: tuple[float, float]) -> Bar:
        def share(of: float) -> float:
            return 0.0 if math.isnan(of) else max(-1.0, min(1.0, of / scale[of < 0]))

        before = share(panel.before[i]) if panel.before else None
        if self.covered or isinstance(value, Covered):
            return covered_bar(visible(label), before)
        marked = label in panel.marked
        return Bar(visible(label), number_texts(value, panel.digits), share(value), marked, before)


def number_texts(value: float, digits: int) -> tuple[str, ...]:
    """A number with ``digits`` decimals and then shorter, to one decimal and as far as it is not rounded to 0.

    >>> number_texts(0.659, 2), number_texts(20.0855, 2), number_texts(0.04, 2)
    (('0.66', '.66', '0.7', '.7'), ('20.09', '20.1'), ('0.04', '.04'))
    """
    if math.isfinite(value) and abs(value) >= _LARGE:
        return tuple(f"{value:.{few}e}".replace("e+", "e").replace("-", "−") for few in (2, 0))
    texts = [number_text(value, few) for few in range(digits, 0, -1)]
    kept = [text for text in texts if text.strip("−0.")] or [number_text(value, digits)]
    ways = [
        way for text in kept for way in (text, text.replace("0.", ".", 1) if text.lstrip("−")[:2] == "0." else text)
    ]
    return tuple(dict.fromkeys(sorted(ways, key=len, reverse=True)))
