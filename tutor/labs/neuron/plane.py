"""The neuron's output over the plane of its two inputs, and what it makes of the four pairs of 0 and 1."""

from __future__ import annotations

import numpy as np

from tutor.datasets.plane import CORNERS, LOGIC
from tutor.labs.kit.plane_map import axes, draw_map, points_on
from tutor.labs.kit.sheet import Sheet

DATA = ("AND", "OR")
"""What a line can do; the plane lab has XOR too."""
REACH, HALF = 1.5, 0.5
MAP = axes(31, 19, REACH)
"""All multiples of one half are in the middles of cells."""
PAIRS = (np.array(CORNERS) + 1) / 2
PAIR_NAMES = tuple(f"{x1:g}, {x2:g}" for x1, x2 in PAIRS)
KINDS = ("should be 0", "should be 1")
SPOT = "x"


def draw_plane(sheet: Sheet, activation: str, data: str) -> None:
    """The map with the pairs and x on it, y at the pairs, how many are right, and where z is 0 on the x2 axis."""
    w, b, x = sheet["w"], sheet["b"], sheet["x"]
    classes = LOGIC[data]
    across, down = MAP
    x1, x2 = sheet.give("map x1", across), sheet.give("map x2", down[:, None])
    sheet.let("map z", x1 * w[0] + x2 * w[1] + b, "x1·w1 + x2·w2 + b")
    y = sheet.let("map y", sheet.activated(activation, "map z"))
    kinds = [KINDS[each] for each in classes]
    points, spot = points_on(MAP, PAIRS, kinds), x.values[None]
    if np.abs(spot).max() <= REACH:
        points += points_on(MAP, spot, [SPOT])
    draw_map(sheet, "plane", "output y", y, MAP, ("x1", "x2"), points, low=0.0, middle=HALF, digits=3)

    pair_x1, pair_x2 = (sheet.give(f"pairs x{i + 1}", PAIRS[:, i]) for i in range(2))
    sheet.let("pairs z", pair_x1 * w[0] + pair_x2 * w[1] + b, "x1·w1 + x2·w2 + b")
    pair_y = sheet.vector("pair_y", "y at the points", PAIR_NAMES, sheet.activated(activation, "pairs z"))
    # One half itself is on neither side.
    sheet.number(
        "right", f"right, of {len(PAIRS)}", lambda: ((pair_y.values - HALF) * (np.array(classes) - HALF) > 0).sum(),
        digits=0,
    )  # fmt: skip
    sheet.number("crossing", "x2 where x1 and z are 0", -b / w[1], "−b / w2", digits=4)
