"""Graphs on a screen: every node, number and line has its place at any size, or each node is a sentence."""

from __future__ import annotations

from itertools import pairwise

import pytest
from textual.geometry import Size

from tutor.course.words.printed_page import Page
from tutor.course.words.readout_text import readout_lines
from tutor.labs.kit.readouts import COVERED_NUMBER, Edge, Graph, Node
from tutor.ui.widgets.pictures.graph_drawing import (
    BACK,
    POSITIVE,
    USED,
    Line,
    draw_graph,
)
from tutor.ui.widgets.pictures.graph_plan import LEAST_GAP, Box, box_tops, graph_plan, graph_room
from tutor.ui.widgets.readouts.graph_view import GraphView

BOXES = [[Box("x1", (("0.05", ""),)), Box("x2", (("0.1", ""),))], [Box("h1 σ", (("0.593", ""),))]]
LINES = [Line((0, 0), (1, 0), 0.15, "0.15"), Line((0, 1), (1, 0), -0.2, "−0.2")]
GRAPH = Graph(
    "net",
    "",
    ((Node("a", 2.0), Node("b", COVERED_NUMBER)), (Node("c", None, 0.5, "+", "now"),)),
    (Edge("a", "c", 3.0),),
)


def drawn(width: int, height: int) -> list[str]:
    plan = graph_plan(BOXES, width, height)
    assert plan is not None
    return [line.plain for line in draw_graph(BOXES, LINES, plan, width, height)]


@pytest.mark.parametrize(("width", "height"), [(30, 7), (41, 12), (80, 24), (150, 40)])
def test_a_larger_picture_never_shows_less(width: int, height: int) -> None:
    lines = drawn(width, height)
    assert len(lines) == height
    assert all(len(line) == width for line in lines)
    text = "\n".join(lines)
    for word in ("x1", "x2", "h1 σ", "0.05", "0.1", "0.593", "0.15", "−0.2"):
        assert word in text
    assert any("\u2801" <= sign <= "\u28ff" for sign in text)


@pytest.mark.parametrize("width", [33, 41, 60])
def test_every_line_has_its_number_in_a_narrow_block_of_a_high_window_too(width: int) -> None:
    boxes = [[Box(f"{name}{i}", (("0.05", ""),)) for i in "12"] for name in "xho"]
    weights = iter((0.15, 0.25, 0.2, 0.3, 0.4, 0.5, 0.45, 0.55))
    lines = [Line((c, i), (c + 1, j), w := next(weights), f"{w}") for c in (0, 1) for i in (0, 1) for j in (0, 1)]
    plan = graph_plan(boxes, width, 30)
    assert plan is not None
    text = "\n".join(line.plain for line in draw_graph(boxes, lines, plan, width, 30))
    assert [line.text for line in lines if line.text not in text] == []


def test_a_positive_line_is_drawn_through_and_a_negative_one_has_gaps() -> None:
    ends = [[Box("a")], [Box("b")]]
    plan = graph_plan(ends, 40, 3)
    assert plan is not None
    marks = {}
    for number in (1.0, -1.0):
        lines = draw_graph(ends, [Line((0, 0), (1, 0), number)], plan, 40, 3)
        marks[number] = sum("\u2801" <= sign <= "\u28ff" for line in lines for sign in line.plain)
    assert marks[1.0] > marks[-1.0] > 0


def test_with_room_boxes_are_larger_and_without_they_have_no_borders() -> None:
    sizes = {(30, 5): (False, 0), (40, 7): (True, 0), (60, 11): (True, 1), (60, 15): (True, 2), (126, 36): (True, 11)}
    for (width, height), (bordered, gauge) in sizes.items():
        plan = graph_plan(BOXES, width, height)
        assert plan is not None
        assert (plan.bordered, plan.gauge) == (bordered, gauge)
        # A title, its number, the gauge, the lower border, and above the number a blank line with much room.
        assert plan.lines == 2 + bordered + gauge + (gauge > 2)
        assert plan.starts[-1] + plan.widths[-1] <= width
        frames = sum(line.plain.count("╭") for line in draw_graph(BOXES, LINES, plan, width, height))
        assert frames == (3 if bordered else 0)


