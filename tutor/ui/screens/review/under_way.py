"""A warm-up under way, and the keys that it has beside those of a lesson."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tutor.course.lessons.lesson import LessonSummary
from tutor.course.lessons.own_lessons import pack_folders_of
from tutor.course.record.warm_up import left_today
from tutor.course.record.warm_up_question import WarmUpQuestion, warm_up_questions
from tutor.language.catalogue import N_
from tutor.training.keras_program import ProgramStarter
from tutor.training.run import RunStarter, start_inline

if TYPE_CHECKING:
    from tutor.course.record.progress import Progress

WARM_UP_HELP = (
    ("n", N_("the next question; an open one stays due")),
    ("g", N_("open the question's lesson, at its step")),
    ("escape", N_("leave; questions not asked stay due")),
    ("", N_("What goes well comes back after longer gaps, the rest comes back tomorrow.")),
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
        self.packs = pack_folders_of(summaries)
        self._questions: Iterator[WarmUpQuestion] = warm_up_questions(progress, summaries, start_run, start_program)

    def next(self) -> WarmUpQuestion | None:
        """Set up the next question; None if that was the last. May take a second or two."""
        return next(self._questions, None)
