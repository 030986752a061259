"""Which of the things learned to ask about today: those that an asking helps most.

The mean recall of the weeks to come, or of the day of an exam, is what each day's few questions are for. So what counts
is not what is overdue for longest, which may be lost for an asking or two, but by how much an asking raises that mean.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import date, datetime
from typing import TypeVar

from tutor.course.record.memory import Memory, Rating, rated

WEEKS_TO_COME = (3, 7, 14)
"""The days from today whose mean recall counts; later ones hardly change the choice (docs/review.md)."""

Key = TypeVar("Key", bound=Hashable)


def gain(memory: Memory, now: datetime, exam: date | None = None) -> float:
    """By how much asking now is expected to raise the mean recall of the weeks to come, or of the day of the exam."""
    since = memory.days_since(now, now.tzinfo)
    days = WEEKS_TO_COME if exam is None else ((exam - now.date()).days,)
    known = memory.recall(since)
    right = rated(memory, Rating.GOOD, now, now.tzinfo)
    wrong = rated(memory, Rating.AGAIN, now, now.tzinfo)
    return sum(
        known * right.recall(day) + (1 - known) * wrong.recall(day) - memory.recall(since + day) for day in days
    ) / len(days)


def is_due(memory: Memory, now: datetime, exam: date | None = None) -> bool:
    """Whether its recall has fallen so far that it is due; before an exam, whatever was not asked today is."""
    since = memory.days_since(now, now.tzinfo)
    return since >= 1 and (exam is not None or since >= memory.gap)


def in_order(
    memories: Mapping[Key, Memory],
    now: datetime,
    sibling: Callable[[Key], Hashable],
    exam: date | None = None,
    one_a_day: Callable[[Key], Hashable] | None = None,
) -> tuple[Key, ...]:
    """What is due, in the order in which to ask it.

    What the learner was sure of and got wrong comes first, then what gains most. Of those that share a ``sibling`` key,
    such as the questions of one lesson, the second comes after every other's first, and so on. Of those that share a
    ``one_a_day`` key, such as the questions of one step, one is asked a day: its answer helps with the others, which
    would then seem better known than they are. ``exam`` counts only until its day; before it, those come in turns too.
    """
    coming = exam if exam is not None and exam > now.date() else None
    due = [key for key, memory in memories.items() if is_due(memory, now, coming)]
    gains = {key: gain(memories[key], now, coming) for key in due}
    due.sort(key=lambda key: (not memories[key].sure_and_wrong, -gains[key], str(key)))
    if one_a_day is not None and coming is None:
        today = {one_a_day(key) for key, memory in memories.items() if memory.days_since(now, now.tzinfo) < 1}
        due = _first_of_each(due, one_a_day, today)
    elif one_a_day is not None:
        due = _in_turns(due, one_a_day)
    first = [key for key in due if memories[key].sure_and_wrong]
    return (*first, *_in_turns((key for key in due if not memories[key].sure_and_wrong), sibling))


def _first_of_each(keys: Iterable[Key], group: Callable[[Key], Hashable], taken: set[Hashable]) -> list[Key]:
    """The first key of each group that is not ``taken``."""
    first: dict[Hashable, Key] = {}
    for key in keys:
        first.setdefault(group(key), key)
    return [key for of, key in first.items() if of not in taken]


def _in_turns(keys: Iterable[Key], sibling: Callable[[Key], Hashable]) -> list[Key]:
    """The keys, each sibling's first before any sibling's second; otherwise in their order."""
    turn: dict[Hashable, int] = {}
    turns: list[tuple[int, Key]] = []
    for key in keys:
        of = sibling(key)
        turns.append((turn.get(of, 0), key))
        turn[of] = turn.get(of, 0) + 1
    return [key for _, key in sorted(turns, key=lambda each: each[0])]
