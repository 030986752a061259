"""The terms of a right answer: the addends of the sum that its derivation writes, and those of the sums within it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tutor.course.lessons.lesson import Probe
from tutor.course.questions.arithmetic import NoResult, Notation, NotUnderstood, evaluate
from tutor.course.questions.formula_value import addends
from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.origins import deeper, why
from tutor.labs.kit.places import LookupFailed

MOST_TERMS = 12
"""Of a longer sum nobody types each term."""
_LEVELS = 2


@dataclass(frozen=True)
class RightTerm:
    """An addend of the right answer: its value with its sign, and its text, with names where the formula has as many
    terms as the numbers, else with numbers."""

    value: float
    text: str


RightSum = tuple[RightTerm, ...]


def sums_of(probe: Probe, lab: Lab) -> tuple[RightSum, ...]:
    """The sums that give what the probe reads; none if it was not added up. Leaves the lab unchanged."""
    twin = lab.twin() if probe.set or probe.press else None
    changed = twin or lab
    try:
        for name, setting in probe.set.items():
            changed.set(name, setting)
        for action in probe.press:
            changed.press(action)
        if probe.formula is None:
            return tuple(right_sums(why(changed, probe.read), changed))
        values, names = addends(probe.formula, changed), _names(probe.formula.text)
        return (tuple(map(RightTerm, values, names)),) if len(values) == len(names) > 1 else ()
    except (LookupFailed, ControlError):
        return ()
    finally:
        if twin is not None:
            twin.close()


def right_sums(derivation: Derivation, lab: Lab) -> Iterator[RightSum]:
    """The sums of two terms or more that give the derived number: as derived, then with a term that is itself a sum
    written out."""
    terms = terms_of(derivation)
    for _ in range(_LEVELS):
        if 1 < len(terms) <= MOST_TERMS:
            yield terms
        longer = tuple(part for term in terms for part in _within(term, derivation.operands, lab))
        if len(longer) == len(terms):
            return
        terms = longer


def terms_of(derivation: Derivation) -> RightSum:
    """The addends of the derivation's arithmetic; none if it cannot be read as arithmetic."""
    try:
        terms = evaluate(derivation.numbers, Notation()).terms
    except (NotUnderstood, NoResult):
        return ()
    names = _names(derivation.formula)
    if len(names) != len(terms):
        names = tuple(_bare(term.text).replace("*", "·").replace("-", "−") for term in terms)
    return tuple(RightTerm(term.value, name) for term, name in zip(terms, names, strict=True))


def _within(term: RightTerm, operands: tuple[Cell, ...], lab: Lab) -> RightSum:
    """The terms of the sum that a term stands for, if the term is one number that was itself added up."""
    same = [cell for cell in operands if abs(cell.value) == abs(term.value) != 0]
    if len(same) != 1:
        return (term,)
    try:
        inner = terms_of(deeper(lab, same[0]))
    except LookupFailed:
        return (term,)
    sign = 1 if same[0].value == term.value else -1
    return tuple(RightTerm(sign * part.value, part.text) for part in inner) or (term,)


def _bare(text: str) -> str:
    """A term without brackets around the whole of it."""
    inner = text[1:-1]
    return inner if text[:1] == "(" and text[-1:] == ")" and "(" not in inner else text


def _names(formula: str) -> tuple[str, ...]:
    """The addends of a formula, split at each + and − outside brackets; none if it has words or a sum sign."""
    if any(sign in formula for sign in "Σ,") or " if " in formula:
        return ()
    found, depth, start = [], 0, 0
    for at, sign in enumerate(formula):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 and sign in "+−-" and formula[start:at].strip():
            found.append(formula[start:at].strip())
            start = at + 1
    return (*found, formula[start:].strip(" −+-"))
