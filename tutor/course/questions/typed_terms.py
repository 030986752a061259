"""Compare the terms that a learner typed with those of the right sum: which is missing, which is too many or wrong."""

from __future__ import annotations

import math
from collections.abc import Iterable

from tutor.course.questions.arithmetic import Term
from tutor.course.questions.right_terms import RightSum, RightTerm
from tutor.course.questions.slips import ROUNDING, Slip
from tutor.language.catalogue import _

_SAME = ROUNDING
"""Two terms are the same within this share of their size: a learner may have rounded the factors."""


def compare_terms(typed: tuple[Term, ...], sums: Iterable[RightSum]) -> Slip | None:
    """What is wrong with the terms of a typed sum; None if no right sum has one of them, or too much differs."""
    for right in sums:
        extra, missing = _unmatched(typed, right)
        if len(missing) == len(right):
            continue
        said = _said(extra, missing)
        if said is not None:
            return said
    return None


def _unmatched(typed: tuple[Term, ...], right: RightSum) -> tuple[list[Term], list[RightTerm]]:
    """The typed terms that the right sum lacks, and the right terms that were not typed."""
    missing, extra = [term for term in right if term.value], []
    for term in typed:
        same = next((each for each in missing if _is_same(term.value, each.value)), None)
        if same is not None:
            missing.remove(same)
        elif term.value:
            extra.append(term)
    return extra, missing


def _said(extra: list[Term], missing: list[RightTerm]) -> Slip | None:
    match extra, missing:
        case [], [term]:
            return Slip("missing term", _("Your sum lacks a term: {text}.").format(text=term.text))
        case [], [first, second]:
            return Slip(
                "missing term",
                _("Your sum lacks two terms: {text} and {other}.").format(text=first.text, other=second.text),
            )
        case [term], []:
            return Slip("extra term", _("Your sum has a term too many: {written}.").format(written=_written(term)))
        case [term], [other] if _is_same(-term.value, other.value):
            return Slip("sign of a term", _("One term has the wrong sign: {written}.").format(written=_written(term)))
        case [term], [_]:
            return Slip(
                "wrong term",
                _("One term is not right: {written}. The rest of your sum is.").format(written=_written(term)),
            )
    return None


def _written(term: Term) -> str:
    return term.text.replace("*", "·").replace("-", "−")


def _is_same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=_SAME, abs_tol=1e-9)
