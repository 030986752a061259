"""Opening a lesson from the learner's progress."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tutor.course.finding import open_lesson
from tutor.course.lesson import LessonSummary
from tutor.training.run import start_inline
from tutor.ui.allocation import set_aside_what_stays
from tutor.ui.screens.lesson import LessonScreen

if TYPE_CHECKING:
    from tutor.course.progress import Progress
    from tutor.training.worker_run import Workshop


def open_lesson_screen(
    summary: LessonSummary,
    progress: Progress,
    position: int | None,
    workshop: Callable[[], Workshop] | None = None,
) -> LessonScreen:
    """The screen of a lesson at ``position`` (from 0), or where the learner was; a finished one begins again.

    Raises ``LessonError`` and ``CannotOpen``.
    """
    set_aside_what_stays()
    standing = progress.standing(summary.id)
    left_at = 0 if standing.finished else min(standing.position, summary.steps - 1)
    session = open_lesson(
        summary,
        str((left_at if position is None else position) + 1),
        start_run=start_inline if workshop is None else workshop().start_run,
        start_program=None if workshop is None else workshop().start_program,
        seed=standing.visits,
        journal=progress,
        lab_state=progress.load_lab(summary.id),
        came_back_to=left_at if standing.visits and not standing.finished else None,
        goals_reached=standing.goals,
    )
    progress.record(summary.id, "visit")
    return LessonScreen(session, progress)
