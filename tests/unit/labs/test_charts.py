"""Bars, dots, points and graphs on a sheet: their numbers and places, what is covered, and how they are told."""

from __future__ import annotations

import math

import pytest

from tutor.course.covered_drawing import without_covered
from tutor.course.words.drawing_text import drawing_in_words
from tutor.engine.derivations.cells import stacked
from tutor.labs.kit.chart_numbers import Index, drawn_numbers, with_numbers
from tutor.labs.kit.charts import BarPanel, Bars, DotPlot, DotRow, Scatter, Spot
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import Control, NumberControl, VectorControl
from tutor.labs.kit.origins import why
from tutor.labs.kit.places import LookupFailed, numbers_in
from tutor.labs.kit.readouts import COVERED_NUMBER, Covered, Edge, Graph, Node
from tutor.labs.kit.sheet import Sheet

AB = ("A", "B")
BARS = Bars("b", "", (BarPanel("z", AB, (1.0, -2.0), low=None), BarPanel("p of z", AB, (0.25, 0.75), marked=("B",))))
DOTS = DotPlot("d", "", (DotRow("batch", AB, (1.0, 3.0), 2.0, 1.0), DotRow("one", ("A",), (5.0,))))
PLANE = Scatter("p", "", ("one", "two"), (Spot("A", 1.0, 3.0, "x"), Spot("B", 2.0, 6.0)), (("A", "B"),))
GRAPH = Graph("g", "", ((Node("a", 2.0), Node("b")), (Node("c", 6.0, 0.5),)), (Edge("a", "c", 3.0), Edge("b", "c")))


class Averages(Lab):
    """Two numbers, twice as much, their mean and how far they are from it."""

    id = "averages"
    title = "Averages"

    def controls(self) -> tuple[Control, ...]:
        return (
            VectorControl("x", "x", AB, -10, 10, 1, (1.0, 3.0), "two numbers"),
            NumberControl("times", "times", 0, 9, 1, 2.0, help="a factor"),
        )

    def groups(self) -> tuple[Group, ...]:
        return (Group("All", ("x", "times", "double", "mean", "bars", "dots", "plane")),)

    def fill(self, sheet: Sheet) -> None:
        x = sheet["x"]
        double = sheet.vector("double", "2·x", AB, x * sheet["times"], "times·x")
        mean = sheet.number("mean", "mean", x.sum() / 2, "Σ x / 2")
        away = x - mean
        spread = sheet.let("spread", (away * away).sum() / 2, "Σ (x − mean)·(x − mean) / 2")
        sheet.bars("bars", "from x", [(BarPanel("x", AB), x), (BarPanel("2·x", AB, high=8.0), double)])
        sheet.dots("dots", "around", [(DotRow("x", AB), x, mean, spread), (DotRow("twice", AB), double, None, None)])
        spots = [(Spot(of), stacked([x[i], double[i]])) for i, of in enumerate(AB)]
        sheet.scatter("plane", "x and 2·x", ("x", "2·x"), spots)


@pytest.fixture
def lab() -> Averages:
    return Averages()


def test_every_number_of_a_drawing_has_its_places_and_its_index() -> None:
    assert list(drawn_numbers(BARS)) == [
        (("z", "A"), (0, 0), 1.0),
        (("z", "B"), (0, 1), -2.0),
        (("p_of_z", "A"), (1, 0), 0.25),
        (("p_of_z", "B"), (1, 1), 0.75),
    ]
    assert [(at, index) for at, index, _ in drawn_numbers(DOTS)] == [
        (("batch", "A"), (0, 0)),
        (("batch", "B"), (0, 1)),
        (("batch", "mean"), (0, 2)),
        (("batch", "spread"), (0, 3)),
        (("one", "A"), (1, 0)),
    ]


def test_a_graph_yields_the_numbers_that_are_there() -> None:
    assert list(drawn_numbers(GRAPH)) == [
        (("a", "value"), (0, 0, 0), 2.0),
        (("c", "value"), (0, 2, 0), 6.0),
        (("c", "gradient"), (0, 2, 1), 0.5),
        (("a_to_c", "weight"), (1, 0, 0), 3.0),
    ]


@pytest.mark.parametrize("drawing", [BARS, DOTS, PLANE, GRAPH])
def test_a_drawing_with_its_own_numbers_is_the_same_and_each_can_be_replaced(
    drawing: Bars | DotPlot | Scatter | Graph,
) -> None:
    assert with_numbers(drawing, lambda _, value: value) == drawing
    for _, chosen, before in list(drawn_numbers(drawing)):

        def change(index: Index, value: float, chosen: Index = chosen) -> float:
            return 99.0 if index == chosen else value

        changed = {index: value for _, index, value in drawn_numbers(with_numbers(drawing, change))}
        expected = {index: value for _, index, value in drawn_numbers(drawing)}
        assert before != 99.0
        assert changed == expected | {chosen: 99.0}


