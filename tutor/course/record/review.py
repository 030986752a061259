"""When the things learned in a lesson are due: the earliest of its questions and goals, each by its own memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from tutor.course.lessons.lesson import LessonSummary
from tutor.course.record.memory import Memory
from tutor.course.record.review_items import Item
from tutor.language.catalogue import _

_WEEK = 7


@dataclass(frozen=True)
class Review:
    """The review of a lesson: the memories of those of its questions and goals that were met, at least one."""

    memories: tuple[Memory, ...]

    def due(self, zone: tzinfo | None = None) -> date:
        """The day on which its first question is due, in the time zone ``zone`` (None: the machine's)."""
        return min(due_day(memory, zone) for memory in self.memories)

    def is_due(self, now: datetime) -> bool:
        """Whether that day has come."""
        return self.due(now.tzinfo) <= now.date()

    def due_words(self, now: datetime) -> str:
        """When it is due: ``due today``, ``due tomorrow``, ``due in 4 days``, ``due on 24 Nov``."""
        return due_words(self.due(now.tzinfo), now)

    def when_words(self, now: datetime) -> str:
        """The same for a column of such days: ``today``, ``tomorrow``, ``in 4 days``, ``on 24 Nov``."""
        due = self.due(now.tzinfo)
        days = (due - now.date()).days
        if days <= 1:
            return _("tomorrow") if days == 1 else _("today")
        if days <= _WEEK:
            return _("in {days} days").format(days=days)
        return _("on {day} {due:%b}").format(day=due.day, due=due)


def due_day(memory: Memory, zone: tzinfo | None = None) -> date:
    """The day on which one thing is due."""
    return memory.last.astimezone(zone).date() + timedelta(days=memory.gap)


def due_words(due: date, now: datetime) -> str:
    """A day as seen from now: ``due today``, ``due tomorrow``, ``due in 4 days``, ``due on 24 Nov``."""
    days = (due - now.date()).days
    if days <= 1:
        return _("due tomorrow") if days == 1 else _("due today")
    return (
        _("due in {days} days").format(days=days)
        if days <= _WEEK
        else _("due on {day} {due:%b}").format(day=due.day, due=due)
    )


def known_items(memories: Mapping[Item, Memory], lessons: Iterable[LessonSummary]) -> dict[Item, Memory]:
    """The memories of questions and goals that the ``lessons`` still have."""
    asked = {(lesson.id, step.id): step for lesson in lessons for step in lesson.outline}
    found = {}
    for item, memory in memories.items():
        step = asked.get((item.lesson, item.step))
        if step is not None and item.index < (step.goals if item.kind == "goal" else step.questions):
            found[item] = memory
    return found


def reviews(memories: Mapping[Item, Memory], lessons: Iterable[LessonSummary]) -> dict[str, Review]:
    """The review of every lesson of which something was met, by lesson id."""
    by_lesson: dict[str, list[Memory]] = {}
    for item, memory in known_items(memories, lessons).items():
        by_lesson.setdefault(item.lesson, []).append(memory)
    return {lesson: Review(tuple(found)) for lesson, found in by_lesson.items()}
