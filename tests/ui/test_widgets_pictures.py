"""Curves, networks, bars, tables: at every size, with every number."""

from __future__ import annotations

import itertools
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.geometry import Size

from tests.ui.fake_lab import NUMBERS, FakeLab
from tutor.labs.kit.charts import BarPanel, Bars, DotPlot, DotRow
from tutor.labs.kit.readouts import COVERED_NUMBER, Curve, LayerView, Network, Series, Vector
from tutor.labs.neuron import NeuronLab
from tutor.ui.axes import nice_ticks, tick_text
from tutor.ui.plotting import LINE_MARKS, draw_curve
from tutor.ui.widgets.readouts.bars_view import BarsView
from tutor.ui.widgets.readouts.curve_view import CurveView
from tutor.ui.widgets.readouts.dot_plot_view import DotPlotView
from tutor.ui.widgets.readouts.network_view import NetworkView
from tutor.ui.widgets.readouts.vector_view import VectorView
from tutor.ui.widgets.registry import view_for

SIZES = st.tuples(st.integers(1, 130), st.integers(1, 50))
NUMBER = st.floats(width=64) | st.floats(-10, 10) | st.sampled_from([0.0, 1.0, math.nan, math.inf, -math.inf, 1e308])


def plain(view: CurveView | NetworkView | VectorView, size: tuple[int, int]) -> list[str]:
    return [line.plain for line in view.lines(Size(*size))]


def sigmoid_curve(marker: tuple[float, float] | None = None) -> Curve:
    lab = NeuronLab()
    curve = lab.read("curve")
    assert isinstance(curve, Curve)
    return Curve(curve.name, curve.label, "z", curve.series, marker=marker)


@given(
    size=SIZES,
    lines=st.lists(st.lists(st.tuples(NUMBER, NUMBER), max_size=30), max_size=4),
    low=st.none() | st.floats(-5, 0),
    high=st.none() | st.floats(1, 5),
    marker=st.none() | st.tuples(NUMBER, NUMBER),
    y_label=st.sampled_from(["", "y"]),
)
@settings(max_examples=200, deadline=None)
def test_no_curve_breaks_out_of_its_room(
    size: tuple[int, int],
    lines: list[list[tuple[float, float]]],
    low: float | None,
    high: float | None,
    marker: tuple[float, float] | None,
    y_label: str,
) -> None:
    series = tuple(
        Series(f"line {i}", tuple(x for x, _ in points), tuple(y for _, y in points)) for i, points in enumerate(lines)
    )
    curve = Curve("c", "a curve", "x", series, low, high, marker, y_label=y_label)
    picture = draw_curve(curve, *size)
    assert len(picture) <= size[1]
    assert all(line.cell_length <= size[0] for line in picture)
    assert not any("\x1b" in line.plain for line in picture)
    CurveView(curve).lines(Size(*size))


@pytest.mark.parametrize("size", [(38, 8), (44, 14), (90, 20)])
def test_a_curve_stands_where_its_numbers_are(size: tuple[int, int]) -> None:
    lines = plain(CurveView(sigmoid_curve((0.0, 0.5))), size)
    assert len(lines) == size[1]
    picture = lines[1:-2]
    middle = next(i for i, line in enumerate(picture) if "●" in line)
    assert abs(middle - (len(picture) - 1) / 2) <= 1
    column = picture[middle].index("●")
    # Left of z = 0 the sigmoid is below one half, right of it above.
    above, below = picture[:middle], picture[middle + 1 :]
    drawn = [i for line in above for i, c in enumerate(line) if 0x2800 < ord(c) <= 0x28FF]
    assert drawn
    assert min(drawn) >= column - 1
    drawn = [i for line in below for i, c in enumerate(line) if 0x2800 < ord(c) <= 0x28FF]
    assert drawn
    assert max(drawn) <= column + 1
    ticks = [line.split("┤")[0].strip() for line in picture if "┤" in line]
    assert ticks[0] == "1"
    assert ticks[-1] == "0"
    assert "0" in lines[-1].split()


