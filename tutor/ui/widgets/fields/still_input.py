"""A field for typing whose cursor stands still: one that blinks is sent over the line twice a second, all day."""

from __future__ import annotations

from textual.reactive import reactive
from textual.widgets import Input


class StillInput(Input):
    """Textual's field without the blinking."""

    cursor_blink = reactive(False, init=False)
