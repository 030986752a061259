"""Making pictures: the autoencoder against its formulas, the guess against the slope of the density, the game against
central differences.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor.datasets.shapes import NAMES, training_rows
from tutor.engine.parameters import count, views
from tutor.engine.randomness import drawing_generator
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.readouts import Matrix, Picture, Text
from tutor.labs.making_pictures import MakingPicturesLab
from tutor.labs.making_pictures.denoising import STEPS, data_points, first_noise, noise_level, steps_done
from tutor.labs.making_pictures.game import (
    BATCH,
    MAKERS_NOISE,
    Game,
    discriminator,
    generator,
    improved,
    judged,
    made,
    new_game,
    played,
    real_points,
)
from tutor.training.models import shapes_autoencoder

Array = NDArray[np.float64]


@pytest.fixture
def lab() -> MakingPicturesLab:
    return MakingPicturesLab()


def number(lab: MakingPicturesLab, path: str) -> float:
    value = lab.lookup(path)
    assert isinstance(value, float | int)
    return float(value)


def word(lab: MakingPicturesLab, name: str) -> str:
    readout = lab.read(name)
    assert isinstance(readout, Text)
    return readout.value


def pixels(lab: MakingPicturesLab, name: str) -> Array:
    picture = lab.read(name)
    assert isinstance(picture, Picture)
    return np.array(picture.tiles[0].values)


# The autoencoder


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


# Noise


def log_density(points: Array, variance: float, place: Array) -> float:
    """ln of how likely noise of this variance brings a point to a place, but for a constant."""
    return float(np.log(np.exp(-((place - points) ** 2).sum(axis=1) / (2 * variance)).sum()))


@pytest.mark.parametrize("data", ["ring", "moons", "two"])
@pytest.mark.parametrize("sigma", [0.2, 0.5, 1.5])
def test_the_guessed_noise_is_the_slope_of_the_density(lab: MakingPicturesLab, data: str, sigma: float) -> None:
    """Tweedie's formula: (x̃ − mean) / σ = −σ·∇ ln p(x̃), here by central differences."""
    lab.set("data", data)
    lab.set("sigma", sigma)
    lab.set("point", [0.5, -0.25])
    points, place, h = data_points(data, 1), np.array([0.5, -0.25]), 1e-5
    for axis, name in enumerate(("x1", "x2")):
        step = h * np.eye(2)[axis]
        ends = (log_density(points, sigma**2, place + way * step) for way in (1, -1))
        slope = np.subtract(*ends) / (2 * h)
        assert number(lab, f"guess[{name}]") == pytest.approx(-sigma * slope, rel=1e-6, abs=1e-8)


def test_between_two_points_the_mean_is_a_tanh(lab: MakingPicturesLab) -> None:
    lab.set("data", "two")
    lab.set("sigma", 0.8)
    lab.set("point", [0.25, 0.75])
    assert number(lab, "mean[x1]") == pytest.approx(math.tanh(0.25 / 0.64))
    assert number(lab, "weights[right]") == pytest.approx(1 / (1 + math.exp(-0.5 / 0.64)))
    assert number(lab, "mean[x2]") == pytest.approx(0)


def test_noise_is_added_as_the_formula_says(lab: MakingPicturesLab) -> None:
    lab.set("x0", [1, -0.5])
    lab.set("eps", [-2, 1])
    lab.set("sigma", 0.3)
    assert [number(lab, f"noisy[{axis}]") for axis in ("x1", "x2")] == pytest.approx([0.4, -0.2])


@pytest.mark.parametrize("width", [0.0, 0.3])
def test_a_step_follows_the_slope_as_far_as_sigma_shrinks(lab: MakingPicturesLab, width: float) -> None:
    """Euler's step of dx/dσ = −σ·∇ ln p (Karras et al. 2022, equation 3), by central differences."""
    lab.set("width", width)
    lab.set("sample", 3)
    points, place, h = data_points("ring", 1), 1.5 * first_noise(1)[3], 1e-5
    after = 1.5 * (15 / 16) ** 2
    for axis, name in enumerate(("x1", "x2")):
        step = h * np.eye(2)[axis]
        slope = np.subtract(*(log_density(points, 2.25 + width**2, place + way * step) for way in (1, -1))) / (2 * h)
        assert number(lab, f"followed[{name}]") == pytest.approx(place[axis])
        there = place[axis] - (after - 1.5) * 1.5 * slope
        assert number(lab, f"followed_next[{name}]") == pytest.approx(there, rel=1e-6)


