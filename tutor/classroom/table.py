"""The live view as rows of text: what the screen, the plain text and JSON show of a class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from tutor.classroom.live import ClassNow
from tutor.classroom.standing import Standing
from tutor.classroom.wording import Wording

Order = Literal["stuck", "name", "place"]
ORDERS: tuple[Order, ...] = ("stuck", "name", "place")
"""Who comes first: who has been stuck longest, by name, or who is furthest behind in the course."""


@dataclass(frozen=True)
class Row:
    """One learner. Times are spans up to now; ``stuck`` is None for who is not, ``here`` before the first step."""

    name: str
    place: str
    short_place: str
    here: timedelta | None
    stuck: timedelta | None
    wrong_here: int
    answered: int
    right_at_first: int
    last: timedelta | None
    away: bool
    standing: Standing


def rows_of(now: ClassNow, wording: Wording, at: datetime, order: Order = "stuck") -> list[Row]:
    """The learners in this order; equals by name."""
    rows = [_row(name, standing, wording, at) for name, standing in now.standings.items()]
    rows.sort(key=lambda row: row.name)
    if order == "stuck":
        rows.sort(key=lambda row: (row.stuck is None, -(row.stuck or timedelta()), row.away))
    elif order == "place":
        rows.sort(key=lambda row: wording.order.get(row.standing.lesson, -1))
    return rows


def _row(name: str, standing: Standing, wording: Wording, at: datetime) -> Row:
    return Row(
        name,
        wording.place(standing.lesson, standing.step) if standing.lesson else "not begun",
        wording.short_place(standing.lesson, standing.step) if standing.lesson and standing.step else "not begun",
        None if standing.since is None else at - standing.since,
        standing.stuck_for(at),
        standing.wrong_here,
        standing.answered,
        standing.right_at_first,
        None if standing.last is None else at - standing.last,
        standing.away(at),
        standing,
    )


def span(time: timedelta | None) -> str:
    """A span of time in the largest unit that has a whole one: ``40 s``, ``12 min``, ``3 h``, ``2 d``; or a dash.

    >>> span(timedelta(seconds=100))
    '1 min'
    """
    if time is None:
        return "–"
    seconds = max(0, int(time.total_seconds()))
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def heading(rows: Sequence[Row]) -> str:
    """How many are here, and how many of them are stuck."""
    here = sum(not row.away for row in rows)
    stuck = sum(row.stuck is not None for row in rows)
    return f"{len(rows)} {'learner' if len(rows) == 1 else 'learners'} · {here} here · {stuck} stuck"


def error_lines(now: ClassNow, wording: Wording, most: int) -> list[tuple[str, str, str]]:
    """The commonest errors: how many have it, where, and what was wrong."""
    return [
        (f"{learners} × {times}" if times > learners else str(learners), wording.where(cause), wording.why(cause))
        for cause, learners, times in now.commonest_errors(most)
    ]


def class_json(now: ClassNow, wording: Wording, at: datetime, most_errors: int) -> dict[str, Any]:
    """The class for programs: seconds for spans, ids beside words."""
    return {
        "at": at.isoformat(timespec="seconds"),
        "learners": [
            {
                "name": row.name, "lesson": row.standing.lesson, "step": row.standing.step, "place": row.place,
                "here_seconds": _seconds(row.here), "stuck_seconds": _seconds(row.stuck), "wrong_here": row.wrong_here,
                "answered": row.answered, "right_at_first": row.right_at_first, "last_seconds": _seconds(row.last),
                "away": row.away, "done": sorted(row.standing.done),
            }
            for row in rows_of(now, wording, at)
        ],
        "errors": [
            {
                "lesson": cause.lesson, "step": cause.step, "question": cause.question + 1, "cause": cause.cause,
                "why": wording.why(cause), "learners": learners, "times": times,
            }
            for cause, learners, times in now.commonest_errors(most_errors)
        ],
        "troubles": list(now.troubles),
    }  # fmt: skip


def _seconds(time: timedelta | None) -> int | None:
    return None if time is None else int(time.total_seconds())
