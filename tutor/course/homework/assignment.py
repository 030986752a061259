"""A homework in the hands of one learner: its lessons, its progress, and what is done so far in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor.course.homework.homework import Homework
from tutor.course.homework.progress import HomeworkProgress
from tutor.course.homework.redrawn import counted_steps
from tutor.course.lessons.lesson import LessonSummary
from tutor.course.record.progress import Progress
from tutor.language.catalogue import _


@dataclass(frozen=True)
class Assignment:
    """``homework`` for the learner called ``name``; their numbers follow from both."""

    homework: Homework
    name: str

    def progress(self, folder: Path) -> HomeworkProgress:
        """Their progress in it, kept in ``folder``."""
        return HomeworkProgress(folder, self.homework, self.name)

    def of(self, lessons: Sequence[LessonSummary]) -> tuple[LessonSummary, ...]:
        """Its lessons, in the order of the homework."""
        by_id = {lesson.id: lesson for lesson in lessons}
        return tuple(by_id[item.id] for item in self.homework.items if item.kind == "lesson")

    def lines(self, lessons: Sequence[LessonSummary], progress: Progress) -> Iterator[str]:
        """The title, the due day, whose numbers they are, and each item with what is done."""
        homework = self.homework
        yield _("Homework: {title}, due {due}.").format(title=homework.title, due=homework.due)
        yield _("The numbers are those of {name}.").format(name=self.name)
        by_id = {lesson.id: lesson for lesson in lessons}
        for item in homework.items:
            if item.kind == "exercise":
                yield "  " + _("exercise {exercise}: {weight:g} %").format(exercise=item.id, weight=item.weight)
                continue
            summary, done = by_id[item.id], progress.of_lesson(item.id)
            steps = counted_steps(item, summary)
            counts = {step.id: step.questions for step in summary.outline}
            right = sum(done.question(step, index).right for step in steps for index in range(counts[step]))
            yield "  " + _("{lesson}: {weight:g} %, {right} of {questions} questions right").format(
                lesson=item.id, weight=item.weight, right=right, questions=sum(counts[step] for step in steps)
            )
