import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.course.words.printed_page import Page, number_text
from tutor.course.words.readout_text import CURVE_ROWS, readout_lines
from tutor.labs.kit.readouts import Curve, LayerView, Matrix, Network, Number, Readout, Series, Table, Text, Vector

PAGE = Page()
EPOCHS = tuple(float(n) for n in range(1, 301))


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (3.0, 6, "3"),
        (0.95257412, 6, "0.952574"),
        (-0.5, 3, "−0.5"),
        (0.99999, 3, "1.000"),
        (0.0000001, 4, "0.0000"),
        (2.5999999999999996, 4, "2.6"),
        (1700, 0, "1700"),
        (100.0, 2, "100"),
        (-0.0, 2, "0"),
        (math.nan, 4, "none yet"),
        (math.inf, 4, "infinite"),
    ],
)
def test_a_number_shows_its_digits_and_whether_any_were_rounded_away(value: float, digits: int, text: str):
    assert number_text(value, digits) == text


@given(st.floats(-1e6, 1e6), st.integers(0, 8))
def test_a_number_is_off_by_half_a_digit_at_most(value: float, digits: int):
    written = float(number_text(value, digits).replace("−", "-"))
    assert abs(written - value) <= 0.5 * 10**-digits + 1e-9


def test_single_values_stand_on_a_line_with_the_name_to_type():
    assert readout_lines(Number("loss", "training loss", 0.25, 4, "nats"), PAGE) == ("training loss (loss): 0.25 nats",)
    assert readout_lines(Text("winner", "winner", "plus"), PAGE) == ("winner: plus",)
    assert readout_lines(Text("winner", "winner", ""), PAGE) == ("winner: nothing",)


def test_a_row_names_its_places():
    named = Vector("confidences", "it says", ("plus", "square"), (0.75, 0.25))
    assert readout_lines(named, PAGE) == ("it says (confidences): plus 0.75, square 0.25",)
    numbered = Vector("products", "products", ("1", "2"), (1, -2))
    assert readout_lines(numbered, PAGE) == ("products: [1] 1, [2] −2",)


def test_a_table_stands_in_columns_and_where_that_is_too_wide_in_sentences():
    table = Table("runs", "runs", ("seed", "loss"), (("0", 0.5), ("10", 0.25)))
    assert readout_lines(table, PAGE) == ("runs:", "  seed  loss", "  0      0.5", "  10    0.25")
    narrow = readout_lines(table, Page(11))
    assert narrow == ("runs:", "  0: loss", "    0.5", "  10: loss", "    0.25")
    assert readout_lines(Table("runs", "runs", ("seed",), ()), PAGE)[1:] == ("  nothing yet",)


def test_a_matrix_is_a_table_or_a_picture():
    values = ((0.0, 1.0), (0.5, 0.0))
    plain = Matrix("m", "m", ("a", "b"), ("c", "d"), values)
    assert readout_lines(plain, PAGE) == ("m:", "       c  d", "  a    0  1", "  b  0.5  0")
    picture = Matrix("m", "m", ("a", "b"), ("c", "d"), values, picture=True)
    assert readout_lines(picture, PAGE) == ("m:", "  ·█", "  5·")


def test_a_long_curve_is_about_ten_rows_from_its_first_point_to_its_last():
    train = Series("training", EPOCHS, tuple(1 / n for n in EPOCHS))
    held_out = Series("held out", EPOCHS[100:], tuple(2 / n for n in EPOCHS[100:]))
    heading, columns, *rows = readout_lines(Curve("loss", "loss", "epoch", (train, held_out)), PAGE)
    assert heading == "loss:"
    assert columns.split() == ["epoch", "training", "held", "out"]
    assert len(rows) == CURVE_ROWS
    assert rows[0].split() == ["1", "1", "–"]
    assert rows[-1].split() == ["300", "0.0033", "0.0067"]
    for row in rows:
        epoch, loss, other = row.split()
        assert loss == number_text(1 / int(epoch), 4)
        assert other == ("–" if int(epoch) <= 100 else number_text(2 / int(epoch), 4))


def test_a_short_a_marked_and_an_empty_curve():
    line = Series("f", (0.0, 1.0), (5.0, 6.0))
    marked = Curve("c", "c", "x", (line,), marker=(0.5, 5.5))
    assert readout_lines(marked, PAGE)[2:] == ("  0  5", "  1  6", "  marked: x 0.5, 5.5")
    for curve in (Curve("c", "c", "x", ()), Curve("c", "c", "x", (Series("f", (), ()),))):
        assert readout_lines(curve, PAGE) == ("c:", "  no points yet")


def test_of_lines_in_a_plane_the_points_are_told():
    lines = (Series("a", (0.0, -3.0), (0.0, 4.5)), Series("b", (0.0, 1.0, 1.0), (0.0, 2.0, 0.0)))
    plane = Curve("p", "the plane", "x", lines, marker=(0.0, 0.0), y_label="y")
    told = ("  → x, ↑ y", "  a: (0, 0) to (−3, 4.5)", "  b: (0, 0) to (1, 2) to (1, 0)")
    assert readout_lines(plane, PAGE) == ("the plane (p):", *told)


def test_a_network_is_a_line_a_layer():
    layers = (LayerView("in", (0.5, 1)), LayerView("out", (0.25,), ("plus",)))
    assert readout_lines(Network("n", "net", layers), PAGE) == ("net (n):", "  in: 0.5, 1", "  out: plus 0.25")
    assert readout_lines(Network("n", "", layers), PAGE)[0] == "n:"


@pytest.mark.parametrize("width", [30, 78])
@pytest.mark.parametrize(
    "readout",
    [
        Vector("v", "a vector", tuple(f"place{i}" for i in range(25)), (0.123,) * 25),
        Matrix("m", "m", tuple("abc"), tuple(f"c{i}" for i in range(25)), ((0.123,) * 25,) * 3),
        Network("n", "n", (LayerView("in", (0.1,) * 25), LayerView("out", (0.2,) * 5, tuple("abcde")))),
    ],
)
def test_no_line_is_wider_than_the_page_and_no_number_is_lost(readout: Readout, width: int):
    lines = readout_lines(readout, Page(width))
    assert max(map(len, lines)) <= width
    wide = readout_lines(readout, Page(10_000))
    numbers = [sum(text.count(n) for text in lines) for n in ("0.123", "0.1", "0.2")]
    assert numbers == [sum(text.count(n) for text in wide) for n in ("0.123", "0.1", "0.2")]
