"""The app of ``dl-tutor preview``: shows a lesson or an exercise again at each save, at the same step."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from textual.css.query import NoMatches
from textual.screen import Screen

from tutor.course.lessons.finding import CannotOpen, UnknownLesson
from tutor.course.lessons.lesson import LessonError, LessonSummary
from tutor.course.lessons.loader import load_lesson, read_summary
from tutor.course.lessons.own_lessons import read_lessons
from tutor.course.preview.folder_check import FolderCheck
from tutor.course.preview.watched import Previewed, Watch, one_fault
from tutor.course.record.progress import Progress
from tutor.course.visiting import begin_visit
from tutor.language.catalogue import _
from tutor.practice.loading import read_exercise
from tutor.resources import lessons_folder
from tutor.training.run import start_inline
from tutor.ui.app import TutorApp
from tutor.ui.preview.findings_strip import FindingsStrip
from tutor.ui.preview.screens import FindingsScreen, PreviewExerciseScreen, PreviewLessonScreen
from tutor.ui.terminal.characters import Characters

if TYPE_CHECKING:
    from tutor.training.worker.run import Workshop

LOOK_EVERY = 0.4
"""Seconds."""


class PreviewApp(TutorApp):
    """The screens of lessons and exercises, on one that its author is writing."""

    def __init__(
        self,
        of: Previewed,
        progress: Progress,
        workshop: Callable[[], Workshop] | None = None,
        characters: Characters = Characters.ALL,
        still: bool = False,
        check: FolderCheck | None = None,
    ) -> None:
        super().__init__(progress, (), None, workshop, characters, still)
        self._of, self._watch, self._check = of, Watch(of.folder), check or FolderCheck(of)
        self.findings: tuple[str, ...] = ()

    def get_default_screen(self) -> Screen[object]:
        """The findings, at the bottom of the stack."""
        return FindingsScreen()

    def _begin(self) -> None:
        self._look()
        self.set_interval(LOOK_EVERY, self._look)

    def _look(self) -> None:
        """Show what was saved since the last look, and what the check has found meanwhile."""
        if self._watch.changed():
            self._check.close()
            try:
                self.findings = self._show()
                self._start_check()
            except LessonError as error:
                # The check would say the same.
                self.findings = one_fault(error, self._of.folder)
            self.show_findings()
        elif (found := self._check.take()) is not None:
            self.findings = found
            self.show_findings()

    def _start_check(self) -> None:
        try:
            self._check.start()
        except OSError as error:
            self.findings = (_("it cannot be checked: {reason}").format(reason=error.strerror or error),)

    def action_show_preview(self) -> None:
        """Back from the findings to the lesson or the exercise."""
        with contextlib.suppress(LessonError):
            self._show()

    def _show(self) -> tuple[str, ...]:
        """Show it as it is on the disk, or return why not; raises ``LessonError`` if it cannot be read.

        What was shown before stays until something else can be.
        """
        try:
            screen = self._lesson_screen() if self._of.kind == "lesson" else self._exercise_screen()
        except (CannotOpen, UnknownLesson) as error:
            return (str(error),)
        self.go_home()
        self.push_screen(screen)
        self._mind_size(self.size)
        self.call_after_refresh(self.show_findings)
        return ()

    def _lesson_screen(self) -> PreviewLessonScreen:
        summary, lesson = read_summary(self._of.folder), load_lesson(self._of.folder)
        step, position = self._place()
        at = lesson.position_of(step)
        at = min(position, len(lesson.steps) - 1) if at is None else at
        start = start_inline if self._workshop is None else self._workshop().start_run
        program = None if self._workshop is None else self._workshop().start_program
        session = begin_visit(summary, self.progress, str(at + 1), start_run=start, start_program=program)
        self.summaries = (summary,)
        return PreviewLessonScreen(session, self.progress)

    def _place(self) -> tuple[str, int]:
        """The id of the step that is shown, and its index."""
        shown = next((each for each in self.screen_stack if isinstance(each, PreviewLessonScreen)), None)
        return ("", 0) if shown is None else (shown.session.step.id, shown.session.position)

    def _exercise_screen(self) -> PreviewExerciseScreen:
        exercise = read_exercise(self._of.folder)
        around = () if self._of.pack is None else (self._of.pack,)
        self.summaries = _with_plain_ids(read_lessons(lessons_folder(), around).summaries)
        return PreviewExerciseScreen(exercise)

    def show_findings(self) -> None:
        """Show the findings on every screen that has room for them."""
        name = self._of.folder.absolute().name
        for screen in self.screen_stack:
            with contextlib.suppress(NoMatches):
                screen.query_one(FindingsStrip).show_findings(name, self.findings, self._check.is_running)
            if isinstance(screen, FindingsScreen) and screen.is_mounted:
                screen.show_all(self.findings)

    def close_check(self) -> None:
        """End the check that runs."""
        self._check.close()


def _with_plain_ids(summaries: tuple[LessonSummary, ...]) -> tuple[LessonSummary, ...]:
    """Those of a pack first and under their ids within it, as the exercise names them."""
    own = [each for each in summaries if each.collection is not None and each.collection.is_pack]
    within = tuple(read_summary(Path(each.folder)) for each in own)
    return (*within, *(each for each in summaries if each not in own))
