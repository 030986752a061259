"""Graphs and charts in sentences: everything that the drawing shows."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.course.words.printed_page import label_text, number_text
from tutor.labs.kit.chart_numbers import Drawn
from tutor.labs.kit.charts import BarPanel, Bars, DotPlot, DotRow
from tutor.labs.kit.readouts import Covered, Graph


def drawing_in_words(drawing: Drawn) -> list[str]:
    """A sentence for each node, panel or row, in reading order."""
    match drawing:
        case Graph():
            return list(_nodes(drawing))
        case Bars():
            return [_panel(panel) for panel in drawing.panels]
        case DotPlot():
            return [_row(row, drawing.digits) for row in drawing.rows]


def _number(value: float, digits: int) -> str:
    return "covered" if isinstance(value, Covered) else number_text(value, digits)


def _panel(panel: BarPanel) -> str:
    bars = ", ".join(
        f"{label_text(label)} {_number(value, panel.digits)}"
        + (", marked" if label in panel.marked and not isinstance(value, Covered) else "")
        for label, value in zip(panel.labels, panel.values, strict=True)
    )
    # A level behind all bars is told once.
    behind = panel.before[:1] if len(set(panel.before)) == 1 else panel.before
    before = ", ".join(number_text(value, panel.digits) for value in behind)
    return f"{panel.label}: {bars}{f'; before {before}' if before else ''}"


def _row(row: DotRow, digits: int) -> str:
    dots = ", ".join(
        f"{label_text(label)} {_number(value, digits)}" for label, value in zip(row.labels, row.values, strict=True)
    )
    marks = [
        f"{word} {_number(v, digits)}" for word, v in (("mean", row.mean), ("spread", row.spread)) if v is not None
    ]
    return "; ".join([f"{row.label}: {dots}", *marks])


def _nodes(graph: Graph) -> Iterator[str]:
    """Each node with what leads to it."""

    def numbers(*parts: tuple[str, float | None]) -> str:
        return ", ".join(f"{word}{_number(value, graph.digits)}" for word, value in parts if value is not None)

    for node in (node for column in graph.columns for node in column):
        told = numbers(("", node.value), ("gradient ", node.gradient)) or "not computed yet"
        of = f" ({node.operator})" if node.operator else ""
        ways = [
            f"{edge.source} {numbers(('weight ', edge.weight), ('back ', edge.carried))}".strip()
            for edge in graph.edges
            if edge.target == node.label
        ]
        from_them = f"; from {', '.join(ways)}" if ways else ""
        marked = {"now": "; in hand", "used": "; goes in"}.get(node.mark, "")
        yield f"{node.label}{of}: {told}{from_them}{marked}"
