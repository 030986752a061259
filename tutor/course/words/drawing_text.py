"""Graphs and charts in sentences: everything that the drawing shows."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tutor.course.words.printed_page import label_text, number_text
from tutor.labs.kit.chart_numbers import Drawn
from tutor.labs.kit.charts import BarPanel, Bars, DotPlot, DotRow, Scatter, Spot
from tutor.labs.kit.readouts import Covered, Graph
from tutor.language.catalogue import _


def drawing_in_words(drawing: Drawn) -> list[str]:
    """A sentence for each node, panel, row or point, in reading order."""
    match drawing:
        case Graph():
            return list(_nodes(drawing))
        case Bars():
            return [_panel(panel) for panel in drawing.panels]
        case DotPlot():
            return [_row(row, drawing.digits) for row in drawing.rows]
        case Scatter():
            ways = [
                _("an arrow from {tail} to {tip}").format(tail=label_text(start), tip=label_text(end))
                for start, end in drawing.ways
            ]
            return [*_spots(drawing), *ways]


def _number(value: float, digits: int) -> str:
    return "covered" if isinstance(value, Covered) else number_text(value, digits)


def _panel(panel: BarPanel) -> str:
    bars = ", ".join(
        f"{label_text(label)} {_number(value, panel.digits)}"
        + (_(", marked") if label in panel.marked and not isinstance(value, Covered) else "")
        for label, value in zip(panel.labels, panel.values, strict=True)
    )
    # A level behind all bars is told once.
    behind = panel.before[:1] if len(set(panel.before)) == 1 else panel.before
    before = ", ".join(number_text(value, panel.digits) for value in behind)
    said = _("; before {numbers}").format(numbers=before) if before else ""
    return f"{panel.label}: {bars}{said}"


def _row(row: DotRow, digits: int) -> str:
    dots = ", ".join(
        f"{label_text(label)} {_number(value, digits)}" for label, value in zip(row.labels, row.values, strict=True)
    )
    marks = [
        f"{word} {_number(v, digits)}" for word, v in (("mean", row.mean), ("spread", row.spread)) if v is not None
    ]
    return "; ".join([f"{row.label}: {dots}", *marks])


def _spots(drawing: Scatter) -> Iterator[str]:
    """The axes; each point with its place and the point next to it."""
    yield _("{x_axis} to the right, {y_axis} up").format(x_axis=drawing.axes[0], y_axis=drawing.axes[1])
    seen = [spot for spot in drawing.spots if not isinstance(spot.x, Covered) and not isinstance(spot.y, Covered)]
    for spot in drawing.spots:
        kind = f" ({spot.kind})" if spot.kind else ""
        place = f"{_number(spot.x, drawing.digits)}, {_number(spot.y, drawing.digits)}"
        others = [other for other in seen if other is not spot]
        nearest = min(others, key=lambda other: _apart(spot, other), default=None) if spot in seen else None
        beside = "" if nearest is None else _("; next to {label}").format(label=nearest.label)
        yield f"{label_text(spot.label)}{kind}: {place}{beside}"


def _apart(one: Spot, other: Spot) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


def _nodes(graph: Graph) -> Iterator[str]:
    """Each node with what leads to it."""

    def numbers(*parts: tuple[str, float | None]) -> str:
        return ", ".join(f"{word}{_number(value, graph.digits)}" for word, value in parts if value is not None)

    weight, back = _("weight "), _("back ")
    for node in (node for column in graph.columns for node in column):
        told = numbers(("", node.value), (_("gradient "), node.gradient)) or _("not computed yet")
        of = f" ({node.operator})" if node.operator else ""
        ways = [
            f"{edge.source} {numbers((weight, edge.weight), (back, edge.carried))}".strip()
            for edge in graph.edges
            if edge.target == node.label
        ]
        from_them = _("; from {names}").format(names=", ".join(ways)) if ways else ""
        marked = {"now": _("; in hand"), "used": _("; goes in")}.get(node.mark, "")
        yield f"{node.label}{of}: {told}{from_them}{marked}"
