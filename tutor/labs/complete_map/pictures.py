"""The drawings that a complete map picks out, as pictures."""

from __future__ import annotations

import numpy as np

from tutor.complete_map.drawings import pixels_of
from tutor.complete_map.found import Example
from tutor.complete_map.report import Report
from tutor.datasets.shapes import NAMES, SIDE
from tutor.labs.kit.labels import Label
from tutor.labs.kit.readouts import Curve, Picture, Series, Tile

NONE, UNKNOWN = "there is none", "not known yet"


def drawing_tile(label: str, number: int | None, marked_from: int | None = None, tells: tuple[str, ...] = ()) -> Tile:
    """A drawing; the pixels in which it differs from another are marked. Without a number it is empty.

    ``tells`` names the readouts that it gives away.
    """
    pixels = np.zeros((SIDE, SIDE)) if number is None else pixels_of(number).reshape(SIDE, SIDE)
    other = None if number is None or marked_from is None else pixels_of(marked_from).reshape(SIDE, SIDE)
    at = () if other is None else tuple((int(r), int(c)) for r, c in np.argwhere(pixels != other))
    return Tile(label, tuple(map(tuple, pixels.tolist())), at, tells=tells)


def beside_its_shape(
    name: str, label: str, shape: str, number: int, example: Example | None, *tells: str, known: bool, marked: bool
) -> Picture:
    """A shape by its number, and beside it a drawing with the answer to it; ``known`` says whether that is known."""
    says = UNKNOWN if not known else NONE if example is None else f"→ {NAMES[example.answer]}"
    other = drawing_tile(
        Label(says, "other"), None if example is None else example.number, number if marked else None, tells
    )
    return Picture(name, label, (drawing_tile(Label(shape, "shape"), number), other), digits=0, gallery=True)


def surest_picture(name: str, label: str, report: Report | None) -> Picture:
    """The drawing that each class is surest of."""
    found = [None] * len(NAMES) if report is None else report.surest
    tiles = [
        drawing_tile(shape, None if example is None else example.number)
        for shape, example in zip(NAMES, found, strict=True)
    ]
    return Picture(name, label, tuple(tiles), digits=0, gallery=True)


def changed_curve(name: str, label: str, report: Report | None, shape: str) -> Curve:
    """Of all drawings with so many pixels of the shape flipped, how many per cent have another answer."""
    shares = () if report is None else report.flips[NAMES.index(shape)].shares
    xs, ys = tuple(map(float, range(len(shares)))), tuple(100 * share for share in shares)
    line = Series(shape, xs, ys, tells=("inverted",), known=len(shares) // 2)
    return Curve(name, label, "pixels flipped", (line,), 0.0, 100.0)
