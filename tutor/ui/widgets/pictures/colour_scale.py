"""Numbers as colours: the steps of a scale from the terminal's colours; without colours, as characters.

The palettes of 256 or 16 colours contain every colour here exactly, so that nothing is rounded and equal numbers look
equal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from functools import cache

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.console import Console

NO_NUMBER = "–"
"""Shown for a value that is not a number."""


class Depth(Enum):
    """The number of a terminal's colours; without colours, the characters for drawing numbers."""

    PLAIN = -1
    """No colours, half blocks or shades."""
    NONE = 0
    SIXTEEN = 16
    MANY = 256

    @property
    def in_characters(self) -> bool:
        """Whether numbers are drawn as characters."""
        return self in (Depth.PLAIN, Depth.NONE)


# Lighter with every step, from nearly black through red and orange to nearly white.
_HEAT = (
    "#00005f", "#5f005f", "#5f0087", "#87005f", "#af005f", "#d7005f", "#d75f5f", "#ff5f00", "#ff8700", "#ffaf00",
    "#ffd75f", "#ffffaf",
)  # fmt: skip
# Black, blue, magenta, bright red, bright yellow, bright white: the same order in every common set of sixteen.
_HEAT_16 = ("#000000", "#0000aa", "#aa00aa", "#ff5555", "#ffff55", "#ffffff")

# Greys from paper to ink, which the palettes contain exactly.
GREYS = ("#1c1c1c", "#3a3a3a", "#585858", "#767676", "#949494", "#b2b2b2", "#d0d0d0", "#eeeeee")
GREYS_16 = ("#000000", "#555555", "#aaaaaa", "#ffffff")

# Orange below 0, blue above, as in the palette; 0 is closest to the background, and both sides lead away from it.
_SIGNED_DARK = (
    "#ffd75f", "#ffaf00", "#ff8700", "#d75f00", "#875f00",
    "#3a3a3a",
    "#005f87", "#0087af", "#00afff", "#5fd7ff", "#afffff",
)  # fmt: skip
_SIGNED_LIGHT = (
    "#5f0000", "#af5f00", "#ff8700", "#ffaf00", "#ffd787",
    "#ffffff",
    "#afd7ff", "#5fafff", "#0087d7", "#005faf", "#00005f",
)  # fmt: skip
_SIGNED_DARK_16 = ("#ffff55", "#aa5500", "#aa0000", "#000000", "#0000aa", "#00aaaa", "#55ffff")
_SIGNED_LIGHT_16 = ("#aa0000", "#aa5500", "#ffff55", "#ffffff", "#55ffff", "#00aaaa", "#0000aa")

_SHADES = "·░▒▓█"
_SIGNED_SHADES = "#≡=-·░▒▓█"
_PLAIN_SHADES = ".:+*#"
_PLAIN_SIGNED_SHADES = "dcba.1234"


