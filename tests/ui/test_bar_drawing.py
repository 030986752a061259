"""Bars and dots at any size: what is drawn, what is covered, and that nothing is wider or higher than its room."""

from __future__ import annotations

import math
import string
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tutor.labs.kit.charts import BarPanel, Bars, DotPlot, DotRow
from tutor.labs.kit.readouts import COVERED_NUMBER
from tutor.ui.widgets.pictures.bar_drawing import Bar, Panel, covered_bar, draw_bars, panels_across
from tutor.ui.widgets.pictures.dot_drawing import Dots, draw_dots
from tutor.ui.widgets.readouts.bars_view import BarsView, number_texts
from tutor.ui.widgets.readouts.dot_plot_view import DotPlotView

BLOCKS = set("▁▂▃▄▅▆▇█▀░")
SIZES = st.tuples(st.integers(1, 90), st.integers(0, 30))
NUMBERS = st.floats(-1e6, 1e6) | st.sampled_from([0.0, 1.0, -1.0, math.inf, -math.inf, math.nan])
SHARES = st.none() | st.floats(-1, 1)
BAR = st.builds(Bar, st.text(string.printable, max_size=12), NUMBERS.map(lambda v: number_texts(v, 3)), SHARES)
PANEL = st.builds(Panel, st.text("ab −^(", max_size=30), st.lists(BAR, max_size=12).map(tuple), st.floats(0, 1))


def plain(panels: list[Panel], width: int, height: int, blocks: bool = True) -> list[str]:
    return [line.plain for line in draw_bars(panels, width, height, plain=not blocks)]


def panel(*values: float, title: str = "p", below: float = 0.0) -> Panel:
    bars = (Bar(name, number_texts(v, 3), v) for name, v in zip("ABCDEFGHIJKL", values, strict=False))
    return Panel(title, tuple(bars), below)


@settings(max_examples=300, deadline=None)
@given(st.lists(PANEL, max_size=5), SIZES, st.booleans())
def test_bars_keep_to_their_room_at_any_size(panels: list[Panel], size: tuple[int, int], blocks: bool) -> None:
    lines = plain(panels, *size, blocks)
    assert len(lines) <= size[1]
    assert all(cell_len(line) <= size[0] for line in lines)


@settings(max_examples=100, deadline=None)
@given(st.lists(PANEL, min_size=1, max_size=4), st.integers(1, 90))
def test_without_blocks_there_are_none(panels: list[Panel], width: int) -> None:
    assert not BLOCKS & set("".join(plain(panels, width, 12, blocks=False)))


DOTS = st.builds(
    Dots,
    st.text("abc", max_size=20),
    st.lists(st.tuples(st.text("abc", max_size=3), NUMBERS), max_size=12).map(tuple),
    st.none() | NUMBERS,
    st.none() | NUMBERS,
    st.text("mean 0.5", max_size=20),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(DOTS, max_size=5), st.floats(-10, 10), st.floats(0, 10), SIZES)
def test_dots_keep_to_their_room_at_any_size(rows: list[Dots], low: float, span: float, size: tuple[int, int]) -> None:
    lines = draw_dots(rows, low, low + span, *size)
    assert len(lines) <= size[1]
    assert all(line.cell_length <= size[0] for line in lines)


def test_the_height_of_a_bar_is_its_share_in_eighths_of_a_line() -> None:
    # Ten lines: the title, one for numbers, seven for bars, and the labels. 7·8 = 56 eighths.
    lines = plain([panel(1.0, 0.5, 0.25)], 12, 10)
    columns = ["".join(line[x] for line in lines[1:-1] if line[x] in BLOCKS) for x in (1, 5, 9)]
    eighths = [sum("_▁▂▃▄▅▆▇█".index(sign) for sign in column) for column in columns]
    assert eighths == [56, 28, 14]


def test_a_negative_bar_hangs_below_nought_and_the_others_stand_on_it() -> None:
    lines = plain([panel(1.0, -1.0, 0.0, below=0.5)], 21, 12)
    rows = {x: [y for y, line in enumerate(lines[:-1]) if line[x] in BLOCKS] for x in (3, 10, 17)}
    assert max(rows[3]) < min(rows[10])
    assert max(rows[3]) + 1 == min(rows[10])
    assert rows[17] == [max(rows[3])]
    assert "−1" in lines[max(rows[3])]


