"""Check answers against the lab, which computes the right answer and the known wrong ones at that moment."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from tutor.course.lessons.lesson import Misconception, Probe, Question
from tutor.course.lessons.placeholders import PLACEHOLDER
from tutor.course.questions.answers import HOW, Reading, parse_choice, readings, which_is_meant
from tutor.course.questions.arithmetic import NoResult, NotUnderstood, evaluate
from tutor.course.questions.formula_value import formula_value
from tutor.course.questions.given_numbers import given_numbers
from tutor.course.questions.right_terms import sums_of
from tutor.course.questions.slips import Asked, Slip, named
from tutor.course.questions.typed_terms import compare_terms
from tutor.course.questions.written_numbers import grouped
from tutor.engine.derivations.derivation import decimals
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.places import LookupFailed
from tutor.language.catalogue import N_, _

NO_VALUE = N_("(no value yet)")
VERY_CLOSE = 3
"""A wrong answer within this many tolerances of the right one is called very close."""
_IN_BRACKETS = re.compile(r"\s*\((.*)\)\s*")


@dataclass(frozen=True)
class Verdict:
    """The judgement of an answer.

    ``understood`` is false if the text was not an answer or was ambiguous; it then counts as no attempt. ``read_as``
    says how a number was read, such as "read as 63 610" or "= 0.924142"; empty if that is obvious. ``mistake`` is the
    index, from 0, of the known wrong answer in the question's list; empty if it was none of them. ``slip`` is then the
    kind of slip that explains a wrong number, such as ``sign``; empty if none does.
    """

    correct: bool
    message: str
    understood: bool = True
    read_as: str = ""
    mistake: str = ""
    slip: str = ""

    @property
    def aside(self) -> str:
        """``read_as`` in brackets after a blank, to append to a word; empty if there is nothing to say."""
        return f" ({self.read_as})" if self.read_as else ""


def compute(probe: Probe, lab: Lab) -> float | str:
    """The value of the probe on the current lab; leaves the lab unchanged.

    Raises ``LookupFailed`` or ``ControlError`` if the probe names something that the lab does not have.
    """
    value = _after_changes(probe, lab) if probe.set or probe.press else _read(probe, lab)
    if probe.against is None:
        return value
    other = lab.lookup(probe.against)
    if isinstance(value, str) or isinstance(other, str):
        raise LookupFailed(
            _("{read} and {against} are compared as numbers, but one is a word").format(
                read=probe.read, against=probe.against
            )
        )
    if abs(value - other) <= probe.within:
        return "equal"
    return "greater" if value > other else "less"


def _after_changes(probe: Probe, lab: Lab) -> float | str:
    """The first value of a probe that changes a copy of the lab; counted once for each state of the lab.

    A question asks the same of each reply: the right number, and each known wrong one.
    """
    probed = lab.sheet.probed
    if id(probe) in probed:
        return probed[id(probe)][1]
    twin = lab.twin()
    try:
        for name, setting in probe.set.items():
            twin.set(name, setting)
        for action in probe.press:
            twin.press(action)
        value = _read(probe, twin)
    finally:
        twin.close()
    # With the probe: while it lives, no other has its id.
    probed[id(probe)] = probe, value
    return value


def _read(probe: Probe, lab: Lab) -> float | str:
    return lab.lookup(probe.read) if probe.formula is None else formula_value(probe.formula, lab)


def fill(text: str, lab: Lab) -> str:
    """``text`` with each ``{path}`` replaced by that number or word of the lab.

    ``{path:3}`` shows up to 3 decimals, without trailing zeros, as on the screen; ``{(path)}`` puts a number below 0 in
    brackets, as a factor or an addend is written. Raises ``LookupFailed`` for a path that the lab does not have, or
    decimals that are not a number.
    """

    return PLACEHOLDER.sub(lambda match: value_at(match[1], lab), text)


def fill_for_learner(text: str, lab: Lab) -> str:
    """Like ``fill``, but if the lab has no such number now, the text says so instead."""

    def value_of(match: re.Match[str]) -> str:
        try:
            return value_at(match[1], lab)
        except LookupFailed:
            return _(NO_VALUE)

    return PLACEHOLDER.sub(value_of, text)


def value_at(placeholder: str, lab: Lab) -> str:
    """The text for ``{placeholder}``: a ``path``, ``path:digits`` or either with its path in brackets.

    Raises ``LookupFailed`` as ``fill`` does.
    """
    path, __, digits = placeholder.partition(":")
    in_brackets = _IN_BRACKETS.fullmatch(path)
    value = lab.lookup((in_brackets[1] if in_brackets else path).strip())
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return _(NO_VALUE)
    if digits and not (digits.strip().isdecimal() and len(digits) < 3):
        raise LookupFailed(
            _("{{{placeholder}}}: expected the number of decimals after the colon, 0 to 99").format(
                placeholder=placeholder
            )
        )
    written = decimals(value, int(digits)) if digits and math.isfinite(value) else _shown(f"{value:.6g}")
    return f"({written})" if in_brackets and written.startswith("−") else written


def right_answer(question: Question, lab: Lab) -> str:
    """The engine's own answer, as a learner could type it."""
    value = compute(question.answer, lab)
    if isinstance(value, str) or question.choices:
        return choice_key(value)
    return f"{value:.9g}"


