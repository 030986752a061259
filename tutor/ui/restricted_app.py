"""The full-screen face on a class machine: what Textual offers beyond lessons is not there."""

from __future__ import annotations

from typing import Any, NoReturn

from tutor.ui.app import TutorApp


class Withheld(RuntimeError):
    """Something was asked for that is not to be had in restricted mode."""


def _withheld(*_: Any, **__: Any) -> NoReturn:
    raise Withheld("there are no files and no pictures of the screen here")


class RestrictedApp(TutorApp):
    """No command palette, no screenshots, no files to the learner's side, no clipboard.

    Suspending and opening an address do nothing in any mode (``TutorApp``).
    """

    ENABLE_COMMAND_PALETTE = False

    def action_command_palette(self) -> None:
        """Do nothing."""

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Do nothing."""

    def copy_to_clipboard(self, text: str) -> None:
        """Do nothing: what others wrote could be in the text."""

    # Nothing of ours calls these; what does is to notice.
    save_screenshot = _withheld
    deliver_screenshot = _withheld
    deliver_text = _withheld
    deliver_binary = _withheld
