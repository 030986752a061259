"""The plane of codes on the sheet: where the shapes lie, what the decoder draws at a place, on a way, all over."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.shapes import NAMES, PIXELS, SIDE
from tutor.engine.derivations.cells import Cells, constant, stacked
from tutor.labs.kit.plane_map import Axes, points_on
from tutor.labs.kit.readouts import Text, Tile, Trail
from tutor.labs.kit.sheet import Sheet
from tutor.labs.making_pictures.controls import CODE
from tutor.labs.making_pictures.dense_cells import Layer, passed
from tutor.labs.making_pictures.mosaic import PITCH, mosaic
from tutor.labs.making_pictures.shapes_code import differing, grey_pixels, nearest, sort_of

Array = NDArray[np.float64]

LEAST_REACH = 1.25
WAY = (0.0, 0.25, 0.5, 0.75, 1.0)
"""The shares of the way from one shape's code to another's."""
MIDDLE = WAY.index(0.5)
SPOT = "yours"
STOPS = 4
"""The pictures of the atlas in a row, and in a column."""
_COLUMNS, _ROWS = 30, 20


def fill_plane(sheet: Sheet, ends: tuple[str, str], codes: Cells, decoder: list[Layer]) -> None:
    """How grey the decoder's picture is at every place, with the shapes; the decoder's pictures over the plane."""
    five = codes.values[: len(NAMES)]
    of = _plane(five)
    places = np.stack(np.meshgrid(*of), axis=-1).reshape(-1, 2)
    y = passed(sheet, "map", sheet.give("map places", places), decoder)[-1]
    greyness = sheet.let("greyness", (4.0 * y * (1.0 - y)).sum(1) / float(PIXELS), "Σ 4·y·(1 − y) / pixels")
    tile = [(Tile("", ()), greyness.reshaped((_ROWS, _COLUMNS)))]
    axes = {
        "row_axis": (CODE[1], float(of[1][0]), float(of[1][-1])),
        "column_axis": (CODE[0], float(of[0][0]), float(of[0][-1])),
        "high": max(float(greyness.values.max()), 0.1),
    }
    there = np.concatenate([five, _inside(of, sheet["spot"].values)[None]])
    points = points_on(of, there, (*NAMES, SPOT))
    way = _way_on(of, codes.values[[NAMES.index(end) for end in ends]])
    sheet.picture("code_plane", "greyness at each code", tile, points=points[:-1], digits=2, **axes)
    sheet.picture("spot_plane", "greyness at each code", tile, points=points, digits=2, **axes)
    sheet.picture("way_plane", "greyness at each code", tile, points=points[:-1], trails=(way,), digits=2, **axes)
    _fill_atlas(sheet, of, decoder)


def _plane(codes: Array) -> Axes:
    """The places of the plane of codes: around all five, at least as far as ``LEAST_REACH``."""
    low, high = codes.min(axis=0), codes.max(axis=0)
    middle, reach = (low + high) / 2, max(LEAST_REACH, 0.7 * float((high - low).max()))
    across = np.linspace(middle[0] - reach, middle[0] + reach, _COLUMNS)
    return across, np.linspace(middle[1] + reach, middle[1] - reach, _ROWS)


def _inside(of: Axes, place: Array) -> Array:
    """The place, or the nearest at the edge of the map."""
    across, down = of
    return np.clip(place, (across[0], down[-1]), (across[-1], down[0]))


def _way_on(of: Axes, two: Array) -> Trail:
    return Trail("the way", tuple((p.row, p.column) for p in points_on(of, two, ("", ""))), "arrow")


def _fill_atlas(sheet: Sheet, of: Axes, decoder: list[Layer]) -> None:
    """The decoder's pictures at ``STOPS`` × ``STOPS`` places, side by side as the places are, with a gap between."""
    across, down = (np.linspace(axis[0], axis[-1], STOPS) for axis in of)
    stops = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
    pixels = passed(sheet, "atlas", sheet.give("atlas places", stops), decoder)[-1]
    # The middle pixel of a picture stands at its place: the first row is two of six further out.
    out = (SIDE // 2) / PITCH
    axes = {
        "column_axis": (CODE[0], *_beyond(across, out)),
        "row_axis": (CODE[1], *_beyond(down, out)),
    }
    tile = Tile("", ())
    sheet.picture("atlas", "drawn over the plane", [(tile, mosaic(sheet, pixels, STOPS, STOPS))], digits=2, **axes)


def _beyond(places: Array, share: float) -> tuple[float, float]:
    """The first and the last of evenly spaced places, each moved out by a share of the spacing."""
    step = share * (places[1] - places[0])
    return float(places[0] - step), float(places[-1] + step)


def fill_spot(sheet: Sheet, decoder: list[Layer]) -> None:
    """The decoder's picture at the learner's two numbers, and what it is."""
    made = passed(sheet, "at the spot", stacked([sheet["spot"]]), decoder)[-1][0]
    sheet.picture("decoded", "drawn at yours", [(Tile("", ()), made.reshaped((SIDE, SIDE)))], digits=2)
    sheet.number("greys", "pixels between 0.1 and 0.9", lambda: grey_pixels(made.values), digits=0)
    sheet.show("sort", lambda: Text("sort", "it is", sort_of(made.values)))
    sheet.vector("differs", "pixels unlike", NAMES, lambda: differing(made.values), digits=0)


def fill_way(sheet: Sheet, ends: tuple[str, str], codes: Cells, decoder: list[Layer]) -> None:
    """The decoder's pictures on the straight way between the codes of two shapes."""
    first, last = (codes[NAMES.index(end)] for end in ends)
    share = constant(np.array(WAY)[:, None])
    stops = sheet.let("stops", first + share * (last - first), "first + share·(second − first)")
    sheet.vector("stop", "half way", CODE, stops[MIDDLE], digits=2)
    made = passed(sheet, "way", stops, decoder)[-1]
    labels = [ends[0], *(f"{share:g}" for share in WAY[1:-1]), ends[1] if ends[1] != ends[0] else f"{ends[1]} again"]
    tiles = [
        (Tile(label, (), tells=() if i in (0, len(WAY) - 1) else ("halfway",)), made[i].reshaped((SIDE, SIDE)))
        for i, label in enumerate(labels)
    ]
    sheet.picture("walk", "from one to the other", tiles, gallery=True, digits=2)
    middle = made[MIDDLE].values

    def what() -> str:
        return nearest(middle) if sort_of(middle) == "a shape" else sort_of(middle)

    sheet.show("halfway", lambda: Text("halfway", "half way it draws", what()))
