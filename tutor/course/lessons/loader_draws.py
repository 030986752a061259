"""Read a step's draws: ``draw.NAME = { low, high, step, not }`` or ``{ among }``."""

from __future__ import annotations

import math

from tutor.course.lessons.lesson import Draw, DrawChoice
from tutor.course.lessons.lesson_entry import Entry

MOST_DRAWN_VALUES = 10_000


def read_draw(entry: Entry, control: str, plain: object) -> Draw | DrawChoice:
    """The draw of ``control`` from the value ``plain`` of its key; raises ``LessonError``."""
    if isinstance(plain, dict) and "among" in plain:
        among = plain["among"]
        if (
            set(plain) != {"among"}
            or not isinstance(among, list)
            or not among
            or not all(isinstance(w, str) for w in among)
        ):
            raise entry.inside("draw", control, f"draw.{control} is {{ among = [words] }}, of a choice")
        return DrawChoice(control, tuple(among))
    wanted = (
        f"draw.{control} is {{ low = …, high = …, step = …, not = [ … ] }} with low < high and step > 0, "
        "diagonal = { low = …, high = … } for the diagonal of a table, or { among = […] }"
    )
    if not isinstance(plain, dict) or set(plain) - {"low", "high", "step", "not", "diagonal"}:
        raise entry.inside("draw", control, wanted)
    try:
        low, high, step = (_plain_number(plain[key]) for key in ("low", "high", "step"))
        exclude = tuple(_plain_number(x) for x in plain.get("not", []))
        diagonal = _diagonal(plain["diagonal"]) if "diagonal" in plain else None
    except (KeyError, TypeError, OverflowError):
        raise entry.inside("draw", control, wanted) from None
    ranges = [(low, high)] if diagonal is None else [(low, high), diagonal]
    if not (step > 0 and all(least < most for least, most in ranges)):
        raise entry.inside("draw", control, wanted)
    if any((most - least) / step > MOST_DRAWN_VALUES for least, most in ranges):
        raise entry.inside("draw", control, f"draw.{control} has more than {MOST_DRAWN_VALUES} values")
    return Draw(control, low, high, step, exclude, diagonal)


def _diagonal(plain: object) -> tuple[float, float]:
    if not isinstance(plain, dict) or set(plain) != {"low", "high"}:
        raise TypeError
    return _plain_number(plain["low"]), _plain_number(plain["high"])


def _plain_number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError
    return float(value)
