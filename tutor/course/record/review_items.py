"""What can be asked again, and how each event about it went: a question, a goal, an exercise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from tutor.course.record.calibration import confidence_in
from tutor.course.record.event_log import Event
from tutor.course.record.lesson_progress import WARM_UP
from tutor.course.record.memory import Memory, Rating, first_memory, rated

EXERCISE = "exercise:"
"""Prefix of the lesson of an exercise's events."""


@dataclass(frozen=True, order=True)
class Item:
    """A question or a goal: its lesson, its step's id and its index in the step, from 0. An exercise has no step."""

    lesson: str
    kind: Literal["question", "goal", "exercise"]
    step: str = ""
    index: int = 0

    @property
    def exercise(self) -> str:
        """The id of an exercise."""
        return self.lesson.removeprefix(EXERCISE)


def rating_of(event: Event) -> tuple[Item, Rating] | None:
    """What the event is about and how it went; None if it says nothing about a memory.

    The first try of a visit counts. Right without a hint is good; with a hint, or by a guess, it was hard; wrong or
    skipped, it is to be learned again. What follows the verdict shows no memory. Of an exercise each check of what was
    written counts.
    """
    details: Mapping[str, Any] = event.details
    match event.kind.removeprefix(WARM_UP), details:
        case "answer", {"step": str(step), "question": int(index), "correct": bool(correct)}:
            if details.get("attempt", 1) != 1:
                return None
            helped = details.get("hints", 0) != 0 or confidence_in(details) == "guess"
            rating = Rating.AGAIN if not correct else Rating.HARD if helped else Rating.GOOD
            return Item(event.lesson, "question", step, index), rating
        case "skip", {"step": str(step), "question": int(index)}:
            return None if details.get("attempt", 0) else (Item(event.lesson, "question", step, index), Rating.AGAIN)
        case "goal", {"step": str(step), "goal": int(index)}:
            solved, hinted = details.get("solution") is True, details.get("hint") is True
            rating = Rating.AGAIN if solved else Rating.HARD if hinted else Rating.GOOD
            return Item(event.lesson, "goal", step, index), rating
        case "check", {"verdict": str(verdict), "form": "write"} if event.lesson.startswith(EXERCISE):
            return Item(event.lesson, "exercise"), Rating.GOOD if verdict == "right" else Rating.AGAIN
    return None


def memory_after(memory: Memory | None, event: Event, rating: Rating) -> Memory:
    """The memory after an event that went like this."""
    after = first_memory(rating, event.at) if memory is None else rated(memory, rating, event.at)
    sure = confidence_in(event.details) == "sure" and rating is Rating.AGAIN
    return replace(after, sure_and_wrong=sure)
