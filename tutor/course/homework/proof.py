"""Prove a homework: every learner's numbers can be drawn, the right answer passes, and answers differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tutor.course.homework.homework import Homework
from tutor.course.homework.redrawn import counted_steps, redrawn
from tutor.course.lessons.finding import CannotOpen
from tutor.course.lessons.lesson import LessonError, LessonSummary
from tutor.course.questions.checking import check, right_answer
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.places import LookupFailed


@dataclass(frozen=True)
class ProvedQuestion:
    """A question that counts: its step, index, weight in per cent, the right answer of each name, and what is wrong."""

    lesson: str
    step: str
    index: int
    weight: float
    answers: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def name(self) -> str:
        """For a person: the lesson, the step, and the number of the question from 1."""
        return f"{self.lesson}/{self.step} question {self.index + 1}"

    @property
    def same_for_all(self) -> bool:
        """Whether everybody's answer is the same, so that it can be handed round."""
        return len(set(self.answers)) == 1

    @property
    def shared(self) -> tuple[int, int]:
        """How many pairs of names share the answer, and how many pairs there are."""
        count = len(self.answers)
        return sum(n * (n - 1) // 2 for n in Counter(self.answers).values()), count * (count - 1) // 2


def prove(homework: Homework, lessons: Mapping[str, LessonSummary], names: Sequence[str]) -> Iterator[ProvedQuestion]:
    """Each question that counts, asked with the numbers of each of these names."""
    for item in homework.items:
        if item.kind == "exercise":
            continue
        summary = lessons[item.id]
        steps = counted_steps(item, summary)
        counts = {step.id: step.questions for step in summary.outline}
        weight = item.weight / sum(counts[step] for step in steps)
        for step in steps:
            answers: list[list[str]] = [[] for _ in range(counts[step])]
            faults: list[list[str]] = [[] for _ in range(counts[step])]
            for name in names:
                _ask(summary, step, homework.seed_of(name), name, answers, faults)
            for index in range(counts[step]):
                yield ProvedQuestion(item.id, step, index, weight, tuple(answers[index]), tuple(faults[index]))


def _ask(
    summary: LessonSummary, step: str, seed: int, name: str, answers: list[list[str]], faults: list[list[str]]
) -> None:
    """Ask one name all questions of a step; appends the right answers and the faults, by question."""
    try:
        with redrawn(summary, step, seed) as drawn:
            for index, question in enumerate(drawn.questions):
                try:
                    right = right_answer(question, drawn.lab)
                    passed = check(question, right, drawn.lab).correct
                except (LookupFailed, ControlError) as error:
                    faults[index].append(f"{name}: {error}")
                    continue
                # Variants are different questions: the same number does not help.
                answers[index].append(f"{question.variant} {right}" if question.variant else right)
                if not passed:
                    faults[index].append(f"{name}: the right answer {right} does not pass")
    except (LessonError, CannotOpen) as error:
        for each in faults:
            each.append(f"{name}: {error}")
