"""The steps from noise to points on the sheet: where the samples are, where one of them goes next, where all end."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells, sqrt
from tutor.labs.kit.plane_map import points_on
from tutor.labs.kit.readouts import Trail
from tutor.labs.kit.sheet import Sheet
from tutor.labs.making_pictures.best_guess import MAP, POINT, density, draw_plane, guessed
from tutor.labs.making_pictures.controls import PLANE
from tutor.labs.making_pictures.denoising import (
    MOST_NOISE,
    NEAR,
    SAMPLES,
    Asked,
    first_noise,
    noise_level,
    steps_done,
)

Array = NDArray[np.float64]

LEAST_SHOWN = 0.15
"""The map keeps at least this spread, or its blots would be smaller than its cells."""
SAMPLE, FOLLOWED = "sample", "the one followed"


def fill_steps(sheet: Sheet, points: Cells, asked: Asked) -> None:
    """The samples after each step, as far as the time is; and after the last."""
    steps, width = asked.steps, sheet["width"]
    cloud = sheet.let("cloud 0", sheet.give("first noise", first_noise(asked.seed)) * noise_level(0, steps), "ε·σ")
    clouds, guesses = [cloud], []
    levels = [_level(sheet, step, steps) for step in range(steps + 1)]
    for step in range(steps):
        sigma, after = levels[step], levels[step + 1]
        guess = guessed(sheet, f"step {step + 1}", cloud, points, sigma, width)
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
    draw_plane(sheet, "cloud", "samples on the way", density(sheet, "cloud", points, shown, width),
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
