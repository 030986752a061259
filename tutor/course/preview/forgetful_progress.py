"""Progress that keeps nothing of a visit: an author sees each step as a learner does who comes to it first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tutor.course.record.lesson_progress import LessonProgress
from tutor.course.record.progress import Progress

if TYPE_CHECKING:
    from tutor.labs.kit.contract import LabState


class ForgetfulProgress(Progress):
    """No events and no labs; what a step sets and draws is therefore seen again at each save."""

    def record(self, lesson: str, kind: str, **details: object) -> None:
        """Record nothing."""

    def by_lesson(self) -> dict[str, LessonProgress]:
        """No progress."""
        return {}

    def save_lab(self, lesson: str, state: LabState) -> None:
        """Save nothing."""

    def load_lab(self, lesson: str) -> LabState | None:  # noqa: ARG002
        """No saved lab."""
        return None
