"""A step on the studio's lab begins with a token; one that cannot be shown is refused at its line."""

from __future__ import annotations

import pytest

from tests.unit.course.lesson_files import TOML, WriteLesson, line_of
from tutor.course.lessons.check import check_folder
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.loader import load_lesson
from tutor.course.session import LessonSession
from tutor.labs.studio import StudioLab
from tutor.studio.presets import PRESETS
from tutor.studio.token import token_of

XOR, MOONS = token_of(PRESETS["xor"].at(30)), token_of(PRESETS["moons"].at(5))
STUDIO_TOML = f"""\
id = "borders"
number = 7
title = "Borders"
summary = "What a network learns."
lab = "studio"

[[step]]
id = "the-sum"
show = ["map", "moment", "right"]
hide = ["right"]
studio = "{XOR}"

[[step.question]]
ask = "At step {{moment}}: how much of the training rows is right, in %?"
answer = "right[training]"
tolerance = 0.5
explain = "{{right[training]}} of 100."
hints = ["Count."]

[[step]]
id = "the-output"
show = ["map", "rate", "seed"]
studio = "{MOONS}"
set = {{ seed = 4 }}
press = ["step"]
"""


def test_the_lab_shows_it_as_the_step_opens_before_what_is_set(write_lesson: WriteLesson) -> None:
    folder = write_lesson(toml=STUDIO_TOML)
    assert check_folder(folder) == []
    lesson = load_lesson(folder)
    assert [step.studio for step in lesson.steps] == [XOR, MOONS]
    session = LessonSession(lesson, StudioLab())
    session.open()
    assert session.lab.lookup("token") == XOR
    assert session.lab.get("moment") == 30
    session.lab.press("epoch")
    session.next()
    assert (session.lab.get("data"), session.lab.get("seed"), session.lab.get("moment")) == ("moons", 4, 1)
    session.back()
    assert session.lab.lookup("token") == XOR


def test_what_the_learner_had_stays_among_the_runs(write_lesson: WriteLesson) -> None:
    lab = StudioLab()
    lab.press("epoch")
    mine = lab.lookup("token")
    LessonSession(load_lesson(write_lesson(toml=STUDIO_TOML)), lab).open()
    assert lab.lookup("token") == XOR
    lab.press("take")
    assert lab.lookup("token") == mine


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        (XOR[:-1] + "x", "changed or cut off on its way"),
        ("dlt2:xor", "this token is of version 2"),
        ("no token", "a token begins with dlt1:"),
        (token_of(PRESETS["xor"].at(60_000)), "moment is step 60,000; a lesson begins at most at 50,000"),
    ],
)
def test_a_token_that_cannot_be_shown_is_told_at_its_line(write_lesson: WriteLesson, token: str, reason: str) -> None:
    toml = STUDIO_TOML.replace(MOONS, token)
    folder = write_lesson(toml=toml)
    (fault,) = check_folder(folder)
    assert fault.startswith(f"{folder / 'lesson.toml'}:{line_of(folder / 'lesson.toml', token)}: ")
    assert reason in fault
    with pytest.raises(LessonError, match=reason):
        load_lesson(folder)


@pytest.mark.parametrize(("written", "reason"), [(f'"{XOR}"', "a token is for the lab 'studio'"), ("3", "is a text")])
def test_on_another_lab_or_as_a_number_it_is_refused(write_lesson: WriteLesson, written: str, reason: str) -> None:
    toml = TOML.replace('id = "the-output"\n', f'id = "the-output"\nstudio = {written}\n')
    folder = write_lesson(toml=toml)
    (fault,) = check_folder(folder)
    assert fault.startswith(f"{folder / 'lesson.toml'}:{line_of(folder / 'lesson.toml', 'studio = ')}: ")
    assert reason in fault
