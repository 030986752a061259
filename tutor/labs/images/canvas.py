"""Edits of the picture on the canvas, and pictures of bytes as tiles."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.drawings import inverted, shifted
from tutor.datasets.preparation.preparing import Form, NoInk, prepared
from tutor.labs.kit.readouts import Tile

Picture = NDArray[np.float64]

# Rows down and columns right.
SHIFTS = {"shift_up": (-1, 0), "shift_left": (0, -1), "shift_down": (1, 0), "shift_right": (0, 1)}
EDITS = ("centre", "clear", "invert", *SHIFTS)


def edited(picture: Picture, edit: str, form: Form) -> Picture:
    """The picture after one of ``EDITS``; ``form`` is that of the training pictures."""
    if edit in SHIFTS:
        return shifted(picture, *SHIFTS[edit])
    if edit == "clear":
        return np.zeros_like(picture)
    return centred(picture, form) if edit == "centre" else inverted(picture)


def centred(picture: Picture, form: Form) -> Picture:
    """The picture as ``predict`` prepares it: cropped to its ink, scaled and centred; unchanged without ink."""
    try:
        return prepared(255 * picture, form).picture / 255
    except NoInk:
        return picture


def stroke(side: int, points: tuple[tuple[float, float], ...], radius: float = 0.05) -> Picture:
    """A line through ``points``, (row, column) as fractions of the side, on an empty picture."""
    rows, columns = np.mgrid[0:side, 0:side] + 0.5
    ink = np.zeros((side, side))
    for (r0, c0), (r1, c1) in pairwise(points):
        for t in np.linspace(0, 1, 2 * side):
            apart = np.hypot(rows - side * (r0 + t * (r1 - r0)), columns - side * (c0 + t * (c1 - c0)))
            ink = np.maximum(ink, np.clip(1 + radius * side - apart, 0, 1))
    return ink.round(3)


def whole(picture: NDArray[np.uint8], label: str) -> Tile:
    """A picture of bytes as shares of full ink."""
    return Tile(label, tuple(map(tuple, (picture / 255.0).round(3).tolist())))