def test_where_it_does_not_fit_there_is_no_plan() -> None:
    width, height = graph_room(BOXES)
    assert graph_plan(BOXES, width, height) is not None
    assert graph_plan(BOXES, width - 1, height) is None
    assert graph_plan(BOXES, width, height - 1) is None


def test_in_words_a_covered_number_is_a_question_mark() -> None:
    said = " ".join(readout_lines(GRAPH, Page(80)))
    assert "a: 2" in said
    assert "b: covered" in said
    assert "c (+): gradient 0.5; from a weight 3; in hand" in said


def test_lines_between_the_same_two_nodes_keep_apart() -> None:
    """d·d hands d its gradient twice: 4 and 4, not 44."""
    ends = [[Box("d")], [Box("f")]]
    plan = graph_plan(ends, 40, 12)
    assert plan is not None
    lines = [Line((0, 0), (1, 0), 4.0, "4"), Line((0, 0), (1, 0), 4.0, "4")]
    drawn = [line.plain for line in draw_graph(ends, lines, plan, 40, 12)]
    assert [line.count("4") for line in drawn if "4" in line] == [1, 1]


@pytest.mark.parametrize("height", [5, 9, 20])
def test_a_line_past_a_column_goes_below_its_box(height: int) -> None:
    boxes = [[Box("x")], [Box("s")], [Box("f")]]
    plan = graph_plan(boxes, 50, height)
    assert plan is not None
    lines = [line.plain for line in draw_graph(boxes, [Line((0, 0), (2, 0), 1.0, "4")], plan, 50, height)]
    middle = lines[next(y for y, line in enumerate(lines) if "s" in line)].index("s")
    last = max(y for y, line in enumerate(lines) if line[middle] in "s─╯╰")
    below = [line[middle] for line in lines[last + 1 :]]
    assert any("\u2801" <= sign <= "\u28ff" or sign == "4" for sign in below)


def test_a_line_without_a_number_is_seen_too_and_one_with_0_is_not() -> None:
    ends = [[Box("a")], [Box("b")]]
    plan = graph_plan(ends, 40, 3)
    assert plan is not None

    def is_seen(number: float | None) -> bool:
        drawn = draw_graph(ends, [Line((0, 0), (1, 0), number)], plan, 40, 3)  # type: ignore[arg-type]
        return any("\u2801" <= sign <= "\u28ff" for line in drawn for sign in line.plain)

    seen = {number: is_seen(number) for number in (None, 0.5, 0.0)}
    assert seen == {None: True, 0.5: True, 0.0: False}


def chain(length: int, now: int | None) -> GraphView:
    nodes = [Node(f"n{i}", i / 7, mark="now" if i == now else "") for i in range(length)]
    edges = tuple(Edge(f"n{i}", f"n{i + 1}", 1.0) for i in range(length - 1))
    return GraphView(Graph("deep", "", tuple((node,) for node in nodes), edges))


@pytest.mark.parametrize(("now", "shown"), [(None, ["n6", "n7"]), (0, ["n0", "n1"]), (4, ["n4"]), (7, ["n7"])])
def test_where_not_all_columns_fit_those_around_the_node_in_hand_are_drawn(now: int | None, shown: list[str]) -> None:
    view = chain(8, now)
    extent = view.extent(40)
    assert extent.least < 8
    lines = [line.plain for line in view.lines(Size(40, 10))]
    assert len(lines) <= 10
    assert lines[0].split()[0] == "columns"
    assert lines[0].endswith("of 8")
    found = [f"n{i}" for i in range(8) if any(f"n{i} " in f"{line} " for line in lines[1:])]
    assert set(shown) <= set(found)
    assert 2 <= len(found) < 8
    wide = [line.plain for line in chain(8, now).lines(Size(160, 10))]
    assert all(any(f"n{i}" in line for line in wide) for i in range(8))
    assert "columns" not in "".join(wide)


