"""What stands on the screen, cell by cell, in the colours that a terminal with all of them shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rich.color import blend_rgb
from rich.color_triplet import ColorTriplet
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import SVG_EXPORT_THEME
from textual._compositor import LayoutUpdate
from textual.app import App

from tutor.ui.terminal.frame_difference import split_cells

RGB = tuple[int, int, int]
_FAINT = 0.5
"""How much of the background a faint character has."""


@dataclass(frozen=True)
class Paint:
    """How a cell is painted."""

    colour: RGB
    background: RGB
    bold: bool = False
    underlined: bool = False
    struck: bool = False


Cell = tuple[str, Paint]
"""A character and its paint; the second cell of a wide character is empty."""


def screen_update(app: App[Any]) -> LayoutUpdate:
    """The whole screen, with what lies behind a screen that lets it through."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert isinstance(update, LayoutUpdate), update
    return update


def screen_cells(app: App[Any]) -> list[list[Cell]]:
    """The rows of the screen."""
    return [list(_cells(segment for strip in strips for segment in strip)) for strips in screen_update(app).strips]


def _cells(segments: Iterator[Segment]) -> Iterator[Cell]:
    for text, style, control in segments:
        if not control:
            paint = _paint(style or Style.null())
            yield from ((character, paint) for character in split_cells(text))


@lru_cache(4096)
def _paint(style: Style) -> Paint:
    """A style with the defaults of the terminal that Rich's SVG files show; without blinking."""
    theme = SVG_EXPORT_THEME
    front = theme.foreground_color if style.color is None else style.color.get_truecolor(theme)
    behind = theme.background_color if style.bgcolor is None else style.bgcolor.get_truecolor(theme, foreground=False)
    if style.reverse:
        front, behind = behind, front
    if style.dim:
        front = blend_rgb(front, behind, _FAINT)
    return Paint(_rgb(front), _rgb(behind), bool(style.bold), bool(style.underline), bool(style.strike))


def _rgb(colour: ColorTriplet) -> RGB:
    return colour.red, colour.green, colour.blue
