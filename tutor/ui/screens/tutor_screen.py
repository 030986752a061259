"""What the screens of this app share: the way to the app with its own type, and their help."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from textual import events
from textual._time import get_time
from textual.screen import Screen

from tutor.course.questions.answers import may_continue
from tutor.ui.screens.one_answer import OneAnswer

if TYPE_CHECKING:
    from tutor.ui.app_services import AppServices
    from tutor.ui.screens.help import HelpSection


class TutorScreen(OneAnswer, Screen[None]):
    """A screen of ``TutorApp``."""

    shown_since: float = 0.0
    """When what it asks came on the screen, in seconds of the clock of events; infinite until then."""

    @property
    def tutor(self) -> AppServices:
        """The app."""
        return cast("AppServices", self.app)

    def on_screen_resume(self) -> None:
        """A screen that comes says what those before it said of saving, and those that went are let go of."""
        self.tutor.saving.show()
        self.tutor.give_back_soon()

    # Keys

    def await_painting(self) -> None:
        """Something else is asked from now on: what was typed before it is seen is no answer to it."""
        self.shown_since = math.inf
        # Where nothing looks different no frame follows.
        self.call_after_refresh(lambda: self.painted(get_time()))

    def painted(self, moment: float) -> None:
        """A frame was made at this moment."""
        self.shown_since = min(self.shown_since, moment)

    def comes_too_early(self, event: events.Key | events.Paste) -> bool:
        """Whether what would enter something was typed before the learner could see what is asked."""
        enters = isinstance(event, events.Paste) or (
            event.key in ("enter", "space") or may_continue("", event.character or "")
        )
        return enters and event.time < self.shown_since

    def meaning_of(self, key: str) -> str:
        """What to say about a key that does nothing here. ``key`` is named as Textual names keys."""
        return f"{self.tutor.key_name(key)} does nothing here; ? shows the keys."

    def help_sections(self) -> tuple[HelpSection, ...]:
        """What the help says about this screen."""
        return ()
