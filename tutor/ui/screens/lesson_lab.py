"""The lab's side of a lesson screen: mount the lab, inspect it, save it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import events
from textual.timer import Timer
from textual.widget import Widget

from tutor.course.numbers_on_screen import shown_names
from tutor.course.other_labs import NO_OTHER_LAB, other_labs_notice, take_other_lab
from tutor.course.session import LessonSession
from tutor.language.catalogue import _
from tutor.ui.screens.keys.undo_keys import UndoKeys
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.readouts.code_view import CodeView
from tutor.ui.widgets.readouts.tensorflow_view import TensorFlowView

if TYPE_CHECKING:
    from tutor.course.record.progress import Progress

# A change is saved once the learner pauses; a running training is saved at intervals.
SAVE_AFTER = 1.0
SAVE_WHILE_BUSY = 10.0


class LessonLab(UndoKeys):
    """A screen with a lesson's lab in its ``#body``, full or beside a step, and the keys to inspect it."""

    def __init__(self, session: LessonSession, progress: Progress) -> None:
        super().__init__()
        self.session = session
        self._progress = progress
        self._save_timer: Timer | None = None
        self._left = False
        """Whether the learner has left. Pending work then finds no widgets."""
        self._mounting = asyncio.Lock()

    def on_mount(self) -> None:
        """Save a running training at intervals."""
        self._mind_code()
        self.set_interval(SAVE_WHILE_BUSY, self._save_if_busy)
        self._save_soon()

    def _focus_first(self) -> None:
        self._focus_lab()

    def _focus_lab(self) -> None:
        fields = [w for w in self.query("LabPanel *").results(Widget) if w.focusable]
        self.set_focus(fields[0] if fields else None)

    def on_lab_panel_changed(self, event: LabPanel.Changed) -> None:
        """Update the question's numbers after a control changed."""
        event.stop()
        self._lab_changed()

    def on_lab_panel_said(self, event: LabPanel.Said) -> None:
        """Show a message of the lab."""
        event.stop()
        self.app.notify(event.text, severity=event.severity)
        self._lab_changed()

    async def on_lab_panel_outdated(self, event: LabPanel.Outdated) -> None:
        """Mount the lab anew, with the same field in focus."""
        event.stop()
        focused = self.focused
        name = focused.lab_control.name if isinstance(focused, ControlField) else ""
        with self.app.batch_update():
            await self._mount_lab(self._beside_the_step)
        fields = {
            field.lab_control.name: field for field in self.query("LabPanel *") if isinstance(field, ControlField)
        }
        if name in fields:
            self.set_focus(fields[name])
        else:
            self._focus_lab()

    def on_lab_panel_gave(self, event: LabPanel.Gave) -> None:
        """Write the file and show its path."""
        event.stop()
        self.tutor.say(self.session.give_file(event.file))

    def on_lab_panel_unseen(self, event: LabPanel.Unseen) -> None:
        """Say why the screen is paused."""
        event.stop()
        self.tutor.say_that_it_rests()

    def on_lab_panel_rested(self, event: LabPanel.Rested) -> None:
        """Update the question's numbers after a run has ended, and free its memory."""
        event.stop()
        self._lab_changed()
        self.tutor.give_back_soon()

    def _lab_changed(self) -> None:
        for beside in self.query(TensorFlowView):
            beside.lab_changed()
        self._save_soon()

    @property
    def _covered(self) -> frozenset[str]:
        """While anything is covered, so are readouts that the step does not show, which could give it away."""
        session = self.session
        return frozenset(name for name in session.lab.readout_names() if session.keeps_back(name))

    async def _mount_lab(self, show: tuple[str, ...]) -> None:
        async with self._mounting:
            if self._left:
                return
            body = self.query_one("#body")
            numbers = any(panel.numbers for panel in self.query(LabPanel))
            await self.query(LabPanel).remove()
            if self._left or not body.is_attached:
                return
            panel = self._lab_panel(show, numbers=numbers)
            await body.mount(panel)
            self._mind_code()
        self.tutor.give_back_soon()
        self.refresh_bindings()

    def _lab_panel(self, show: tuple[str, ...], *, numbers: bool = False) -> LabPanel:
        session = self.session
        return LabPanel(
            session.lab,
            show=show,
            staged=not self.has_class("-full"),
            covered=self._covered,
            numbers=numbers,
            read=session.readout,
            pace=self.tutor.pace,
            undo_history=session.undo_history,
        )

    def _mind_code(self) -> None:
        """Give a program the panel's margins too, since its lines do not wrap."""
        for panel in self.query(LabPanel):
            panel.set_class(bool(panel.query(CodeView)), "-code")

    def on_key(self, event: events.Key) -> None:
        """Let the lab's letters act unless a field takes them as text."""
        if not self._left and self.query_one(LabPanel).press_key(event.key):
            event.stop()

    async def action_full(self) -> None:
        """Show the whole lab at full width, or return to the step."""
        if self._left:
            return
        full = not self.has_class("-full")
        with self.app.batch_update():
            self.set_class(full, "-full")
            await self._mount_lab(self._beside_the_step)
            for beside in self.query(TensorFlowView):
                beside.show_names(self._shown)
        self._focus_lab()

    @property
    def _beside_the_step(self) -> tuple[str, ...]:
        """The names that the lab's panel shows beside the step."""
        return self.session.lab.overview() if self.has_class("-full") else self.session.step.show

    @property
    def _shown(self) -> tuple[str, ...]:
        """The names in the lab's panel now."""
        return shown_names(self.session, self.has_class("-full"))

    async def _to_the_text(self) -> bool:
        """Close the full lab and the TensorFlow comparison, so that the question is visible beside the lab.

        Returns whether the learner is still in the lesson.
        """
        await self._leave_tensorflow()
        if self.has_class("-full"):
            await self.action_full()
        return not self._left

    def _save_soon(self) -> None:
        if self._save_timer is not None:
            self._save_timer.stop()
        self._save_timer = self.set_timer(SAVE_AFTER, self.keep_lab)

    def _save_if_busy(self) -> None:
        if self.session.lab.busy:
            self.keep_lab()

    def keep_lab(self) -> None:
        """Save the lab's state in the learner's progress."""
        if not self._left:
            self._progress.save_lab(self.session.lesson.id, self.session.lab.state())

    def on_unmount(self) -> None:
        """Leave, however the screen was closed."""
        self.leave()

    def leave(self) -> None:
        """Save the lab and close it."""
        if not self._left:
            self.keep_lab()
            self._left = True
            self.session.lab.close()

    async def action_other_lab(self) -> None:
        """Switch to the lab of another session of the learner; this session's lab is kept."""
        if self._left:
            return
        if not take_other_lab(self.session, self._progress):
            self.tutor.say(self._progress.trouble or _(NO_OTHER_LAB))
            return
        await self._mount_lab(self._beside_the_step)
        self._focus_lab()
        self._lab_changed()
        self.tutor.say(_("This is the lab of another session. ctrl+o again shows the next one, and finally yours."))

    def notify_of_other_labs(self) -> None:
        """Say that there are other labs, if there are."""
        if told := other_labs_notice(self._progress, self.session.lesson.id, _("ctrl+o shows it.")):
            self.tutor.say(told, "warning")

    # Inspecting the lab

    @property
    def lab_commands(self) -> tuple[tuple[str, Callable[[], object]], ...]:
        """The lab's commands for the command palette."""
        return (
            (_("Where a number comes from"), self.action_microscope),
            (_("Compare the lab's numbers with TensorFlow's"), self.action_tensorflow),
            (_("The programs that compute the lab"), self.action_source),
            (_("Undo the last change of a drawing, a reset or a solution"), self.action_undo),
            (_("Redo what was undone"), self.action_redo),
            (_("The lab of another session"), self.action_other_lab),
        )

    def action_microscope(self) -> None:
        """Show the derivation of a number on the screen."""
        from tutor.ui.screens.microscope_opening import open_microscope

        open_microscope(self.app, self.session, self.has_class("-full"))

    async def action_tensorflow(self) -> None:
        """Show the TensorFlow comparison in place of the text, or the text again."""
        comparison = self.session.tensorflow
        if self.query(TensorFlowView):
            await self._leave_tensorflow()
        elif comparison is None:
            self.tutor.say(_("TensorFlow cannot run here: there is no process for it."))
        else:
            with self.app.batch_update():
                self.add_class("-tensorflow")
                view = TensorFlowView(self.session, comparison, self._shown)
                await self.query_one("#body").mount(view, before=0)
            if self.query_one("#left").has_focus_within:
                self._focus_lab()

    async def _leave_tensorflow(self) -> None:
        with self.app.batch_update():
            await self.query(TensorFlowView).remove()
            self.remove_class("-tensorflow")
        if self.focused is None:
            self._focus_first()

    def action_source(self) -> None:
        """Show the programs that compute the lab's numbers."""
        from tutor.ui.screens.source import open_source

        open_source(self.app, self.session.lab)

    def action_numbers(self) -> None:
        """Switch between pictures and tables of their numbers, for all steps."""
        panel = self.query_one(LabPanel)
        panel.numbers = not panel.numbers