@pytest.mark.parametrize("data", ["ring", "moons", "two"])
def test_the_exact_guess_copies_and_a_blot_does_not(lab: MakingPicturesLab, data: str) -> None:
    lab.set("data", data)
    assert number(lab, "old") == number(lab, "samples") == 40
    lab.set("width", 0.3)
    assert number(lab, "old") < 20


def test_a_single_step_ends_in_the_mean_of_many_points(lab: MakingPicturesLab) -> None:
    radius = np.hypot(*data_points("ring", 1).T)
    assert radius.min() <= number(lab, "landed") <= radius.max()
    lab.set("steps", 1)
    assert number(lab, "landed") < 0.6 * radius.min()


def test_the_time_shows_the_steps_that_are_over(lab: MakingPicturesLab) -> None:
    lab.set("steps", 4)
    lab.set("time", 7)
    assert (number(lab, "done"), number(lab, "sigma_now"), number(lab, "sigma_next")) == (1, 0.84375, 0.375)
    before = number(lab, "followed_next[x1]")
    lab.set("time", 8)
    assert number(lab, "followed[x1]") == before
    lab.set("time", 16)
    assert number(lab, "from_middle") == number(lab, "landed")
    for steps in STEPS:
        assert steps_done(16, steps) == steps
        assert noise_level(steps, steps) == 0
        levels = [noise_level(done, steps) for done in range(steps + 1)]
        assert levels == sorted(levels, reverse=True)


# The game


def verdict(judges: Array, points: Array) -> Array:
    p = views(discriminator(1), judges)
    hidden = np.maximum(0, points @ p["dense.kernel"] + p["dense.bias"])
    said: Array = 1 / (1 + np.exp(-(hidden @ p["dense_1.kernel"] + p["dense_1.bias"])))
    return said


def makers_loss(makers: Array, judges: Array, noise: Array) -> float:
    p = views(generator(1), makers)
    points = np.maximum(0, noise @ p["dense.kernel"] + p["dense.bias"]) @ p["dense_1.kernel"] + p["dense_1.bias"]
    return float(-np.log(verdict(judges, points)).mean())


def moved(before: Array, after: Array) -> NDArray[np.intp]:
    return np.flatnonzero(before != after)


def test_the_generators_first_step_goes_against_the_gradient_through_the_discriminator() -> None:
    """Adam's first step is the rate against the gradient's sign: by central differences of −ln D(G(z))."""
    game = played(new_game(1), real_points("ring", 1), 1, 0.005, 3)
    fresh = Game(game.makers, game.judges, new_game(1).maker_memory, new_game(1).judge_memory)
    after = improved(fresh, 1, 0.01)
    noise = drawing_generator(1, MAKERS_NOISE, 1).normal(0, 1, (BATCH, 2))
    assert after.maker_losses[-1] == pytest.approx(makers_loss(fresh.makers, fresh.judges, noise))
    np.testing.assert_array_equal(after.judges, fresh.judges)
    h, checked = 1e-6, 0
    for place in range(len(fresh.makers)):
        step = h * np.eye(len(fresh.makers))[place]
        up, down = (makers_loss(fresh.makers + way * step, fresh.judges, noise) for way in (1, -1))
        slope = (up - down) / (2 * h)
        # Where it is next to 0, Adam's epsilon makes the step shorter.
        if abs(slope) > 1e-3:
            checked += 1
            assert after.makers[place] - fresh.makers[place] == pytest.approx(-0.01 * np.sign(slope), rel=1e-2)
    assert checked > len(fresh.makers) // 2


