"""The three forms of an exercise, all made of its solution and its bugs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.unit.practice.conftest import needs_sandbox
from tutor.course.lessons.loader import read_summaries
from tutor.practice.catalog import UnknownExercise, exercise_of_file, read_exercises
from tutor.practice.checking import Checker
from tutor.practice.exercise import Exercise
from tutor.practice.forms import changed_lines, form_of
from tutor.practice.record import ExerciseProgress
from tutor.practice.references import _SUBJECTS
from tutor.practice.verdict import Verdict
from tutor.resources import lessons_folder

EXERCISES = read_exercises()


def left_open(source: str) -> int:
    """How often ... stands in a program."""
    return sum(isinstance(node, ast.Constant) and node.value is ... for node in ast.walk(ast.parse(source)))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_what_is_missing_is_a_statement_and_more_with_each_time(exercise: Exercise) -> None:
    # The solution may have a ... of its own, in an index.
    seen = [
        left_open(form_of(exercise, "complete", missing).source) - left_open(exercise.solution) for missing in (1, 2, 3)
    ]
    assert seen[0] == 1
    assert seen == sorted(seen)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_the_line_of_each_bug_is_known(exercise: Exercise) -> None:
    for number, bug in enumerate(exercise.bugs):
        form = form_of(exercise, "find", bug=number)
        assert form.bug == bug
        assert form.lines
        assert max(form.lines) <= form.source.count("\n") + 1


def test_lines_that_changed_and_lines_around_one_that_is_gone() -> None:
    assert changed_lines("a\nb\nc\n", "a\nB\nc\n") == {2}
    assert changed_lines("a\nb\nc\n", "a\nc\n") == {1, 2}


@needs_sandbox
def test_neither_form_is_right_as_it_is_given(checker: Checker) -> None:
    exercise = EXERCISES[0]
    assert checker.check(exercise, form_of(exercise, "complete").source).word != "right"
    assert checker.check(exercise, form_of(exercise, "find").source).word == "bug"


def test_hints_need_a_try_between_them() -> None:
    wrong = Verdict("wrong", "")
    done = ExerciseProgress()
    assert not done.may_have_hint
    done = done.after(wrong, "write")
    assert done.may_have_hint
    done = done.after_hint()
    assert not done.may_have_hint
    assert done.after(wrong, "write").may_have_hint


def test_only_a_function_that_was_written_is_solved() -> None:
    right = Verdict("right", "")
    found = ExerciseProgress().after(right, "find").after(right, "complete")
    assert (found.state, found.forms) == ("begun", ("find", "complete"))
    assert found.after(right, "write").state == "right"


def test_the_bug_of_find_the_bug_is_not_the_learners() -> None:
    verdict = Verdict("bug", "", ("sign",))
    assert ExerciseProgress().after(verdict, "find").bugs == ()
    assert ExerciseProgress().after(verdict, "write").bugs == ("sign",)


def test_ids_of_exercises_and_names_of_references_are_used_once() -> None:
    ids = [exercise.id for exercise in EXERCISES]
    assert len(set(ids)) == len(ids)
    names = [name for subject in _SUBJECTS for name in subject.REFERENCES]
    assert len(set(names)) == len(names)
    assert {exercise.right for exercise in EXERCISES} - {""} <= set(names)


def test_every_exercise_belongs_to_a_lesson_and_every_lesson_has_one() -> None:
    lessons = {summary.id for summary in read_summaries(lessons_folder())}
    used = {exercise.lesson for exercise in EXERCISES}
    assert used == lessons, (used - lessons, lessons - used)


def test_a_file_tells_its_exercise_by_its_name_or_its_function(tmp_path: Path) -> None:
    by_name, by_function, unknown = (tmp_path / name for name in ("two_layer_backward.py", "mine.py", "other.py"))
    by_name.write_text("", encoding="utf-8")
    by_function.write_text("def softmax(z):\n    return z\n", encoding="utf-8")
    unknown.write_text("def f(z):\n    return z\n", encoding="utf-8")
    assert exercise_of_file(by_name, EXERCISES).id == "two-layer-backward"
    assert exercise_of_file(by_function, EXERCISES).id == "softmax"
    with pytest.raises(UnknownExercise, match="there is no such file"):
        exercise_of_file(tmp_path / "none.py", EXERCISES)
    broken = tmp_path / "broken.py"
    broken.write_text("import numpy as np\n\ndef softmax(z:\n    return (\n", encoding="utf-8")
    assert exercise_of_file(broken, EXERCISES).id == "softmax"
    with pytest.raises(UnknownExercise, match="name that first"):
        exercise_of_file(unknown, EXERCISES)
