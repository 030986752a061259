"""Where a line may break: not inside a formula that fits, and at its loosest place in one that does not."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.course.words.printed_page import wrap_text
from tutor.course.words.unbroken_formulas import GLUE, unbroken, without_glue

WHOLE = [
    "⌊(n − k) / s⌋ + 1",
    "σ(z) = 1 / (1 + e^(−z))",
    "z = 2·0.5 + (−3)·1 = −2",
    "650 + 520 + 315 + 160 + 55 = 1700",
    "25 → 20 → 15 → 10 → 5",
    "−ln p",
    "(2, −3)",
    "25 %",
    "a = b",
    "max(0, z)",
    "p ≈ 0.2",
    "Dense = 9·8",
]


@pytest.mark.parametrize("formula", WHOLE)
@pytest.mark.parametrize("before", range(0, 36, 3))
def test_a_formula_that_fits_is_on_one_line(formula: str, before: int) -> None:
    text = f"{'word ' * (before // 5)}{'x' * (before % 5)}as in {formula}, and so on."
    lines = wrap_text(text, 34)
    assert " ".join(lines) == " ".join(text.split())
    assert any(formula in line for line in lines), lines


@pytest.mark.parametrize(
    ("formula", "lines"),
    [
        ("σ(z) = 1 / (1 + e^(−z))", ["σ(z)", "= 1 / (1 + e^(−z))"]),
        ("z = 2·0.5 + (−3)·1 + 4", ["z = 2·0.5 + (−3)·1", "+ 4"]),
        ("650 + 520 + 315 + 160 = 1645", ["650 + 520 + 315", "+ 160 = 1645"]),
    ],
)
def test_one_that_is_longer_than_a_line_breaks_before_its_loosest_operators(formula: str, lines: list[str]) -> None:
    assert wrap_text(formula, 18) == lines


@pytest.mark.parametrize(
    "prose",
    [
        "It is true for yes / no and in the log of it, up to (as ever, in words) the very end of it all.",
        "First one, then two – or three; a list of plain words that holds nothing of mathematics, you see.",
    ],
)
@pytest.mark.parametrize("width", [12, 20, 34])
def test_prose_breaks_where_it_always_did(prose: str, width: int) -> None:
    assert wrap_text(prose, width) == textwrap.wrap(prose, width, break_on_hyphens=False)


@pytest.mark.parametrize("width", range(10, 30))
def test_a_no_break_space_never_breaks(width: int) -> None:
    text = "la somme des entrées\u00a0: trois, non\u00a0? et la fin"
    lines = [without_glue(line) for line in textwrap.wrap(unbroken(text, width), width)]
    assert not [line for line in lines if line.startswith((":", "?"))]
    assert " ".join(lines) == text.replace("\u00a0", " ")


def test_code_is_not_broken_where_it_fits() -> None:
    text = "then set strides = two, padding it"
    code = (text.index("set"), text.index(" it"))
    assert without_glue(unbroken(text, 30, [code])) == text
    assert unbroken(text, 30, [code]).count(GLUE) == 4
    lines = textwrap.wrap(unbroken(text, 16, [code]), 16)
    assert all(len(line) <= 16 for line in lines)


@given(st.text(alphabet="ab1 +−=·/()[],.%\nln", max_size=80), st.integers(1, 40))
def test_no_character_is_lost_and_no_piece_is_longer_than_it_must_be(text: str, width: int) -> None:
    marked = unbroken(text, width)
    assert without_glue(marked) == text
    assert all(len(piece) <= width for piece in marked.split() if GLUE in piece.strip(GLUE))
