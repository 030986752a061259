"""A vector as cells under their labels, or as bars."""

from __future__ import annotations

import math

from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.readouts import Vector
from tutor.ui.palette import ATTENTION, POSITIVE
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import MASK, fit, fit_right, heading, labelled, number_text, visible
from tutor.ui.widgets.readouts.readout_view import ReadoutView

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LEAST_BAR = 6
_LONGEST_LABEL = 14
_LONG_ENOUGH = 60
"""The width, in cells, of a row of bars beyond which nothing is seen better."""
_THICKEST = 3
"""The most lines that a bar is high on a stage."""


def bar(share: float, width: int) -> str:
    """A bar that fills ``share`` (0 to 1) of ``width`` cells, in eighths of a cell.

    >>> bar(0.5, 4), bar(0.0, 2), bar(1.0, 2)
    ('██  ', '  ', '██')
    """
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def two_sided_bar(value: float, low: float, high: float, width: int) -> str:
    """A bar from 0, marked ``│``, to the left for a negative value, on a scale from ``low`` < 0 to ``high`` > 0.

    >>> two_sided_bar(-1, -2, 2, 9), two_sided_bar(2, -2, 2, 9), two_sided_bar(0, -2, 2, 9)
    ('  ██│    ', '    │████', '    │    ')
    """
    if width < 3:
        return " " * width
    left = round((width - 1) * -low / (high - low))
    # There are no right-aligned eighths of a block, only halves.
    full, half = divmod(round(2 * left * min(1.0, max(0.0, value / low))), 2)
    return ("▐" * half + "█" * full).rjust(left) + "│" + bar(value / high, width - 1 - left)


class VectorView(ReadoutView[Vector]):
    """A vector. The largest bar is bold and marked with ``◂``; if the scale includes 0, bars begin at 0."""

    def extent(self, width: int) -> Extent:
        """A line for the label; then a line or two for each bar, or two for each row of cells."""
        if self.data.bars:
            label, number = self._widths()
            least = 1 + label + 1 + _LEAST_BAR + 1 + number + 2
            height = len(self._bars(width, 1))
            # Covered bars get their room when they are seen.
            if self.staged and not self.covered:
                most = height + (_THICKEST - 1) * len(self.data.values)
                fills = max(1, min(width, _LONG_ENOUGH) - least + _LEAST_BAR)
                return Extent(least, height, height, grows=True, most=most, fills=fills, quantum=len(self.data.values))
            return Extent(least, height, height)
        height = len(self._cells(width))
        return Extent(min(width, 16), height, height)

    def lines(self, size: Size) -> list[Content]:
        """The bars or the cells."""
        if not self.data.bars:
            return self._cells(size.width)
        more = size.height - len(self._bars(size.width, 1)) if self.staged else 0
        return self._bars(size.width, 1 + max(0, min(_THICKEST - 1, more // max(1, len(self.data.values)))))

    def _texts(self) -> list[str]:
        return [MASK if self.covered else number_text(v, self.data.digits) for v in self.data.values]

    def _widths(self) -> tuple[int, int]:
        label = max((len(visible(n)) for n in self.data.labels), default=0)
        return min(_LONGEST_LABEL, label), max(self.data.digits + 2, *(len(t) for t in self._texts()))

    def _bars(self, width: int, thick: int) -> list[Content]:
        """Each bar ``thick`` lines high, with its label and its number on the middle one."""
        data, texts = self.data, self._texts()
        label, number = self._widths()
        names_above = label + number + 5 > width
        room = max(0, width - 1 - (0 if names_above else label + 1) - 1 - number - 2)
        span = (data.high - data.low) or 1.0
        largest = max(data.values, default=0.0)
        lines = heading(data.label, width, "dim")
        for name, value, text in zip(data.labels, data.values, texts, strict=True):
            best = not self.covered and value == largest and value > min(data.values)
            if self.covered or math.isnan(value):
                drawn = " " * room
            elif data.low < 0 < data.high:
                drawn = two_sided_bar(value, data.low, data.high, room)
            else:
                drawn = bar((value - data.low) / span, room)
            weight = "bold" if best else ""
            if names_above:
                lines += heading(name, width, weight)
            for line in range(thick):
                named = line == (thick - 1) // 2
                beside = "" if names_above else f"{fit(visible(name) if named else '', label)} "
                lines.append(
                    Content.assemble(
                        " ", (beside, weight), (drawn, ATTENTION if best else POSITIVE), " ",
                        (fit_right(text if named else "", number), weight), (" ◂" if best and named else "  ", "bold"),
                    )
                )  # fmt: skip
        return lines

    def _cells(self, width: int) -> list[Content]:
        data, texts = self.data, self._texts()
        each = max([len(t) for t in texts] + [len(visible(n)) for n in data.labels] + [data.digits + 4])
        label = " " + visible(data.label)
        beside = len(label) + 2
        across = max(1, (width - 1) // (each + 1))
        if beside + len(texts) * (each + 1) <= width:
            names = "".join(fit_right(visible(n), each) + " " for n in data.labels)
            numbers = "".join(fit_right(t, each) + " " for t in texts)
            pad = width - len(label) - len(numbers)
            return [
                Content.styled(" " * (len(label) + pad) + names, "dim"),
                Content.assemble(label, " " * pad, (numbers, "bold")),
            ]
        lines = heading(data.label, width)
        if each + 1 > width:
            for name, text in zip(data.labels, texts, strict=True):
                lines += labelled(name, Content.styled(text, "bold"), width, indent=3)
            return lines
        for start in range(0, len(texts), across):
            names = "".join(" " + fit_right(visible(n), each) for n in data.labels[start : start + across])
            numbers = "".join(" " + fit_right(t, each) for t in texts[start : start + across])
            lines += [Content.styled(names, "dim"), Content.styled(numbers, "bold")]
        return lines
