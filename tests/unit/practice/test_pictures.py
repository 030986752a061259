"""What was returned beside what should be."""

from __future__ import annotations

import numpy as np

from tutor.labs.kit.charts import Bars
from tutor.labs.kit.readouts import Picture
from tutor.practice.pictures import compared

TOLERANCE = 1e-6


def test_a_table_has_its_wrong_cells_marked() -> None:
    right = np.array([[1.0, -2.0], [3.0, 4.0]])
    picture = compared("dW", np.array([[1.0, 2.0], [3.0, 9.0]]), right, TOLERANCE)
    assert isinstance(picture, Picture)
    yours, theirs = picture.tiles
    assert yours.marked == ((0, 1), (1, 1))
    assert not theirs.marked
    assert theirs.values == ((1.0, -2.0), (3.0, 4.0))
    assert (picture.signed, picture.low, picture.high) == (True, -4.0, 4.0)


def test_a_row_has_bars_on_one_scale() -> None:
    bars = compared("p", np.array([0.5, -1.0, np.nan]), np.array([0.5, 0.25, 0.25]), TOLERANCE)
    assert isinstance(bars, Bars)
    yours, right = bars.panels
    assert yours.marked == ("1", "2")
    assert (yours.low, yours.high) == (right.low, right.high) == (-1.0, 0.5)


def test_of_more_axes_the_first_table_that_is_wrong() -> None:
    right = np.zeros((2, 3, 4, 5))
    got = right.copy()
    got[1, 2, 3, 4] = 7.0
    picture = compared("maps", got, right, TOLERANCE)
    assert isinstance(picture, Picture)
    assert picture.label == "maps[1, 2]"
    assert picture.tiles[0].marked == ((3, 4),)


def test_no_picture_of_a_number_or_of_another_shape() -> None:
    assert compared("z", np.array(1.0), np.array(2.0), TOLERANCE) is None
    assert compared("z", np.zeros(3), np.zeros((1, 3)), TOLERANCE) is None
    assert compared("z", [1.0], np.zeros(1), TOLERANCE) is None
