"""The maps of the plane: the output, what each unit makes of every point, and the hidden units' own plane."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells
from tutor.labs.kit.plane_map import Axes, axes, draw_map
from tutor.labs.kit.readouts import Curve, PicturePoint, Series, Tile
from tutor.labs.kit.sheet import Sheet

Array = NDArray[np.float64]

REACH = 1.5
KINDS = {-1.0: "should be −1", 1.0: "should be 1"}
SPOT = "point"


MAP, SMALL = axes(30, 20, REACH), axes(10, 10, REACH)
"""The places of the output's map, and of each unit's where they are side by side."""


def places(of: Axes) -> Array:
    """Every place of a map, row by row: (rows · columns, 2)."""
    return np.stack(np.meshgrid(*of), axis=-1).reshape(-1, 2)


def kinds_of(targets: Array) -> tuple[str, ...]:
    """What each point should be."""
    return tuple(KINDS[float(target)] for target in targets[:, 0])


def draw_output(
    sheet: Sheet, name: str, label: str, y: Cells, of: Axes, names: tuple[str, str], points: tuple[PicturePoint, ...]
) -> None:
    """An output between −1 and 1 everywhere on a map, with points on it."""
    draw_map(sheet, name, label, y, of, names, points, low=-1.0, digits=2)


def draw_units(sheet: Sheet, units: Sequence[tuple[str, Cells]], points: tuple[PicturePoint, ...]) -> None:
    """What each unit makes of every point, side by side."""
    tiles = [(Tile(name, ()), cells) for name, cells in units]
    sheet.picture("units", "each unit's output", tiles, low=-1.0, signed=True, digits=2, points=points)


def loss_curve(losses: Sequence[float], now: float) -> Curve:
    """The loss before each step of the training, and now; before the first step it is a single point."""
    ys = (*losses, now)
    line = Series("loss", tuple(float(step) for step in range(len(ys))), ys)
    return Curve("curve", "loss", "step", (line,), 0.0, None, (float(len(losses)), now))
