"""Scales of colours: in order, exact on the terminals they are for, and without colours in characters."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich._palettes import EIGHT_BIT_PALETTE, STANDARD_PALETTE
from rich.color import Color, ColorSystem
from rich.console import Console

from tutor.ui.widgets.pictures.colour_scale import Depth, depth_of, ink, scale_for

SYSTEMS = {Depth.SIXTEEN: ColorSystem.STANDARD, Depth.MANY: ColorSystem.EIGHT_BIT}
# What xterm, Linux's console and VGA show for the colours 0–15: the order has to hold in all of them.
XTERM = (
    (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
    (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
    (255, 255, 255),
)  # fmt: skip


def lightness(rgb: tuple[int, int, int]) -> float:
    """L* of CIELAB, from 0 to 100."""
    linear = [p / 12.92 if (p := c / 255) <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for c in rgb]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > 216 / 24389 else y * 24389 / 27


def rising(numbers: list[float]) -> bool:
    return all(after > before for before, after in itertools.pairwise(numbers))


@pytest.mark.parametrize("depth", SYSTEMS)
@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("signed", [True, False])
def test_the_terminal_has_every_colour_exactly(depth: Depth, dark: bool, signed: bool) -> None:
    colours = scale_for(-1, 1, signed, depth, dark).colours
    shown = [Color.parse(colour).downgrade(SYSTEMS[depth]) for colour in colours]
    held = STANDARD_PALETTE if depth is Depth.SIXTEEN else EIGHT_BIT_PALETTE
    assert [held[c.number or 0] for c in shown] == [Color.parse(c).triplet for c in colours]
    assert len({c.number for c in shown}) == len(colours) >= (6 if depth is Depth.SIXTEEN else 11)


@pytest.mark.parametrize("depth", SYSTEMS)
def test_each_step_is_lighter_than_the_one_before(depth: Depth) -> None:
    shown = [Color.parse(c).downgrade(SYSTEMS[depth]) for c in scale_for(0, 1, False, depth, True).colours]
    assert rising([lightness(c.get_truecolor()) for c in shown])
    if depth is Depth.SIXTEEN:
        assert rising([lightness(XTERM[c.number or 0]) for c in shown])


@pytest.mark.parametrize("depth", SYSTEMS)
@pytest.mark.parametrize("dark", [True, False])
def test_both_sides_of_zero_lead_away_from_the_background(depth: Depth, dark: bool) -> None:
    colours = scale_for(-2, 2, True, depth, dark).colours
    middle = len(colours) // 2
    assert len(colours) == 2 * middle + 1
    for side in (colours[middle:], colours[middle::-1]):
        shown = [Color.parse(c).downgrade(SYSTEMS[depth]) for c in side]
        sets = [[c.get_truecolor() for c in shown]] + ([[XTERM[c.number or 0] for c in shown]] if middle == 3 else [])
        for rgb in sets:
            lights = [lightness(tuple(c)) for c in rgb]  # type: ignore[arg-type]
            assert rising(lights if dark else lights[::-1])


@given(
    st.floats(-3, 3),
    st.floats(-3, 3),
    st.booleans(),
    st.sampled_from(Depth),
)
def test_a_larger_number_never_has_a_lower_step(one: float, other: float, signed: bool, depth: Depth) -> None:
    scale = scale_for(-2, 2, signed, depth, True)
    first, second = scale.step(one), scale.step(other)
    assert first is not None
    assert second is not None
    assert 0 <= first < scale.steps
    assert first == second or (first < second) == (one < other)
    if signed and abs(one) > 1e-6:
        assert (first > scale.steps // 2) == (one > 0)


def test_the_ends_and_what_lies_beyond_and_what_is_no_number() -> None:
    scale = scale_for(0, 10, False, Depth.MANY, True)
    assert scale.step(0) == scale.step(-math.inf) == 0
    assert scale.step(10) == scale.step(math.inf) == scale.steps - 1
    assert scale.step(math.nan) is None
    signed = scale_for(-1, 4, True, Depth.NONE, True)
    assert signed.ends == (-4, 4)
    assert signed.step(0) == 4
    assert signed.step(-4) == 0
    assert signed.step(1e-3) == 5
    assert scale_for(1, 1, False, Depth.NONE, True).step(1) == 0


@pytest.mark.parametrize("depth", Depth)
def test_a_scale_around_another_middle_is_the_one_around_0_moved(depth: Depth) -> None:
    around_0, moved = scale_for(-0.5, 0.5, True, depth, True), scale_for(0, 1, True, depth, True, middle=0.5)
    assert moved.ends == (0, 1)
    for value in (-1.0, -0.5, -0.25, -0.0625, 0.0, 0.0625, 0.25, 0.5, 1.0):
        assert moved.step(value + 0.5) == around_0.step(value)
    # It reaches as far on both sides.
    assert scale_for(0, 3, True, depth, True, middle=1).ends == (-1, 3)


def test_without_colours_each_step_and_each_sign_has_its_own_character() -> None:
    signed = scale_for(-1, 1, True, Depth.NONE, True)
    assert not signed.colours
    assert len(set(signed.characters)) == signed.steps == 9
    assert scale_for(0, 1, False, Depth.NONE, True).characters == "·░▒▓█"


@pytest.mark.parametrize("depth", SYSTEMS)
@pytest.mark.parametrize("signed", [True, False])
def test_what_is_written_on_a_colour_can_be_read(depth: Depth, signed: bool) -> None:
    for colour in scale_for(-1, 1, signed, depth, True).colours:
        light, dark = sorted(
            (lightness(tuple(Color.parse(c).get_truecolor())) for c in (colour, ink(colour))), reverse=True
        )  # type: ignore[arg-type]
        assert light - dark >= 40


@pytest.mark.parametrize(
    ("term", "no_color", "depth"),
    [
        ("xterm-256color", False, Depth.MANY),
        ("xterm", False, Depth.SIXTEEN),
        ("linux", False, Depth.SIXTEEN),
        ("xterm-256color", True, Depth.NONE),
    ],
)
def test_the_terminal_says_how_many_colours_it_has(term: str, no_color: bool, depth: Depth) -> None:
    console = Console(force_terminal=True, _environ={"TERM": term})
    assert depth_of(console, no_color) is depth
