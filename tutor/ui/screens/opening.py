"""Open a lesson from the learner's progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor.course.lessons.lesson import LessonSummary
from tutor.course.visiting import begin_visit
from tutor.training.run import start_inline
from tutor.ui.allocation import set_aside_what_stays
from tutor.ui.screens.lesson import LessonScreen

if TYPE_CHECKING:
    from tutor.course.record.progress import Progress
    from tutor.training.worker.run import Workshop


def open_lesson_screen(
    summary: LessonSummary,
    progress: Progress,
    position: int | None,
    workshop: Callable[[], Workshop] | None = None,
) -> LessonScreen:
    """The screen of a lesson at ``position`` (from 0), or where the learner left off; a finished one begins again.

    Raises ``LessonError`` and ``CannotOpen``.
    """
    set_aside_what_stays()
    session = begin_visit(
        summary,
        progress,
        None if position is None else str(position + 1),
        start_run=start_inline if workshop is None else workshop().start_run,
        start_program=None if workshop is None else workshop().start_program,
    )
    return LessonScreen(session, progress)
