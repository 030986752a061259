"""The full-screen face on a class machine, without Textual's features beyond lessons."""

from __future__ import annotations

from typing import Any, NoReturn

from tutor.language.catalogue import _
from tutor.ui.app import TutorApp


class Withheld(RuntimeError):
    """A request for something that restricted mode does not offer."""


def _withheld(*__: Any, **___: Any) -> NoReturn:
    raise Withheld(_("there are no files and no pictures of the screen here"))


class RestrictedApp(TutorApp):
    """No command palette, no screenshots, no file transfer to the learner, no clipboard.

    Suspending and opening an address do nothing in any mode (``TutorApp``).
    """

    ENABLE_COMMAND_PALETTE = False

    def action_command_palette(self) -> None:
        """Do nothing."""

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Do nothing."""

    def copy_to_clipboard(self, text: str) -> None:
        """Do nothing: the text could contain what others wrote."""

    # This program does not call these; any other caller gets an error.
    save_screenshot = _withheld
    deliver_screenshot = _withheld
    deliver_text = _withheld
    deliver_binary = _withheld
