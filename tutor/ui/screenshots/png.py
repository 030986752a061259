"""A PNG file of cells: blocks and braille as rectangles that meet without a gap, everything else in a font."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from tutor.resources import data_folder
from tutor.ui.screenshots.cells import RGB, Cell, Paint

WIDTH, HEIGHT = 12, 24
"""Pixels of a cell: the advance of a character of the font, and its ascent and descent."""
FONT, SIZE = "DejaVuSansMono.ttf", 20
_UNDERLINE, _STRIKE = 21, 13
"""Lines of the cell."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, each as a share of the cell; right and bottom are not in it."""
_UPPER_LEFT, _UPPER_RIGHT = (0.0, 0.0, 0.5, 0.5), (0.5, 0.0, 1.0, 0.5)
_LOWER_LEFT, _LOWER_RIGHT = (0.0, 0.5, 0.5, 1.0), (0.5, 0.5, 1.0, 1.0)
BLOCKS: dict[str, tuple[Box, ...]] = {
    "▀": ((0.0, 0.0, 1.0, 0.5),),
    "▐": ((0.5, 0.0, 1.0, 1.0),),
    "▔": ((0.0, 0.0, 1.0, 1 / 8),),
    "▕": ((7 / 8, 0.0, 1.0, 1.0),),
    **{chr(0x2580 + eighths): ((0.0, 1 - eighths / 8, 1.0, 1.0),) for eighths in range(1, 9)},
    **{chr(0x2590 - eighths): ((0.0, 0.0, eighths / 8, 1.0),) for eighths in range(1, 8)},
    "▖": (_LOWER_LEFT,),
    "▗": (_LOWER_RIGHT,),
    "▘": (_UPPER_LEFT,),
    "▙": (_UPPER_LEFT, _LOWER_LEFT, _LOWER_RIGHT),
    "▚": (_UPPER_LEFT, _LOWER_RIGHT),
    "▛": (_UPPER_LEFT, _UPPER_RIGHT, _LOWER_LEFT),
    "▜": (_UPPER_LEFT, _UPPER_RIGHT, _LOWER_RIGHT),
    "▝": (_UPPER_RIGHT,),
    "▞": (_UPPER_RIGHT, _LOWER_LEFT),
    "▟": (_UPPER_RIGHT, _LOWER_LEFT, _LOWER_RIGHT),
    # The font has none.
    "⋮": tuple((5 / 12, at / 24, 7 / 12, (at + 2) / 24) for at in (5, 11, 17)),
}
"""The parts of a cell that a block character fills (Unicode, Block Elements)."""
SHADES = {"░": 0.25, "▒": 0.5, "▓": 0.75}
"""How much of the cell's colour a shade has; the rest is its background."""
_BRAILLE, _LAST_BRAILLE = 0x2800, 0x28FF
# Column and row of the dot that each bit of a braille character sets, from the lowest bit on.
_DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))
_DOT = 4
"""Pixels of a braille dot, each way."""


def png_of(rows: Sequence[Sequence[Cell]]) -> bytes:
    """The rows as a PNG file, the same bytes for the same cells with the same version of Pillow."""
    picture = Image.new("RGB", (WIDTH * max(map(len, rows), default=1), HEIGHT * len(rows)))
    draw = ImageDraw.Draw(picture)
    for y, row in enumerate(rows):
        for x, (_, paint) in enumerate(row):
            _fill(draw, x * WIDTH, y * HEIGHT, (0.0, 0.0, 1.0, 1.0), paint.background)
        for x, (character, paint) in enumerate(row):
            _draw(draw, x * WIDTH, y * HEIGHT, character, paint)
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def _draw(draw: ImageDraw.ImageDraw, left: int, top: int, character: str, paint: Paint) -> None:
    """One character and the lines under it and through it."""
    if character in BLOCKS:
        for box in BLOCKS[character]:
            _fill(draw, left, top, box, paint.colour)
    elif character in SHADES:
        share = SHADES[character]
        _fill(draw, left, top, (0.0, 0.0, 1.0, 1.0), _mixed(paint.colour, paint.background, share))
    elif len(character) == 1 and _BRAILLE <= ord(character) <= _LAST_BRAILLE:
        for x, y in _dots(ord(character) - _BRAILLE):
            draw.rectangle((left + x, top + y, left + x + _DOT - 1, top + y + _DOT - 1), paint.colour)
    elif character.strip():
        draw.text((left, top), character, paint.colour, _font())
        if paint.bold:
            # Struck twice, as a typewriter does it: a second font would be as large as everything else.
            draw.text((left + 1, top), character, paint.colour, _font())
    for drawn, line in ((paint.underlined, _UNDERLINE), (paint.struck, _STRIKE)):
        if drawn:
            draw.line((left, top + line, left + WIDTH - 1, top + line), paint.colour)


def _fill(draw: ImageDraw.ImageDraw, left: int, top: int, box: Box, colour: RGB) -> None:
    x0, y0, x1, y1 = (round(share * side) for share, side in zip(box, (WIDTH, HEIGHT, WIDTH, HEIGHT), strict=True))
    draw.rectangle((left + x0, top + y0, left + x1 - 1, top + y1 - 1), colour)


def _dots(bits: int) -> Iterable[tuple[int, int]]:
    """The upper left pixels of the dots: each in the middle of its part, two across and four down."""
    across, down = WIDTH // 2, HEIGHT // 4
    for bit, (x, y) in enumerate(_DOTS):
        if bits >> bit & 1:
            yield x * across + (across - _DOT) // 2, y * down + (down - _DOT) // 2


def _mixed(colour: RGB, background: RGB, share: float) -> RGB:
    red, green, blue = (round(share * a + (1 - share) * b) for a, b in zip(colour, background, strict=True))
    return red, green, blue


@cache
def _font() -> ImageFont.FreeTypeFont:
    # Without Raqm, which not every build of Pillow has.
    return ImageFont.truetype(data_folder() / "fonts" / FONT, SIZE, layout_engine=ImageFont.Layout.BASIC)
