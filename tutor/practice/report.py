"""A verdict in words, and as values for programs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from tutor.course.words.source_text import NoSource, SourceText, named_source
from tutor.language.catalogue import N_, _
from tutor.practice.comparing import Absent
from tutor.practice.exercise import Exercise
from tutor.practice.runner.values import Code
from tutor.practice.verdict import Verdict, Where
from tutor.practice.where_text import value_text, where_text

_LONGEST_INPUT, _LONGEST_ARRAY = 400, 60
"""Characters of an input, and of an array that is longer."""
_PRINTED, _LONGEST_PRINTED = 30, 200
"""Lines of what a program printed, and characters of each."""
_OWNERS = {"engine": N_("The engine's own version"), "labs": N_("The lab's own version")}
"""Whose a version is, by its folder; dl-tutor's in all others."""
_WORDS = {"right": N_("Right"), "bug": N_("A known bug"), "wrong": N_("Not right yet"), "error": N_("It does not run")}
_OUR_OWN = N_("dl-tutor's own version")


def verdict_lines(exercise: Exercise, verdict: Verdict) -> list[str]:
    """The verdict for a learner, a sentence a line, with blank lines between what belongs together."""
    lines = [_(_WORDS[verdict.word])]
    if verdict.word == "right":
        lines += [exercise.better] if exercise.better else []
    else:
        lines.append(verdict.say)
        if verdict.word == "bug" and verdict.where is not None:
            lines += ["", where_text(verdict.where)]
        if verdict.inputs:
            lines += ["", _("With these inputs:"), *input_lines(verdict.inputs)]
    if verdict.printed.strip():
        printed = verdict.printed.rstrip().splitlines()
        heading = (
            _("It printed:")
            if len(printed) <= _PRINTED
            else _("It printed: (the last {printed} lines)").format(printed=_PRINTED)
        )
        lines += ["", heading, *(_short(line, _LONGEST_PRINTED) for line in printed[-_PRINTED:])]
    return lines


def own_version(exercise: Exercise) -> tuple[SourceText, ...]:
    """The pieces of this program that do what the exercise asks for; without those whose source is not installed."""
    found = []
    for name in exercise.engine:
        with suppress(NoSource):
            found.append(named_source(name))
    return tuple(found)


def own_version_headings(pieces: Sequence[SourceText]) -> list[str]:
    """What is said above each of the pieces."""
    headings: list[str] = []
    other = _("Another part of it")
    for piece in pieces:
        owner = _(_OWNERS.get(piece.heading.split(".")[1], _OUR_OWN))
        headings.append(f"{other if headings else owner} ({piece.heading}):")
    return headings


def input_lines(inputs: dict[str, Any]) -> list[str]:
    """The inputs as Python would write them, short."""
    lines = []
    for name, value in inputs.items():
        if isinstance(value, Code):
            lines += [f"  {line}" for line in value.source.splitlines()]
            continue
        text = repr(np.round(value, 4).tolist() if isinstance(value, np.ndarray) else value)
        if len(text) > _LONGEST_INPUT and isinstance(value, np.ndarray):
            text = _("{text} …, shape {shape}").format(text=text[:_LONGEST_ARRAY], shape=value.shape)
        lines.append(f"  {name} = {_short(text, _LONGEST_INPUT)}")
    return lines


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]} …"


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
