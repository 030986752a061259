"""Drawings, pictures and curves in words, held against the numbers that they were made from."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.course.words.printed_page import Page
from tutor.course.words.spoken_text import (
    MOST_LINES,
    control_described,
    control_in_short,
    curve_in_words,
    described,
    in_short,
    row_in_words,
    rows_in_words,
)
from tutor.labs.kit.controls import GridControl
from tutor.labs.kit.places import LookupFailed
from tutor.labs.kit.readouts import Curve, LayerView, Matrix, Network, Number, Picture, Series, Tile, Trail

PAGE = Page()
SQUARE = ((1.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 1.0))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((0, 0, 0, 0), "all 0"),
        ((1, 1, 1), "all 1"),
        ((0, 1, 1, 0, 0.5), "1 at 1 to 2, 0.5 at 4"),
        ((-2, 0, 0, 3), "−2 at 0, 3 at 3"),
        ((1, 0, 1, 1, 0, 0.5, 1), "1 at 0 and 2 to 3, 0.5 at 5, 1 at 6"),
        ((1,), "all 1"),
    ],
)
def test_a_row_says_what_stands_where_and_nothing_of_zeros(row: tuple[float, ...], words: str) -> None:
    assert row_in_words(row, 2) == words


def test_a_row_of_many_pieces_is_read_number_by_number() -> None:
    assert row_in_words([n / 10 for n in range(1, 13)], 1) == "0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2"


@given(st.lists(st.lists(st.sampled_from([0.0, 0.5, 1.0, -1.0]), min_size=4, max_size=4), min_size=1, max_size=9))
def test_from_the_words_the_picture_can_be_drawn_again(rows: list[list[float]]) -> None:
    drawn = np.zeros((len(rows), 4))
    for sentence in rows_in_words(rows, 2):
        where, _, words = sentence.partition(": ")
        first, last = (int(n) for n in (re.findall(r"\d+", where) * 2)[:2])
        for piece in words.replace("−", "-").split(", "):
            if piece.startswith("all "):
                drawn[first : last + 1] = float(piece.removeprefix("all "))
                continue
            value, _, columns = piece.partition(" at ")
            for part in columns.split(" and "):
                begin, end = (int(n) for n in (re.findall(r"\d+", part) * 2)[:2])
                drawn[first : last + 1, begin : end + 1] = float(value)
    np.testing.assert_array_equal(drawn, rows)


def test_a_drawing_in_short_and_row_by_row() -> None:
    grid = GridControl("drawing", "your drawing", 3, 4, ((0.0,) * 4,) * 3)
    value = ((0.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.5, 0.0), (0.0, 0.0, 0.0, 0.0))
    assert control_in_short(grid, value, PAGE) == (
        "your drawing (drawing): 3 rows of 4.",
        "  2 of them are not 0, in row 1 and columns 1 to 2, counted from 0.",
    )
    assert control_described(grid, value, PAGE) == (
        "your drawing (drawing): 3 rows of 4, counted from 0.",
        "  row 0: all 0",
        "  row 1: 1 at 1, 0.5 at 2",
        "  row 2: all 0",
    )
    assert "  All are 0." in control_in_short(grid, ((0.0,) * 4,) * 3, PAGE)


def test_a_picture_in_short_has_its_ends_its_window_and_its_way() -> None:
    tile = Tile("", ((0.0, 1.0), (2.0, 3.0)), window=(0, 1, 1, 1))
    way = Trail("SGD", ((0.0, 0.0), (1.0, 1.0)))
    picture = Picture("map", "loss", (tile,), high=3, row_axis=("w2", 1.0, -1.0), trails=(way,))
    said = " ".join(line.strip() for line in in_short(picture, PAGE))
    assert said == (
        "loss (map): 2 rows of 2. Smallest 0 at row 0, column 0; largest 3 at row 1, column 1. "
        "The window is 1 × 1: rows 0 to 0, columns 1 to 1. Rows: w2 from 1 to −1. "
        "SGD: 2 points, now at w2 −1, column 1."
    )


def test_of_several_pictures_one_is_described_or_one_of_its_rows() -> None:
    picture = Picture("maps", "maps", (Tile("a", SQUARE), Tile("b", ((0.0, 0.0, 5.0),))))
    assert in_short(picture, PAGE)[0] == "maps: 2 pictures, each of 1 row of 3 or 3 rows of 3: a, b."
    assert described(picture, (), PAGE) == in_short(picture, PAGE)
    assert described(picture, ("a",), PAGE)[-3:] == ("  row 0: all 1", "  row 1: 1 at 0 and 2", "  row 2: all 1")
    assert described(picture, ("a", "1"), PAGE) == ("maps, a (maps), row 1: 1 at 0 and 2",)
    assert described(picture, ("b", "0"), PAGE) == ("maps, b (maps), row 0: 5 at 2",)
    # A label such as 8→1 cannot be typed everywhere.
    assert described(picture, ("1",), PAGE) == described(picture, ("b",), PAGE)
    for places in (("c",), ("2",), ("a", "3"), ("a", "0", "0")):
        with pytest.raises(LookupFailed):
            described(picture, places, PAGE)


def test_a_large_picture_is_told_in_parts_whose_means_are_right() -> None:
    values = np.arange(50.0 * 50).reshape(50, 50) / 100
    picture = Picture("weights", "weights", (Tile("", tuple(map(tuple, values.tolist()))),), high=25, digits=2)
    lines = described(picture, (), PAGE)
    assert len(lines) < MOST_LINES / 2
    (last,) = (line for line in lines if line.strip().startswith("rows 44 to 49"))
    assert float(last.split(", ")[-1]) == pytest.approx(values[44:, 44:].mean(), abs=0.005)
    assert lines[-1] == "  One row of it: describe weights[row]"
    matrix = Matrix("confusion", "confusion", ("a", "b"), ("a", "b"), ((3, 0), (1, 2)), picture=True)
    assert described(matrix, (), PAGE)[1:] == ("  row 0: 3 at 0", "  row 1: 1 at 0, 2 at 1")


def test_of_a_wide_layer_it_is_said_how_many_units_it_has() -> None:
    layers = (
        LayerView("inputs", (1.0,) * 784),
        LayerView("hidden", (0.0, 0.5) * 20),
        LayerView("out", (0.25, -1.0), ("1", "yes")),
    )
    assert in_short(Network("picture", "", layers), PAGE) == (
        "picture:",
        "  inputs: 784 units, all 1",
        "  hidden: 40 units, from 0 to 0.5",
        "  out: [1] 0.25, yes −1",
    )


def test_a_curve_says_where_it_begins_and_ends_and_its_lowest_and_highest() -> None:
    curve = Curve("loss", "loss", "epoch", (Series("training", (1, 2, 3), (2.0, 0.5, 1.0)), Series("held out", (), ())))
    assert curve_in_words(curve) == [
        "training: 3 points, epoch from 2 at 1 to 1 at 3; lowest 0.5 at 2, highest 2 at 1.",
        "held out: no points yet.",
    ]


def test_of_a_plane_the_points_are_said() -> None:
    plane = Curve("p", "p", "x", (Series("a", (0.0, -3.0), (0.0, 4.0)),), marker=(0.0, 0.0), y_label="y")
    assert described(plane, (), PAGE) == ("p:", "  → x, ↑ y", "  a: (0, 0) to (−3, 4)")


def test_what_is_no_picture_is_read_as_it_is() -> None:
    assert described(Number("z", "z", 3.0), (), PAGE) == ("z: 3",)


def test_rows_with_names_are_spoken_of_by_them_the_largest_number_first():
    rows = ((4.0, 0.0, 9.0), (0.0, 0.0, 0.0))
    picture = Picture(
        "confusion", "said", (Tile("", rows),), digits=0, row_labels=("A", "B"), column_labels=tuple("ABC")
    )
    lines = described(picture, (), Page())
    assert lines[0] == "said (confusion): 2 rows of 3."
    assert lines[2:] == ("  row A: C 9, A 4", "  row B: all 0")
    assert described(picture, ("A",), Page()) == described(picture, ("0",), Page())
    assert described(picture, ("A",), Page()) == ("said (confusion), row A: C 9, A 4",)
    with pytest.raises(LookupFailed, match="it has A, B"):
        described(picture, ("Z",), Page())


def test_a_number_that_many_places_of_a_named_row_have_is_said_once():
    rows = ((0.0, 1.0, 5.0, 1.0, 1.0), (2.0, 2.0, 2.0, 2.0, 2.0), (0.0, 3.0, 3.0, 0.0, 0.0))
    picture = Picture(
        "counts", "said", (Tile("", rows),), digits=0, row_labels=tuple("XYZ"), column_labels=tuple("ABCDE")
    )
    lines = described(picture, (), Page())
    assert lines[2:] == ("  row X: C 5, B, D and E 1", "  row Y: all 2", "  row Z: B 3, C 3")
