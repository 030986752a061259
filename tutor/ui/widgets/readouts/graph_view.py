"""A graph: boxes with their numbers, and what leads from one to the next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from textual.content import Content
from textual.geometry import Size

from tutor.course.words.drawing_text import drawing_in_words
from tutor.labs.kit.readouts import Covered, Edge, Graph, Node
from tutor.language.catalogue import _
from tutor.ui.widgets.lab_view import Extent
from tutor.ui.widgets.notation import MASK, heading, number_text, visible, wrap
from tutor.ui.widgets.pictures.graph_drawing import BACK, NOW, USED, Line, draw_graph
from tutor.ui.widgets.pictures.graph_plan import Box, graph_plan, graph_room
from tutor.ui.widgets.readouts.readout_view import ReadoutView

MARKS = {"now": NOW, "used": USED}
_ROOMY = 2
"""How many times the least height a drawing likes to have."""
_TALLEST_SHAPE = 2
"""Its width in cells as a multiple of its lines, at which it is a square."""


class GraphView(ReadoutView[Graph]):
    """Boxes and lines where there is room; if that is only for some columns, those around the node in hand.

    Without, a line for each node.
    """

    takes_long: ClassVar[bool] = True
    on_stage: ClassVar[bool] = True

    def __init__(self, readout: Graph, covered: bool = False) -> None:
        super().__init__(readout, covered)
        self._drawn: tuple[Graph, Size, bool, list[Content]] | None = None
        self._made: tuple[Graph, bool, list[list[Box]]] | None = None

    def extent(self, width: int) -> Extent:
        """Whatever height is free; a line for each node where the width is too small."""
        seen = self._seen(width)
        head = len(self._head(width, seen))
        # Beside another picture it would show fewer columns.
        wide = graph_room(self._boxes(range(len(self.data.columns))))[0]
        if not seen:
            height = head + len(self._in_words(width))
            # On a stage it is no drawing in so few cells: it wants a row of its own.
            return Extent(wide if self.staged else min(width, 20), height, height)
        tall = graph_room(self._boxes(seen))[1]
        most = head + max(tall, width // _TALLEST_SHAPE)
        return Extent(wide, head + _ROOMY * tall, head + tall, grows=True, most=most)

    def lines(self, size: Size) -> list[Content]:
        """The label and the drawing."""
        drawn = self._drawn
        if drawn is None or drawn[0] is not self.data or drawn[1:3] != (size, self.covered):
            self._drawn = drawn = (self.data, size, self.covered, self._picture(size))
        return drawn[3]

    def _picture(self, size: Size) -> list[Content]:
        seen = self._seen(size.width)
        head, boxes = self._head(size.width, seen), self._boxes(seen)
        height = size.height - len(head)
        plan = graph_plan(boxes, size.width, height) if height > 0 and boxes else None
        if plan is None:
            return [*head, *self._in_words(size.width)]
        return [*head, *draw_graph(boxes, self._lines(seen), plan, size.width, height)]

    def _head(self, width: int, seen: range) -> list[Content]:
        lines = heading(self.data.label, width, "bold") if self.data.label else []
        count = len(self.data.columns)
        if 0 < len(seen) < count:
            lines += heading(
                _("columns {start} to {stop} of {count}").format(start=seen.start + 1, stop=seen.stop, count=count),
                width,
                "dim",
            )
        return lines

    def _seen(self, width: int) -> range:
        """The columns that there is room for: all, or those around the node in hand, or the last; none if only one."""
        columns = self.data.columns
        now = [i for i, column in enumerate(columns) if any(node.mark == "now" for node in column)]
        first = last = now[0] if now else len(columns) - 1
        grown = True
        while grown:
            grown = False
            for a, b in ((first, last + 1), (first - 1, last)):
                if a >= 0 and b < len(columns) and graph_room(self._boxes(range(a, b + 1)))[0] <= width:
                    first, last, grown = a, b, True
        enough = last > first or len(columns) == 1
        return range(first, last + 1) if enough else range(0)

    def _boxes(self, seen: range) -> list[list[Box]]:
        columns = self._all_boxes()
        return [columns[i] for i in seen]

    def _all_boxes(self) -> list[list[Box]]:
        """The boxes of all columns; made once for all the sizes that a layout tries."""
        made = self._made
        if made is None or made[0] is not self.data or made[1] != self.covered:
            nodes = [node for column in self.data.columns for node in column]
            most = self._largest([node.value for node in nodes])
            backward = any(node.gradient is not None for node in nodes)
            most_back = self._largest([node.gradient for node in nodes]) if backward else None
            boxes = [[self._box(node, most, most_back) for node in column] for column in self.data.columns]
            self._made = made = self.data, self.covered, boxes
        return made[2]

    def _box(self, node: Node, most: float, most_back: float | None) -> Box:
        texts = [(self._number(node.value), "bold" if node.mark == "now" else "")]
        shares = [self._share(node.value, most)]
        if most_back is not None:
            back = self._number(node.gradient)
            texts.append((f"∂ {back}" if back else "", BACK))
            shares.append(self._share(node.gradient, most_back))
        title = f"{visible(node.label)} {visible(node.operator)}".strip()
        return Box(title, tuple(texts), MARKS.get(node.mark, ""), tuple(shares))

    @staticmethod
    def _largest(values: Sequence[float | None]) -> float:
        return max((abs(v) for v in values if v is not None and math.isfinite(v)), default=0.0) or 1.0

    def _share(self, value: float | None, most: float) -> float | None:
        """A number as a share of the largest of its kind."""
        if self.covered or value is None or not math.isfinite(value):
            return None
        return value / most

    def _number(self, value: float | None) -> str:
        if value is None:
            return ""
        return MASK if self.covered or isinstance(value, Covered) else number_text(value, self.data.digits)

    def _lines(self, seen: range) -> list[Line]:
        at = {node.label: (c, r) for c, i in enumerate(seen) for r, node in enumerate(self.data.columns[i])}
        return [self._line(edge, at) for edge in self.data.edges if edge.source in at and edge.target in at]

    def _line(self, edge: Edge, at: dict[str, tuple[int, int]]) -> Line:
        back = edge.carried is not None
        number = edge.carried if back else edge.weight
        mark = USED if edge.mark else ""
        drawn = None if self.covered or isinstance(number, Covered) else number
        return Line(at[edge.source], at[edge.target], drawn, self._number(number), BACK if back else "", mark)

    def _in_words(self, width: int) -> list[Content]:
        sentences = drawing_in_words(self.data) if not self.covered else [MASK]
        return [Content(f" {line}") for each in sentences for line in wrap(each, max(1, width - 1))]
