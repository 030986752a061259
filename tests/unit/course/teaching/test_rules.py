"""What is found in questions made to break each rule, and in one that keeps them all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tutor.course.lessons.lesson import Draw, Lesson, Misconception, Probe, Question, Step
from tutor.course.teaching.measured import taught
from tutor.course.teaching.rules import FIXED, NO_PROBLEM_FIRST, NO_REASON, REPEATS, TELLS, findings, repeated_words

RISES = Question(
    ask="b goes from {b} to 1. What does z do?",
    answer=Probe("z", {"b": 1}, against="z"),
    explain="z goes as far as b.",
    hints=("b is added at the end.", "z moves as b does."),
    misconceptions=(
        Misconception("greater", "Is 1 more than {b}?"),
        Misconception("less", "Is 1 less than {b}?"),
        Misconception("equal", "b is a part of z."),
    ),
    choices={"greater": "It rises", "less": "It falls", "equal": "It stays the same"},
    right_among=("greater", "less"),
)
Z = Question(
    ask="w is ({w[1]}, {w[2]}), x is ({x[1]}, {x[2]}) and b is 0. What is z?",
    answer=Probe("z"),
    explain="{products[1]} + {products[2]}",
    hints=("Two products.", "The first is {products[1]}."),
    tolerance=0.01,
)


def lesson(*questions: Question, problem_first: bool = True) -> Lesson:
    step = Step(
        "sums", "Sums", "Each input has its own weight, and the bias is added last.", ("x", "w", "b", "z"), ("z",),
        set={"x": [1, 1], "w": [1, 2]}, draw=(Draw("b", -2, 4, 0.5, (1.0,)),),
        questions=questions, problem_first=problem_first,
    )  # fmt: skip
    drawn = Step(
        "drawn", "Drawn", "Add.", ("x", "w", "z"), ("z",),
        set={"b": 0}, draw=(Draw("x", -3, 3, 1, (0.0,)), Draw("w", 1, 4, 1)), questions=(Z,),
    )  # fmt: skip
    return Lesson("made", 99, "Made", "Made for this test.", "neuron", (step, drawn), Path("made"))


def kinds(one: Lesson) -> list[str]:
    return [finding.kind for finding in findings(one)]


def test_a_lesson_that_keeps_the_rules() -> None:
    assert kinds(lesson(RISES)) == []


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"answer": Probe("z", {"b": 9}, against="z")}, FIXED),
        ({"misconceptions": RISES.misconceptions[1:], "right_among": ("greater", "less")}, NO_REASON),
        ({"hints": ("Each input has its own weight, and the bias is added last.", "z moves.")}, REPEATS),
    ],
)
def test_a_question_that_breaks_a_rule(changes: dict[str, object], kind: str) -> None:
    assert kinds(lesson(replace(RISES, **changes))) == [kind]  # type: ignore[arg-type]


def test_a_hint_that_tells() -> None:
    tells = replace(Z, hints=("It is {z}.", "Two products."))
    made = lesson(RISES)
    made = replace(made, steps=(made.steps[0], replace(made.steps[1], questions=(tells,))))
    assert kinds(made) == [TELLS]


def test_the_last_hint_may_tell() -> None:
    tells = replace(Z, hints=("Two products.", "It is {z}."))
    made = lesson(RISES)
    assert kinds(replace(made, steps=(made.steps[0], replace(made.steps[1], questions=(tells,))))) == []


def test_a_lesson_without_a_problem_first() -> None:
    assert kinds(lesson(RISES, problem_first=False)) == [NO_PROBLEM_FIRST]


def test_the_words_that_a_hint_repeats() -> None:
    assert repeated_words("Add the bias.", "Then add the bias. Done.") == "add the bias"
    assert repeated_words("Add the bias to it.", "Then add the bias. Done.") == ""
    assert repeated_words("so one two three four five six seven", "one two three four five six seven eight") == (
        "one two three four five six seven"
    )


def test_simulated_learners_are_counted() -> None:
    counts = taught(lesson(RISES))
    assert counts.questions == 2
    # One wrong visit in three choices: two wrong choices at each of six visits, all with reasons.
    assert counts.wrong_choices == counts.choices_named == 12
    assert counts.told_wrong == []
    assert counts.falsely_named == []
    assert 0 < counts.slips_named <= counts.slips
    assert not counts.findings
