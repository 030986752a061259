"""Substitutes for characters that a terminal or an encoding does not have: one table for both faces.

A printed line may get longer, so there a character is spelled out. In the cells of a screen a substitute is as wide as
the character; it has two or three characters only if blanks next to it make room.
"""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TextIO

# Character, substitute of one cell, spelling where lines may get longer (if different).
_TABLE = """
− -            – -            — -            ∗ *            × x            ⁄ /            ′ '
≤ < <=         ≥ > >=         ≠ # !=         ≈ ~            ± + +-         ≡ =            → > ->
← < <-         ↑ ^            ↓ v            … . ...        “ "            ” "            ‘ '
’ '            • *            ● O            ‹ <            › >            ∞ I infinity   √ V sqrt
Σ S sum        Π P product    Φ F Phi        Δ D Delta      ∇ V grad       ∂ d            ∈ e in
α a alpha      β b beta       γ g gamma      δ d delta      ε e epsilon    η n eta        θ t theta
λ L lambda     μ u mu         µ u mu         π p pi         ρ r rho        σ s sigma      τ t tau
φ f phi        ‖ | ||         ⌈ [ ceil(      ⌉ ] )          ⌊ [ floor(     ⌋ ] )          ½ h 1/2
¼ q 1/4        ² 2 ^2         ³ 3 ^3         ¹ 1 ^1         ⁵ 5 ^5         ⁸ 8 ^8         ᵏ k ^k
ᵗ t ^t         ✓ +            ✗ x            ↻ @            ▸ >            ◂ <            ▰ #
▱ .            □ o            ▣ 8            ◆ @            ◇ d            △ v            ▲ A
╋ &            ╳ X            ✱ %            █ #            ▓ *            ▒ +            ░ :
▀ "            ▄ _            ▁ _            ▂ _            ▃ _            ▅ =            ▆ =
▇ #            ▉ #            ▊ =            ▋ =            ▌ =            ▍ -            ▎ -
▏ _            ▐ =            ▔ -            ━ =            ╸ =            ╺ -            ■ #
⏎ <            � ?            ○ o            ◐ %              ↗ /            ↖ \\            ↘ \\
↙ /
"""
_ROWS = tuple(tuple(entry.split()) for line in _TABLE.split("\n") for entry in line.split("  ") if entry.strip())
_ONE_CELL = {row[0]: row[1] for row in _ROWS}
_SPELLED = {row[0]: row[-1] for row in _ROWS} | {"Σ": "sum ", "Π": "product ", "∇": "grad ", "∈": " in ", "▌": "|"}
# In the cells of a screen these use the blanks next to them.
_TAKES_BLANKS = {c: _SPELLED[c] for c in "≤≥≠→←²³¹⁵⁸ᵏ½¼"} | {"…": "..", "∞": "inf"}
_TOGETHER = {"▐▌": "@@", "  −∞": "-inf"}
_HAT = "\u0302"
_PRODUCT, _DOT = "·", "."
_ENDS_A_FACTOR, _BEGINS_A_FACTOR = ")]'", "(−-√Σ∂‖"

LEGEND = (
    ("s u e a b g L n", "sigma, mu, epsilon, alpha, beta, gamma, lambda, eta"),
    ("d  S  V  I", "a partial derivative or delta, a sum, a square root, infinity"),
    ("x1  x2", "x with an index; a square is written ^2 where there is room, otherwise 2 alone"),
    ("X", "x with a hat over it, a normalized x"),
    ("h", "one half, where 1/2 has no room"),
    ("*  .", "times, between two numbers; a pixel that is off, in a picture"),
    (". : + * #", "from the smallest to the largest, in pictures"),
    ("d c b a . 1 2 3 4", "in pictures with numbers below 0: from the least to the largest"),
    ("1 to 8, a to c", "units of a network: how large, and how far below 0"),
)
"""The meaning of those substitutes on a screen that are not obvious."""

_ERRORS = "dl-tutor.spelled"


def encodable(text: str, encoding: str) -> str:
    """``text`` with only the characters of ``encoding``; it may get longer.

    >>> encodable("y = σ(−x₁·w₁)", "ascii")
    'y = sigma(-x1*w1)'
    >>> encodable("2⁵¹² · 10⁻⁴", "ascii")
    '2^512 * 10^-4'
    """
    fits = _fits(encoding)
    if fits(text):
        return text
    written, before = [], ""
    for c in text:
        spelled = c if fits(c) else _spelled(c, fits)
        if _is_raised(c) and not fits(c):
            # An exponent of several digits is one power.
            spelled = spelled.removeprefix("^") if _is_raised(before) else f"^{spelled.removeprefix('^')}"
        written.append(spelled)
        before = c
    return "".join(written)


