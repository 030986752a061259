"""A trained network of a file in a lesson's lab: from the command line, and by its name from the palette."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor.course.bringing_network import bring_network
from tutor.labs.kit.controls import ControlError
from tutor.language.catalogue import N_, _
from tutor.ui.screens.keys.lesson_takeaway import LessonTakeaway
from tutor.ui.widgets.lab_panel import LabPanel

if TYPE_CHECKING:
    from tutor.labs.kit.given_network import GivenNetwork

HOW_TO_UNDO = N_("ctrl+z brings back your own lab.")


class LessonNetworks(LessonTakeaway):
    """A lesson whose lab goes on from a trained network, if it has one like it."""

    @property
    def lab_commands(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        """The lab's commands for the command palette."""
        if not self.session.lab.takes_networks:
            return super().lab_commands
        return (*super().lab_commands, (_("Go on from a trained network: .net or .keras"), self.action_load_network))

    def action_load_network(self) -> None:
        """Ask for the file of a network, and put it into the lab."""
        from tutor.ui.screens.keys.choose_network import ChooseNetworkScreen

        def done(said: str | None) -> None:
            if said is not None and not self._left:
                self.query_one(LabPanel).refresh_lab()
                self._lab_changed()
                self.tutor.say(f"{said} {_(HOW_TO_UNDO)}")

        if not self._left:
            self.app.push_screen(ChooseNetworkScreen(self._take), done)

    def bring(self, given: GivenNetwork) -> None:
        """Put a network into the lab before the screen is shown, or say why not."""
        try:
            self.tutor.say(f"{bring_network(self.session, given)} {_(HOW_TO_UNDO)}")
        except ControlError as error:
            self.tutor.say(str(error), "warning")

    def _take(self, given: GivenNetwork) -> str:
        if self._left:
            raise ControlError(_("The lesson is closed."))
        return bring_network(self.session, given)
