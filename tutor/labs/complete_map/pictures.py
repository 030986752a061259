"""The drawings that a complete map picks out, as pictures."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tutor.complete_map.drawings import pixels_of
from tutor.complete_map.found import Example
from tutor.complete_map.report import Report
from tutor.datasets.shapes import NAMES, SIDE
from tutor.labs.kit.labels import Label
from tutor.labs.kit.readouts import Curve, Picture, Series, Tile

NONE = "none"


def drawing_tile(label: str, number: int | None, marked_from: int | None = None, band: str = "") -> Tile:
    """A drawing; the pixels in which it differs from another are marked. Without a number it is empty."""
    pixels = np.zeros((SIDE, SIDE)) if number is None else pixels_of(number).reshape(SIDE, SIDE)
    other = None if number is None or marked_from is None else pixels_of(marked_from).reshape(SIDE, SIDE)
    at = () if other is None else tuple((int(r), int(c)) for r, c in np.argwhere(pixels != other))
    return Tile(label, tuple(map(tuple, pixels.tolist())), at, band=band)


def fewest_picture(name: str, label: str, report: Report | None, shapes: Sequence[int]) -> Picture:
    """Each shape, and below it the nearest drawing with another answer, its flipped pixels marked."""
    above = tuple(drawing_tile(shape, number, band="shape") for shape, number in zip(NAMES, shapes, strict=True))
    found = [None] * len(NAMES) if report is None else [flips.shown for flips in report.flips]
    return Picture(name, label, (*above, *_answered(found, shapes, "flipped")), digits=0)


def unlike_picture(name: str, label: str, report: Report | None, shapes: Sequence[int]) -> Picture:
    """Each shape, and below it the sure drawing that is least alike."""
    above = tuple(drawing_tile(shape, number, band="shape") for shape, number in zip(NAMES, shapes, strict=True))
    found = [None] * len(NAMES) if report is None else report.farthest
    return Picture(name, label, (*above, *_answered(found, None, "unlike")), digits=0)


def surest_picture(name: str, label: str, report: Report | None) -> Picture:
    """The drawing that each class is surest of."""
    found = [None] * len(NAMES) if report is None else report.surest
    return Picture(name, label, _answered(found, None, "surest"), digits=0)


def _answered(found: Sequence[Example | None], marked_from: Sequence[int] | None, band: str) -> tuple[Tile, ...]:
    """A drawing by each example of a shape, with the answer to it where that is another; empty where there is none."""
    tiles = []
    for place, (shape, example) in enumerate(zip(NAMES, found, strict=True)):
        says = NONE if example is None else NAMES[example.answer]
        label = Label(f"→ {says}" if says != shape else shape, f"{shape}_{band}")
        start = None if marked_from is None else marked_from[place]
        tiles.append(drawing_tile(label, None if example is None else example.number, start, band))
    return tuple(tiles)


def changed_curve(name: str, label: str, report: Report | None, shape: str) -> Curve:
    """Of all drawings with so many pixels of the shape flipped, how many per cent have another answer."""
    shares = () if report is None else report.flips[NAMES.index(shape)].shares
    line = Series(shape, tuple(map(float, range(len(shares)))), tuple(100 * share for share in shares))
    return Curve(name, label, "pixels flipped", (line,), 0.0, 100.0)
