"""Edits of the canvas, and pictures made small, by values worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.datasets.digits import read_digits, synthetic_file
from tutor.datasets.preparation.preparing import LETTERS_FORM, MNIST_FORM, Form, prepared
from tutor.labs.images.canvas import centred, edited, whole
from tutor.labs.images.confusion import Answers


def test_a_stroke_in_a_corner_is_made_as_long_as_a_digit_and_moved_to_the_middle() -> None:
    picture = np.zeros((28, 28))
    picture[0:2, 0:10] = 1.0
    # Twice as large it is 20 by 4: 4 pixels of 28 are left on either side, and 12 above and below.
    moved = centred(picture, MNIST_FORM)
    assert moved.sum() == 80
    assert (moved[12:16, 4:24] == 1).all()


@pytest.mark.parametrize(("form", "size"), [(MNIST_FORM, 28), (LETTERS_FORM, 50)])
def test_the_canvas_prepares_as_predict_does(form: Form, size: int) -> None:
    _, test = read_digits(synthetic_file())
    for image in test.images[:5]:
        drawing = np.zeros((size, size))
        drawing[:14, :14] = image.reshape(14, 2, 14, 2).mean(axis=(1, 3)).round() / 255
        assert np.array_equal(255 * centred(drawing, form), prepared((255 * drawing).round(), form).picture)


def test_an_empty_picture_stays_where_it_is() -> None:
    assert not centred(np.zeros((28, 28)), MNIST_FORM).any()


@pytest.mark.parametrize(
    ("edit", "place"), [("shift_up", (4, 5)), ("shift_down", (6, 5)), ("shift_left", (5, 4)), ("shift_right", (5, 6))]
)
def test_a_shift_is_one_pixel(edit: str, place: tuple[int, int]) -> None:
    picture = np.zeros((28, 28))
    picture[5, 5] = 1
    assert np.argwhere(edited(picture, edit, MNIST_FORM)).tolist() == [list(place)]


def test_clear_and_invert() -> None:
    picture = np.full((28, 28), 0.25)
    assert edited(picture, "clear", MNIST_FORM).max() == 0
    assert (edited(picture, "invert", MNIST_FORM) == 0.75).all()


def test_a_picture_of_bytes_is_shown_whole_as_shares_of_ink() -> None:
    picture = np.zeros((28, 28), np.uint8)
    picture[3, 20], picture[27, 0] = 255, 51
    values = np.array(whole(picture, "3→5").values)
    assert values.shape == (28, 28)
    assert values[3, 20] == 1
    assert values[27, 0] == pytest.approx(0.2)
    assert values.sum() == pytest.approx(1.2)


def test_answers_are_counted_by_class() -> None:
    answers = Answers(np.array([0, 0, 1, 1, 1, 2]), np.array([0, 1, 1, 0, 0, 2]))
    assert answers.right == 3
    assert answers.misses == (1, 3, 4)
    assert answers.counts(3).tolist() == [[1, 1, 0], [2, 1, 0], [0, 0, 1]]
    assert answers.most_confused(3) == (1, 0, 2)
    assert Answers(np.array([1]), np.array([1])).most_confused(3) is None
