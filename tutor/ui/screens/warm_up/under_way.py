"""A warm-up under way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tutor.course.lessons.lesson import LessonSummary
from tutor.course.record.warm_up import left_today
from tutor.course.record.warm_up_question import WarmUpQuestion, warm_up_questions
from tutor.training.keras_program import ProgramStarter
from tutor.training.run import RunStarter, start_inline

if TYPE_CHECKING:
    from tutor.course.record.progress import Progress

WARM_UP_HELP = (
    ("n", "the next question; an open one stays due"),
    ("g", "open the question's lesson, at its step"),
    ("escape", "leave; questions not asked stay due"),
    ("", "What goes well comes back after longer gaps, the rest comes back tomorrow."),
)


class WarmUp:
    """A warm-up under way: what was asked, and what is still to come."""

    def __init__(
        self,
        progress: Progress,
        summaries: tuple[LessonSummary, ...],
        start_run: RunStarter = start_inline,
        start_program: ProgramStarter | None = None,
    ) -> None:
        self.progress = progress
        self.asked: list[WarmUpQuestion] = []
        self.number = left_today(progress)
        self._questions: Iterator[WarmUpQuestion] = warm_up_questions(progress, summaries, start_run, start_program)

    def next(self) -> WarmUpQuestion | None:
        """Set up the next question; None if that was the last. May take a second or two."""
        return next(self._questions, None)