def _is_raised(character: str) -> bool:
    return unicodedata.decomposition(character).startswith("<super>") if character else False


def in_cells(text: str, stays: Callable[[str], bool], width: Callable[[str], int]) -> str:
    """``text`` in the same number of cells. ``stays`` says which characters are kept, ``width`` how many cells one has.

    >>> in_cells("y = σ(−x₁·w₁) ≤ 1", str.isascii, len)
    'y = s(-x1*w1) <=1'
    """
    for pair, stand_in in _TOGETHER.items():
        if pair in text and not stays(pair[-1]):
            text = text.replace(pair, stand_in)
    written: list[str] = []
    place = 0
    while place < len(text):
        character = text[place]
        place += 1
        if character == _HAT and not stays(character):
            if written:
                written[-1] = written[-1].upper()
            continue
        if stays(character):
            written.append(character)
            continue
        spelled = _TAKES_BLANKS.get(character, "")
        ahead = text[place : place + len(spelled) - 1] if spelled else ""
        behind = written[1 - len(spelled) :] if len(spelled) > 1 else []
        is_word = character not in "→←" or not written or written[-1].endswith(" ")
        if spelled and is_word and ahead == " " * (len(spelled) - 1):
            written.append(spelled)
            place += len(ahead)
        elif spelled and is_word and behind == [" "] * (len(spelled) - 1):
            written[1 - len(spelled) :] = [spelled]
        elif character == _PRODUCT:
            written.append(_product_or_dot(written[-1][-1:] if written else "", text[place : place + 1]))
        else:
            stand_in = one_cell(character)
            cells = width(character)
            written.append(stand_in + " " * (cells - 1) if cells else "")
    return "".join(written)


@cache
def one_cell(character: str) -> str:
    """An ASCII character for any character."""
    if character.isascii():
        return character
    if character in _ONE_CELL:
        return _ONE_CELL[character]
    if "\u2800" <= character <= "\u28ff":
        return _of_dots(ord(character) - 0x2800)
    if "\u2500" <= character <= "\u257f":
        return _of_lines(unicodedata.name(character))
    apart = [c for c in unicodedata.normalize("NFKD", character) if c.isascii()]
    return apart[0] if apart else "?"


def write_ascii(*streams: TextIO) -> None:
    """Make these streams write only ASCII from now on."""
    codecs.register_error(_ERRORS, _spell_error)
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="ascii", errors=_ERRORS)


def _spell_error(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return encodable(error.object[error.start : error.end], "ascii"), error.end


@cache
def _fits(encoding: str) -> Callable[[str], bool]:
    def fits(part: str) -> bool:
        try:
            part.encode(encoding)
        except UnicodeEncodeError:
            return False
        return True

    return fits


def _spelled(character: str, fits: Callable[[str], bool]) -> str:
    if character == _PRODUCT:
        return "*"
    if character == _HAT:
        return "hat"
    apart = _SPELLED.get(character)
    if apart is None and "\u2500" <= character <= "\u28ff":
        apart = one_cell(character)
    if apart is None:
        apart = "".join(
            _SPELLED.get(c, c) for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c)
        )
    return "".join(c if fits(c) else "?" for c in apart) or "?"


def _product_or_dot(before: str, after: str) -> str:
    """The substitute for a dot: a product sign between two factors, else (in pictures, between words) a dot."""
    is_factor = before.isalnum() or (before and before in _ENDS_A_FACTOR)
    goes_on = after.isalnum() or (after and after in _BEGINS_A_FACTOR)
    return "*" if is_factor and goes_on else _DOT


def _of_dots(bits: int) -> str:
    """A character with its ink where a braille character has its dots."""
    upper, middle, lower = bits & 0x09, bits & 0x36, bits & 0xC0
    if upper and lower:
        return "|"
    return "-" if middle else "'" if upper else "." if lower else " "


def _of_lines(name: str) -> str:
    """A substitute for a box-drawing character, from its Unicode name."""
    parts = {word for word in ("HORIZONTAL", "VERTICAL", "UP", "DOWN", "LEFT", "RIGHT", "ARC") if word in name}
    if "VERTICAL" in parts and len(parts) == 1:
        return "|"
    if parts <= {"HORIZONTAL", "LEFT", "RIGHT"}:
        return "=" if "DOUBLE" in name else "-"
    return "|" if parts <= {"UP", "DOWN", "VERTICAL"} else "+"
