"""A map of the plane of two inputs: an output at each place, with points on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells
from tutor.labs.kit.readouts import PicturePoint, Tile
from tutor.labs.kit.sheet import Sheet

Array = NDArray[np.float64]
Axes = tuple[Array, Array]
"""The values of the columns from left to right, and of the rows from the top."""


def axes(columns: int, rows: int, reach: float) -> Axes:
    """The middles of the cells of a map from ``-reach`` to ``reach`` in both directions."""
    return np.linspace(-reach, reach, columns), np.linspace(reach, -reach, rows)


def points_on(of: Axes, points: Array, kinds: Sequence[str]) -> tuple[PicturePoint, ...]:
    """Points (count, 2) on a map."""
    across, down = of
    columns = (points[:, 0] - across[0]) / (across[-1] - across[0]) * (len(across) - 1)
    rows = (points[:, 1] - down[0]) / (down[-1] - down[0]) * (len(down) - 1)
    return tuple(PicturePoint(r, c, kind) for r, c, kind in zip(rows.tolist(), columns.tolist(), kinds, strict=True))


def draw_map(
    sheet: Sheet, name: str, label: str, y: Cells, of: Axes, names: tuple[str, str], points: tuple[PicturePoint, ...],
    **how: Any,
) -> None:  # fmt: skip
    """An output (rows, columns) everywhere on a map, with points on it; ``how`` holds the ends and
    the middle of its scale, and its digits."""
    (across, down), (first, second) = of, names
    sheet.picture(
        name, label, [(Tile("", ()), y)], signed=True, points=points,
        row_axis=(second, float(down[0]), float(down[-1])), column_axis=(first, float(across[0]), float(across[-1])),
        **how,
    )  # fmt: skip
