"""Lessons on the neuron lab in a folder of their own, and whole sessions with the lines piped in."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tutor.plain.face import run

LESSON_TOML = """\
id = "sum"
number = 3
title = "A sum"
summary = "Two questions and a step to look at."
lab = "neuron"

[[step]]
id = "predict"
show = ["x", "w", "b", "activation", "products", "z"]
hide = ["products", "z"]
set = { x = [1, 1], w = [1, 2], b = 0.5, activation = "sigmoid" }

[[step.question]]
ask = "b is {b}. What is z?"
answer = "z"
tolerance = 0.005
explain = "It is {z}."
hints = ["Multiply, then add."]
wrong = [{ gives = "weighted_sum", say = "The bias is missing." }]

[[step.question]]
ask = "And when b rises?"
answer = { read = "z", set = { b = 9 }, against = "z" }
choices = { greater = "z rises", less = "z falls" }
explain = "It is added."
hints = ["It is added."]

[[step]]
id = "look"
show = ["b", "y", "curve"]
"""
LESSON_MD = "## Predict\n\nSay *what* comes **out**: `z`.\n\n- one\n- two\n\n## Look\n\nHere it is. y is {y:2}.\n"


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    """A folder of two lessons: 3 sum, 4 other."""
    for name, toml in (("03_sum", LESSON_TOML), ("04_other", LESSON_TOML.replace('"sum"', '"other"'))):
        folder = tmp_path / "lessons" / name
        folder.mkdir(parents=True)
        number = toml if name == "03_sum" else toml.replace("number = 3", "number = 4")
        (folder / "lesson.toml").write_text(number, encoding="utf-8")
        (folder / "lesson.md").write_text(LESSON_MD, encoding="utf-8")
    return tmp_path / "lessons"


Say = Callable[..., str]


@pytest.fixture
def say(lessons: Path, tmp_path: Path) -> Say:
    """Pipe lines into the face; what it printed. It must leave with 0."""

    def pipe(*lines: str, lesson: str | None = "sum", step: str | None = None) -> str:
        out = io.StringIO()
        stdin = io.StringIO("".join(f"{line}\n" for line in lines))
        assert run(lesson, step, tmp_path / "progress", stdin=stdin, stdout=out, lessons=lessons) == 0
        return out.getvalue()

    return pipe
