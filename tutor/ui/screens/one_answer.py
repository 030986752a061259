"""Close a screen with a result: only once, and only while it is on top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.await_complete import AwaitComplete
from textual.message import Message
from textual.widgets import Button, Input, OptionList

if TYPE_CHECKING:
    from textual.screen import Screen

    _Screen = Screen[Any]
else:
    # Textual looks for the CSS of a class along its first base that is a node, which must be the screen's.
    _Screen = object

_ANSWERS = (OptionList.OptionSelected, Input.Submitted, Button.Pressed)


class OneAnswer(_Screen):
    """A mixin, placed before the Textual class that a screen derives from, that ignores a second result.

    Fast keys or a double click can dismiss a screen twice. Textual's ``dismiss`` would then close whatever screen is
    on top, and fail at the last one.
    """

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close with this result. Does nothing if the screen was closed before or another one is above it."""
        if self.is_active:
            return super().dismiss(result)
        return AwaitComplete.nothing()  # type: ignore[no-untyped-call]

    async def _on_message(self, message: Message) -> None:
        if isinstance(message, _ANSWERS) and not self.is_active:
            message.stop()
            return
        await super()._on_message(message)
