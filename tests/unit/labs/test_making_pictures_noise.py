"""The noise of making pictures: the guess against the slope of the density, the steps against Euler's, by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.labs.readings import number
from tutor.labs.making_pictures import MakingPicturesLab
from tutor.labs.making_pictures.denoising import STEPS, data_points, first_noise, noise_level, steps_done

Array = NDArray[np.float64]


@pytest.fixture
def lab() -> MakingPicturesLab:
    return MakingPicturesLab()


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
    """Euler's step of dx/dσ = −σ·∇ ln p (Karras et al. 2022, equation 1; σ is the time), by central differences."""
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
