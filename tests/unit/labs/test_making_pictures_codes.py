"""The autoencoder of making pictures against its formulas: codes, pictures at their places, what comes back."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.labs.readings import number, pixels, word
from tutor.datasets.shapes import NAMES, training_rows
from tutor.engine.parameters import count
from tutor.labs.kit.readouts import Matrix, Picture
from tutor.labs.making_pictures import MakingPicturesLab
from tutor.training.models import shapes_autoencoder

Array = NDArray[np.float64]


@pytest.fixture
def lab() -> MakingPicturesLab:
    return MakingPicturesLab()


def dense(lab: MakingPicturesLab, number: int, x: Array) -> Array:
    sheet = lab.worksheet()
    z: Array = x @ sheet.array(f"W{number}") + sheet.array(f"b{number}")
    return z


def encoded(lab: MakingPicturesLab, x: Array) -> Array:
    return dense(lab, 2, np.tanh(dense(lab, 1, x)))


def decoded(lab: MakingPicturesLab, code: Array) -> Array:
    y: Array = 1 / (1 + np.exp(-dense(lab, 4, np.tanh(dense(lab, 3, code)))))
    return y


def test_it_has_as_many_parameters_as_its_layers_have_by_hand(lab: MakingPicturesLab) -> None:
    encoder = 25 * 16 + 16 + 16 * 2 + 2
    decoder = 2 * 16 + 16 + 16 * 25 + 25
    assert count(shapes_autoencoder()) == encoder + decoder == number(lab, "parameters")
    assert number(lab, "of_decoder") == decoder


@pytest.mark.parametrize("seed", range(5))
def test_all_five_pass_through_two_numbers_and_most_flipped_pixels_are_mended(
    lab: MakingPicturesLab, seed: int
) -> None:
    lab.set("seed", seed)
    assert number(lab, "right") == 0
    lab.press("finish")
    assert number(lab, "right") == 5
    assert number(lab, "code_loss") < 0.01
    assert sum(number(lab, f"mended[{name}]") for name in NAMES) > 100


def test_codes_pictures_and_loss_are_those_of_the_formulas(lab: MakingPicturesLab) -> None:
    lab.press("finish")
    x = np.asarray(training_rows().inputs)
    codes, y = encoded(lab, x), decoded(lab, encoded(lab, x))
    shown = lab.read("codes")
    assert isinstance(shown, Matrix)
    np.testing.assert_allclose(shown.values, codes, rtol=1e-12)
    loss = -(x * np.log(y) + (1 - x) * np.log(1 - y)).mean()
    assert number(lab, "code_loss") == pytest.approx(loss)
    # The plus is the third of the five, six columns a drawing; below it, after a line of paper, what comes back.
    pairs = pixels(lab, "pairs")
    np.testing.assert_allclose(pairs[:5, 12:17], x[2].reshape(5, 5))
    np.testing.assert_allclose(pairs[6:, 12:17], y[2].reshape(5, 5))
    assert not pairs[5].any()
    lab.set("shape", "plus")
    lab.set("second", "cross")
    half = (codes[2] + codes[3]) / 2
    assert [number(lab, f"stop[{axis}]") for axis in ("c1", "c2")] == pytest.approx(half.tolist())
    walk = lab.read("walk")
    assert isinstance(walk, Picture)
    np.testing.assert_allclose(walk.tiles[2].values, decoded(lab, half).reshape(5, 5))


def test_a_picture_of_the_atlas_is_drawn_at_its_place(lab: MakingPicturesLab) -> None:
    lab.press("finish")
    atlas = lab.read("atlas")
    assert isinstance(atlas, Picture)
    assert atlas.row_axis is not None
    assert atlas.column_axis is not None
    values = np.array(atlas.tiles[0].values)
    rows, columns = np.linspace(*atlas.row_axis[1:], len(values)), np.linspace(*atlas.column_axis[1:], len(values))
    # The middle pixel of the second picture in the first row, by the axes of the whole.
    place = np.array([columns[8], rows[2]])
    np.testing.assert_allclose(values[:5, 6:11], decoded(lab, place).reshape(5, 5))
    lab.set("spot", place.tolist())
    np.testing.assert_allclose(pixels(lab, "decoded"), values[:5, 6:11])


def test_what_comes_back_is_named(lab: MakingPicturesLab) -> None:
    lab.press("finish")
    assert word(lab, "comes_back") == "as given"
    flipped = pixels(lab, "back").round()
    flipped[4, 4] = 1
    lab.set("drawing", flipped.tolist())
    assert word(lab, "comes_back") == "plus"
    lab.set("drawing", np.ones((5, 5)).tolist())
    back = decoded(lab, encoded(lab, np.ones(25))) > 0.5
    assert not back.all()
    shapes = [name for name, row in zip(NAMES, training_rows().inputs, strict=True) if (back == (row > 0.5)).all()]
    assert word(lab, "comes_back") == (shapes or ["something else"])[0]
    lab.set("shape", "cross")
    lab.press("load")
    np.testing.assert_array_equal(lab.worksheet().array("drawing"), np.asarray(training_rows().inputs)[3].reshape(5, 5))


def test_far_out_no_pixel_is_grey_and_between_some_are(lab: MakingPicturesLab) -> None:
    assert number(lab, "greys") == 25
    assert word(lab, "sort") == "a grey blur"
    lab.press("finish")
    lab.set("spot", [200, -200])
    assert number(lab, "greys") <= 6
    code = [number(lab, f"codes[bar][{axis}]") for axis in ("c1", "c2")]
    lab.set("spot", code)
    assert (number(lab, "greys"), word(lab, "sort")) == (0, "a shape")


def test_training_goes_on_by_fifties_and_begins_anew_with_another_seed(lab: MakingPicturesLab) -> None:
    for _ in range(12):
        lab.press("train")
    at_once = MakingPicturesLab()
    at_once.press("finish")
    assert number(lab, "code_loss") == number(at_once, "code_loss")
    assert lab.at_stake("seed") == "600 epochs of training"
    assert lab.go_to("loss_curve", 100)
    assert word(lab, "status") == "paused at epoch 100"
    lab.set("seed", 2)
    assert word(lab, "status") == "untrained"
