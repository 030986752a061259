"""The warm-up of a day: how many questions, and which. A function of the learner's events, choices and the time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from tutor.course.lessons.lesson import LessonSummary
from tutor.course.record.choosing import in_order
from tutor.course.record.progress import Progress
from tutor.course.record.review import known_items
from tutor.course.record.review_items import Item
from tutor.language.catalogue import N_, _

A_DAY = (3, 6, 10)
"""How many questions a day a learner may choose; the first is the default."""
PLAN_USAGE = N_("Type a number of questions a day, 3, 6 or 10; or exam and a day, as in exam 2026-12-20; or exam none.")
_A_DAY, _EXAM = "questions a day", "exam on"


def questions_a_day(progress: Progress) -> int:
    """How many questions a day the learner chose."""
    chosen = progress.setting(_A_DAY)
    return next((number for number in A_DAY if str(number) == chosen), A_DAY[0])


def choose_a_day(progress: Progress, number: int) -> None:
    """Ask so many questions a day. Raises ``ValueError`` if it is none of ``A_DAY``."""
    if number not in A_DAY:
        raise ValueError(
            _("{number} questions a day: choose {others} or {last}").format(
                number=number, others=", ".join(map(str, A_DAY[:-1])), last=A_DAY[-1]
            )
        )
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
        raise ValueError(_("an exam on {day}: that day has passed").format(day=day.isoformat()))
    progress.set_setting(_EXAM, "" if day is None else day.isoformat())


def plan_words(progress: Progress) -> str:
    """How many questions a day, and the exam, in a sentence or two."""
    day, today = exam(progress), progress.now().date()
    said = _("{number} questions a day.").format(number=questions_a_day(progress))
    if day is None:
        return said
    ahead = {0: _("today"), 1: _("tomorrow")}.get(
        (day - today).days, _("in {days} days").format(days=(day - today).days)
    )
    return _("{said} Exam on {day} {month:%B %Y}, {ahead}.").format(said=said, day=day.day, month=day, ahead=ahead)


def change_plan(progress: Progress, words: tuple[str, ...]) -> str:
    """Carry out ``6``, ``exam 2026-12-20`` or ``exam none``; return the plan in words, or why it cannot be done."""
    try:
        match words:
            case [number] if number.isdecimal():
                choose_a_day(progress, int(number[:9]))
            case ["exam", "none"]:
                choose_exam(progress, None)
            case ["exam", day]:
                choose_exam(progress, _day(day))
            case _:
                return _(PLAN_USAGE)
    except ValueError as error:
        return f"{str(error)[:1].upper()}{str(error)[1:]}."
    return plan_words(progress)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("{text!r} is no day; write it as in 2026-12-20").format(text=text[:20])) from None


def due_items(progress: Progress, lessons: Iterable[LessonSummary]) -> tuple[Item, ...]:
    """The questions and goals that are due, in the order in which to ask them.

    Those of one lesson come in turns with those of others, and of one step there is one a day.
    """
    known = known_items(progress.memories(), lessons)
    return in_order(known, progress.now(), lambda item: item.lesson, exam(progress), lambda i: (i.lesson, i.step))


def due_exercises(progress: Progress) -> tuple[str, ...]:
    """The ids of the exercises to be written again, the most useful first; also of those that are there no more."""
    memories = {item: memory for item, memory in progress.memories().items() if item.kind == "exercise"}
    return tuple(item.exercise for item in in_order(memories, progress.now(), lambda item: item, exam(progress)))


def due_now(progress: Progress, lessons: Iterable[LessonSummary]) -> int:
    """The number of questions and goals in a warm-up now."""
    return min(len(due_items(progress, lessons)), left_today(progress))


def left_today(progress: Progress) -> int:
    """How many of today's questions were not asked yet."""
    return max(0, questions_a_day(progress) - progress.warmed_up_today())