def test_the_axis_keeps_the_range_that_is_given() -> None:
    line = Series("accuracy", (1.0, 2.0, 3.0), (0.4, 0.5, 0.6))
    lines = [c.plain for c in draw_curve(Curve("c", "accuracy", "epoch", (line,), 0.0, 1.0), 60, 12)]
    ticks = [line.split("┤")[0].strip() for line in lines if "┤" in line]
    assert ticks[0] == "1"
    assert ticks[-1] == "0"


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (None, 1.0), (0.0, None), (-9.0, -8.0)])
@pytest.mark.parametrize("size", [(38, 8), (60, 12), (90, 20)])
def test_the_axis_holds_all_that_is_drawn(low: float | None, high: float | None, size: tuple[int, int]) -> None:
    """A loss that rises above the range that a lab expected is seen to its end."""
    xs = tuple(float(n) for n in range(20))
    series = (Series("training", xs, tuple(0.5 for _ in xs)), Series("validation", xs, tuple(x / 4 for x in xs)))
    lines = [c.plain for c in draw_curve(Curve("c", "loss", "epoch", series, low, high), *size)]
    ticks = [float(line.split("┤")[0].replace("−", "-")) for line in lines if "┤" in line]
    assert max(ticks) >= 19 / 4
    assert min(ticks) <= 0
    assert re.search("[⠁-⣿]", "".join(lines)), "0.5 is drawn"
    last = max((line.rindex("×"), number) for number, line in enumerate(lines) if "×" in line)
    first = min((line.index("×"), -number) for number, line in enumerate(lines) if "×" in line)
    assert last[1] < -first[1], "the line rises"
    assert last[0] >= 0.8 * size[0], "up to its end"


def test_a_line_that_is_cut_is_said_to_be() -> None:
    series = (Series("runs off", (0.0, 1.0, 2.0), (1.0, 10.0, 1e9)), Series("stays", (0.0, 1.0, 2.0), (1.0, 0.5, 0.2)))
    lines = plain(CurveView(Curve("c", "loss", "step", series, 0.0, 1.5, cut=True)), (60, 12))
    assert lines[0].strip().startswith("loss, cut at 1.5")
    ticks = [line.split("┤")[0].strip() for line in lines if "┤" in line]
    assert ticks[0] == "1.5"
    stays = plain(CurveView(Curve("c", "loss", "step", series[1:], 0.0, 1.5, cut=True)), (60, 12))
    assert "cut" not in stays[0]


def test_lines_are_told_apart_without_colour() -> None:
    xs = tuple(float(n) for n in range(40))
    series = tuple(Series(f"line {i}", xs, tuple(x * (i + 1) for x in xs)) for i in range(3))
    lines = plain(CurveView(Curve("c", "three", "x", series)), (60, 16))
    for number, mark in enumerate(LINE_MARKS[:3]):
        assert f"{mark} line {number}" in lines[0]
    picture = "".join(lines[1:])
    assert "×" in picture
    assert "+" in picture
    assert re.search("[⠁-⣿]", picture)


@pytest.mark.parametrize("size", [(38, 12), (60, 12), (40, 24), (80, 20)])
@pytest.mark.parametrize("way", [1.0, -1.0])
def test_a_unit_of_a_plane_is_as_long_up_as_across(size: tuple[int, int], way: float) -> None:
    tips = {"diagonal": (way, way), "across": (4 * way, 0.0), "up": (0.0, 4 * way)}
    series = tuple(Series(of, (0.0, x), (0.0, y)) for of, (x, y) in tips.items())
    curve = Curve("p", "plane", "east", series, marker=(0.0, 0.0), y_label="north")
    picture = plain(CurveView(curve), size)
    assert any("→ east  ↑ north" in line for line in picture[:2])
    picture = [line for line in picture if "┤" in line or "│" in line]
    row, column = next((r, line.index("●")) for r, line in enumerate(picture) if "●" in line)
    # A mark that stands at the tip, whichever way the line goes; a cell is twice as tall as wide.
    across = max(way * (c - column) for c, sign in enumerate(picture[row]) if sign == "×")
    up = max(way * (row - r) for r, line in enumerate(picture) if "+" in line)
    assert across == pytest.approx(2 * up, abs=1)
    assert up >= 4
    assert abs(picture[row - int(way * up)].index("+") - column) <= 1


