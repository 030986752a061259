"""The maps of the plane: the output, what each unit makes of every point, and the hidden units' own plane."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells
from tutor.labs.kit.readouts import Curve, PicturePoint, Series, Tile
from tutor.labs.kit.sheet import Sheet

Array = NDArray[np.float64]
Axes = tuple[Array, Array]
"""The values of the columns from left to right, and of the rows from the top."""

REACH = 1.5
KINDS = {-1.0: "should be −1", 1.0: "should be 1"}
SPOT = "point"


def axes(columns: int, rows: int, reach: float = REACH) -> Axes:
    """The middles of the cells of a map."""
    return np.linspace(-reach, reach, columns), np.linspace(reach, -reach, rows)


MAP, SMALL = axes(30, 20), axes(10, 10)
"""The places of the output's map, and of each unit's where they are side by side."""


def places(of: Axes) -> Array:
    """Every place of a map, row by row: (rows · columns, 2)."""
    return np.stack(np.meshgrid(*of), axis=-1).reshape(-1, 2)


def points_on(of: Axes, points: Array, kinds: Sequence[str]) -> tuple[PicturePoint, ...]:
    """Points (count, 2) on a map."""
    across, down = of
    columns = (points[:, 0] - across[0]) / (across[-1] - across[0]) * (len(across) - 1)
    rows = (points[:, 1] - down[0]) / (down[-1] - down[0]) * (len(down) - 1)
    return tuple(PicturePoint(r, c, kind) for r, c, kind in zip(rows.tolist(), columns.tolist(), kinds, strict=True))


def kinds_of(targets: Array) -> tuple[str, ...]:
    """What each point should be."""
    return tuple(KINDS[float(target)] for target in targets[:, 0])


def draw_output(
    sheet: Sheet, name: str, label: str, y: Cells, of: Axes, names: tuple[str, str], points: tuple[PicturePoint, ...]
) -> None:
    """An output everywhere on a map, with points on it."""
    (across, down), (first, second) = of, names
    sheet.picture(
        name, label, [(Tile("", ()), y)], low=-1.0, signed=True, digits=2, points=points,
        row_axis=(second, float(down[0]), float(down[-1])), column_axis=(first, float(across[0]), float(across[-1])),
    )  # fmt: skip


def draw_units(sheet: Sheet, units: Sequence[tuple[str, Cells]], points: tuple[PicturePoint, ...]) -> None:
    """What each unit makes of every point, side by side."""
    tiles = [(Tile(name, ()), cells) for name, cells in units]
    sheet.picture("units", "each unit's output", tiles, low=-1.0, signed=True, digits=2, points=points)


def loss_curve(losses: Sequence[float], now: float) -> Curve:
    """The loss before each step of the training, and now; before the first step it is a single point."""
    ys = (*losses, now)
    line = Series("loss", tuple(float(step) for step in range(len(ys))), ys)
    return Curve("curve", "loss", "step", (line,), 0.0, None, (float(len(losses)), now))
