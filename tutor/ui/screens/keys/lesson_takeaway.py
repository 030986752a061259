"""What a learner takes along from a lesson's lab: its token to the clipboard, its network to the studio."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from tutor.course.microscope import ANSWER_FIRST
from tutor.course.studio_opening import NotTaken, taken_from
from tutor.language.catalogue import _
from tutor.ui.screens.keys.copying import COPY, NOTHING_HERE, copy
from tutor.ui.screens.keys.lesson_curves import LessonCurves

TO_STUDIO = "U"
"""The key. Labs have the other capitals of the word."""
TOKEN = "token"
"""The readout that is copied."""


class LessonTakeaway(LessonCurves):
    """A lesson's lab whose token is copied, and whose network is taken to the studio."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(TO_STUDIO, "to_studio", "To the studio", show=False),
    ]

    @property
    def lab_commands(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        """The lab's commands for the command palette."""
        return (*super().lab_commands, (_("Take this to the studio"), self.action_to_studio))

    def action_copy(self) -> None:
        """Copy the lab's token; where it has none, say what can be copied."""
        if self._left:
            return
        session = self.session
        if TOKEN not in session.lab.readout_names():
            self.tutor.remark(_(NOTHING_HERE).format(key=COPY))
        elif session.keeps_back(TOKEN):
            self.tutor.remark(_("The token is {answer_first}.").format(answer_first=_(ANSWER_FIRST)))
        else:
            token = str(session.lab.lookup(TOKEN))
            self.tutor.remark(copy(self.app, token, token))

    def action_to_studio(self) -> None:
        """Open the studio at the experiment nearest to what this lab shows."""
        if self._left:
            return
        try:
            taken = taken_from(self.session)
        except NotTaken as error:
            self.tutor.remark(str(error))
            return
        self.tutor.open_token(taken.token)
        if taken.lacks:
            self.tutor.say(taken.lacks)
