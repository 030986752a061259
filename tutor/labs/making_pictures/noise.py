"""Noise and its guess on the sheet: points with noise, the weights of the guess, arrows to it from all over."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells, constant, sqrt
from tutor.labs.kit.plane_map import points_on
from tutor.labs.kit.readouts import Trail
from tutor.labs.kit.sheet import Sheet
from tutor.labs.making_pictures.best_guess import MAP, POINT, density, draw_plane, guessed
from tutor.labs.making_pictures.controls import PLANE
from tutor.labs.making_pictures.denoising import TWO, Asked, data_points, noise_on
from tutor.labs.making_pictures.sample_steps import fill_steps

Array = NDArray[np.float64]

ARROW_COLUMNS, ARROW_ROWS = 6, 4
NOISY, GUESSED = "with noise", "to the guess"


def fill_noise(sheet: Sheet, asked: Asked) -> None:
    """Noise on the points, the guess at one place and at many, the steps from noise to points."""
    points = sheet.give("points", data_points(asked.data, asked.seed))
    _fill_noised(sheet, points, asked.seed)
    _fill_guess(sheet, points)
    fill_steps(sheet, points, asked)


def _fill_noised(sheet: Sheet, points: Cells, seed: int) -> None:
    """Each point with noise; and the learner's point with the learner's noise."""
    sigma, still = sheet["sigma"], constant(0.0)
    noisy = sheet.vector("noisy", "x + σ·ε", PLANE, sheet["x0"] + sigma * sheet["eps"], "x + σ·ε", digits=3)
    cloud = sheet.let(
        "noised points", points + sigma * sheet.give("drawn noise", noise_on(len(points), seed)), "x + σ·ε"
    )
    kinds = (*[POINT] * len(points), *[NOISY] * len(points), "x + σ·ε")
    there = np.concatenate([points.values, cloud.values, noisy.values[None]])
    arrow = points_on(MAP, np.stack([sheet["x0"].values, noisy.values]), ("", ""))
    trail = Trail("from x to x + σ·ε", tuple((p.row, p.column) for p in arrow), "arrow", tells=("noisy",))
    dense = density(sheet, "noised", points, sigma, still)
    draw_plane(sheet, "noised", "how likely with noise", dense, points_on(MAP, there, kinds)[:-1], (trail,))


def _fill_guess(sheet: Sheet, points: Cells) -> None:
    """The guess at the learner's noisy point, and arrows to the guess from all over the plane."""
    sigma, still = sheet["sigma"], constant(0.0)
    place = sheet["point"].reshaped((1, 2))
    mean = guessed(sheet, "at the point", place, points, sigma, still)[0]
    labels = ("left", "right") if len(points) == len(TWO) else tuple(f"no. {i}" for i in range(len(points)))
    sheet.vector("weights", "weight of each point", labels, sheet["at the point weights"][0], digits=3)
    shown = sheet.vector("mean", "the mean guess of x", PLANE, mean, digits=3)
    guess = sheet.vector("guess", "guessed noise", PLANE, (sheet["point"] - shown) / sigma, "(s − mean) / σ", digits=3)
    sheet.number("guess_size", "how long it is", sqrt((guess * guess).sum()), "√Σ guess·guess", digits=3)
    across, down = np.linspace(-2.6, 2.6, ARROW_COLUMNS), np.linspace(2.4, -2.4, ARROW_ROWS)
    starts = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    ends = guessed(sheet, "arrows", sheet.give("arrow places", starts), points, sigma, still)
    two = np.stack(
        [np.concatenate([starts, sheet["point"].values[None]]), np.concatenate([ends.values, [mean.values]])]
    )
    dense = density(sheet, "guess", points, sigma, still)
    trails = []
    for start, end in zip(*two, strict=True):
        # A part of the way: all of it would cross the other arrows.
        placed = points_on(MAP, np.stack([start, start + (end - start) / 4]), ("", ""))
        trails.append(Trail(GUESSED, tuple((p.row, p.column) for p in placed), "arrow", tells=("mean", "guess")))
    there = np.concatenate([points.values, sheet["point"].values[None]])
    kinds = (*[POINT] * len(points), "the noisy point")
    draw_plane(sheet, "arrows", "how likely with noise", dense, points_on(MAP, there, kinds), trails)