def test_bars_and_dots_show_the_numbers_of_their_cells(lab: Averages) -> None:
    bars, dots = lab.read("bars"), lab.read("dots")
    assert isinstance(bars, Bars)
    assert isinstance(dots, DotPlot)
    assert [panel.values for panel in bars.panels] == [(1, 3), (2, 6)]
    assert bars.panels[1].high == 8
    assert [(row.values, row.mean, row.spread) for row in dots.rows] == [((1, 3), 2, 1), ((2, 6), None, None)]
    assert [path for path, _, _ in numbers_in(dots)][2:4] == ["dots[x][mean]", "dots[x][spread]"]
    lab.set("x", (0, 5))
    assert lab.lookup("bars[2.x][B]") == 10
    assert lab.lookup("dots[x][mean]") == 2.5


def test_each_number_in_a_chart_says_where_it_comes_from(lab: Averages) -> None:
    assert why(lab, "bars[2.x][B]").numbers == "3·2"
    assert why(lab, "dots[x][mean]").numbers == "(1 + 3) / 2"
    assert "mean" in why(lab, "dots[x][spread]").formula
    with pytest.raises(LookupFailed, match=r"bars has no \[x\]\[C\]"):
        lab.lookup("bars[x][C]")


def covered_places(lab: Averages, drawing: str, *covered: str) -> list[tuple[str, str]]:
    readout = lab.read(drawing)
    assert isinstance(readout, Bars | DotPlot | Graph)
    seen = without_covered(readout, lab, covered)
    return [at for at, _, value in drawn_numbers(seen) if isinstance(value, Covered)]


def test_a_number_is_covered_wherever_a_covered_readout_has_it(lab: Averages) -> None:
    assert covered_places(lab, "bars", "double") == [("2.x", "A"), ("2.x", "B")]
    assert covered_places(lab, "dots", "double", "mean") == [("x", "mean"), ("twice", "A"), ("twice", "B")]
    assert covered_places(lab, "bars", "mean") == []


def test_what_the_learner_set_is_never_covered_and_a_drawing_does_not_cover_itself(lab: Averages) -> None:
    assert covered_places(lab, "bars", "dots") == [("2.x", "A"), ("2.x", "B")]
    assert covered_places(lab, "bars", "bars") == []
    assert covered_places(lab, "bars", "no such readout") == []


def test_nothing_covered_is_the_very_same_drawing(lab: Averages) -> None:
    readout = lab.read("bars")
    assert isinstance(readout, Bars)
    assert without_covered(readout, lab, ("mean",)) is readout


def test_bars_are_told_panel_by_panel() -> None:
    assert drawing_in_words(BARS) == ["z: A 1, B −2", "p of z: A 0.25, B 0.75, marked"]
    for before, told in (((1.0, 0.75), "1, 0.75"), ((1.0, 1.0), "1")):
        panel = BarPanel("loss", AB, (0.5, 0.25), before=before)
        assert drawing_in_words(Bars("b", "", (panel,))) == [f"loss: A 0.5, B 0.25; before {told}"]


def test_a_covered_bar_is_told_as_covered_and_never_as_marked() -> None:
    hidden = BarPanel("p", AB, (COVERED_NUMBER, 0.75), marked=("A",))
    assert drawing_in_words(Bars("b", "", (hidden,))) == ["p: A covered, B 0.75"]


def test_dots_are_told_row_by_row_with_their_mean_and_spread() -> None:
    assert drawing_in_words(DOTS) == ["batch: A 1, B 3; mean 2; spread 1", "one: A 5"]
    hidden = DotRow("batch", AB, (1.0, COVERED_NUMBER), COVERED_NUMBER, 1.0)
    assert drawing_in_words(DotPlot("d", "", (hidden,))) == ["batch: A 1, B covered; mean covered; spread 1"]


def test_points_are_told_with_their_places_and_what_is_next_to_them() -> None:
    axes, *told = drawing_in_words(PLANE)
    assert axes == "one to the right, two up"
    assert told == ["A (x): 1, 3; next to B", "B: 2, 6; next to A", "an arrow from A to B"]
    hidden = Scatter("p", "", ("one", "two"), (Spot("A", 1.0, COVERED_NUMBER), Spot("B", 2.0, 6.0)))
    assert drawing_in_words(hidden)[1:] == ["A: 1, covered", "B: 2, 6"]


def test_points_have_places_a_derivation_and_a_cover(lab: Averages) -> None:
    assert lab.lookup("plane[B][y]") == 6
    assert why(lab, "plane[B][y]").numbers == "3·2"
    readout = lab.read("plane")
    assert isinstance(readout, Scatter)
    seen = without_covered(readout, lab, ("double",))
    assert [at for at, _, value in drawn_numbers(seen) if isinstance(value, Covered)] == [("A", "y"), ("B", "y")]


def test_numbers_that_are_none_are_told_as_such() -> None:
    odd = BarPanel("e^s", AB, (math.inf, math.nan))
    (told,) = drawing_in_words(Bars("b", "", (odd,)))
    assert told.startswith("e^s: A ")
    assert "covered" not in told


def test_a_graph_is_told_node_by_node_with_what_leads_to_it() -> None:
    assert drawing_in_words(GRAPH) == [
        "a: 2",
        "b: not computed yet",
        "c: 6, gradient 0.5; from a weight 3, b",
    ]
