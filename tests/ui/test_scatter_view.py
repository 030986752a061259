"""Named points on a plane: where their labels stand, arrows, what is covered, and any size of the room."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.geometry import Size

from tutor.labs.kit.charts import Scatter, Spot
from tutor.labs.kit.readouts import COVERED_NUMBER
from tutor.ui.widgets.pictures.spot_drawing import STYLES, style_of
from tutor.ui.widgets.readouts.scatter_view import ScatterView

SQUARE = Scatter(
    "s", "points", ("x", "y"),
    (Spot("a", 0.0, 0.0, "vowel"), Spot("b", 4.0, 0.0, "consonant"), Spot("c", 0.0, 4.0), Spot("d", 4.0, 4.0)),
)  # fmt: skip
NUMBER = st.floats(-10, 10) | st.sampled_from([0.0, math.nan, math.inf, 1e300, -1e300, 1e-300])


def plain(scatter: Scatter, width: int = 50, height: int = 24, covered: bool = False) -> list[str]:
    return [line.plain for line in ScatterView(scatter, covered).lines(Size(width, height))]


def place(lines: list[str], label: str) -> tuple[int, int]:
    """The row and the column of a label, below the legend and right of the ticks."""
    return next((row, line.index(label)) for row, line in enumerate(lines) if row > 1 and label in line)


def test_a_unit_is_as_long_across_as_up() -> None:
    lines = plain(SQUARE)
    a, b, c, d = (place(lines, label) for label in "abcd")
    assert a[0] == b[0] > c[0] == d[0]
    assert a[1] == c[1] < b[1] == d[1]
    # A cell is twice as tall as wide.
    assert abs((b[1] - a[1]) - 2 * (a[0] - c[0])) <= 1


def test_the_legend_names_kinds_and_axes() -> None:
    head = plain(SQUARE)[0]
    assert all(part in head for part in ("points", "a vowel", "b consonant", "→ x", "↑ y"))
    assert [style_of(SQUARE, spot) for spot in SQUARE.spots] == [*STYLES[:2], STYLES[2], STYLES[2]]
    assert "reverse" in STYLES[0]


def test_labels_that_would_cover_each_other_stand_side_by_side() -> None:
    crowd = Scatter("s", "", ("x", "y"), tuple(Spot(label, 1.0, 1.0) for label in "abcdefg"))
    drawn = "".join(plain(crowd)[1:-1])
    assert all(label in drawn for label in "abcdefg")


def test_an_arrow_goes_from_one_label_to_the_other() -> None:
    without, with_way = (plain(Scatter("s", "", ("x", "y"), SQUARE.spots, ways)) for ways in ((), (("a", "d"),)))
    braille = [(r, c) for r, line in enumerate(with_way) for c, sign in enumerate(line) if "\u2800" < sign <= "\u28ff"]
    (a, d) = (place(with_way, label) for label in "ad")
    assert not any("\u2800" < sign <= "\u28ff" for line in without for sign in line)
    assert len(braille) > 5
    assert all(d[0] <= r <= a[0] and a[1] <= c <= d[1] for r, c in braille)


def test_a_covered_point_is_not_drawn_and_a_covered_plane_shows_none() -> None:
    half = Scatter("s", "", ("x", "y"), (Spot("q", 1.0, COVERED_NUMBER), Spot("w", 0.0, 1.0)), (("q", "w"),))
    drawn = "".join(plain(half)[1:])
    assert "w" in drawn
    assert "q" not in drawn
    frame = "".join(plain(SQUARE, covered=True)[1:])
    assert "answer first" in frame
    assert "no points yet" in "".join(plain(Scatter("s", "", ("x", "y"), ())))


@given(
    points=st.lists(st.tuples(NUMBER, NUMBER), max_size=8),
    width=st.integers(0, 130),
    height=st.integers(0, 50),
    covered=st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_no_plane_breaks_out_of_its_room(
    points: list[tuple[float, float]], width: int, height: int, covered: bool
) -> None:
    spots = tuple(Spot(f"p{i}", x, y) for i, (x, y) in enumerate(points))
    view = ScatterView(Scatter("s", "a plane", ("x", "y"), spots, (("p0", "p1"),)), covered)
    lines = view.lines(Size(width, height))
    head = len(view.lines(Size(width, 0)))
    assert all(cell_len(line.plain) <= max(width, 1) for line in lines[head:])
    extent = view.extent(max(1, width))
    assert len(view.lines(Size(max(1, width), extent.height))) <= extent.height


@pytest.mark.parametrize("spots", [(), (Spot("a", 2.0, 2.0),)])
def test_one_point_and_none_are_drawn(spots: tuple[Spot, ...]) -> None:
    assert plain(Scatter("s", "", ("x", "y"), spots))
