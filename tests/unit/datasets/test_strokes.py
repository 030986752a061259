"""The pen by geometry that can be worked out, and the hand by what it may and may not change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.datasets.glyphs import DIGITS, LETTERS, forms
from tutor.datasets.handwriting import Hand, written
from tutor.datasets.strokes import STEPS, centre_of_length, curve, ink

STEADY = Hand(
    height=(0.6, 0.6), width=(0.5, 0.5), pen=(1.0, 1.0), pressure=0.0, slant=(0.0, 0.0), turn=(0.0, 0.0), wobble=0.0,
    off_centre=0.0, balanced=False, shade=(1.0, 1.0), faint=0.0, specks=0.0,
)  # fmt: skip
POINTS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=6).map(np.array)


@given(POINTS)
def test_a_curve_passes_through_all_its_points(points: np.ndarray) -> None:
    assert np.allclose(curve(points)[::STEPS], points, atol=1e-12)


def test_two_points_make_a_straight_line_and_a_point_given_twice_a_corner() -> None:
    line = curve(np.array([[0.0, 0.0], [3.0, 6.0]]))
    assert np.allclose(line[:, 1], 2 * line[:, 0])
    corner = curve(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0]]))
    assert np.allclose(np.minimum(corner[:, 1], 1 - corner[:, 0]), 0)
    rounded = curve(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]))
    assert np.minimum(rounded[:, 1], 1 - rounded[:, 0]).min() < -0.05


def test_the_ink_of_a_straight_stroke_by_hand() -> None:
    """From (2, 4) to (8, 4) with radius 1: full above and below the line, half at distance 1, none at 2."""
    drawn = ink([np.array([[2.0, 4.5], [8.0, 4.5]])], [(1.0, 1.0)], 10)
    assert drawn[:, 5].tolist() == [0, 0, 0, 0.5, 1, 0.5, 0, 0, 0, 0]
    assert drawn[4].tolist() == [0, 1, 1, 1, 1, 1, 1, 1, 1, 0]
    assert np.array_equal(drawn, drawn[:, ::-1])


def test_a_pen_that_presses_harder_draws_wider() -> None:
    drawn = ink([np.array([[3.0, 10.5], [17.0, 10.5]])], [(0.5, 4.0)], 20)
    widths = (drawn > 0).sum(axis=0)[3:17]
    assert (np.diff(widths) >= 0).all()
    assert widths[0] < widths[-1]


def test_the_middle_of_lines_by_length() -> None:
    """A line of length 2 about (1, 0) and one of length 4 about (0, 2)."""
    lines = [np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([[0.0, 0.0], [0.0, 1.0], [0.0, 4.0]])]
    assert centre_of_length(lines) == pytest.approx([2 / 6, 8 / 6])


def test_every_form_stays_near_its_square() -> None:
    for table, names in ((DIGITS, "0123456789"), (LETTERS, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")):
        assert "".join(table) == names
        for ways in table.values():
            for form in forms(ways):
                for stroke in form:
                    assert len(stroke) >= 2
                    assert stroke.min() >= 0
                    assert stroke.max() <= 1.05


def test_a_steady_hand_draws_the_form_where_it_says() -> None:
    """The one that is a single upright stroke: 0.6 of 40 high, at the middle, and 2 wide."""
    drawn = written(forms(("50,0 50,100",)), 40, STEADY, np.random.default_rng(0))
    rows, columns = np.flatnonzero(drawn.max(axis=1) == 255), np.flatnonzero(drawn.max(axis=0) == 255)
    assert (rows[0], rows[-1]) == (8, 31)
    assert columns.tolist() == [19, 20]


def test_a_balanced_hand_puts_the_middle_of_the_ink_in_the_middle() -> None:
    form = forms(("0,0 0,100 0,100 100,100",))
    y, x = np.indices((40, 40)) + 0.5
    for balanced, near in ((True, True), (False, False)):
        drawn = written(form, 40, replace(STEADY, balanced=balanced), np.random.default_rng(0)).astype(float)
        off = abs((x * drawn).sum() / drawn.sum() - 20) + abs((y * drawn).sum() / drawn.sum() - 20)
        assert (off < 0.5) == near


@given(st.integers(0, 1000))
def test_the_same_seed_writes_the_same_and_in_few_shades(seed: int) -> None:
    hand = replace(STEADY, wobble=0.1, turn=(-0.3, 0.3), specks=0.1, faint=0.3, pressure=1.0, shade=(0.5, 1.0))
    first, second = (written(forms(DIGITS["8"]), 28, hand, np.random.default_rng(seed)) for _ in range(2))
    assert np.array_equal(first, second)
    assert first.dtype == np.uint8
    assert not (first % 17).any()
    assert first.any()
