"""The palette: its colours are told apart with each colour blindness, on dark and light, in 256 and 16 colours."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.color import Color, ColorSystem
from textual.theme import BUILTIN_THEMES

from tutor.ui.app import DARK, LIGHT
from tutor.ui.palette import ON_DARK, ON_LIGHT

Floats = NDArray[np.float64]

# Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009),
# severity 1.0; for linear RGB.
DEFICIENCIES = {
    "none": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
# CIE 1976: about 2.3 is just noticeable.
CLEARLY_APART = 20.0
# WCAG 2.1, 1.4.11: graphics against what is beside them.
LEAST_CONTRAST = 3.0
# sRGB to XYZ (IEC 61966-2-1), and the white D65.
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.119192, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
PALETTES = ((ON_DARK, DARK), (ON_LIGHT, LIGHT))


def linear(colour: str) -> Floats:
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(rgb: Floats) -> Floats:
    ratios = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    x, y, z = np.where(ratios > 216 / 24389, np.cbrt(ratios), (24389 / 27 * ratios + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def background(theme: str) -> str:
    return BUILTIN_THEMES[theme].to_color_system().generate()["background"]


def luminance(colour: str) -> float:
    return float(linear(colour) @ TO_XYZ[1])


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
@pytest.mark.parametrize(("colours", "theme"), PALETTES)
def test_every_two_are_told_apart(colours: Mapping[str, str], theme: str, deficiency: str) -> None:
    seen = {name: lab(DEFICIENCIES[deficiency] @ linear(colour)) for name, colour in colours.items()}
    for one, other in combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > CLEARLY_APART, f"{one} and {other} on {theme}"


@pytest.mark.parametrize(("colours", "theme"), PALETTES)
def test_each_stands_out_from_what_is_behind_it(colours: Mapping[str, str], theme: str) -> None:
    behind = luminance(background(theme))
    for name, colour in colours.items():
        darker, lighter = sorted((behind, luminance(colour)))
        assert (lighter + 0.05) / (darker + 0.05) >= LEAST_CONTRAST, name


@pytest.mark.parametrize("system", [ColorSystem.EIGHT_BIT, ColorSystem.STANDARD])
@pytest.mark.parametrize(("colours", "theme"), PALETTES)
def test_they_stay_different_in_fewer_colours(colours: Mapping[str, str], theme: str, system: ColorSystem) -> None:
    left = {name: Color.parse(colour).downgrade(system).number for name, colour in colours.items()}
    assert len(set(left.values())) == len(left), f"{left} on {theme}"