def test_what_goes_back_has_its_colour_and_the_line_in_hand_another() -> None:
    forward = Graph("g", "", ((Node("a"), Node("b")), (Node("c"),)), (Edge("a", "c", 1.0), Edge("b", "c", 1.0)))
    back = Graph(
        "g", "", forward.columns, (Edge("a", "c", 1.0, 2.0), Edge("b", "c", 1.0, 2.0, mark="used")),
    )  # fmt: skip

    def styles(graph: Graph) -> set[str]:
        lines = GraphView(graph).lines(Size(40, 9))
        return {
            str(span.style)
            for line in lines
            for span in line.spans
            if any("\u2801" <= sign <= "\u28ff" for sign in line.plain[span.start : span.end])
        }

    assert styles(forward) == {POSITIVE}
    assert styles(back) == {BACK, USED}


def test_the_gauge_in_a_box_is_filled_as_far_as_its_number_is_large() -> None:
    boxes = [
        [Box("a", (("2", ""),), shares=(0.5,)), Box("b", (("-4", ""),), shares=(-1.0,))],
        [Box("c", (("0", ""),), shares=(0.0,)), Box("d", (("?", ""),), shares=(None,)), Box("e", (("7", ""),))],
    ]
    plan = graph_plan(boxes, 60, 24)
    assert plan is not None
    assert plan.gauge == 2
    text = "\n".join(line.plain for line in draw_graph(boxes, [], plan, 60, 24))
    most = plan.widths[0] - 4
    assert text.count("█") == 2 * round(most / 2)
    assert text.count("▒") == 2 * most
    assert text.count("░") == 2 * (most - round(most / 2)) + 2 * most + 2 * most


def test_a_gauge_for_what_goes_back_has_its_colour_on_both_sides_of_0() -> None:
    boxes = [[Box("a", (("2", ""), ("∂ −1", BACK)), shares=(1.0, -0.5))]]
    plan = graph_plan(boxes, 30, 12)
    assert plan is not None
    drawn = draw_graph(boxes, [], plan, 30, 12)
    styles = {
        sign: {str(span.style) for line in drawn for span in line.spans if sign in line.plain[span.start : span.end]}
        for sign in "█▒"
    }
    assert styles == {"█": {POSITIVE}, "▒": {BACK}}


@pytest.mark.parametrize("rows", [1, 2, 3, 4])
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_boxes_stay_apart_and_inside_and_more_room_makes_none_smaller(rows: int, count: int) -> None:
    boxes = [[Box(f"{c}{r}", (("0.123", ""), ("∂ 1", BACK)), shares=(0.5, None)) for r in range(rows)]
             for c in range(count)]  # fmt: skip
    before = None
    for width, height in ((60, 20), (77, 30), (92, 36), (140, 44), (190, 48)):
        plan = graph_plan(boxes, width, height)
        if plan is None:
            assert before is None
            continue
        ends = [start + wide for start, wide in zip(plan.starts, plan.widths, strict=True)]
        assert plan.starts[0] >= 0
        assert ends[-1] <= width
        assert all(end + LEAST_GAP <= start for end, start in zip(ends, plan.starts[1:], strict=False))
        tops = box_tops(rows, plan.lines, height)
        assert tops[-1] + plan.lines <= height
        assert all(below - above >= plan.lines for above, below in pairwise(tops))
        now = (plan.bordered, plan.gauge, plan.widths)
        assert before is None or all(a <= b for a, b in zip(before, now, strict=True))
        before = now


def test_a_node_has_its_share_of_the_largest_number_and_none_while_it_is_covered() -> None:
    nodes = [Node("a", value=-1.0), Node("b", value=COVERED_NUMBER), Node("c", value=4.0), Node("d")]
    view = GraphView(Graph("graph", "", (tuple(nodes),), ()))
    assert [box.shares[0] for box in view._boxes(range(1))[0]] == [-0.25, None, 1.0, None]
    covered = GraphView(Graph("graph", "", (tuple(nodes),), ()), covered=True)
    assert {box.shares for box in covered._boxes(range(1))[0]} == {(None,)}
