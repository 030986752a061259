"""What one learner did in one lesson or exercise, added up from their events; as JSON, it goes on where it stopped."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from tutor.course.record.event_log import Event
from tutor.course.record.lesson_progress import WARM_UP, LessonProgress, QuestionProgress, Tally

PAUSE = timedelta(minutes=5)
"""Between two events of a learner at work; a longer gap is a pause and no time spent."""
_OF_A_QUESTION = (
    "tries", "wrong", "hints", "skips", "right", "first_try", "passed_over", "reopened", "wrong_again",
)  # fmt: skip
"""The fields of a question's progress that a report needs: numbers only, nothing that was typed."""


@dataclass
class Work:
    """The events of one learner in one lesson or exercise, as they are added."""

    tally: Tally = field(default_factory=Tally)
    tries: int = 0
    hints: int = 0
    right: bool = False
    spent: timedelta = field(default_factory=timedelta)
    first: datetime | None = None
    last: datetime | None = None

    def add(self, event: Event) -> None:
        """Count one more event."""
        self.tally.add(event)
        kind = event.kind.removeprefix(WARM_UP)
        self.tries += kind in ("answer", "check")
        self.hints += kind == "hint"
        self.right = self.right or (kind == "check" and event.details.get("verdict") == "right")
        self.first = self.first or event.at
        if self.last is not None and timedelta() < event.at - self.last < PAUSE:
            self.spent += event.at - self.last
        self.last = event.at

    def progress(self) -> dict[str, Any]:
        """The steps, questions and goals as JSON."""
        return {
            "steps": sorted(self.tally.steps_seen),
            "questions": [
                [*key, [getattr(asked, name) for name in _OF_A_QUESTION]] for key, asked in self.tally.questions.items()
            ],
            "goals": [[*key, help] for key, help in self.tally.goals.items()],
        }


def tally_from(progress: dict[str, Any]) -> Tally:
    """The tally that goes on from what ``Work.progress`` gave."""
    questions = {(step, index): _question(*values) for step, index, values in progress["questions"]}
    goals = {(step, index): help for step, index, help in progress["goals"]}
    return Tally.of(LessonProgress(steps_seen=frozenset(progress["steps"]), questions=questions, goals=goals))


@lru_cache(maxsize=4096)
def _question(
    tries: int,
    wrong: int,
    hints: int,
    skips: int,
    right: bool,
    first_try: bool,
    passed_over: bool,
    reopened: bool,
    wrong_again: bool,
) -> QuestionProgress:
    """The values of ``_OF_A_QUESTION`` as progress; a class has the same ones thousands of times."""
    return QuestionProgress(
        tries, wrong, hints, skips, right, first_try, passed_over=passed_over, reopened=reopened,
        wrong_again=wrong_again,
    )  # fmt: skip
