"""Variants of a question: which is asked at which visit, and that each is checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.course.lessons.check import check_folder
from tutor.course.lessons.loader import load_lesson, read_summary
from tutor.course.session import LessonSession
from tutor.course.teaching.rules import FIXED, findings
from tutor.labs.neuron import NeuronLab

TOML = """\
id = "made"
number = 99
title = "Made"
summary = "Made for this test."
lab = "neuron"

[[step]]
id = "one"
show = ["x", "w", "b", "z"]
hide = ["z"]
set = {{ x = [1, 1], w = [1, 2], b = 0 }}

[[step.question]]
ask = "b goes to 1. What does z do?"
answer = {{ read = "z", set = {{ b = 1 }}, against = "z" }}
choices = {{ greater = "It rises", less = "It falls" }}
explain = "z goes with b."
hints = ["b is added."]
wrong = [{{ gives = "greater", say = "Up?" }}, {{ gives = "less", say = "Down?" }}]

[[step.question.variant]]
ask = "b goes to −1. What does z do?"
answer = {{ read = "{read}", set = {{ b = -1 }}, against = "z" }}
choices = {{ greater = "It rises", less = "It falls" }}
explain = "z goes with b."
hints = ["b is added."]
wrong = [{{ gives = "greater", say = "Up?" }}, {{ gives = "less", say = "Down?" }}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_variants(tmp_path)


def write_variants(tmp_path: Path, read: str = "z") -> Path:
    """A lesson of one step with a question and its variant, which reads ``read``."""
    folder = tmp_path / "made"
    folder.mkdir(parents=True)
    for name, text in (
        ("lesson.toml", TOML.format(read=read)),
        ("lesson.md", "# Made\n\n## One\n\nThe bias is added.\n"),
        ("lesson.walk", "open made seed 0\n"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_they_are_asked_in_turn(folder: Path) -> None:
    lesson = load_lesson(folder)
    for seed, ask, right in ((4, "b goes to 1.", "greater"), (5, "b goes to −1.", "less")):
        session = LessonSession(lesson, NeuronLab(), seed)
        session.open(0)
        assert session.question is not None
        assert session.ask(session.question).startswith(ask)
        assert session.answer(right).correct


def test_again_asks_the_next(folder: Path) -> None:
    session = LessonSession(load_lesson(folder), NeuronLab(), 0)
    session.open(0)
    assert session.answer("greater").correct
    assert session.again()
    assert session.answer("less").correct


def test_they_count_as_one_question(folder: Path) -> None:
    assert read_summary(folder).outline[0].questions == 1
    assert load_lesson(folder).outline[0].questions == 1


def test_each_is_checked(tmp_path: Path) -> None:
    assert check_folder(write_variants(tmp_path / "right")) == []
    wrong = write_variants(tmp_path / "wrong", read="no_such_readout")
    line = TOML.splitlines().index(next(one for one in TOML.splitlines() if "{read}" in one)) + 1
    assert check_folder(wrong)[0].startswith(f"{wrong / 'lesson.toml'}:{line}: ")


def test_answers_that_differ_are_not_fixed(folder: Path) -> None:
    assert FIXED not in [finding.kind for finding in findings(load_lesson(folder))]
