"""Begin a visit to a lesson where the learner left off, with the lab and the answers restored."""

from __future__ import annotations

from pathlib import Path

from tutor.course.lessons.finding import open_lesson
from tutor.course.lessons.lesson import LessonSummary
from tutor.course.record.progress import Progress
from tutor.course.record.step_states import lesson_state
from tutor.course.session import LessonSession
from tutor.training.keras_program import ProgramStarter
from tutor.training.run import RunStarter


def begin_visit(
    summary: LessonSummary,
    progress: Progress,
    step: str | None = None,
    *,
    start_run: RunStarter,
    start_program: ProgramStarter | None = None,
) -> LessonSession:
    """A session at ``step`` (id or number), by default where the learner was; a finished lesson begins at its first.

    Files for the learner go to the current folder or else, as in a restricted process, to the folder of the progress.
    Questions answered in earlier visits keep their numbers; other questions get new ones. Raises ``LessonError``,
    ``UnknownLesson`` for the step, ``CannotOpen``.
    """
    lesson_progress = progress.of_lesson(summary.id)
    is_done = lesson_state(summary.outline, lesson_progress).done
    left_at = 0 if is_done else max(0, min(lesson_progress.position, summary.steps - 1))
    session = open_lesson(
        summary,
        step if step is not None else str(left_at + 1),
        start_run=start_run,
        start_program=start_program,
        seed=progress.visit_seed(summary.id),
        journal=progress,
        lab_state=progress.load_lab(summary.id),
        came_back_to=left_at if lesson_progress.visits and not is_done else None,
        progress_before=lesson_progress,
        folders=(Path(), progress.folder),
        afresh=progress.opens_afresh,
    )
    progress.record(summary.id, "visit")
    return session
