"""The base of this app's screens: typed access to the app, and help."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual._time import get_time
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.screen import Screen

from tutor.course.questions.answers import may_continue
from tutor.language.catalogue import _
from tutor.ui.screens.keys.copying import COPY, NOTHING_HERE
from tutor.ui.screens.one_answer import OneAnswer

if TYPE_CHECKING:
    from tutor.ui.app_services import AppServices
    from tutor.ui.screens.help import HelpSection


class TutorScreen(OneAnswer, Screen[None]):
    """A screen of ``TutorApp``."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(COPY, "copy", "Copy", show=False)]

    shown_since: float = 0.0
    """When its current question was painted, in seconds of the clock of events; infinite until then."""

    @property
    def tutor(self) -> AppServices:
        """The app."""
        return cast("AppServices", self.app)

    @property
    def kept_at_the_bottom(self) -> int:
        """How many lines at the bottom notifications leave free: the keys."""
        return 1

    def _screen_resized(self, size: Size) -> None:
        # Each layout tells the screen its size once more, upon which Textual would lay out the same again.
        if size != self._size:
            super()._screen_resized(size)

    def on_screen_resume(self) -> None:
        """Show the saving state, and free the memory of closed screens."""
        self.tutor.saving.show()
        self.tutor.give_back_soon()

    def on_unmount(self) -> None:
        """Free its memory; on a busy machine it may close long after another screen took its place."""
        self.tutor.give_back_soon()

    # Keys

    def await_painting(self) -> None:
        """Ignore keys typed before the next question is painted, since they are not an answer to it."""
        self.shown_since = math.inf
        # No frame follows if nothing looks different.
        self.call_after_refresh(lambda: self.painted(get_time()))

    def painted(self, moment: float) -> None:
        """Note that a frame was painted at this moment."""
        self.shown_since = min(self.shown_since, moment)

    def comes_too_early(self, event: events.Key | events.Paste) -> bool:
        """Whether input was typed before the learner could see the question."""
        enters = isinstance(event, events.Paste) or (
            event.key in ("enter", "space") or may_continue("", event.character or "")
        )
        return enters and event.time < self.shown_since

    def action_copy(self) -> None:
        """Say where something can be copied, unless this screen has something."""
        self.tutor.remark(_(NOTHING_HERE).format(key=COPY))

    def meaning_of(self, key: str) -> str:
        """The remark about a key that does nothing here. ``key`` is Textual's name."""
        return _("{key} does nothing here; ? shows the keys.").format(key=self.tutor.key_name(key))

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The help sections of this screen."""
        return ()