def test_each_step_moves_its_own_network_alone_and_lowers_its_loss() -> None:
    real, game = real_points("ring", 1), new_game(1)
    after = judged(game, real, 1)
    np.testing.assert_array_equal(after.makers, game.makers)
    assert len(moved(game.judges, after.judges)) > 40
    alone = game
    for _ in range(200):
        alone = judged(alone, real, 1)
    assert np.mean(alone.judge_losses[-20:]) < np.mean(alone.judge_losses[:20]) - 0.1
    lured = alone
    for _ in range(50):
        lured = improved(lured, 1, 0.005)
    assert np.mean(lured.maker_losses[-10:]) < np.mean(lured.maker_losses[:10])


def test_losses_and_pushes_on_the_screen_are_those_of_the_two_networks(lab: MakingPicturesLab) -> None:
    lab.press("rounds")
    game = lab._game
    noise, real = np.asarray(lab.worksheet().array("input")), real_points("ring", 1)[:60]
    fakes = made(1, game.makers, noise)
    d_real, d_fake = verdict(game.judges, real), verdict(game.judges, fakes)
    assert number(lab, "says_real") == pytest.approx(d_real.mean())
    assert number(lab, "says_fake") == pytest.approx(d_fake.mean())
    both = -(np.log(d_real).mean() + np.log(1 - d_fake).mean()) / 2
    assert number(lab, "judge_loss") == pytest.approx(both)
    assert number(lab, "maker_loss") == pytest.approx(-np.log(d_fake).mean())
    assert number(lab, "one_loss") == pytest.approx(-math.log(d_fake[0, 0]))
    h = 1e-6
    for axis, name in enumerate(("x1", "x2")):
        up, down = (-np.log(verdict(game.judges, fakes[:1] + way * h * np.eye(2)[axis])).sum() for way in (1, -1))
        # The loss is a mean over the shown points.
        assert number(lab, f"push[no.0][{name}]") == pytest.approx(-(up - down) / (2 * h) / len(fakes), rel=1e-4)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_at_equal_rates_the_ring_is_covered_and_a_fast_generator_collapses(seed: int) -> None:
    real = real_points("ring", seed)

    def coverage_and_spread(rate: float) -> tuple[float, float]:
        lab = MakingPicturesLab()
        lab.set("seed", seed)
        lab.set("rate", rate)
        for _ in range(10):
            lab.press("rounds")
        return number(lab, "coverage"), number(lab, "spread")

    assert real.shape == (200, 2)
    assert coverage_and_spread(0.005)[0] > 50
    coverage, spread = coverage_and_spread(0.05)
    assert coverage < 15
    assert spread < 0.05


def test_the_game_is_kept_with_the_lab_and_goes_on_bit_for_bit(lab: MakingPicturesLab) -> None:
    lab.press("rounds")
    kept = lab.state()
    assert lab.at_stake("anew") == "50 rounds of the game"
    lab.press("rounds")
    other = MakingPicturesLab()
    other.restore(kept)
    assert number(other, "played") == 50
    other.press("rounds")
    np.testing.assert_array_equal(other._game.together, lab._game.together)
    lab.press("anew")
    assert number(lab, "played") == 0
    lab.restore(kept)
    assert number(lab, "played") == 50


@pytest.mark.parametrize("name", ["game.makers", "game.judge.m", "game.maker_losses"])
def test_a_game_that_does_not_fit_is_begun_anew(lab: MakingPicturesLab, name: str) -> None:
    lab.press("rounds")
    state = lab.state()
    arrays = dict(state.arrays)
    assert name in arrays
    arrays[name] = np.zeros((2, 2))
    lab.restore(type(state)(state.values, arrays))
    assert number(lab, "played") == 0


def test_other_real_points_begin_another_game(lab: MakingPicturesLab) -> None:
    lab.press("judge")
    lab.press("make")
    assert (number(lab, "played"), number(lab, "judgements")) == (1, 1)
    lab.set("real", "blobs")
    assert (number(lab, "played"), number(lab, "judgements")) == (0, 0)
    with pytest.raises(ControlError):
        lab.press("nothing")
