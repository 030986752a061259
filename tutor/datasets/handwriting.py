"""Characters written by hand, by program: a form of the character, pulled about as much as a hand does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.glyphs import Form
from tutor.datasets.images import Pictures
from tutor.datasets.strokes import Points, centre_of_length, curve, ink

Range = tuple[float, float]

# Shades between empty and full ink: few, so that the files are small.
SHADES = 15
SPECK = 0.7  # the darkest, as a share of full ink


@dataclass(frozen=True)
class Hand:
    """How much one hand differs from another. Every range is drawn from evenly.

    ``height`` and ``width`` of the character are shares of the picture's side, ``pen`` the radius of the pen in pixels
    and ``pressure`` by how much it changes along a stroke. ``slant`` is to the right for a rise of one, ``turn`` the
    tangent of the angle; ``wobble`` by how much each point misses its place, as a share of the character's size.
    ``off_centre`` is how far the character stands from the middle, as a share of the side, and ``balanced`` whether it
    is the centre of its ink that stands there, as in MNIST, or that of its size. ``shade`` is how dark full ink is,
    ``faint`` the share of inked pixels that lose some of it, ``specks`` that of all pixels which get some.
    """

    height: Range
    width: Range
    pen: Range
    pressure: float
    slant: Range
    turn: Range
    wobble: float
    off_centre: float
    balanced: bool
    shade: Range
    faint: float
    specks: float


def written(forms: tuple[Form, ...], side: int, hand: Hand, rng: np.random.Generator) -> Pictures:
    """One of the forms, as (side, side) bytes with ink high. All that is random is drawn from ``rng``."""
    form = forms[rng.integers(len(forms))]
    radius = _one_of(hand.pen, rng)
    lines = [curve(points) for points in _written(form, side, hand, rng)]
    middle = side / 2 + _about_zero(hand.off_centre, (2,), rng) * side
    if hand.balanced:
        middle = middle - centre_of_length(lines)
    lines = [line + middle for line in lines]
    radii = [(max(0.4, radius + _one_of((-1, 1), rng) * hand.pressure), radius) for _ in lines]
    drawn = ink(lines, radii, side) * _one_of(hand.shade, rng)
    return _shades(_worn(drawn, hand, rng))


def _written(form: Form, side: int, hand: Hand, rng: np.random.Generator) -> list[Points]:
    """The strokes in pixels from their middle: each point a little off, then stretched, slanted and turned."""
    width, height = _one_of(hand.width, rng) * side, _one_of(hand.height, rng) * side
    slant, turn = _one_of(hand.slant, rng), _one_of(hand.turn, rng)
    cosine = 1 / np.sqrt(1 + turn * turn)
    placed = []
    for stroke in form:
        points = stroke - 0.5 + _about_zero(hand.wobble, stroke.shape, rng)
        # A corner is one point given twice; it stays one.
        same = np.flatnonzero((stroke[1:] == stroke[:-1]).all(axis=1)) + 1
        points[same] = points[same - 1]
        x, y = points[:, 0] * width, points[:, 1] * height
        x = x - slant * y
        placed.append(np.stack([(x - turn * y) * cosine, (turn * x + y) * cosine], axis=1))
    return placed


# ``Generator.uniform`` would do, but for the last digit: some machines round its product and sum once and not twice.


def _one_of(given: Range, rng: np.random.Generator) -> float:
    low, high = given
    return low + (high - low) * rng.random()


def _about_zero(most: float, shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.float64]:
    return 2 * most * rng.random(shape) - most


def _worn(drawn: NDArray[np.float64], hand: Hand, rng: np.random.Generator) -> NDArray[np.float64]:
    """The drawing with some ink missing and some specks."""
    chance, amount = rng.random((2, *drawn.shape))
    faded = np.where(chance < hand.faint, drawn * amount, drawn)
    return np.where(chance > 1 - hand.specks, np.maximum(faded, amount * SPECK), faded)


def _shades(drawn: NDArray[np.float64]) -> Pictures:
    """Bytes, of few different shades."""
    shades: Pictures = (np.floor(drawn * SHADES + 0.5) * (255 // SHADES)).astype(np.uint8)
    return shades
