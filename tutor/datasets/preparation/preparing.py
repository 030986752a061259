"""Prepares a picture like those that a network was trained on: cropped to its ink, scaled, centred.

MNIST's digits were scaled to fit a box of 20×20 pixels, with their proportions kept, and put into 28×28 with the centre
of mass of their ink in the middle (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits").
``predict`` and the canvas both use ``prepared``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tutor.datasets.images import Pictures
from tutor.datasets.preparation.ink import Ink, find_ink
from tutor.datasets.preparation.paper import Shades


@dataclass(frozen=True)
class Form:
    """The form of a data set's pictures.

    ``side`` is that of the square, ``box`` that of the box that the ink just fits, in pixels; ``by_mass`` is whether
    the centre of the ink's mass is in the middle, rather than that of the box. A picture stays unchanged if the longer
    side of its ink is in the range ``usual`` and its centre at most ``off`` pixels from the middle.
    """

    name: str
    side: int
    box: int
    by_mass: bool
    usual: tuple[int, int]
    off: float


# In 5,000 of MNIST's test digits the longer side is 20 (in one 19), and the centre of mass rounds to pixel 14, from 0.
MNIST_FORM = Form("MNIST", 28, 20, by_mass=True, usual=(18, 21), off=1.0)
# G. Cohen et al., "EMNIST: an extension of MNIST to handwritten letters" (2017): two empty pixels on every side.
EMNIST_FORM = Form("EMNIST", 28, 24, by_mass=False, usual=(22, 28), off=2.0)
# In the 520 training letters the longer side is 30 to 48, on average 38.8, and the middle is up to 7.5 pixels off.
LETTERS_FORM = Form("the letters drawn by program", 50, 39, by_mass=False, usual=(30, 48), off=8.0)
# Fashion-MNIST's and KMNIST's pictures reach from edge to edge.
FULL_FORM = Form("its data", 28, 28, by_mass=False, usual=(1, 28), off=14.0)


class NoInk(ValueError):
    """Nothing in a picture stands out from its paper."""

    def __init__(self) -> None:
        super().__init__("there is no ink in this picture: nothing stands out from its paper")


@dataclass(frozen=True, eq=False)
class Prepared:
    """``picture`` (side, side): 0 is empty, 255 full ink. ``steps`` has a phrase for each step of the preparation."""

    picture: Pictures
    steps: tuple[str, ...]


def prepared(shades: NDArray[np.uint8] | Shades, form: Form) -> Prepared:
    """The picture ``shades`` (height, width), from 0 to 255, in the given ``form``. Raises ``NoInk``."""
    shades = shades.astype(np.float64)
    ink = find_ink(shades)
    if ink is None:
        raise NoInk
    steps = [f"{'dark' if ink.paper.light else 'light'} ink on {'light' if ink.paper.light else 'dark'} paper"]
    if ink.paper.framed or ink.edge:
        steps.append("what lies around the paper left out")
    elif _is_formed(shades, ink, form):
        whole = 255 - shades if ink.paper.light else shades
        return Prepared(whole.round().astype(np.uint8), (*steps, f"already as {form.name} has it: left as it is"))
    if ink.specks:
        steps.append(f"{ink.specks} speck{'s' if ink.specks > 1 else ''} left out")
    top, left, bottom, right = ink.box
    cropped = ink.strength[top:bottom, left:right]
    steps.append(f"cropped to its ink, rows {top} to {bottom - 1} and columns {left} to {right - 1}")
    scaled = _scaled(cropped, form.box)
    height, width = scaled.shape
    steps.append(f"scaled from {right - left}×{bottom - top} to {width}×{height} pixels")
    picture = _in_middle(scaled, form)
    steps.append(f"centred by its {'mass' if form.by_mass else 'box'} in {form.side}×{form.side}")
    return Prepared((255 * picture).round().astype(np.uint8), tuple(steps))


def _is_formed(shades: Shades, ink: Ink, form: Form) -> bool:
    """Whether the picture has the form already, so that preparing would only blur it."""
    if shades.shape != (form.side, form.side):
        return False
    raw = 255 - shades if ink.paper.light else shades
    if np.median(raw[ink.strength == 0]) > 0 or raw.max() < 128:
        return False
    top, left, bottom, right = ink.box
    if not form.usual[0] <= max(bottom - top, right - left) <= form.usual[1]:
        return False
    middle = form.side / 2
    centre = _centre(ink.strength) if form.by_mass else ((top + bottom) / 2, (left + right) / 2)
    return max(abs(centre[0] - middle), abs(centre[1] - middle)) <= form.off


def _scaled(strength: Shades, box: int) -> Shades:
    """The picture scaled so that its longer side is ``box``."""
    longest = max(strength.shape)
    height, width = (max(1, round(length * box / longest)) for length in strength.shape)
    if strength.shape == (height, width):
        return strength
    # BOX averages the pixels that it merges.
    way = Image.Resampling.BOX if longest > box else Image.Resampling.BILINEAR
    small = Image.fromarray(strength.astype(np.float32)).resize((width, height), way)
    return np.asarray(small, dtype=np.float64)


def _in_middle(scaled: Shades, form: Form) -> Shades:
    picture = np.zeros((form.side, form.side))
    height, width = scaled.shape
    centre = _centre(scaled) if form.by_mass else (height / 2, width / 2)
    # Only as far as the ink stays in the picture.
    top, left = (
        min(max(0, round(form.side / 2 - c)), form.side - length)
        for c, length in zip(centre, scaled.shape, strict=True)
    )
    picture[top : top + height, left : left + width] = scaled
    return picture


def _centre(strength: Shades) -> tuple[float, float]:
    """The centre of mass as (row, column), in pixels from 0, which is at 14 of 28 in MNIST."""
    mass = strength.sum()
    row = (strength.sum(axis=1) * np.arange(strength.shape[0])).sum() / mass
    column = (strength.sum(axis=0) * np.arange(strength.shape[1])).sum() / mass
    return float(row), float(column)
