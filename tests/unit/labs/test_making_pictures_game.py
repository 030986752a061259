"""The game of making pictures against central differences; what is kept of it; when a generator collapses."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.labs.readings import number
from tutor.engine.parameters import views
from tutor.engine.randomness import drawing_generator
from tutor.labs.kit.controls import ControlError
from tutor.labs.making_pictures import MakingPicturesLab
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

Array = NDArray[np.float64]


@pytest.fixture
def lab() -> MakingPicturesLab:
    return MakingPicturesLab()


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
