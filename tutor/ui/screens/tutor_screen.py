"""What the screens of this app share: the way to the app with its own type, and their help."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.screen import Screen

if TYPE_CHECKING:
    from tutor.ui.app import TutorApp
    from tutor.ui.screens.help import HelpSection


class TutorScreen(Screen[None]):
    """A screen of ``TutorApp``."""

    @property
    def tutor(self) -> TutorApp:
        """The app."""
        return cast("TutorApp", self.app)

    def on_screen_resume(self) -> None:
        """A screen that comes says what those before it said of saving, and those that went are let go of."""
        self.tutor.saving.show()
        self.tutor.give_back_soon()

    def help_sections(self) -> tuple[HelpSection, ...]:
        """What the help says about this screen."""
        return ()
