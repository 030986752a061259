"""A learner's progress in a homework: its own events and numbers, beside ordinary visits of the same lessons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.course.homework.homework import Homework
from tutor.course.record.lesson_progress import LessonProgress
from tutor.course.record.memory import Memory
from tutor.course.record.progress import Progress, local_now
from tutor.course.record.review_items import EXERCISE, Item

if TYPE_CHECKING:
    from tutor.labs.kit.contract import LabState


class HomeworkProgress(Progress):
    """The progress of the learner ``name`` in ``homework``, in the same file as the ordinary progress.

    A lesson is recorded under ``Homework.key``, and each event names the homework. A visit always draws the numbers of
    the homework. Nothing of it is asked in warm-ups.
    """

    def __init__(self, folder: Path, homework: Homework, name: str, clock: Callable[[], datetime] = local_now) -> None:
        super().__init__(folder, clock)
        self.homework, self._name = homework, name

    def record(self, lesson: str, kind: str, **details: object) -> None:
        """Record an event of this lesson for the homework."""
        super().record(self._key(lesson), kind, homework=self.homework.id, **details)

    def by_lesson(self) -> dict[str, LessonProgress]:
        """The progress in the lessons of the homework, by the lesson's id."""
        prefix = self.homework.prefix
        return {
            key.removeprefix(prefix): progress
            for key, progress in super().by_lesson().items()
            if key.startswith(prefix)
        }

    def visit_seed(self, lesson: str) -> int:  # noqa: ARG002
        """The seed of the homework and the name, at each visit."""
        return self.homework.seed_of(self._name)

    @property
    def opens_afresh(self) -> bool:
        """True: whoever grades it draws the numbers in a new lab."""
        return True

    def memories(self) -> dict[Item, Memory]:
        """None: a homework is not repeated."""
        return {}

    def last_position(self) -> tuple[str, int] | None:
        """The lesson of the homework and the position of the step that was opened last."""
        last = super().last_position()
        if last is None or not last[0].startswith(self.homework.prefix):
            return None
        return last[0].removeprefix(self.homework.prefix), last[1]

    def save_lab(self, lesson: str, state: LabState) -> None:
        """Save the lab for the next visit of the homework."""
        super().save_lab(self._key(lesson), state)

    def load_lab(self, lesson: str) -> LabState | None:  # noqa: ARG002
        """None: each step opens in a lab as new."""
        return None

    def other_labs(self, lesson: str) -> int:
        """How many more labs of it are saved."""
        return super().other_labs(self._key(lesson))

    def take_other_lab(self, lesson: str) -> LabState | None:
        """Go on from the next of those."""
        return super().take_other_lab(self._key(lesson))

    def _key(self, lesson: str) -> str:
        # An exercise draws no numbers, and is right whenever it was written.
        return lesson if lesson.startswith(EXERCISE) else self.homework.key(lesson)
