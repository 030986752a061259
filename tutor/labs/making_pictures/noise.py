"""Noise and its guess on the sheet: points with noise, the weights of the guess, arrows, the way of the samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells, constant, exp, sqrt
from tutor.engine.derivations.rules.activated import softmax_forms
from tutor.labs.kit.plane_map import axes, points_on
from tutor.labs.kit.readouts import PicturePoint, Tile, Trail
from tutor.labs.kit.sheet import Explained, Sheet
from tutor.labs.making_pictures.controls import PLANE
from tutor.labs.making_pictures.denoising import (
    MOST_NOISE,
    NEAR,
    SAMPLES,
    TWO,
    data_points,
    first_noise,
    noise_level,
    noise_on,
    steps_done,
)

Array = NDArray[np.float64]

REACH, COLUMNS, ROWS = 3.0, 30, 20
ARROW_COLUMNS, ARROW_ROWS = 6, 4
MAP = axes(COLUMNS, ROWS, REACH)
LEAST_SHOWN = 0.15
"""The map keeps at least this spread, or its blots would be smaller than its cells."""
POINT, NOISY, SAMPLE, FOLLOWED = "point", "with noise", "sample", "the one followed"
GUESSED = "to the guess"


@dataclass(frozen=True)
class Asked:
    """The points' name and seed, the steps in all, the time of 0 to ``LAST_TIME``, the sample to follow."""

    data: str
    seed: int
    steps: int
    time: int
    sample: int


def fill_noise(sheet: Sheet, asked: Asked) -> None:
    """Noise on the points, the guess at one place and at many, the steps from noise to points."""
    points = sheet.give("points", data_points(asked.data, asked.seed))
    _fill_noised(sheet, points, asked.seed)
    _fill_guess(sheet, points)
    _fill_steps(sheet, points, asked)


def _between(places: Cells, points: Cells) -> Cells:
    """The squared distance of each of the places (n, 2) from each of the points (m, 2): (n, m)."""

    def difference(axis: int) -> Cells:
        across = places.last(axis)
        rows = across.reshaped((len(across.values), 1))
        return rows - points.last(axis)

    first, second = difference(0), difference(1)
    return first * first + second * second


def _guessed(sheet: Sheet, name: str, places: Cells, points: Cells, sigma: Cells, width: Cells) -> Cells:
    """The mean of the point without noise, for each of the places (n, 2), under names that begin with ``name``.

    Each point is a blot: normal, with the spread ``width``. Given that a place comes from the blot i, the mean is
    between the blot's middle and the place, by the two variances.
    """
    square, wide = sigma * sigma, width * width
    z, w = f"{name} z", f"{name} weights"
    sheet.let(z, -_between(places, points) / (2.0 * (square + wide)), "−distance² / (2·(σ² + width²))")
    cell, cells = sheet.worksheet.cell, sheet.worksheet.cells

    def shares() -> Array:
        exponents = sheet[z].values
        lifted = np.exp(exponents - exponents.max(axis=1, keepdims=True))
        return np.asarray(lifted / lifted.sum(axis=1, keepdims=True))

    weights = sheet.let(w, Explained(shares, lambda i, j: softmax_forms(cell(z, i, j), cells(z, i))))
    mean = sheet.let(f"{name} mean", weights @ points, "Σ weight·point")
    if not width.number:
        return mean
    drawn = (square * mean + wide * places) / (square + wide)
    return sheet.let(f"{name} guess", drawn, "(σ²·mean + width²·place) / (σ² + width²)")


def _density(sheet: Sheet, name: str, points: Cells, sigma: Cells, width: Cells) -> Cells:
    """How likely noise of this spread carries a point to each place of the map, against the middle of one alone."""
    places = sheet.give(f"{name} places", np.stack(np.meshgrid(*MAP), axis=-1).reshape(-1, 2))
    spread = 2.0 * (sigma * sigma + width * width)
    dense = exp(-_between(places, points) / spread).sum(1) / float(len(points.values))
    density = sheet.let(f"{name} density", dense, "Σ e^(−distance² / (2σ²)) / points")
    return density.reshaped((ROWS, COLUMNS))


def _picture(
    sheet: Sheet, name: str, label: str, values: Cells, points: tuple[PicturePoint, ...], trails: Sequence[Trail] = ()
) -> None:
    sheet.picture(
        name, label, [(Tile("", ()), values)], high=float(max(values.values.max(), 1e-9)), digits=2, points=points,
        row_axis=(PLANE[1], REACH, -REACH), column_axis=(PLANE[0], -REACH, REACH), trails=tuple(trails),
    )  # fmt: skip


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
    density = _density(sheet, "noised", points, sigma, still)
    _picture(sheet, "noised", "how likely with noise", density, points_on(MAP, there, kinds)[:-1], (trail,))


