"""The warm-up of a day: how many questions, and which. A function of the learner's events, choices and the time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tutor.course.lessons.lesson import LessonSummary
from tutor.course.record.choosing import in_order
from tutor.course.record.progress import Progress
from tutor.course.record.review import known_items
from tutor.course.record.review_items import Item

A_DAY = (3, 6, 10)
"""How many questions a day a learner may choose; the first is the default."""
_A_DAY, _EXAM = "questions a day", "exam on"


def questions_a_day(progress: Progress) -> int:
    """How many questions a day the learner chose."""
    chosen = progress.setting(_A_DAY)
    return next((number for number in A_DAY if str(number) == chosen), A_DAY[0])


def choose_a_day(progress: Progress, number: int) -> None:
    """Ask so many questions a day. Raises ``ValueError`` if it is none of ``A_DAY``."""
    if number not in A_DAY:
        raise ValueError(f"{number} questions a day: choose {', '.join(map(str, A_DAY[:-1]))} or {A_DAY[-1]}")
    progress.set_setting(_A_DAY, str(number))


def exam(progress: Progress) -> date | None:
    """The day of the exam; None if there is none, or it is over."""
    try:
        day = date.fromisoformat(progress.setting(_EXAM) or "")
    except ValueError:
        return None
    return day if day >= progress.now().date() else None


def choose_exam(progress: Progress, day: date | None) -> None:
    """Prepare for an exam on that day, or for none. Raises ``ValueError`` if the day has passed."""
    if day is not None and day < progress.now().date():
        raise ValueError(f"an exam on {day.isoformat()}: that day has passed")
    progress.set_setting(_EXAM, "" if day is None else day.isoformat())


def due_items(progress: Progress, lessons: Iterable[LessonSummary], exercises: frozenset[str]) -> tuple[Item, ...]:
    """Everything that is due, in the order in which to ask it; of exercises those with these ids.

    The questions of one lesson come in turns with those of others.
    """
    memories = progress.memories()
    known = known_items(memories, lessons)
    known |= {item: memories[item] for item in memories if item.kind == "exercise" and item.exercise in exercises}
    return in_order(known, progress.now(), lambda item: item.lesson, exam(progress))


def due_now(progress: Progress, lessons: Iterable[LessonSummary]) -> int:
    """The number of questions and goals in a warm-up now."""
    return min(len(due_items(progress, lessons, frozenset())), left_today(progress))


def left_today(progress: Progress) -> int:
    """How many of today's questions were not asked yet."""
    return max(0, questions_a_day(progress) - progress.warmed_up_today())