def test_all_below_nought_leaves_one_line_for_the_numbers() -> None:
    lines = plain([panel(-1.0, -0.5, below=1.0)], 16, 8)
    assert "−1" in lines[1]
    assert [any(sign in BLOCKS for sign in line) for line in lines] == [False, False, *[True] * 5, False]


@pytest.mark.parametrize(("width", "height"), [(9, 5), (13, 9), (40, 20), (120, 30)])
def test_a_covered_bar_is_a_question_mark_in_an_outline_of_the_same_height_for_all(width: int, height: int) -> None:
    covered = Panel("p", (covered_bar("A"), covered_bar("B"), Bar("C", ("0.5",), 0.5)))
    lines = plain([covered], width, height)
    text = "\n".join(lines)
    assert text.count("?") == 2
    tops = {line.count("┌") for line in lines} - {0}
    assert tops <= {2}
    assert not tops or height > 5


def test_all_covered_bars_look_alike() -> None:
    at_one, at_two = (BarsView(Bars("b", "", (BarPanel("p", ("A",), (v,)),)), covered=True) for v in (0.1, 0.9))
    assert at_one.data != at_two.data
    lines = [[line.plain for line in draw_bars([v._panel(v.data.panels[0])], 12, 9)] for v in (at_one, at_two)]
    assert lines[0] == lines[1]


@pytest.mark.parametrize("count", range(1, 13))
def test_up_to_twelve_bars_have_their_labels_and_their_places_in_forty_columns(count: int) -> None:
    lines = plain([panel(*(1 / (i + 1) for i in range(count)))], 40, 9)
    assert lines[-1].split() == list("ABCDEFGHIJKL"[:count])
    begun = [after for before, after in zip(" " + lines[-2], lines[-2], strict=False) if before == " " < after]
    assert len(begun) == count


def test_numbers_are_shorter_where_there_is_less_room_and_never_touch() -> None:
    shares = panel(0.331, 0.333, 0.336)
    wide, narrow = plain([shares], 40, 9), plain([shares], 12, 9)
    assert "0.331" in "\n".join(wide)
    assert next(line for line in narrow if "." in line).split() == [".33", ".33", ".34"]


def test_a_number_is_never_rounded_to_nought() -> None:
    assert number_texts(0.04, 3) == ("0.04", ".04")
    assert number_texts(-0.588, 3)[0] == "−0.588"
    assert number_texts(math.inf, 3) == ("∞",)
    assert number_texts(0.0, 2) == ("0",)


def test_a_very_large_number_has_a_power_of_ten() -> None:
    assert number_texts(math.exp(87), 3) == ("6.08e37", "6e37")
    assert number_texts(-2.5e8, 0) == ("−2.50e8".replace("e8", "e08"), "−2e08")
    assert number_texts(25450.0, 0) == ("25450",)


@pytest.mark.parametrize(("width", "across"), [(80, 4), (39, 4), (38, 2), (19, 2), (12, 1)])
def test_panels_stand_in_even_rows(width: int, across: int) -> None:
    # Four panels of three bars need nine cells each, and one between two of them.
    assert panels_across([panel(0.1, 0.2, 0.3)] * 4, width) == across


def test_a_long_title_takes_two_lines_and_all_panels_of_a_row_begin_below_it() -> None:
    first, second = panel(1.0, title="loss after one step"), panel(1.0, title="p")
    lines = plain([first, second], 30, 10)
    assert lines[0].startswith("loss after one")
    assert lines[1].startswith("step")
    assert [i for i, line in enumerate(lines) if "1" in line] == [2]


def test_what_was_before_is_faint_behind_the_bar() -> None:
    lines = plain([Panel("loss", (Bar("A", ("0.5",), 0.5, before=1.0), covered_bar("B", 1.0)))], 12, 10)
    text = "\n".join(lines)
    assert "░" in text
    assert "█" in text
    assert "?" in text


def test_the_view_scales_from_nought_to_the_values() -> None:
    view = BarsView(Bars("b", "", (BarPanel("z", ("A", "B"), (-1.0, 3.0), low=None),)))
    drawn = view._panel(view.data.panels[0])
    assert [bar.share for bar in drawn.bars] == [-1.0, 1.0]
    assert drawn.below == 0.25


