"""The keys for undo and redo, on every screen that has a lab."""

from __future__ import annotations

from time import monotonic
from typing import ClassVar

from textual.binding import Binding, BindingType

from tutor.language.catalogue import _
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.widgets.lab_panel import LabPanel


class UndoKeys(TutorScreen):
    """A screen where ctrl+z and ctrl+y undo and redo in its lab's panel."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "undo", "Undo"),
        Binding("ctrl+y", "redo", "Redo"),
        # The first two are enabled, and in the key line, only if there is something; the others say that there is not.
        Binding("ctrl+z", "nothing_to('undo')", show=False),
        Binding("ctrl+y", "nothing_to('redo')", show=False),
    ]

    _silent_until = 0.0

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enable undo and redo only if there is something to undo or redo."""
        if action == "undo":
            return any(panel.can_undo for panel in self.query(LabPanel))
        if action == "redo":
            return any(panel.can_redo for panel in self.query(LabPanel))
        return super().check_action(action, parameters)

    def action_undo(self) -> None:
        """Undo the last stroke, or the reset that discarded training."""
        self.query_one(LabPanel).undo()

    def action_redo(self) -> None:
        """Redo what was undone last."""
        self.query_one(LabPanel).redo()

    def action_nothing_to(self, do: str) -> None:
        """Say that there is nothing to undo or redo, only once for a key held down."""
        if do == "undo" and self.query_one(LabPanel).waits_for_fields:
            # A value entered just now may still become a step: the panel reports it.
            self.action_undo()
            return
        if self._silent_until < monotonic():
            self._silent_until = monotonic() + self.app.NOTIFICATION_TIMEOUT
            self.tutor.say(_("There is nothing to undo.") if do == "undo" else _("There is nothing to redo."))