@dataclass(frozen=True)
class ColourScale:
    """The steps from ``low`` to ``high``; a ``signed`` scale has two sides, below and above ``middle``.

    Without colours, ``colours`` is empty and ``characters`` are used.
    """

    low: float
    high: float
    signed: bool
    colours: tuple[str, ...]
    characters: str
    middle: float = 0.0

    @property
    def steps(self) -> int:
        """The number of steps."""
        return len(self.colours or self.characters)

    def step(self, value: float) -> int | None:
        """The step of a value, from 0; None for NaN. Values beyond an end get the last step there.

        In a signed scale only ``middle`` itself has the middle step.
        """
        if math.isnan(value):
            return None
        if not self.signed:
            share = (value - self.low) / ((self.high - self.low) or 1.0)
            return min(self.steps - 1, max(0, math.floor(min(2.0, max(-1.0, share)) * self.steps)))
        half, off = self.steps // 2, value - self.middle
        share = min(1.0, abs(off) / (self.reach or 1.0))
        return half + math.ceil(share * half - 1e-9) * (1 if off > 0 else -1)

    def steps_of(self, values: NDArray[np.float64]) -> list[list[int | None]]:
        """The steps of rows of values, as ``step`` says them, all at once: a picture has thousands of values."""
        with np.errstate(all="ignore"):
            if not self.signed:
                shares = (values - self.low) / ((self.high - self.low) or 1.0)
                shares = np.where(np.isnan(shares), -1.0, shares)
                steps = np.clip(np.floor(np.clip(shares, -1.0, 2.0) * self.steps), 0, self.steps - 1)
            else:
                half, off = self.steps // 2, values - self.middle
                shares = np.fmin(1.0, np.abs(off) / (self.reach or 1.0))
                steps = half + np.ceil(shares * half - 1e-9) * np.where(off > 0, 1, -1)
            missing = np.isnan(values)
            found: list[list[int | None]] = np.where(missing, 0, steps).astype(int).tolist()
        for row, column in np.argwhere(missing).tolist():
            found[row][column] = None
        return found

    @property
    def many(self) -> bool:
        """Whether the terminal has many colours, more than sixteen."""
        return len(self.colours) > max(len(_HEAT_16), len(_SIGNED_DARK_16))

    @property
    def reach(self) -> float:
        """How far a signed scale extends to either side."""
        return max(abs(self.low - self.middle), abs(self.high - self.middle))

    @property
    def ends(self) -> tuple[float, float]:
        """The values at the two ends."""
        if not self.signed:
            return self.low, self.high
        return self.middle - self.reach, self.middle + self.reach


def scale_for(
    low: float, high: float, signed: bool, depth: Depth, dark: bool, grey: bool = False, middle: float = 0.0
) -> ColourScale:
    """The scale for a terminal with this colour depth and a dark or a light background.

    ``grey`` is for one that is not signed, ``middle`` for one that is.
    """
    if depth is Depth.PLAIN:
        return ColourScale(low, high, signed, (), _PLAIN_SIGNED_SHADES if signed else _PLAIN_SHADES, middle)
    if depth is Depth.NONE:
        return ColourScale(low, high, signed, (), _SIGNED_SHADES if signed else _SHADES, middle)
    many = depth is Depth.MANY
    colours: tuple[str, ...]
    if not signed and grey:
        colours = GREYS if many else GREYS_16
    elif not signed:
        colours = _HEAT if many else _HEAT_16
    elif many:
        colours = _SIGNED_DARK if dark else _SIGNED_LIGHT
    else:
        colours = _SIGNED_DARK_16 if dark else _SIGNED_LIGHT_16
    return ColourScale(low, high, signed, colours, "", middle)


def depth_of(console: Console, no_color: bool, plain: bool = False) -> Depth:
    """The colour depth of this console's terminal; ``plain``: it lacks half blocks and shades."""
    if plain:
        return Depth.PLAIN
    if no_color:
        return Depth.NONE
    return Depth.SIXTEEN if console.color_system in ("standard", "windows") else Depth.MANY


# The levels of a channel in the palette of 256 colours.
_LEVELS = (0, 95, 135, 175, 215, 255)


@cache
def true_colour(red: float, green: float, blue: float) -> str:
    """The nearest colour of the palette of 256 to these shares, from 0 to 1.

    >>> true_colour(1, 0.5, 0)
    '#ff8700'
    """
    parts = (min(_LEVELS, key=lambda level: abs(level - 255 * share)) for share in (red, green, blue))
    return "#" + "".join(f"{part:02x}" for part in parts)


@cache
def ink(colour: str) -> str:
    """Black or white, whichever is easier to read on ``colour``."""
    return "#000000" if luminance(colour) > 0.18 else "#ffffff"


def luminance(colour: str) -> float:
    """The perceived lightness of a colour, from 0 to 1."""
    red, green, blue = (part / 255 for part in Color.parse(colour).get_truecolor())
    linear = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in (red, green, blue))
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
