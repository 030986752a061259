"""Simulated learners: what one types who holds a wrong rule, and what one types who reasons rightly and rounds.

The wrong numbers are made here on their own, not by what names them, so that the two can be held against each other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tutor.course.questions.answers import parse_number
from tutor.course.questions.checking import fill_for_learner
from tutor.course.questions.given_numbers import given_numbers
from tutor.course.teaching.open_questions import OpenQuestion
from tutor.engine.derivations.derivation import Derivation
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.origins import why
from tutor.labs.kit.places import LookupFailed

TYPED_DIGITS = 4
"""A learner types this many significant digits."""
GIVEN = "given"
# Numbers that were computed themselves: what a question gives has fewer digits, and nobody rounds it.
_COMPUTED = re.compile(r"(?=[\d.]{7})\d+\.\d+")

GENERIC: dict[str, Callable[[float], float]] = {
    "sign": lambda right: -right,
    "factor 2": lambda right: 2 * right,
    "half": lambda right: right / 2,
    "factor 10": lambda right: 10 * right,
    "a tenth": lambda right: right / 10,
    "factor 100": lambda right: 100 * right,
    "reciprocal": lambda right: 1 / right if right else math.nan,
    "one more": lambda right: right + 1,
    "one less": lambda right: right - 1,
    "one minus it": lambda right: 1 - right,
    "rounded too early": lambda right: float(f"{right:.1g}"),
}


@dataclass(frozen=True)
class WrongAnswer:
    """A wrong answer and the rule that leads to it."""

    rule: str
    typed: str


def typed(number: float) -> str:
    """A number as a learner types it."""
    return f"{number:.{TYPED_DIGITS}g}"


def generic_slips(right: float, tolerance: float) -> Iterator[WrongAnswer]:
    """What each generic slip makes of a right number; without those that change nothing that the tolerance shows."""
    for rule, slip in GENERIC.items():
        wrong = slip(right)
        if math.isfinite(wrong) and abs(float(typed(wrong)) - right) > tolerance:
            yield WrongAnswer(rule, typed(wrong))


def given_in(one: OpenQuestion, right: float) -> Iterator[WrongAnswer]:
    """Each number that the question gives and that is not the answer."""
    for number in given_numbers(fill_for_learner(one.question.ask, one.lab)):
        if abs(number.value - right) > one.question.tolerance:
            yield WrongAnswer(GIVEN, number.text)


def right_reasoners(one: OpenQuestion, right: float, digits: int) -> Iterator[str]:
    """What right reasoners type who round every computed number on the way to ``digits`` significant digits.

    They follow the arithmetic of the answer's derivation, and type its result. One who computes exactly comes first.
    """
    yield f"{right:.9g}"
    derivation = _derivation(one)
    if derivation is None:
        return
    rounded = _COMPUTED.sub(lambda literal: f"{float(literal[0]):.{digits}g}", derivation.numbers)
    result = parse_number(rounded) if "e" not in rounded.replace("e^", "").replace("exp", "") else None
    if result is not None and math.isfinite(result):
        yield f"{result:.0f}" if result == round(result) else f"{result:.{digits}g}"


def _derivation(one: OpenQuestion) -> Derivation | None:
    """How the answer is worked out; None if it was counted, or on a copy of the lab."""
    probe = one.question.answer
    if probe.set or probe.press or probe.formula is not None or probe.against is not None:
        return None
    try:
        return why(one.lab, probe.read)
    except (LookupFailed, ControlError):
        return None
