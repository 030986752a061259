"""Measure how a lesson's checker answers simulated learners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from itertools import combinations

from tutor.course.lessons.lesson import Lesson, Probe, Question
from tutor.course.questions.checking import Verdict, check, misconception_value, right_answer
from tutor.course.teaching.learners import GENERIC, generic_slips, given_in, right_reasoners
from tutor.course.teaching.open_questions import VISITS, OpenQuestion, open_questions
from tutor.course.teaching.rules import Finding, findings

EXACT_DIGITS = 4
"""Somebody who keeps as many significant digits on the way has to be right."""
FAIR_DIGITS = 3
"""Somebody who keeps as many may be told that they rounded, but no other cause, also none that an author declared."""
ROUGH_DIGITS = 2
"""Somebody who keeps as many may hit a declared wrong number, but no slip that the checker named itself."""
ROUNDED = "rounded"


@dataclass
class Taught:
    """Counts over the questions of some lessons. Each share is two of them."""

    questions: int = 0
    slips: int = 0
    slips_named: int = 0
    given: int = 0
    given_named: int = 0
    declared: int = 0
    declared_named: int = 0
    wrong_choices: int = 0
    choices_named: int = 0
    right_reasoners: int = 0
    told_wrong: list[str] = field(default_factory=list)
    falsely_named: list[str] = field(default_factory=list)
    pairs: int = 0
    pairs_alike: int = 0
    rules_held: int = 0
    rules_identified: int = 0
    questions_until_identified: int = 0
    findings: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: Taught) -> Taught:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
        return self


def taught(lesson: Lesson, visits: range = VISITS) -> Taught:
    """Ask every question of the lesson, at each visit, of every simulated learner."""
    total = Taught(questions=sum(len(step.questions) for step in lesson.steps))
    seen: list[Finding] = findings(lesson, _each(lesson, visits, total))
    total.findings.update(finding.kind for finding in seen)
    return total


def _each(lesson: Lesson, visits: range, total: Taught) -> Iterator[OpenQuestion]:
    """The open questions, each counted as it passes."""
    holders = {rule: _Holder() for rule in GENERIC}
    alike: dict[tuple[int, int], dict[tuple[str, str], bool]] = {}
    asked: set[tuple[int, int]] = set()
    for one in open_questions(lesson, visits):
        key = (one.position, one.index)
        if one.question.choices:
            _ask_choices(one, total)
        else:
            pairs = _ask_numbers(one, total, {} if key in asked else holders)
            known = alike.setdefault(key, pairs)
            for pair, same in pairs.items():
                known[pair] = known.get(pair, True) and same
        asked.add(key)
        yield one
    for pairs in alike.values():
        total.pairs += len(pairs)
        total.pairs_alike += sum(pairs.values())
    for holder in holders.values():
        if holder.tried:
            total.rules_held += 1
            total.rules_identified += holder.identified
            total.questions_until_identified += holder.tried if holder.identified else 0


@dataclass
class _Holder:
    """A learner with one wrong rule, who meets the lesson's questions in turn, until the verdicts leave one cause."""

    tried: int = 0
    candidates: frozenset[str] | None = None
    identified: bool = False

    def meet(self, verdict: Verdict) -> None:
        if self.identified:
            return
        self.tried += 1
        if not verdict.slip:
            return
        causes = frozenset(verdict.slip.split("+"))
        left = causes if self.candidates is None else self.candidates & causes
        self.candidates = left or causes
        self.identified = len(self.candidates) == 1


def _ask_choices(one: OpenQuestion, total: Taught) -> None:
    right = right_answer(one.question, one.lab)
    total.right_reasoners += 1
    if not check(one.question, right, one.lab).correct:
        total.told_wrong.append(_place(one, right))
    for key in one.question.choices:
        if key != right:
            total.wrong_choices += 1
            total.choices_named += bool(check(one.question, key, one.lab).mistake)


def _ask_numbers(one: OpenQuestion, total: Taught, holders: dict[str, _Holder]) -> dict[tuple[str, str], bool]:
    """Count what the learners are told; return for each pair of rules whether it gives one and the same number."""
    question, right = one.question, float(right_answer(one.question, one.lab))
    rules: dict[str, float] = {}
    for index, number in enumerate(_declared(question, one)):
        total.declared += 1
        total.declared_named += check(question, f"{number:.9g}", one.lab).mistake == str(index)
        rules[f"declared {index}"] = number
    for wrong in generic_slips(right, question.tolerance):
        rules[wrong.rule] = float(wrong.typed)
        verdict = check(question, wrong.typed, one.lab)
        total.slips += 1
        total.slips_named += is_named(verdict)
        if wrong.rule in holders:
            holders[wrong.rule].meet(verdict)
    for wrong in given_in(one, right):
        total.given += 1
        total.given_named += is_named(check(question, wrong.typed, one.lab))
    for digits in (EXACT_DIGITS, FAIR_DIGITS, ROUGH_DIGITS):
        for text in right_reasoners(one, right, digits):
            total.right_reasoners += 1
            _judge_right(one, text, digits, total)
    return {(a, b): abs(rules[a] - rules[b]) <= question.tolerance for a, b in combinations(sorted(rules), 2)}


def _judge_right(one: OpenQuestion, text: str, digits: int, total: Taught) -> None:
    verdict = check(one.question, text, one.lab)
    if verdict.correct:
        return
    if digits == EXACT_DIGITS and verdict.understood:
        total.told_wrong.append(_place(one, text))
    elif (verdict.mistake and digits == FAIR_DIGITS) or verdict.slip not in ("", ROUNDED):
        total.falsely_named.append(_place(one, f"{text}: {verdict.message}"))


def is_named(verdict: Verdict) -> bool:
    """Whether a wrong answer got a cause, or a question back about how it was meant."""
    return not verdict.correct and bool(verdict.mistake or verdict.slip or not verdict.understood)


def _declared(question: Question, one: OpenQuestion) -> list[float]:
    return [misconception_value(m, one.lab) for m in question.misconceptions if isinstance(m.gives, Probe)]


def _place(one: OpenQuestion, what: str) -> str:
    return f"{one.step.id}, question {one.index + 1}: {what}"
