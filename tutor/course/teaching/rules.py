"""What a question that teaches keeps to: answers that vary, a reason for each wrong choice, hints that lead and do not
tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tutor.course.lessons.lesson import Lesson, Question
from tutor.course.questions.checking import fill_for_learner, right_answer
from tutor.course.questions.given_numbers import given_numbers
from tutor.course.teaching.open_questions import OpenQuestion, open_questions

LONGEST_REPEAT = 6
"""As many words in a row of the first hint may stand in the question or in the step's text."""

FIXED = "its answer is the same at every visit: draw what it depends on, or add a variant"
NO_REASON = "no reason is given why {key!r} is wrong: add it to wrong"
REPEATS = "the first hint repeats the text: {words!r}"
TELLS = "hint {rung} of {rungs} gives the answer, {answer}: only the last may"
NO_PROBLEM_FIRST = "no step poses its problem before it explains: mark one with problem_first = true"
MORE_PROBLEMS_FIRST = "{steps} steps have problem_first; one is enough"


@dataclass(frozen=True)
class Finding:
    """A sentence on what a question should do better. ``kind`` is one of the sentences above, unfilled."""

    kind: str
    position: int
    index: int
    said: str


@dataclass
class _Visits:
    """What was seen of one question, or of one of its variants, at all visits."""

    seen: OpenQuestion
    answers: list[str] = field(default_factory=list)
    told: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    variants: dict[int, _Visits] = field(default_factory=dict)
    """For a question with variants: each of them, by the identity of its question."""


def findings(lesson: Lesson, questions: Iterable[OpenQuestion] | None = None) -> list[Finding]:
    """What the lesson's questions should do better, in their order. Raises what ``open_questions`` raises."""
    visits: dict[tuple[int, int], _Visits] = {}
    for one in open_questions(lesson) if questions is None else questions:
        seen = visits.setdefault((one.position, one.index), _Visits(one))
        variant = seen.variants.setdefault(id(one.question), _Visits(one))
        answer = right_answer(one.question, one.lab)
        seen.answers.append(answer)
        variant.answers.append(answer)
        for rung in _telling_rungs(one, answer):
            variant.told[rung] += 1
    found = [each for key in sorted(visits) for each in _of_question(visits[key])]
    first = [position for position, step in enumerate(lesson.steps) if step.problem_first]
    if not first:
        found.append(Finding(NO_PROBLEM_FIRST, 0, 0, NO_PROBLEM_FIRST))
    if len(first) > 1:
        found.append(Finding(MORE_PROBLEMS_FIRST, first[1], 0, MORE_PROBLEMS_FIRST.format(steps=len(first))))
    return found


def _of_question(visits: _Visits) -> list[Finding]:
    one = visits.seen
    said = [(FIXED, FIXED)] if is_fixed(one.question, visits.answers) else []
    for variant in visits.variants.values():
        said += _of_variant(variant)
    return [Finding(kind, one.position, one.index, sentence) for kind, sentence in said]


def _of_variant(visits: _Visits) -> list[tuple[str, str]]:
    """The kinds and sentences of what a question, or one of its variants, should do better."""
    one = visits.seen
    question = one.question
    said = [(NO_REASON, NO_REASON.format(key=key)) for key in without_reason(question, visits.answers)]
    if words := repeated_words(question.hints[0], f"{one.step.text} {question.ask}"):
        said.append((REPEATS, REPEATS.format(words=words)))
    for rung, times in sorted(visits.told.items()):
        # A number may be the answer by chance in some visits.
        if 2 * times > len(visits.answers):
            tells = TELLS.format(rung=rung + 1, rungs=len(question.hints), answer=visits.answers[0])
            said.append((TELLS, tells))
    return said


def is_fixed(question: Question, answers: Sequence[str]) -> bool:
    """Whether all answers are the same; numbers are within the tolerance."""
    try:
        numbers = [float(answer) for answer in answers]
    except ValueError:
        return len(set(answers)) == 1
    return max(numbers) - min(numbers) <= question.tolerance


def without_reason(question: Question, answers: Sequence[str]) -> tuple[str, ...]:
    """The choices that were wrong at some visit and have no reason."""
    reasons = [misconception.gives for misconception in question.misconceptions]
    return tuple(key for key in question.choices if key not in reasons and set(answers) != {key})


def repeated_words(hint: str, text: str) -> str:
    """The longest run of words of the hint that stands in the text, if it is longer than ``LONGEST_REPEAT`` words or
    the whole hint; else nothing."""
    words, standing = _words(hint), f" {' '.join(_words(text))} "
    for length in range(len(words), 0, -1):
        if length <= LONGEST_REPEAT and length < len(words):
            return ""
        for start in range(len(words) - length + 1):
            run = " ".join(words[start : start + length])
            if f" {run} " in standing:
                return run
    return ""


def _telling_rungs(one: OpenQuestion, answer: str) -> list[int]:
    """The hints before the last that give the answer: as a number, or in the words of the right choice alone."""
    question = one.question
    hints = [fill_for_learner(hint, one.lab) for hint in question.hints[:-1]]
    if question.choices:
        right = _words(question.choices[answer])
        others = [_words(text) for key, text in question.choices.items() if key != answer]
        return [
            rung for rung, hint in enumerate(hints)
            if _stands_in(right, hint) and not any(_stands_in(other, hint) for other in others)
        ]  # fmt: skip
    asked = {given.value for given in given_numbers(fill_for_learner(question.ask, one.lab))}
    near = [value for value in asked if abs(value - float(answer)) <= question.tolerance]
    return [
        rung for rung, hint in enumerate(hints) if not near
        and any(abs(given.value - float(answer)) <= question.tolerance for given in given_numbers(hint))
    ]  # fmt: skip


def _stands_in(words: list[str], text: str) -> bool:
    return bool(words) and f" {' '.join(words)} " in f" {' '.join(_words(text))} "


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())
