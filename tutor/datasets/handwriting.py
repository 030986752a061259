"""Synthetic handwriting: a form of a character, distorted as much as a hand does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.glyphs import Form
from tutor.datasets.images import Pictures
from tutor.datasets.strokes import Points, centre_of_length, curve, ink

Range = tuple[float, float]

# Few shades between empty and full ink, so that the files are small.
SHADES = 15
SPECK = 0.7  # the darkest, as a share of full ink


@dataclass(frozen=True)
class Hand:
    """The variation of a handwriting. Each range is sampled uniformly.

    ``height`` and ``width`` of the character are shares of the picture's side, ``pen`` is the radius of the pen in
    pixels and ``pressure`` its change along a stroke. ``slant`` is the shift to the right per unit of height, ``turn``
    the tangent of the rotation angle, ``wobble`` the deviation of each point as a share of the character's size.
    ``off_centre`` is the distance of the character from the middle, as a share of the side; ``balanced`` is whether
    that refers to the centre of mass of its ink, as in MNIST, or to the centre of its box. ``shade`` is the darkness of
    full ink, ``faint`` the share of inked pixels that lose some ink, ``specks`` the share of all pixels that gain some.
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
    """One of the forms, as (side, side) bytes with high values for ink. All randomness comes from ``rng``."""
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
    """The strokes in pixels from their middle: each point displaced a little, then scaled, slanted and rotated."""
    width, height = _one_of(hand.width, rng) * side, _one_of(hand.height, rng) * side
    slant, turn = _one_of(hand.slant, rng), _one_of(hand.turn, rng)
    cosine = 1 / np.sqrt(1 + turn * turn)
    moved = []
    for stroke in form:
        points = stroke - 0.5 + _about_zero(hand.wobble, stroke.shape, rng)
        # A corner is a repeated point, and must remain one.
        same = np.flatnonzero((stroke[1:] == stroke[:-1]).all(axis=1)) + 1
        points[same] = points[same - 1]
        x, y = points[:, 0] * width, points[:, 1] * height
        x = x - slant * y
        moved.append(np.stack([(x - turn * y) * cosine, (turn * x + y) * cosine], axis=1))
    return moved


# Not ``Generator.uniform``, whose last digit differs: some machines round its product and sum once instead of twice.


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
    """The drawing as bytes with few different shades."""
    shades: Pictures = (np.floor(drawn * SHADES + 0.5) * (255 // SHADES)).astype(np.uint8)
    return shades
