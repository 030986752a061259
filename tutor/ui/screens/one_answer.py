"""Closing a screen with an answer: once, and only while nothing lies above it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.await_complete import AwaitComplete
from textual.message import Message
from textual.widgets import Button, Input, OptionList

if TYPE_CHECKING:
    from textual.screen import Screen

    _Screen = Screen[Any]
else:
    # Textual looks for the CSS of a class along its first base that is a node: that has to be its own.
    _Screen = object

_ANSWERS = (OptionList.OptionSelected, Input.Submitted, Button.Pressed)


class OneAnswer(_Screen):
    """Put before the Textual class that a screen derives from. A second answer to it is ignored.

    Keys that come faster than the screen goes, or a double click, answer it again. Textual's own ``dismiss`` would
    then close whatever screen is on top by now, down to the last, and fail.
    """

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Close with this result. Does nothing where the screen was closed before, or another lies above it."""
        if self.is_active:
            return super().dismiss(result)
        return AwaitComplete.nothing()  # type: ignore[no-untyped-call]

    async def _on_message(self, message: Message) -> None:
        if isinstance(message, _ANSWERS) and not self.is_active:
            message.stop()
            return
        await super()._on_message(message)
