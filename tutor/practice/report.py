"""A verdict in words, and as values for programs."""

from __future__ import annotations

from typing import Any

import numpy as np

from tutor.practice.comparing import Absent
from tutor.practice.exercise import Exercise
from tutor.practice.runner.values import Code
from tutor.practice.verdict import Verdict, Where
from tutor.practice.where_text import value_text, where_text

_LONGEST_INPUT, _LONGEST_ARRAY, _MOST_PRINTED = 400, 60, 30
"""Characters of an input, and of an array that is longer; lines of what was printed, the last ones."""
_WORDS = {"right": "Right", "bug": "A known bug", "wrong": "Not right yet", "error": "It does not run"}


def verdict_lines(exercise: Exercise, verdict: Verdict) -> list[str]:
    """The verdict for a learner, a sentence a line, with blank lines between what belongs together."""
    lines = [_WORDS[verdict.word]]
    if verdict.word == "right":
        lines += [exercise.better] if exercise.better else []
    else:
        lines.append(verdict.say)
        if verdict.word == "bug" and verdict.where is not None:
            lines += ["", where_text(verdict.where)]
        if verdict.inputs:
            lines += ["", "With these inputs:", *input_lines(verdict.inputs)]
    if verdict.printed.strip():
        lines += ["", "It printed:", *verdict.printed.rstrip().splitlines()[-_MOST_PRINTED:]]
    return lines


def input_lines(inputs: dict[str, Any]) -> list[str]:
    """The inputs as Python would write them, short."""
    lines = []
    for name, value in inputs.items():
        if isinstance(value, Code):
            lines += [f"  {line}" for line in value.source.splitlines()]
            continue
        text = repr(np.round(value, 4).tolist() if isinstance(value, np.ndarray) else value)
        if len(text) > _LONGEST_INPUT:
            is_array = isinstance(value, np.ndarray)
            text = f"{text[:_LONGEST_ARRAY]} …, shape {value.shape}" if is_array else f"{text[:_LONGEST_INPUT]} …"
        lines.append(f"  {name} = {text}")
    return lines


def verdict_values(exercise: Exercise, verdict: Verdict, seconds: float) -> dict[str, Any]:
    """The verdict as one object for programs."""
    where = verdict.where
    return {
        "exercise": exercise.id,
        "verdict": verdict.word,
        "bug": verdict.bugs[0] if verdict.bugs else None,
        "bugs": list(verdict.bugs),
        "say": verdict.say,
        "where": None if where is None else _where_values(where),
        "line": verdict.line,
        "seconds": round(seconds, 3),
    }


def _where_values(where: Where) -> dict[str, Any]:
    ends = {"got": _plain(where.got), "expected": _plain(where.expected)}
    return {"name": where.name, "index": list(where.index), **ends}


def _plain(value: Any) -> Any:
    """The value as JSON has it: a number that is not finite, and what is no single value, as a text."""
    if value is None or isinstance(value, bool | str):
        return value
    if not isinstance(value, int | float | complex | np.number):
        return None if isinstance(value, Absent) else value_text(value)
    number = float(np.real(value))
    return number if np.isfinite(number) else str(number)