def test_covered_numbers_are_no_bars_and_no_dots() -> None:
    bars = BarsView(Bars("b", "", (BarPanel("z", ("A", "B"), (COVERED_NUMBER, 3.0)),)))
    assert [bar.share for bar in bars._panel(bars.data.panels[0]).bars] == [None, 1.0]
    dots = DotPlotView(DotPlot("d", "", (DotRow("r", ("A", "B"), (COVERED_NUMBER, 3.0), COVERED_NUMBER, 1.0),)))
    row = dots._row(dots.data.rows[0])
    assert (row.dots, row.mean, row.spread) == ((("B", 3.0),), None, 1.0)
    assert row.note == "mean ? ± 1"


def test_a_dot_the_mean_and_its_band_are_where_their_numbers_are() -> None:
    # 41 columns for 0 to 40: a column for each number.
    rows = [Dots("r", (("a", 10.0), ("b", 30.0)), 20.0, 5.0)]
    lines = [line.plain for line in draw_dots(rows, 0, 40, 44, 4, plain=True)]
    assert lines[1].index("●") == 12
    assert lines[1].rindex("●") == 32
    assert lines[2][22] == "┴"
    assert lines[0].index("░") == 17
    assert lines[0].rindex("░") == 27
    assert "0" in lines[3]
    assert "40" in lines[3]


def test_dots_at_the_same_place_are_piled_up() -> None:
    row = Dots("r", (("a", 1.0), ("b", 1.0)))
    lines = [line.plain for line in draw_dots([row], 0, 2, 30, 5, plain=True)]
    assert sum(line.count("●") for line in lines) == 2
    blocks = [line.plain.strip() for line in draw_dots([row], 0, 2, 30, 6)]
    assert blocks[:4] == ["▇▇▇▇▇", "██b██", "▇▇▇▇▇", "██a██"]


def test_the_middle_of_a_block_is_where_its_number_is_and_blocks_are_apart() -> None:
    rows = [Dots("r", (("a", 10.0), ("b", 30.0), ("c", 31.0), ("dd", 48.0)), 20.0)]
    lines = [line.plain for line in draw_dots(rows, 0, 50, 54, 12)]
    for label, column in (("a", 12), ("b", 32), ("c", 33)):
        named = [line for line in lines if f"█{label}█" in line]
        assert [line.index(label) for line in named] == [column], label
    assert all(line[22] in "│┴" for line in lines[:-1])
    # c lies on b, for they would cover each other, and d beside it.
    named = {label: next(y for y, line in enumerate(lines) if f"█{label}█" in line) for label in ("a", "b", "c", "dd")}
    assert named["c"] < named["b"] == named["a"] == named["dd"]


@pytest.mark.parametrize("count", [1, 4, 16])
def test_dots_are_larger_with_more_room_and_rows_without_any_leave_them_theirs(count: int) -> None:
    dots = tuple((str(i), float(i * i)) for i in range(count))
    rows = [Dots("a", dots), Dots("b", ()), Dots("c", ())]
    areas = []
    for width, height in ((36, 10), (72, 24), (120, 40)):
        lines = [line.plain for line in draw_dots(rows, -1, 300, width, height)]
        assert len(lines) <= height
        areas.append(sum(line.count(sign) for line in lines for sign in "█▇●"))
    assert areas == sorted(areas)
    assert areas[-1] > 3 * count


def test_without_room_beside_the_dots_labels_and_words_stand_above_them() -> None:
    rows = [Dots("unit A", (("1", 1.0), ("2", 9.0)), 5.0, 4.0, "mean 5 ± 4"), Dots("unit B", (), note="mean ?")]
    lines = [line.plain for line in draw_dots(rows, 0, 10, 38, 12)]
    assert (lines[0].split(), lines[0].endswith("± 4")) == (["unit", "A", "mean", "5", "±", "4"], True)
    below = next(y for y, line in enumerate(lines) if line.startswith("unit B"))
    assert lines[below].endswith("mean ?")
    assert lines[below + 1].startswith("───")
    # With little height they stay beside it, and where the lines are needed for equal dots.
    equal = [Dots("unit A", tuple((str(i), 5.0) for i in range(4)), 5.0, 4.0, "mean 5 ± 4")]
    assert draw_dots(equal, 0, 10, 38, 6)[4].plain.startswith("unit A ───")
    assert draw_dots(equal, 0, 10, 38, 7)[0].plain.startswith("unit A     ")
    low = [line.plain for line in draw_dots(rows[:1], 0, 10, 38, 3)]
    assert low[1].startswith("unit A ───")
    assert low[1].rstrip().endswith("mean 5 ± 4")
    wide = [line.plain for line in draw_dots(rows, 0, 10, 80, 12)]
    assert not wide[0].startswith("unit A")


