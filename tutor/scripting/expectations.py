"""Check a script's expectations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from tutor.course.questions.checking import Verdict
from tutor.course.session import LessonSession
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.places import LookupFailed, split_path
from tutor.scripting.script import (
    ExpectAnswered,
    Expectation,
    ExpectBeyond,
    ExpectCovered,
    ExpectGoal,
    ExpectMessage,
    ExpectProgress,
    ExpectStep,
    ExpectTensorFlow,
    ExpectText,
    ExpectValue,
    Relation,
)

# Beyond every float, and well within the range of decimal arithmetic.
FURTHEST_EXPONENT = 400


@dataclass(frozen=True)
class Mismatch:
    """What was expected and what was found."""

    expected: str
    got: str


def check(expectation: Expectation, session: LessonSession, verdict: Verdict | None) -> Mismatch | None:
    """None if the expectation holds. ``verdict`` is that of the last answer on this step, if there was one."""
    match expectation:
        case ExpectValue(path, value, tolerance):
            return _check_value(session.lab, path, value, tolerance)
        case ExpectBeyond(path, relation, bound):
            return check_beyond(session.lab, path, relation, bound)
        case ExpectAnswered(outcome):
            got = _outcome(verdict)
            return None if got == outcome else Mismatch(f"answered {outcome}", _said(got, verdict))
        case ExpectMessage(words):
            message = f"{verdict.message}{verdict.aside}" if verdict is not None else ""
            return None if _plain(words) in _plain(message) else Mismatch(f"a message with {words!r}", repr(message))
        case ExpectText(words):
            return None if _plain(words) in _plain(session.text) else Mismatch(f"a text with {words!r}", session.text)
        case ExpectCovered(name):
            covered = ", ".join(sorted(session.covered)) or "nothing"
            return None if name in session.covered else Mismatch(f"{name} covered", f"{covered} covered")
        case ExpectStep(step):
            if session.lesson.position_of(step) == session.position:
                return None
            return Mismatch(f"step {step}", f"step {session.position + 1}, {session.step.id}")
        case ExpectGoal(number, outcome):
            return _check_goal(session, number, outcome)
        case ExpectProgress(word):
            got = session.state.steps[session.position].word
            return None if got == word else Mismatch(f"progress {word}", got)
        case ExpectTensorFlow(readout, tolerance):
            return _check_tensorflow(session, readout, tolerance)


def check_beyond(lab: Lab, path: str, relation: Relation, bound: float) -> Mismatch | None:
    """None if the number at ``path`` is above or below ``bound``."""
    expected = f"{path} {relation} {bound:.12g}"
    try:
        got = lab.lookup(path)
    except LookupFailed as error:
        return Mismatch(expected, str(error))
    if isinstance(got, str):
        return Mismatch(expected, f"the word {got!r}")
    holds = got > bound if relation == "above" else got < bound
    return None if holds else Mismatch(expected, f"{got:.9g}")


def _check_goal(session: LessonSession, number: int, outcome: str) -> Mismatch | None:
    expected, goals = f"goal {number} {outcome}", session.step.goals
    if number > len(goals):
        return Mismatch(expected, f"a step with {len(goals)} goals" if goals else "a step without goals")
    session.goals.look(session.step)
    state = session.goals.state(session.step, number - 1)
    return None if state.reached == (outcome == "reached") else Mismatch(expected, f"goal {number} {state.progress}")


def _check_tensorflow(session: LessonSession, readout: str, tolerance: float) -> Mismatch | None:
    expected = f"TensorFlow within {tolerance:g} of {readout}"
    comparison = session.tensorflow
    if comparison is None:
        return Mismatch(expected, "no worker to run it")
    comparison.refresh()
    comparison.wait()
    if comparison.message:
        return Mismatch(expected, comparison.message)
    rows = [row for row in comparison.rows if split_path(row.path)[0] == readout]
    if not rows:
        return Mismatch(expected, f"a program that does not compute it; it computes {', '.join(comparison.computes)}")
    worst = max(rows, key=lambda row: row.difference if row.difference == row.difference else math.inf)
    return (
        None
        if worst.difference <= tolerance
        else Mismatch(expected, f"{worst.path}: {worst.ours:.9g} and {worst.theirs:.9g}")
    )


def as_decimal(text: str) -> Decimal | None:
    """The exact decimal number in ``text``, with a comma or a point. None if it is not a number."""
    try:
        number = Decimal(text.strip().replace("−", "-").replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < FURTHEST_EXPONENT else None


def half_last_digit(number: Decimal) -> Decimal:
    """Half a unit of the last digit written: 0.0000005 for 0.952574."""
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(5).scaleb(exponent - 1)


def _check_value(lab: Lab, path: str, value: str, tolerance: str | None) -> Mismatch | None:
    expected = f"{path} {value}" + (f" within {tolerance}" if tolerance is not None else "")
    try:
        got = lab.lookup(path)
    except LookupFailed as error:
        return Mismatch(expected, str(error))
    if isinstance(got, str):
        return None if _plain(got) == _plain(value) else Mismatch(expected, got)
    number = as_decimal(value)
    if number is None or not math.isfinite(got):
        return None if f"{got}" == value.lower() else Mismatch(expected, f"{got:.9g}")
    within = half_last_digit(number) if tolerance is None else as_decimal(tolerance)
    # In decimals, so that the bounds are exactly as written: 0.3 means three tenths and not the nearest float, but a
    # value rounded to that float matches too.
    away = min(abs(Decimal(repr(float(got))) - number), abs(Decimal(got) - number))
    holds = within is not None and away <= within
    return None if holds else Mismatch(expected, f"{got:.9g}")


def _outcome(verdict: Verdict | None) -> str:
    if verdict is None:
        return "no answer"
    if not verdict.understood:
        return "refused"
    return "correct" if verdict.correct else "wrong"


def _said(outcome: str, verdict: Verdict | None) -> str:
    return outcome if verdict is None else f"{outcome}{verdict.aside}: {verdict.message}"


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
