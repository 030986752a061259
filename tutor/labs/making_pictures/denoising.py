"""Noise on points of a plane, the best guess of it, and the steps that take it away: nothing here is trained.

With points x_i, all equally likely, and noise of spread σ, the mean of x given a noisy x̃ is Σ w_i·x_i, where w is the
softmax of −|x̃ − x_i|²/(2σ²): Bayes' rule. It is the denoiser with the least squared error, and what it takes away,
divided by σ, is the predicted noise. The steps follow dx/dσ = (x − D(x; σ))/σ in Euler's way (Karras et al. 2022,
equations 1 and 3, with σ as the time).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.plane_sets import RADIUS, plane_set
from tutor.engine.randomness import drawing_generator

Array = NDArray[np.float64]

DATA = ("ring", "moons", "two")
LAST_TIME = 16
STEPS = (1, 2, 4, 8, 16)
MOST_NOISE = 1.5
"""σ at time 0: noise wider than the points lie apart."""
SAMPLES, POINTS = 40, 24
SCALE = 1.5
"""How far the points lie from the middle at most."""
NEAR = 0.05
"""A sample this near to a point is that point."""
TWO = ((-1.0, 0.0), (1.0, 0.0))
_START, _NOISED = 60, 61


@dataclass(frozen=True)
class Asked:
    """The points' name and seed, the steps in all, the time of 0 to ``LAST_TIME``, the sample to follow."""

    data: str
    seed: int
    steps: int
    time: int
    sample: int


@lru_cache(maxsize=8)
def data_points(name: str, seed: int) -> Array:
    """The points (count, 2): a ring, two moons, or just two."""
    if name == "two":
        return np.array(TWO)
    if name == "moons":
        return SCALE / RADIUS * plane_set("moons", POINTS, 0.0, seed)[0]
    points, targets = plane_set("circle", 2 * POINTS, 0.0, seed)
    ring: Array = points[targets < 0][:POINTS]
    return SCALE / RADIUS * ring


def noise_on(count: int, seed: int) -> Array:
    """Noise of spread 1 for each of so many points: (count, 2)."""
    return drawing_generator(seed, _NOISED).normal(0, 1, (count, 2))


def first_noise(seed: int) -> Array:
    """The noise of spread 1 from which the samples begin: (SAMPLES, 2)."""
    return drawing_generator(seed, _START).normal(0, 1, (SAMPLES, 2))


def noise_level(done: int, steps: int) -> float:
    """σ after ``done`` of ``steps`` steps: falling to 0, and the more slowly the less is left.

    >>> [noise_level(done, 4) for done in range(5)]
    [1.5, 0.84375, 0.375, 0.09375, 0.0]
    """
    return MOST_NOISE * (1 - done / steps) ** 2


def steps_done(time: int, steps: int) -> int:
    """How many of ``steps`` equal parts of the time are over.

    >>> [steps_done(time, 4) for time in (0, 3, 4, 16)]
    [0, 0, 1, 4]
    """
    return time * steps // LAST_TIME