def describe_answer(question: Question, lab: Lab) -> str:
    """The engine's own answer, as the learner sees it."""
    answer = right_answer(question, lab)
    if question.choices:
        return question.choices.get(answer, answer)
    return _shown(f"{float(answer):.6g}")


def answer_in_words(question: Question, text: str) -> str:
    """A learner's answer for display: the text of the choice, or what was typed."""
    chosen = parse_choice(text, tuple(question.choices))
    return text.strip() if chosen is None else question.choices[chosen]


def check(question: Question, text: str, lab: Lab) -> Verdict:
    """Judge the learner's ``text`` on the lab's current numbers.

    Raises ``LookupFailed`` or ``ControlError`` if the lab does not have them now.
    """
    return _check_choice(question, text, lab) if question.choices else _check_number(question, text, lab)


def _shown(written: str) -> str:
    """A written number with a typographic minus sign, and none before a zero."""
    return written.removeprefix("-") if float(written) == 0 else written.replace("-", "−")


def choice_key(value: float | str) -> str:
    """The key of the choice that a computed answer means."""
    return value if isinstance(value, str) else f"{value:g}"


def _check_choice(question: Question, text: str, lab: Lab) -> Verdict:
    keys = tuple(question.choices)
    chosen = parse_choice(text, keys)
    if chosen is None:
        return Verdict(
            False, _("Choose one of the {count} answers by its number.").format(count=len(keys)), understood=False
        )
    if chosen == choice_key(compute(question.answer, lab)):
        return Verdict(True, fill_for_learner(question.explain, lab))
    for index, misconception in enumerate(question.misconceptions):
        if misconception.gives == chosen:
            return Verdict(False, fill_for_learner(misconception.say, lab), mistake=str(index))
    return Verdict(False, _("Think it through once more, or take a hint."))


def _check_number(question: Question, text: str, lab: Lab) -> Verdict:
    """Right if any reading of the text is right.

    Otherwise asks which reading is meant if several are likely, or if an unlikely one is a known wrong answer or nearly
    right; else judges the most likely reading.
    """
    try:
        first, *others = several = readings(text)
    except (NotUnderstood, NoResult) as failure:
        return Verdict(False, _not_understood(text, failure), understood=False)
    right = compute(question.answer, lab)
    assert isinstance(right, float | int)
    for reading in several:
        if abs(reading.value - right) <= question.tolerance:
            return Verdict(True, fill_for_learner(question.explain, lab), read_as=_read_as(reading, several))
    if any(reading.likely for reading in others):
        return Verdict(False, which_is_meant(text, several), understood=False)
    known = _known_wrong(question, first.value, right, lab)
    if known is None and any(_known_wrong(question, other.value, right, lab) for other in others):
        return Verdict(False, which_is_meant(text, several), understood=False)
    if known is not None:
        message, mistake = known
        return Verdict(False, message, read_as=_read_as(first, several), mistake=mistake)
    slip = _slip(question, text, first, right, lab) or Slip("", _("Go through it once more, or take a hint."))
    return Verdict(False, slip.say, read_as=_read_as(first, several), slip=slip.kind)


def _slip(question: Question, text: str, reading: Reading, right: float, lab: Lab) -> Slip | None:
    """What explains a wrong number that no author foresaw: its terms, if arithmetic was typed, or how it relates to
    the right one; None if nothing does."""
    asked = wrong_number_asked(question, right, lab)
    if not reading.is_number and not asked.could_be_rounding(reading.value):
        slip = compare_terms(evaluate(text, reading.notation).terms, asked.sums)
        if slip is not None:
            return slip
    return named(reading.value, asked)


def wrong_number_asked(question: Question, right: float, lab: Lab) -> Asked:
    """What a wrong number is compared with, on the lab's current numbers."""
    given = given_numbers(fill_for_learner(question.ask, lab))
    return Asked(right, question.tolerance, given, sums_of(question.answer, lab))


def _known_wrong(question: Question, number: float, right: float, lab: Lab) -> tuple[str, str] | None:
    """The message for a wrong number with a known reason or nearly right, and the index of the mistake; else None."""
    for index, misconception in enumerate(question.misconceptions):
        if abs(number - misconception_value(misconception, lab)) <= question.tolerance:
            return fill_for_learner(misconception.say, lab), str(index)
    if abs(number - right) <= VERY_CLOSE * question.tolerance:
        return _("Very close: the answer has to be within {tolerance:g}.").format(tolerance=question.tolerance), ""
    return None


def _not_understood(text: str, failure: NotUnderstood | NoResult) -> str:
    if not text.strip():
        return f"{_(HOW)}."
    sentence = str(failure)
    if isinstance(failure, NotUnderstood) and failure.offset == 0:
        return f"{_(HOW)}: {sentence}."
    return f"{sentence[:1].upper()}{sentence[1:]}."


def _read_as(reading: Reading, several: tuple[Reading, ...]) -> str:
    if not reading.is_number:
        return f"= {grouped(reading.value)}"
    if reading.has_groups or sum(each.likely for each in several) > 1:
        return _("read as {grouped}").format(grouped=grouped(reading.value))
    return ""


def misconception_value(misconception: Misconception, lab: Lab) -> float:
    """The wrong number that the misconception gives on the current lab."""
    assert isinstance(misconception.gives, Probe)
    value = compute(misconception.gives, lab)
    assert isinstance(value, float | int)
    return value
