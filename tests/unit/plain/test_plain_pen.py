"""Drawing by the line, on a small drawing and on a canvas."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.plain.conftest import Say
from tutor.labs.convolution import ConvolutionLab
from tutor.labs.digits import DigitsLab
from tutor.labs.kit.controls import ControlError
from tutor.labs.shapes.lab import ShapesLab
from tutor.plain.pen import draw


def test_on_a_small_drawing_the_pen_is_a_pixel_wide() -> None:
    lab = ShapesLab()
    lab.press("clear")
    assert draw(lab, "drawing", ["0", "0", "4", "4"]) == "Pixels with more ink: 5; with some: 5."
    np.testing.assert_array_equal(lab.vector("drawing"), np.eye(5))
    assert draw(lab, "drawing", ["4", "0", "4", "4", "4", "2"]) == "Pixels with more ink: 4; with some: 9."
    np.testing.assert_array_equal(lab.vector("drawing")[4], np.ones(5))
    assert draw(lab, "drawing", ["0,", "4"]) == "Pixels with more ink: 1; with some: 10."


def test_on_a_canvas_it_is_as_wide_as_a_pen_and_goes_where_it_is_led() -> None:
    lab = DigitsLab()
    lab.press("clear")
    draw(lab, "canvas", ["4", "7", "4", "20", "24", "11"])
    ink = lab.vector("canvas")
    for row, column in ((4, 7), (4, 14), (4, 20), (14, 15), (24, 11)):
        assert ink[row, column] > 0.9, (row, column)
    for row, column in ((14, 7), (24, 20), (0, 14), (10, 25)):
        assert ink[row, column] == 0, (row, column)
    before = ink.sum()
    draw(lab, "canvas", ["4", "7", "4", "20"])
    assert lab.vector("canvas").sum() == before


@pytest.mark.parametrize(
    ("name", "words", "reason"),
    [
        ("drawing", "", "Usage: draw NAME"),
        ("drawing", "1 2 3", "Usage: draw NAME"),
        ("drawing", "1 b", "Usage: draw NAME"),
        ("drawing", "0 0 9 0", "rows 0 to 6 and columns 0 to 6"),
        ("drawing", "-1 0", "rows 0 to 6 and columns 0 to 6"),
        ("preset", "0 0", "preset is not a drawing."),
        ("nothing", "0 0", "there is no control 'nothing'"),
    ],
)
def test_what_cannot_be_drawn_is_a_sentence(name: str, words: str, reason: str) -> None:
    lab = ConvolutionLab()
    before = lab.vector("drawing")
    with pytest.raises(ControlError, match=reason):
        draw(lab, name, words.split())
    np.testing.assert_array_equal(lab.vector("drawing"), before)


def test_the_word_without_anything_says_how(say: Say) -> None:
    assert "Usage: draw NAME ROW COLUMN" in say("draw")
    assert "b is not a drawing." in say("draw b 0 0")
