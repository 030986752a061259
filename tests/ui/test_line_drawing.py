"""Lines in braille and the curves made of them: where they run, what is shaded, what is written beside them."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from textual.content import Content
from textual.geometry import Size

from tutor.labs.kit.readouts import Curve, Series
from tutor.ui.axes import nice_ticks, tick_text
from tutor.ui.log_axis import log_axis, why_not
from tutor.ui.palette import ATTENTION, NEGATIVE, POSITIVE
from tutor.ui.plotting import UPRIGHT, UPRIGHT_FOOT, draw_curve, legend, plotted
from tutor.ui.widgets.pictures.arrow_drawing import angle_dots, arrow_dots
from tutor.ui.widgets.pictures.line_drawing import GAP_SHADE, SHADE, LineDrawing
from tutor.ui.widgets.readouts.curve_view import CurveView

NUMBER = st.floats(-1e6, 1e6)
SIZES = [(16, 4), (38, 9), (41, 12), (77, 13), (118, 30), (150, 44)]


def is_dots(sign: str) -> bool:
    return 0x2800 < ord(sign) <= 0x28FF


def drawn(drawing: LineDrawing) -> list[str]:
    return [row.plain for row in drawing.rows()]


def dots(drawing: LineDrawing) -> set[tuple[int, int]]:
    """The cells (row, column) with any dot."""
    return {(y, x) for y, row in enumerate(drawn(drawing)) for x, sign in enumerate(row) if is_dots(sign)}


@given(
    xs=st.tuples(NUMBER, st.floats(1e-3, 1e6)),
    ys=st.tuples(NUMBER, st.floats(1e-3, 1e6)),
    size=st.tuples(st.integers(0, 60), st.integers(0, 20)),
    points=st.lists(st.tuples(st.floats(-1e90, 1e90), st.floats(-1e90, 1e90)), max_size=12),
    thick=st.booleans(),
    filled=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_no_line_leaves_its_room(
    xs: tuple[float, float],
    ys: tuple[float, float],
    size: tuple[int, int],
    points: list[tuple[float, float]],
    thick: bool,
    filled: bool,
) -> None:
    drawing = LineDrawing((xs[0], xs[0] + xs[1]), (ys[0], ys[0] + ys[1]), *size)
    # Points that far off would be a million dots; what draws curves leaves them out or cuts them.
    near = [(min(max(x, xs[0]), xs[0] + xs[1]), y) for x, y in points]
    drawing.line([x for x, _ in near], [y for _, y in near], "", thick=thick, filled=filled)
    drawing.marks([x for x, _ in near], [y for _, y in near], "×", "", 1)
    for x, y in points:
        drawing.point(x, y, "●", "")
        drawing.label(x, y, "(1, 2)", "")
    rows = drawn(drawing)
    assert len(rows) == max(1, size[1])
    assert {len(row) for row in rows} == {max(1, size[0])}


def test_a_known_line_runs_through_its_cells() -> None:
    """y = x over 5 × 5 cells with the values 0 to 4: each cell of the diagonal, and its neighbours at most."""
    drawing = LineDrawing((0, 4), (0, 4), 5, 5)
    drawing.line((0, 4), (0, 4), "")
    found = dots(drawing)
    assert {(4 - v, v) for v in range(5)} <= found
    assert all(abs((4 - y) - x) <= 1 for y, x in found)


@pytest.mark.parametrize("value", range(7))
def test_a_level_line_stays_in_the_row_of_its_value(value: int) -> None:
    drawing = LineDrawing((0, 9), (0, 6), 10, 7)
    drawing.line((0, 9), (value, value), "")
    assert dots(drawing) == {(6 - value, x) for x in range(10)}
    # Two dots thick: a whole row of cells has one sign, ⠒ or its like, with four dots.
    assert {bin(ord(sign) - 0x2800).count("1") for sign in drawn(drawing)[6 - value][1:-1]} == {4}
    thin = LineDrawing((0, 9), (0, 6), 10, 7)
    thin.line((0, 9), (value, value), "", thick=False)
    assert dots(thin) == dots(drawing)
    assert {bin(ord(sign) - 0x2800).count("1") for sign in drawn(thin)[6 - value][1:-1]} == {2}


@given(
    share=st.floats(0, 1), width=st.integers(1, 150), height=st.integers(1, 50), low=NUMBER, span=st.floats(1e-2, 1e6)
)
@settings(deadline=None)
def test_a_line_and_a_point_agree_where_a_value_is(
    share: float, width: int, height: int, low: float, span: float
) -> None:
    # Right between two cells it may be in either.
    assume(all(abs(share * (cells - 1) % 1 - 0.5) > 1e-6 for cells in (width, height)))
    drawing = LineDrawing((low, low + span), (low, low + span), width, height)
    value = low + share * span
    drawing.line((value,), (value,), "", thick=False)
    assert dots(drawing) == {(drawing.row(value), drawing.column(value))}
    drawing.point(value, value, "●", "")
    assert drawn(drawing)[drawing.row(value)][drawing.column(value)] == "●"


@pytest.mark.parametrize(
    ("low", "high", "zero"), [(-2.0, 6.0, 0.0), (1.0, 9.0, 1.0), (-9.0, -1.0, -1.0)], ids=["0", "above", "below"]
)
def test_shade_lies_between_the_line_and_0(low: float, high: float, zero: float) -> None:
    """Where 0 is not in the picture, up to its nearer end."""
    drawing = LineDrawing((0, 20), (low, high), 21, 17)
    xs, ys = range(21), [low + (high - low) * (0.5 + 0.5 * math.sin(x / 3)) for x in range(21)]
    drawing.line(tuple(xs), tuple(ys), "", filled=True)
    base = drawing.row(zero)
    shaded = 0
    for x in xs:
        column = [row[x] for row in drawn(drawing)]
        line = [y for y, sign in enumerate(column) if is_dots(sign)]
        for y, sign in enumerate(column):
            between = max(line) < y <= base or base <= y < min(line)
            assert (sign == SHADE) == (between and not is_dots(sign)), (x, y, column)
            shaded += sign == SHADE
    assert shaded > 20


def curve(*series: Series, marker: tuple[float, float] | None = None) -> Curve:
    return Curve("c", "a curve", "x", series, marker=marker)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("left", "right"), [(-4.0, 10.0), (0.0, 1.0), (-53.0, 17.3), (2e-4, 5e-4), (0.0, 19000.0)])
def test_the_point_of_a_tick_is_in_its_column(left: float, right: float, size: tuple[int, int]) -> None:
    """At any width, also wider than the terminal that the tests run in."""
    line = Series("s", (left, right), (0.0, 1.0))
    axis = draw_curve(curve(line), *size)[-2].plain
    assert len(axis) == size[0]
    columns = [i for i, sign in enumerate(axis) if sign == "┬"]
    texts = draw_curve(curve(line), *size)[-1].plain
    # plotext leaves out a tick whose number has no room.
    ticks = [tick for tick in nice_ticks(left, right, max(2, (size[0] - 6) // 9)) if tick_text(tick) in texts.split()]
    assert len(columns) == len(ticks) >= 2
    for tick, column in zip(ticks, columns, strict=True):
        at = Series("here", (tick,), (0.5,))
        rows = [row.plain for row in draw_curve(curve(line, at), *size)[:-2]]
        assert any(row[column] == "×" for row in rows), (tick, column)
        rows = [row.plain for row in draw_curve(curve(Series("s", (left, tick, right), (0.0, 1.0, 0.0))), *size)[:-2]]
        top = [x for x, sign in enumerate(rows[0]) if is_dots(sign)]
        assert column in top or tick in (left, right), (tick, column, rows[0])


@pytest.mark.parametrize("size", SIZES)
def test_the_row_of_a_tick_holds_its_value(size: tuple[int, int]) -> None:
    line = Series("s", (0.0, 1.0), (-3.0, 7.0))
    rows = [row.plain for row in draw_curve(curve(line), *size)]
    ticks = {float(row.split("┤")[0].replace("−", "-")): y for y, row in enumerate(rows) if "┤" in row}
    assert len(ticks) > 1
    for value, y in ticks.items():
        if -3 <= value <= 7:
            marked = draw_curve(curve(line, marker=(0.5, value)), *size)
            assert "●" in marked[y].plain


@pytest.mark.parametrize("at", [(-3.0, 36.0), (3.0, 0.0), (10.0, 49.0)], ids=["left", "bottom", "corner"])
@pytest.mark.parametrize("size", SIZES[1:])
def test_the_marked_point_says_where_it_is(at: tuple[float, float], size: tuple[int, int]) -> None:
    xs = tuple(x / 10 for x in range(-40, 101))
    hill = Series("f", xs, tuple((x - 3) ** 2 for x in xs))
    rows = [row.plain for row in draw_curve(curve(hill, marker=at), *size)]
    said = f"({at[0]:g}, {at[1]:g})".replace("-", "−")
    assert sum(said in row for row in rows) == 1
    y, row = next((y, row) for y, row in enumerate(rows) if said in row)
    point = next(y for y, row in enumerate(rows) if "●" in row)
    assert abs(y - point) <= 1
    assert abs(row.index(said) + len(said) / 2 - rows[point].index("●")) <= len(said) / 2 + 2


def test_faint_lines_have_their_names_and_leave_the_marks_to_the_others() -> None:
    xs = tuple(float(x) for x in range(40))
    smooth = Series("mean", xs, tuple(x / 40 for x in xs))
    before = Series("before", xs, tuple(1 - x / 40 for x in xs), "ghost")
    raw = Series("each batch", xs, tuple(0.5 + 0.4 * (-1) ** round(x) for x in xs), "raw")
    view = CurveView(curve(smooth, before, raw))
    lines = [line.plain for line in view.lines(Size(60, 14))]
    assert "─ mean" in lines[0]
    assert "┄ before" in lines[0]
    picture = "".join(lines[1:])
    assert "×" not in picture
    assert "·" not in picture
    # A single line among faint ones is shaded.
    assert SHADE in picture
    # So is one with another drawn at it.
    aided = CurveView(curve(smooth, Series("tangent", (3.0, 9.0), (0.1, 0.3), "aid")))
    assert SHADE in "".join(line.plain for line in aided.lines(Size(60, 14)))
    both = [smooth, Series("other", xs, tuple(1 - x / 40 for x in xs))]
    assert GAP_SHADE in "".join(line.plain for line in CurveView(curve(*both)).lines(Size(60, 14)))
    three = "".join(
        line.plain for line in CurveView(curve(*both, Series("third", xs, tuple(0.1 for _ in xs)))).lines(Size(60, 14))
    )
    assert GAP_SHADE not in three
    assert SHADE in three


def test_a_band_is_shaded_between_its_edges_and_named_once() -> None:
    xs = tuple(float(x) for x in range(41))
    lines = (
        Series("median", xs, (5.0,) * 41),
        Series("lowest", xs, (2.0,) * 41, "edge"),
        Series("highest", xs, (8.0,) * 41, "edge"),
        Series("this run", xs, (1.0,) * 41),
    )
    curve = Curve("c", "loss", "epoch", lines, 0.0, 10.0)
    assert [words for _, _, words in legend(curve)] == ["median", "this run", "lowest to highest"]
    for log in (False, True):
        plot = plotted(curve, 60, 24, log=log)
        assert plot is not None
        column = [row.plain[40] for row in plot.rows]
        shaded, dotted = ([y for y, sign in enumerate(column) if of(sign)] for of in (SHADE.__eq__, is_dots))
        top, bottom = dotted[0], next(y for y in dotted if y > shaded[-1])
        middle = [y for y in dotted if top < y < bottom]
        assert shaded == [y for y in range(top + 1, bottom) if y not in middle]
        assert len(shaded) > 3
        assert middle


def test_what_lies_between_two_lines_is_shaded_like_the_higher_one() -> None:
    """y = x and y = 10 − x over 0 to 10 cross at 5: on the left the second is the higher."""
    drawing = LineDrawing((0, 10), (0, 10), 31, 21)
    rising, falling = ((0, 10), (0, 10)), ((0, 10), (10, 0))
    drawing.between(rising, falling, ("rising", "falling"))
    for row in drawing.rows():
        assert len(row.plain) == 31
    shaded = {(y, x) for y, row in enumerate(drawn(drawing)) for x, sign in enumerate(row) if sign == GAP_SHADE}
    for x in range(31):
        value = x / 3
        inside = [y for y in range(21) if min(value, 10 - value) + 0.5 < (20 - y) / 2 < max(value, 10 - value) - 0.5]
        outside = [
            y for y in range(21) if not min(value, 10 - value) - 0.5 <= (20 - y) / 2 <= max(value, 10 - value) + 0.5
        ]
        assert {(y, x) for y in inside} <= shaded
        assert not {(y, x) for y in outside} & shaded
    styles = {(str(span.style), span.start < 15) for row in drawing.rows() for span in row.spans if span.style}
    assert styles == {("dim falling", True), ("dim rising", False)}


@pytest.mark.parametrize("degrees", range(0, 360, 30))
def test_an_arrow_goes_from_its_tail_to_its_tip_and_is_wider_before_the_tip(degrees: int) -> None:
    way = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    columns, rows = arrow_dots((50.0, 50.0), (50 + 40 * way[0], 50 + 40 * way[1]), 2.0)
    along = [(x - 50) * way[0] + (y - 50) * way[1] for x, y in zip(columns, rows, strict=True)]
    beside = [abs((x - 50) * way[1] - (y - 50) * way[0]) for x, y in zip(columns, rows, strict=True)]
    assert min(along) == pytest.approx(0, abs=1)
    assert max(along) == pytest.approx(40, abs=1)
    shaft = max(b for a, b in zip(along, beside, strict=True) if a < 29)
    assert shaft <= 2 + 1e-9
    assert max(beside) > shaft + 1
    # No dot of the shaft is left out.
    assert len([a for a in along if 1 < a < 29]) == pytest.approx(28 * 4, rel=0.25)


@pytest.mark.parametrize(
    ("one", "other", "turn"), [(0, 60, 60), (60, 0, 60), (350, 20, 30), (10, 190, 180), (40, 40, 0)]
)
def test_the_angle_is_the_shorter_way_round(one: int, other: int, turn: int) -> None:
    ends = [(100 * math.cos(math.radians(at)), 100 * math.sin(math.radians(at))) for at in (one, other)]
    columns, rows = angle_dots((0.0, 0.0), *ends, 40.0)
    assert all(math.hypot(x, y) <= 40 for x, y in zip(columns, rows, strict=True))
    # On the side of both directions.
    middle = (ends[0][0] + ends[1][0], ends[0][1] + ends[1][1])
    assert turn == 180 or all(x * middle[0] + y * middle[1] >= 0 for x, y in zip(columns, rows, strict=True))
    # Every second dot of that part of the circle.
    assert len(columns) == pytest.approx(math.pi * 40**2 * turn / 360 / 2, abs=25)


@pytest.mark.parametrize("tip", [(2.0, 1.0), (-1.0, 3.0), (0.0, -2.0)])
def test_the_side_of_an_arrow_is_where_its_dot_product_is_above_0(tip: tuple[float, float]) -> None:
    """In 9 × 9 cells from −4 to 4 each cell is a whole number across and up."""
    drawing = LineDrawing((-4, 4), (-4, 4), 9, 9)
    drawing.side((0, 0), tip, "side")
    for y, row in enumerate(drawn(drawing)):
        for x, sign in enumerate(row):
            assert (sign == SHADE) == ((x - 4) * tip[0] + (4 - y) * tip[1] > 0)


def test_arrows_that_are_not_compared_have_neither_side_nor_angle() -> None:
    arrows = tuple(Series(f"{tip}", (0.0, tip[0]), (0.0, tip[1])) for tip in ((3.0, 0.0), (0.0, 3.0)))
    curve = Curve("p", "p", "x", arrows, marker=(0.0, 0.0), y_label="y")
    for compared in (True, False):
        drawn = replace(curve, compared=compared)
        rows = draw_curve(drawn, 60, 24)
        styles = {str(span.style) for row in rows for span in row.spans}
        assert (f"dim {ATTENTION}" in styles) == compared
        assert any(SHADE in row.plain for row in rows) == compared
        assert any(words.startswith("side of") for _, _, words in legend(drawn)) == compared


def test_two_arrows_of_a_plane_have_their_angle_between_them_and_more_have_none() -> None:
    def picture(*tips: tuple[float, float]) -> list[Content]:
        arrows = [Series(f"{tip}", (0.0, tip[0]), (0.0, tip[1])) for tip in tips]
        return draw_curve(Curve("p", "p", "x", tuple(arrows), marker=(0.0, 0.0), y_label="y"), 60, 24)

    def styles(rows: list[Content]) -> set[str]:
        return {str(span.style) for row in rows for span in row.spans}

    assert f"dim {ATTENTION}" in styles(picture((3.0, 0.0), (0.0, 3.0)))
    assert f"dim {ATTENTION}" not in styles(picture((3.0, 0.0)))
    assert f"dim {ATTENTION}" not in styles(picture((3.0, 0.0), (0.0, 3.0), (-2.0, 2.0)))
    # Of two that point the same way both are seen.
    assert {POSITIVE, NEGATIVE} <= styles(picture((1.0, 1.0), (3.0, 3.0)))
    assert {POSITIVE, NEGATIVE} <= styles(picture((3.0, 3.0), (1.0, 1.0)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("at", [0.0, 3.0, 7.5, 20.0])
def test_the_upright_line_stands_at_its_place_and_behind_the_lines(at: float, size: tuple[int, int]) -> None:
    xs = tuple(float(x) for x in range(21))
    flat = curve(Series("a", xs, tuple(1 + x / 1e6 for x in xs)), Series("b", xs, tuple(2 + x / 1e6 for x in xs)))
    plot, bare = plotted(flat, *size, at=at), plotted(flat, *size)
    assert plot is not None
    assert bare is not None
    rows = [row.plain for row in plot.rows]
    column = rows[-2].index(UPRIGHT_FOOT)
    # The cell of the place: half a cell to each side.
    assert plot.x_at(column) == pytest.approx(at, abs=0.51 * 20 / (size[0] - plot.start - 1))
    for row, before in zip(rows[:-2], (row.plain for row in bare.rows), strict=False):
        assert row[column] == (before[column] if is_dots(before[column]) or before[column] == "×" else UPRIGHT)
        assert row[:column] + row[column + 1 :] == before[:column] + before[column + 1 :]


@pytest.mark.parametrize("size", SIZES)
def test_on_a_logarithmic_axis_equal_factors_are_equal_heights(size: tuple[int, int]) -> None:
    """10^(−x) is a straight line there, from the first tick to the last."""
    xs = tuple(x / 20 for x in range(81))
    fall = curve(Series("s", xs, tuple(10**-x for x in xs)))
    plot = plotted(fall, *size, log=True)
    assert plot is not None
    rows = [row.plain for row in plot.rows]
    ticks = {y: float(row.split("┤")[0].replace("−", "-")) for y, row in enumerate(rows) if "┤" in row}
    last = size[1] - 3
    for y, value in ticks.items():
        # From 1 at the top to 1e-4 at the bottom.
        assert y == pytest.approx(-math.log10(value) / 4 * last, abs=0.51)
        assert f"{value:e}"[0] in "125"
    for x in range(size[0] - plot.start):
        column = [y for y, row in enumerate(rows[:-2]) if is_dots(row[plot.start + x])]
        right = max(1, size[0] - plot.start - 1)
        assert any(abs(y - x / right * last) <= 1.5 for y in column)
    assert SHADE not in "".join(rows)


@given(low=st.floats(-12, 12), span=st.floats(0, 20), most=st.integers(2, 12))
def test_logarithmic_ticks_are_few_and_round(low: float, span: float, most: int) -> None:
    ys = Series("s", (0.0, 1.0), (low, low + span))
    ticks, bottom, top = log_axis(curve(ys), low, low + span, most)
    assert 1 <= len(ticks) <= max(3, most)
    assert bottom <= low + 1e-6
    assert top >= low + span - 1e-6
    assert bottom < top
    for tick in ticks:
        assert bottom - 1e-6 <= tick <= top + 1e-6
        assert any(abs(tick - round(tick - math.log10(m)) - math.log10(m)) < 1e-6 for m in (1, 2, 5))


def test_what_has_no_logarithm_keeps_its_linear_axis() -> None:
    below = curve(Series("s", (0.0, 1.0), (-1.0, 1.0)))
    assert "0 or less" in why_not(below)
    linear, asked = plotted(below, 40, 12), plotted(below, 40, 12, log=True)
    assert linear is not None
    assert asked is not None
    assert [row.plain for row in asked.rows] == [row.plain for row in linear.rows]
    plane = Curve("p", "p", "x", (Series("s", (0.0, 1.0), (1.0, 2.0)),), y_label="y")
    assert "plane" in why_not(plane)
    assert why_not(curve(Series("s", (), ())))
    assert not why_not(curve(Series("s", (0.0, 1.0), (1e-300, 1e300))))


@pytest.mark.parametrize("height", [2, 3])
def test_a_strip_has_the_ends_of_its_y_axis_and_no_x_axis(height: int) -> None:
    falling = Curve("loss", "loss", "epoch", (Series("", (0.0, 1.0, 2.0), (1.5, 0.75, 0.25)),), 0.0)
    lines = [line.plain for line in draw_curve(falling, 24, height)]
    assert len(lines) == height
    assert lines[0].startswith("1.5┤")
    assert lines[-1].startswith("  0┤")
    # It begins at the top left, and ends a sixth above the bottom on the right.
    assert lines[0][4:6].strip()
    assert lines[-1][-1].strip()
    assert not lines[0][-1].strip()


def test_a_plane_is_no_strip() -> None:
    plane = Curve("p", "arrows", "x", (Series("", (0.0, 1.0), (0.0, 1.0)),), y_label="y")
    assert not draw_curve(plane, 24, 3)