@pytest.mark.parametrize("tip", [(3.0, 7.0), (-2.0, 1.0), (0.1, 0.3), (140.0, -9.0), (1.0, 0.0), (0.0, 0.0)])
@pytest.mark.parametrize("size", [(38, 8), (38, 16), (60, 12)])
def test_the_ticks_of_a_plane_are_round(tip: tuple[float, float], size: tuple[int, int]) -> None:
    plane = Curve("p", "p", "x", (Series("a", (0.0, tip[0]), (0.0, tip[1])),), marker=(0.0, 0.0), y_label="y")
    *picture, across = plain(CurveView(plane), size)
    ticks = [line.split("┤")[0].strip() for line in picture if "┤" in line] + across.split()
    assert len(across.split()) >= 2
    assert all(len(tick.strip("−").replace(".", "").strip("0")) <= 2 for tick in ticks), ticks


def test_a_curve_without_points_says_so() -> None:
    empty = Curve("c", "loss", "epoch", (Series("training", (), ()),))
    assert any("no points yet" in line for line in plain(CurveView(empty), (38, 8)))
    assert any("answer first" in line for line in plain(CurveView(sigmoid_curve(), covered=True), (38, 8)))


def test_a_long_curve_is_drawn_as_fast_as_a_short_one_looks() -> None:
    """Points beyond two a column change nothing but are not lost where they are extreme."""
    xs = tuple(float(n) for n in range(20_000))
    ys = tuple(100.0 if n == 12_345 else 1.0 for n in range(20_000))
    lines = [c.plain for c in draw_curve(Curve("c", "spike", "x", (Series("s", xs, ys),)), 60, 12)]
    spike = [i for line in lines[:2] for i, c in enumerate(line) if 0x2800 < ord(c) <= 0x28FF]
    assert spike
    start = lines[3].index("│") if "│" in lines[3] else lines[3].index("┤")
    assert abs((spike[0] - start) / (60 - start) - 12_345 / 20_000) < 0.05


def test_a_curve_is_drawn_once_for_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    monkeypatch.setattr("tutor.ui.widgets.readouts.curve_view.plotted", lambda *room, **_: drawn.append(room))
    view = CurveView(sigmoid_curve())
    for size in ((40, 10), (40, 10), (50, 10), (50, 10)):
        view.lines(Size(*size))
    assert [room[1:] for room in drawn] == [(40, 9), (50, 9)]


@given(low=st.floats(-1e6, 1e6), span=st.floats(1e-3, 1e6), most=st.integers(2, 12))
def test_ticks_are_few_and_in_order(low: float, span: float, most: int) -> None:
    inner = nice_ticks(low, low + span, most)
    outer = nice_ticks(low, low + span, most, outward=True)
    for ticks in (inner, outer):
        assert 2 <= len(ticks) <= max(3, most)
        assert ticks == sorted(ticks)
    slack = 1e-6 * span
    assert outer[0] <= low + slack
    assert outer[-1] >= low + span - slack
    assert all(cell_len(tick_text(t)) <= 11 for t in ticks)


WIDTH = st.integers(0, 40)


