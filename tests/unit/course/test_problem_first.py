"""A step that poses its problem before it is explained: read from its file, and what a session says of it."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.unit.course.goal_files import write_goals
from tests.unit.course.lesson_files import WriteLesson, line_of
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.loader import load_lesson
from tutor.course.session import TRY_FIRST, LessonSession
from tutor.labs.neuron import NeuronLab
from tutor.plain.face import run

FIRST = ('show = ["x", "w", "b", "z"]', 'problem_first = true\nshow = ["x", "w", "b", "z"]')


def test_a_step_says_whether_it_poses_its_problem_first(write_lesson: WriteLesson) -> None:
    assert [step.problem_first for step in load_lesson(write_lesson(FIRST)).steps] == [True, False]


@pytest.mark.parametrize("value", ['"yes"', "1", "[true]"])
def test_it_is_true_or_false(write_lesson: WriteLesson, value: str) -> None:
    folder = write_lesson((FIRST[0], FIRST[1].replace("true", value)))
    with pytest.raises(LessonError, match="'problem_first' is true or false") as refused:
        load_lesson(folder)
    assert refused.value.line == line_of(folder / "lesson.toml", "problem_first")


def test_a_step_that_asks_nothing_poses_nothing(write_lesson: WriteLesson) -> None:
    more = '\n\n[[step]]\nid = "the-end"\nproblem_first = true\nshow = ["y"]\n'
    folder = write_lesson(('wrong = [{ gives = "equal", say = "b is part of z." }]', more))
    with (folder / "lesson.md").open("a", encoding="utf-8") as text:
        text.write("\n## The end\n\nThat was it.\n")
    with pytest.raises(LessonError, match="needs a question or a goal") as refused:
        load_lesson(folder)
    assert refused.value.line == line_of(folder / "lesson.toml", "problem_first")


def test_it_is_said_until_the_explanation_was_given(write_lesson: WriteLesson) -> None:
    session = LessonSession(load_lesson(write_lesson(FIRST)), NeuronLab(), seed=3)
    session.open()
    assert session.poses_first
    session.answer("1e9")
    assert session.poses_first
    session.skip()
    assert not session.poses_first
    session.again()
    assert session.question is not None
    assert not session.poses_first, "the explanation is known"
    session.next()
    assert not session.poses_first


def test_a_goal_is_posed_first_until_one_is_reached(tmp_path: Path) -> None:
    folder = write_goals(tmp_path, ('id = "your-turn"', 'id = "your-turn"\nproblem_first = true'))
    session = LessonSession(load_lesson(folder), NeuronLab())
    session.open()
    session.goals.look(session.step)
    assert session.poses_first
    session.lab.set("b", -5)
    session.goals.look(session.step)
    assert not session.poses_first


def test_the_plain_face_says_so_before_the_question(write_lesson: WriteLesson, tmp_path: Path) -> None:
    folder, out = write_lesson(FIRST), io.StringIO()
    state, lessons = tmp_path / "state", folder.parent
    assert run("sums", None, state, stdin=io.StringIO("skip\nnext\n"), stdout=out, lessons=lessons) == 0
    before, _, after = out.getvalue().partition("> skip")
    assert f"\n{TRY_FIRST}\nQuestion: x is" in before
    assert TRY_FIRST not in after


def test_the_plain_face_says_so_before_the_goals(tmp_path: Path) -> None:
    folder = write_goals(tmp_path / "lessons", ('id = "your-turn"', 'id = "your-turn"\nproblem_first = true'))
    out = io.StringIO()
    assert run("aims", None, tmp_path / "state", stdin=io.StringIO(), stdout=out, lessons=folder.parent) == 0
    assert f"\n{TRY_FIRST}\nGoal 1 of 2" in out.getvalue()