def _fill_guess(sheet: Sheet, points: Cells) -> None:
    """The guess at the learner's noisy point, and arrows to the guess from all over the plane."""
    sigma, still = sheet["sigma"], constant(0.0)
    place = sheet["point"].reshaped((1, 2))
    mean = _guessed(sheet, "at the point", place, points, sigma, still)[0]
    labels = ("left", "right") if len(points) == len(TWO) else tuple(f"no. {i}" for i in range(len(points)))
    sheet.vector("weights", "weight of each point", labels, sheet["at the point weights"][0], digits=3)
    shown = sheet.vector("mean", "the mean guess of x", PLANE, mean, digits=3)
    guess = sheet.vector("guess", "guessed noise", PLANE, (sheet["point"] - shown) / sigma, "(s − mean) / σ", digits=3)
    sheet.number("guess_size", "how long it is", sqrt((guess * guess).sum()), "√Σ guess·guess", digits=3)
    across, down = np.linspace(-2.6, 2.6, ARROW_COLUMNS), np.linspace(2.4, -2.4, ARROW_ROWS)
    starts = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    ends = _guessed(sheet, "arrows", sheet.give("arrow places", starts), points, sigma, still)
    two = np.stack(
        [np.concatenate([starts, sheet["point"].values[None]]), np.concatenate([ends.values, [mean.values]])]
    )
    density = _density(sheet, "guess", points, sigma, still)
    trails = []
    for start, end in zip(*two, strict=True):
        # A part of the way: all of it would cross the other arrows.
        placed = points_on(MAP, np.stack([start, start + (end - start) / 4]), ("", ""))
        trails.append(Trail(GUESSED, tuple((p.row, p.column) for p in placed), "arrow", tells=("mean", "guess")))
    there = np.concatenate([points.values, sheet["point"].values[None]])
    kinds = (*[POINT] * len(points), "the noisy point")
    _picture(sheet, "arrows", "how likely with noise", density, points_on(MAP, there, kinds), trails)


def _fill_steps(sheet: Sheet, points: Cells, asked: Asked) -> None:
    """The samples after each step, as far as the time is; and after the last."""
    steps, width = asked.steps, sheet["width"]
    cloud = sheet.let("cloud 0", sheet.give("first noise", first_noise(asked.seed)) * noise_level(0, steps), "ε·σ")
    clouds, guesses = [cloud], []
    levels = [_level(sheet, step, steps) for step in range(steps + 1)]
    for step in range(steps):
        sigma, after = levels[step], levels[step + 1]
        guess = _guessed(sheet, f"step {step + 1}", cloud, points, sigma, width)
        moved = guess + after / sigma * (cloud - guess)
        cloud = sheet.let(f"cloud {step + 1}", moved, "guess + σ after / σ before·(x − guess)")
        clouds.append(cloud)
        guesses.append(guess)
    done = steps_done(asked.time, steps)
    now, level = clouds[done], noise_level(done, steps)
    _fill_next(sheet, asked, clouds, guesses)
    shown = sheet.give("shown sigma", max(level, LEAST_SHOWN))
    trail = [each.values[asked.sample] for each in clouds[: done + 1]]
    there = np.concatenate([points.values, now.values, trail[-1:]])
    kinds = (*[POINT] * len(points), *[SAMPLE] * SAMPLES, FOLLOWED)
    _picture(sheet, "cloud", "samples on the way", _density(sheet, "cloud", points, shown, width),
             points_on(MAP, there, kinds), [_way(np.array(trail))])  # fmt: skip
    _fill_landed(sheet, points, clouds[-1], now)


def _level(sheet: Sheet, done: int, steps: int) -> Cells:
    left = 1.0 - float(done) / sheet["steps"]
    level = (MOST_NOISE * left * left).computed(lambda: noise_level(done, steps))
    return sheet.let(f"sigma {done}", level, f"{MOST_NOISE:g}·(1 − done/steps)²")


def _fill_next(sheet: Sheet, asked: Asked, clouds: Sequence[Cells], guesses: Sequence[Cells]) -> None:
    """The step that comes next, of the sample that is followed; after the last step, that one once more."""
    done = steps_done(asked.time, asked.steps)
    before = min(done, asked.steps - 1)
    sheet.number("done", "steps done", done, digits=0)
    sheet.number("sigma_now", "σ now", sheet[f"sigma {done}"], digits=3)
    sheet.number("sigma_next", "σ after the next step", sheet[f"sigma {before + 1}"], digits=3)
    sheet.vector("followed", "the sample followed", PLANE, clouds[done][asked.sample], digits=3)
    sheet.vector("its_guess", "the guess there", PLANE, guesses[before][asked.sample], digits=3)
    sheet.vector("followed_next", "after the next step", PLANE, clouds[before + 1][asked.sample], digits=3)


def _way(places: Array) -> Trail:
    placed = points_on(MAP, places, [""] * len(places))
    return Trail("its way", tuple((p.row, p.column) for p in placed))


def _fill_landed(sheet: Sheet, points: Cells, last: Cells, now: Cells) -> None:
    """How many samples are one of the points in the end, and how far the samples lie from the middle now."""

    def nearest() -> Array:
        gaps = np.hypot(*np.moveaxis(last.values[:, None] - points.values[None], -1, 0))
        return np.asarray(gaps.min(axis=1))

    sheet.number("old", f"of {SAMPLES} on a point, in the end", lambda: int((nearest() < NEAR).sum()), digits=0)
    sheet.number("samples", "samples", SAMPLES, digits=0)
    sheet.number("points_in_all", "points", len(points), digits=0)

    def mean_distance(cloud: Cells) -> Cells:
        squares = cloud * cloud
        return sqrt(squares.last(0) + squares.last(1)).sum() / float(SAMPLES)

    sheet.number("from_middle", "mean distance from 0 now", mean_distance(now), "Σ √(x1² + x2²) / samples", digits=3)
    sheet.number("landed", "mean distance from 0 in the end", mean_distance(last), "Σ √(x1² + x2²) / samples", digits=3)
