"""The lab of an exercise's lesson, beside the editor."""

from __future__ import annotations

from textual.containers import Horizontal
from textual.widget import Widget

from tutor.course.lessons.finding import CannotOpen, UnknownLesson, open_lesson
from tutor.course.lessons.lesson import LessonError
from tutor.course.session import LessonSession
from tutor.language.catalogue import _
from tutor.practice.exercise import Exercise
from tutor.ui.screens.keys.undo_keys import UndoKeys
from tutor.ui.widgets.lab_panel import LabPanel

HAS_ROOM_FROM = 150
"""The columns from which the lab has room beside the task and the editor; with fewer it takes the place of the task."""


class ExerciseLab(UndoKeys):
    """A screen with ``#body``, in it the task ``#said`` and an editor, and a lab that is opened when it is asked for.

    It is as the step of the lesson sets it, and nothing of it is kept: the lesson's own lab stays as it is.
    """

    _lab_session: LessonSession | None = None
    _lab_opens = False

    def __init__(self, exercise: Exercise) -> None:
        super().__init__()
        self._exercise = exercise

    @property
    def lab_panel(self) -> LabPanel | None:
        """The lab, if it was opened."""
        panels = list(self.query(LabPanel)) if self.is_mounted else []
        return panels[0] if panels else None

    @property
    def in_lab(self) -> bool:
        """Whether the keys are the lab's now."""
        return self.lab_panel is not None and self.lab_panel.has_focus_within

    @property
    def lab_beside(self) -> bool:
        """Whether the lab has a side of its own, next to the task."""
        return self.size.width >= HAS_ROOM_FROM

    async def open_lab(self) -> bool:
        """Open the lab if it is not open; false if the lesson has none to show."""
        if self._lab_opens or self.lab_panel is not None:
            return self.lab_panel is not None
        self._lab_opens = True
        try:
            self._lab_session = session = self._session()
        except (LessonError, CannotOpen, UnknownLesson) as error:
            self.tutor.say(_("The lab cannot be shown: {error}").format(error=error))
            return False
        panel = LabPanel(
            session.lab, show=session.step.show, pace=self.tutor.pace, undo_history=session.undo_history, id="lab"
        )
        panel.display = self.lab_beside
        body = self.query_one("#body", Horizontal)
        await body.mount(panel)
        self._arrange()
        return True

    def _session(self) -> LessonSession:
        """The lesson at the step, on a lab of its own."""
        summary = self.tutor.summary(self._exercise.lesson)
        if summary is None:
            raise CannotOpen(_("there is no lesson {lesson!r}").format(lesson=self._exercise.lesson))
        return open_lesson(summary, self._exercise.step or None, start_run=self.tutor.start_run)

    async def action_lab(self) -> None:
        """Show the lab and give it the keys; the task again if the lab is shown and takes none."""
        if not await self.open_lab() or (panel := self.lab_panel) is None:
            return
        if panel.region and not self._lab_fields:
            self.to_the_task()
            return
        panel.display = True
        self._arrange()
        self.call_after_refresh(self._focus_lab)

    @property
    def _lab_fields(self) -> list[Widget]:
        """What takes keys in the lab; where nothing does but not everything fits, the lab itself."""
        panel = self.lab_panel
        widgets = [] if panel is None else [*panel.query("*").results(Widget), panel]
        return [widget for widget in widgets if widget.focusable]

    def _focus_lab(self) -> None:
        for field in self._lab_fields[:1]:
            field.focus()

    def to_the_task(self) -> None:
        """Show the task again where the lab stands in its place."""
        if (panel := self.lab_panel) is not None and not self.lab_beside:
            panel.display = False
            self._arrange()

    def _arrange(self) -> None:
        """Show the task, unless the lab takes its place."""
        panel = self.lab_panel
        # In place of the task it stands where that stood, beside it on the right.
        self.query_one("#said").display = panel is None or self.lab_beside or not panel.display
        if panel is not None:
            body = self.query_one("#body", Horizontal)
            if self.lab_beside:
                body.move_child(panel, after=-1)
            else:
                body.move_child(panel, before=0)

    def fit_lab(self) -> None:
        """Show the lab beside the task, or in its place, as the width allows."""
        if self.lab_beside:
            self.run_worker(self.open_lab(), exclusive=False)
        if (panel := self.lab_panel) is not None:
            panel.display = self.lab_beside or self.in_lab
            self._arrange()

    def close_lab(self) -> None:
        """Close the lab; a training in it ends."""
        session, self._lab_session = self._lab_session, None
        if session is not None:
            session.lab.close()

    # The lab's messages

    def on_lab_panel_said(self, event: LabPanel.Said) -> None:
        """Show a message of the lab."""
        event.stop()
        self.app.notify(event.text, severity=event.severity)

    def on_lab_panel_gave(self, event: LabPanel.Gave) -> None:
        """Files are for a lesson's lab."""
        event.stop()
        self.tutor.remark(_("Files are written in the lesson itself."))

    def on_lab_panel_unseen(self, event: LabPanel.Unseen) -> None:
        """Say why the screen is paused."""
        event.stop()
        self.tutor.say_that_it_rests()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Undo and redo are the lab's while it has the keys; the editor has its own. One key goes to the other side."""
        if action in ("lab", "editor"):
            return self.in_lab == (action == "editor")
        if action in ("undo", "redo", "nothing_to") and not self.in_lab:
            return False
        return super().check_action(action, parameters)
