"""Edits of the picture on the canvas, and thumbnails for a gallery."""

from __future__ import annotations

import math
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
# Three thumbnails fit side by side beside a step.
THUMBNAIL = 11
# Noise on the paper is fainter.
FULL_INK = 200


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


def thumbnail(picture: NDArray[np.uint8], label: str) -> Tile:
    """The inked part of a picture of bytes, reduced: each number is the mean of a square, from 0 to 1."""
    side = picture.shape[0]
    kept = side - 2 * (3 * side // 28)
    each = math.ceil(kept / THUMBNAIL)
    kept -= kept % each
    top, left = (_window(picture.max(axis=axis), kept) for axis in (1, 0))
    inner = picture[top : top + kept, left : left + kept] / 255.0
    small = inner.reshape(kept // each, each, kept // each, each).mean(axis=(1, 3))
    return Tile(label, tuple(map(tuple, small.round(3).tolist())))


def _window(ink: NDArray[np.uint8], length: int) -> int:
    """The start of a window of this ``length`` with the full ink in its middle, as far as the edges allow."""
    full = np.flatnonzero(ink >= FULL_INK)
    middle = (full[0] + full[-1] + 1) / 2 if len(full) else len(ink) / 2
    return min(max(0, round(middle - length / 2)), len(ink) - length)
