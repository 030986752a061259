"""The guess of what a noisy point was, and the map that it is drawn on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells, exp
from tutor.engine.derivations.rules.activated import softmax_forms
from tutor.labs.kit.plane_map import axes
from tutor.labs.kit.readouts import PicturePoint, Tile, Trail
from tutor.labs.kit.sheet import Explained, Sheet
from tutor.labs.making_pictures.controls import PLANE

Array = NDArray[np.float64]

REACH, COLUMNS, ROWS = 3.0, 30, 20
MAP = axes(COLUMNS, ROWS, REACH)
POINT = "point"


def _between(places: Cells, points: Cells) -> Cells:
    """The squared distance of each of the places (n, 2) from each of the points (m, 2): (n, m)."""

    def difference(axis: int) -> Cells:
        across = places.last(axis)
        rows = across.reshaped((len(across.values), 1))
        return rows - points.last(axis)

    first, second = difference(0), difference(1)
    return first * first + second * second


def guessed(sheet: Sheet, name: str, places: Cells, points: Cells, sigma: Cells, width: Cells) -> Cells:
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


def density(sheet: Sheet, name: str, points: Cells, sigma: Cells, width: Cells) -> Cells:
    """How likely noise of this spread carries a point to each place of the map, against the middle of one alone."""
    places = sheet.give(f"{name} places", np.stack(np.meshgrid(*MAP), axis=-1).reshape(-1, 2))
    spread = 2.0 * (sigma * sigma + width * width)
    dense = exp(-_between(places, points) / spread).sum(1) / float(len(points.values))
    found = sheet.let(f"{name} density", dense, "Σ e^(−distance² / (2σ²)) / points")
    return found.reshaped((ROWS, COLUMNS))


def draw_plane(
    sheet: Sheet, name: str, label: str, values: Cells, points: tuple[PicturePoint, ...], trails: Sequence[Trail] = ()
) -> None:
    """Show values (rows, columns) over the plane, from 0 to the largest of them, with points and trails."""
    sheet.picture(
        name, label, [(Tile("", ()), values)], high=float(max(values.values.max(), 1e-9)), digits=2, points=points,
        row_axis=(PLANE[1], REACH, -REACH), column_axis=(PLANE[0], -REACH, REACH), trails=tuple(trails),
    )  # fmt: skip
