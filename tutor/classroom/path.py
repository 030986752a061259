"""The path of one learner: the steps they opened and what went right or wrong there, without what they typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tutor.classroom.log_reader import LoggedEvent
from tutor.classroom.standing import EXERCISE, Cause, causes_of
from tutor.course.record.event_log import Event
from tutor.course.record.lesson_progress import WARM_UP, question_of

LONGEST_ANSWER = 60
"""Characters of an answer that are shown, where answers are shown at all."""


_CALLED = {"skip": "skipped", "again": "asked again", "goal": "goal reached", "done": "lesson done"}
_VERDICTS = {"right": "right", "bug": "a known bug", "error": "does not run"}


@dataclass(frozen=True)
class PathEntry:
    """What happened at one time: ``what`` in a word or two, and the cause of a wrong answer.

    ``took`` is how long a step was open before the next one. ``answer`` is what the learner typed; empty unless it was
    asked for.
    """

    at: datetime
    lesson: str
    step: str
    what: str
    cause: Cause | None = None
    took: timedelta | None = None
    answer: str = ""


def path_of(events: Iterable[LoggedEvent], *, answers: bool = False) -> tuple[PathEntry, ...]:
    """The entries of a learner's events, oldest first. With ``answers`` also what was typed."""
    found: list[PathEntry] = []
    opened: int | None = None
    for logged in events:
        entry = _entry(logged.event, answers)
        if entry is None:
            continue
        if entry.what == "opened":
            if opened is not None:
                before = found[opened]
                found[opened] = PathEntry(before.at, before.lesson, before.step, before.what, took=entry.at - before.at)
            opened = len(found)
        found.append(entry)
    return tuple(found)


def _entry(event: Event, answers: bool) -> PathEntry | None:
    details = event.details
    step = details.get("step")
    step = step if isinstance(step, str) else ""
    kind, warm_up = event.kind.removeprefix(WARM_UP), event.kind.startswith(WARM_UP)
    what = ""
    match kind:
        case "step":
            what = "opened"
        case "answer":
            what = "right" if details.get("correct") is True else "wrong"
            if details.get("attempt") == 1 and what == "right" and not details.get("hints"):
                what = "right at first"
        case "hint" | "skip" | "again" | "goal" | "done":
            what = {"skip": "skipped", "again": "asked again", "goal": "goal reached", "done": "lesson done"}.get(
                kind, kind
            )
        case "check" if event.lesson.startswith(EXERCISE):
            what = _VERDICTS.get(str(details.get("verdict")), "not right")
    if not what:
        return None
    causes = causes_of(event)
    typed = details.get("text") if answers and question_of(event) is not None else None
    shown = typed[:LONGEST_ANSWER] if isinstance(typed, str) else ""
    return PathEntry(
        event.at, event.lesson.removeprefix(EXERCISE), step, f"warm-up: {what}" if warm_up else what,
        causes[0] if causes else None, answer=shown,
    )  # fmt: skip