@given(
    size=SIZES,
    widths=st.lists(WIDTH, min_size=0, max_size=6),
    value=NUMBER,
    labelled=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_no_network_breaks_out_of_its_room(
    size: tuple[int, int], widths: list[int], value: float, labelled: bool
) -> None:
    layers = tuple(
        LayerView(f"layer {i}", (value,) * n, tuple(f"unit {u}" for u in range(n)) if labelled else ())
        for i, n in enumerate(widths)
    )
    weights = tuple(((value,) * n,) * m for m, n in itertools.pairwise(widths))
    view = NetworkView(Network("n", "a network", layers, weights))
    lines = view.lines(Size(*size))
    extent = view.extent(size[0])
    assert extent.least <= extent.height
    if size[1] >= extent.least:
        assert len(lines) <= size[1]
    assert all(line.cell_length <= max(size[0], 30) for line in lines)


def test_a_network_shows_which_units_are_active_and_which_won() -> None:
    layers = (LayerView("in", (0.0, 1.0, 0.5)), LayerView("out", (0.1, 0.7, 0.2), tuple("ABC") * 1))
    lines = plain(NetworkView(Network("n", "net", layers)), (24, 3))
    assert lines[1].startswith(" in  3 │▁█▅")
    assert lines[2].endswith("B ◂")


def test_a_strong_weight_is_drawn_through_and_a_negative_one_dotted() -> None:
    layers = (LayerView("in", (1.0,)), LayerView("out", (1.0,)))

    def edge(weight: float) -> str:
        view = NetworkView(Network("n", "net", layers, (((weight,),),)))
        between = (line.split("│")[2] for line in plain(view, (40, 9)) if line.count("│") == 4)
        return next(line for line in between if any(sign.isdigit() for sign in line)).replace(
            f"{weight:.2f}".replace("-", "−"), "⠶"
        )

    assert " " not in edge(2.0).strip()
    assert " " in edge(-2.0).strip()
    assert edge(0.0).strip() == "0"


def test_of_a_layer_too_large_to_draw_the_ends_are_drawn_and_dots_between() -> None:
    layers = (LayerView("in", (1.0,) * 784), LayerView("hidden", (1.0,) * 40), LayerView("out", (1.0,) * 3))
    view = NetworkView(Network("n", "", layers))
    wide, tall = 41, view.extent(41).useful
    lines = plain(view, (wide, tall))
    assert len(lines) == tall
    assert sum(line.startswith(" █") for line in lines) == tall - 2
    assert sum(line.startswith(" ⋮") for line in lines) == 1
    assert all(max(line) > "⠀" for line in lines[:-1])
    assert lines[-1].startswith(" in 784")
    assert lines[-1].rstrip().endswith("out 3")


def test_bars_are_as_long_as_their_numbers_and_the_largest_is_marked() -> None:
    view = VectorView(Vector("v", "confidence", ("a", "b", "c"), (0.2, 0.4, 0.8), 2, bars=True))
    lines = plain(view, (40, 4))[1:]
    lengths = [line.count("█") for line in lines]
    assert lengths[2] == 2 * lengths[1] == 4 * lengths[0]
    assert [line.rstrip().endswith("◂") for line in lines] == [False, False, True]


@given(size=SIZES, name=st.sampled_from(NUMBERS), covered=st.booleans())
@settings(max_examples=100, deadline=None)
def test_every_view_keeps_to_the_height_it_asked_for(size: tuple[int, int], name: str, covered: bool) -> None:
    view = view_for(FakeLab().read(name), covered)
    extent = view.extent(size[0])
    lines = view.lines(Size(size[0], extent.height))
    assert len(lines) <= extent.height
    assert view.lines(Size(*size)) is not None


@pytest.mark.parametrize("width", [0, 1, 5, 11, 19, 24, 60])
@pytest.mark.parametrize("covered", [False, True])
def test_no_dot_plot_breaks_out_of_its_room(width: int, covered: bool) -> None:
    rows = (
        DotRow("a long label it is", ("1", "2"), (1.0, 2.0), 1.5, 0.5),
        DotRow("without any", ()),
    )
    for plot in (DotPlot("d", "dots", rows), DotPlot("d", "", rows[1:], 0.0, 1.0)):
        lines = plain(DotPlotView(plot, covered), (width, 9))
        assert all(len(line) <= max(width, 1) for line in lines[1:])


def test_lines_on_both_sides_of_zero_fill_a_low_plot() -> None:
    line = Series("f", (-1.0, 0.0, 1.0), (-1.0, 0.0, 1.4))
    lines = plain(CurveView(Curve("c", "f", "x", (line,))), (40, 6))
    # Not between −10 and 10, the next round numbers for two ticks alone.
    assert not any("10" in line for line in lines)
    assert any(line.lstrip().startswith("2┤") for line in lines)


def test_bars_that_are_all_covered_wait_with_their_height() -> None:
    covered = BarsView(Bars("b", "", (BarPanel("p", ("a", "b"), (COVERED_NUMBER, COVERED_NUMBER)),)))
    seen = BarsView(Bars("b", "", (BarPanel("p", ("a", "b"), (1.0, COVERED_NUMBER)),)))
    assert covered.extent(40).most == covered.extent(40).least
    assert seen.extent(40).most > covered.extent(40).most
