"""An input field without a blinking cursor, which would send two frames a second all day."""

from __future__ import annotations

from textual.reactive import reactive
from textual.widgets import Input


class StillInput(Input):
    """Textual's ``Input`` without the blinking."""

    cursor_blink = reactive(False, init=False)
