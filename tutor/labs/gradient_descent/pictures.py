"""What is drawn of gradient descent: maps with paths and arrows, the curve with its tangent, schedules, batches."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.engine.optimizer_specs import LearningRate
from tutor.engine.schedules import rate
from tutor.labs.kit.readouts import Curve, Picture, Series, Tile, Trail

Array = NDArray[np.float64]

PATH_TELLS = ("position", "loss", "verdict", "leader", "standings")
"""While one of these is covered, only the start of a path is seen."""
HILL_LEFT, HILL_RIGHT, HILL_POINTS = -4.0, 10.0, 71
GRID_WIDTH = 9
EPOCHS_SHOWN = 3


@dataclass(frozen=True)
class Map:
    """The land of a map (down, across), with its coordinates and the names of its axes, across first."""

    across: Array
    down: Array
    values: Array
    axes: tuple[str, str]

    def way(self, label: str, points: Sequence[Sequence[float]] | Array, **how: object) -> Trail:
        """A path of points (weight across, weight down); one that leaves the map continues along its edge."""
        path = np.asarray(points, dtype=float)
        columns = np.clip((path[:, 0] - self.across[0]) / (self.across[1] - self.across[0]), 0, len(self.across) - 1)
        rows = np.clip((path[:, 1] - self.down[0]) / (self.down[1] - self.down[0]), 0, len(self.down) - 1)
        return Trail(label, tuple(zip(rows.tolist(), columns.tolist(), strict=True)), **how)  # type: ignore[arg-type]

    def picture(self, name: str, label: str, trails: Sequence[Trail]) -> Picture:
        """The map with trails on it."""
        return Picture(
            name, label, (Tile("", tuple(map(tuple, self.values.tolist()))),),
            float(self.values.min()), float(self.values.max()), digits=2,
            row_axis=(self.axes[1], float(self.down[0]), float(self.down[-1])),
            column_axis=(self.axes[0], float(self.across[0]), float(self.across[-1])),
            trails=tuple(trails),
        )  # fmt: skip


def hill(w: float, slope: float, new_w: float) -> Curve:
    """f(w) = (w − 3)² with the point at ``w``, its tangent there and the step to ``new_w``."""
    xs = np.linspace(min(HILL_LEFT, w), max(HILL_RIGHT, w), HILL_POINTS)
    # A steep tangent is as long as a flat one.
    half = 3 / (1 + abs(slope) / 12)
    beside, height = (w - half, w, w + half), (w - 3) ** 2
    lines = (
        Series("f", tuple(xs.tolist()), tuple(((xs - 3) ** 2).tolist())),
        Series("tangent", beside, tuple(height + slope * (x - w) for x in beside), "aid"),
        Series("step", (w, new_w), (height, (new_w - 3) ** 2), "aid", tells=("new_w",)),
    )
    return Curve("hill", "f(w), and where you stand", "w", lines, marker=(w, height))


def schedules(chosen: str, kinds: dict[str, LearningRate], steps: int, beyond: int, known: int) -> Curve:
    """η over the steps by the ``chosen`` schedule, marked after ``steps``; the others are faint.

    While η is covered, the chosen one is seen up to step ``known``.
    """
    at = range(max(beyond, steps) + 1)
    xs = tuple(map(float, at))

    def line(kind: str) -> Series:
        ys = tuple(rate(kinds[kind], i) for i in at)
        if kind == chosen:
            return Series(kind, xs, ys, tells=("rate",), known=known + 1)
        return Series(kind, xs, ys, "ghost")

    order = (chosen, *(kind for kind in kinds if kind != chosen))
    marker = (float(steps), rate(kinds[chosen], steps))
    return Curve("rates", "learning rate η", "step", tuple(map(line, order)), low=0.0, marker=marker)


def epochs(rows: int, batches: Sequence[Sequence[NDArray[np.intp]]]) -> Picture:
    """Which batch takes each row: for the first of the ``batches`` alone, then for all of each epoch.

    A row of the data keeps its cell; rows of cells are ``GRID_WIDTH`` long, and what is over at the end is no number.
    """
    first = np.zeros(rows)
    first[batches[0][0]] = 1
    tiles = [Tile("1st batch", _grid(first))]
    for number, epoch in enumerate(batches[:EPOCHS_SHOWN], start=1):
        taken = np.zeros(rows)
        for batch, members in enumerate(epoch, start=1):
            taken[members] = batch
        tiles.append(Tile(f"epoch {number}", _grid(taken), tells=("counts",)))
    return Picture("epoch_map", "each row's batch", tuple(tiles), 0.0, float(len(batches[0])), digits=0)


def _grid(values: Array) -> tuple[tuple[float, ...], ...]:
    width = min(GRID_WIDTH, len(values))
    lines = math.ceil(len(values) / width)
    filled = np.full(lines * width, math.nan)
    filled[: len(values)] = values
    return tuple(map(tuple, filled.reshape(lines, width).tolist()))