def test_many_dots_at_few_places_are_a_histogram() -> None:
    """Twelve at 0, six at 10 and two at 20, in bars of three columns: half as high as there are dots, in six lines."""
    dots = tuple((str(i), value) for i, value in enumerate([0.0] * 12 + [10.0] * 6 + [20.0] * 2))
    low = [line.plain for line in draw_dots([Dots("r", dots)], -5, 25, 40, 8)]
    assert {text.count("█") for text in map("".join, zip(*low, strict=True))} - {0} == {6, 3, 1}


def test_no_dot_is_lost_where_a_pile_is_too_high() -> None:
    """Five at 5 and one at 15 in two lines: the one is a fifth as high."""
    dots = tuple((str(i), value) for i, value in enumerate([5.0] * 5 + [15.0]))
    lines = [line.plain for line in draw_dots([Dots("r", dots)], 0, 20, 24, 4)]
    columns = ["".join(column) for column in zip(*lines[:2], strict=True)]
    assert columns.count("██") == 3
    assert columns.count(" ▃") == 3


def test_a_plot_without_dots_grows_when_they_come() -> None:
    row = DotRow("r", ("a", "b"), (1.0, 2.0))
    empty, full = (DotPlotView(DotPlot("d", "", rows)) for rows in ((replace(row, labels=(), values=()),), (row,)))
    empty.staged = full.staged = True
    assert empty.extent(60).most == empty.extent(60).least
    assert full.extent(60).most > full.extent(60).least


def test_the_rows_share_the_room_by_their_dots() -> None:
    four = tuple((str(i), float(i)) for i in range(4))
    rows = [Dots("a", four), Dots("b", four[:1]), Dots("c", ())]
    seen = [line.plain for line in draw_dots(rows, -1, 5, 72, 24)]
    # Of 23 lines each row has 2, and of the others the first has three times as many as the second.
    assert [next(y for y, line in enumerate(seen) if line.startswith(label)) for label in "abc"] == [14, 20, 22]


def column(bar: Bar, x: int = 6) -> str:
    """The middle column of a panel with one bar, from the top."""
    lines = [line.plain for line in draw_bars([Panel("p", (bar,), below=0.5)], 12, 12)]
    return "".join(line[x] for line in lines[1:-1])


@pytest.mark.parametrize("share", [0.5, -0.5])
def test_what_a_bar_was_before_is_faint_on_its_own_side_of_0(share: float) -> None:
    gone = column(Bar("w", ("",), 0.0, before=share))
    up, down = gone[:5], gone[5:]
    assert ("░" in up) is (share > 0)
    assert ("░" in down) is (share < 0)


def test_a_bar_hides_what_it_was_as_far_as_it_reaches() -> None:
    assert column(Bar("w", ("",), -1.0, before=-0.4))[5:] == "█████"
    shrunk = column(Bar("w", ("",), -0.4, before=-1.0))[5:]
    assert shrunk == "██░░░"


def test_before_is_seen_while_the_bar_is_covered() -> None:
    assert "░" in column(Bar("w", ("?",), None, before=-0.8))
    assert "█" not in column(Bar("w", ("?",), None, before=-0.8))


def test_the_halves_of_a_row_below_each_other_are_in_line() -> None:
    halves = [panel(*[1.0] * 8), panel(*[1.0] * 7)]
    assert panels_across(halves, 20) == 1
    labels = [line for line in plain(halves, 20, 12) if "A" in line]
    assert labels == ["  A B C D E F G H   ", "  A B C D E F G     "]
