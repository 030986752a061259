"""A homework: read, proved, done in lines of text, and graded against what a log claims."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tutor.classroom.homework_grades import HomeworkRow, grade
from tutor.classroom.log_reader import read_all
from tutor.classroom.report_text import report_csv
from tutor.cli import main
from tutor.course.homework.assignment import Assignment
from tutor.course.homework.homework import Homework
from tutor.course.homework.loading import read_homework
from tutor.course.homework.proof import prove
from tutor.course.homework.redrawn import redrawn
from tutor.course.lessons.lesson import LessonError, LessonSummary
from tutor.course.lessons.loader import read_summaries
from tutor.course.questions.checking import right_answer
from tutor.course.questions.draws import numbers_of
from tutor.course.record.event_log import FILE_NAME, Event
from tutor.course.record.progress import Progress
from tutor.course.visiting import begin_visit
from tutor.labs.kit.controls import ChoiceControl
from tutor.plain import face
from tutor.resources import lessons_folder
from tutor.training.run import start_inline

TEXT = """id = "week-3"
title = "The neuron"
seed = 7
due = 2026-12-15T18:00:00+01:00
late = 0.5

[[items]]
lesson = "neuron"
steps = ["the-weighted-sum", "the-bias"]
weight = 60

[[items]]
exercise = "softmax"
weight = 40
"""
IN_TIME = datetime(2026, 12, 15, 16, 59, tzinfo=UTC)
TITLES = {"softmax": "Softmax"}


@pytest.fixture(scope="module")
def lessons() -> dict[str, LessonSummary]:
    return {summary.id: summary for summary in read_summaries(lessons_folder())}


@pytest.fixture
def homework(tmp_path: Path, lessons: dict[str, LessonSummary]) -> Homework:
    return written(tmp_path, TEXT, lessons)


def written(folder: Path, text: str, lessons: dict[str, LessonSummary]) -> Homework:
    file = folder / "homework.toml"
    file.write_text(text)
    return read_homework(file, lessons.values(), TITLES)


def right(homework: Homework, summary: LessonSummary, name: str, step: str) -> str:
    with redrawn(summary, step, homework.seed_of(name)) as drawn:
        return right_answer(drawn.questions[0], drawn.lab)


def answered(step: str, text: str, at: datetime = IN_TIME, **details: Any) -> Event:
    return Event("answer", "homework:week-3/neuron", {"step": step, "question": 0, "text": text, **details}, at)


def lesson_row(homework: Homework, name: str, events: list[Event], lessons: dict[str, LessonSummary]) -> HomeworkRow:
    return grade(homework, name, events, lessons, TITLES)[0]


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("weight = 40", "weight = 30", 7, "add up to 90"),
        ("2026-12-15T18:00:00+01:00", "2026-12-15T18:00:00", 4, "needs its zone"),
        ("2026-12-15T18:00:00+01:00", '"2026-12-15"', 4, "without quotes"),
        ('"softmax"', '"sofmax"', 13, "no exercise"),
        ('lesson = "neuron"', 'lesson = "neurone"', 8, "no lesson"),
        ('"the-bias"', '"bias"', 9, "no step"),
        ("late = 0.5", "late = 2", 5, "from 0 to 1"),
        ("seed = 7", "seed = -1", 3, "whole number"),
        ("seed = 7", "seeds = 7", 3, "unknown key"),
    ],
)
def test_a_wrong_file_is_told_its_line(
    old: str, new: str, line: int, reason: str, tmp_path: Path, lessons: dict[str, LessonSummary]
) -> None:
    with pytest.raises(LessonError, match=reason) as raised:
        written(tmp_path, TEXT.replace(old, new), lessons)
    assert raised.value.line == line


def test_the_seed_is_the_documented_hash(homework: Homework) -> None:
    assert homework.seed_of("ada") == int(sha256(b"week-3\n7\nada").hexdigest()[:12], 16)
    assert replace(homework, seed=8).seed_of("ada") != homework.seed_of("ada") != homework.seed_of("bob")


def test_a_right_flag_in_a_log_is_not_believed(homework: Homework, lessons: dict[str, LessonSummary]) -> None:
    text = right(homework, lessons["neuron"], "ada", "the-weighted-sum")
    wrong = str(float(text) + 1)
    forged = lesson_row(homework, "ada", [answered("the-weighted-sum", wrong, correct=True)], lessons)
    honest = lesson_row(homework, "ada", [answered("the-weighted-sum", text, correct=False)], lessons)
    assert (forged.right, forged.points) == (0, 0)
    assert (honest.right, honest.questions, honest.points) == (1, 2, 30)


def test_answers_that_were_handed_round_have_no_points(homework: Homework, lessons: dict[str, LessonSummary]) -> None:
    steps = ("the-weighted-sum", "the-bias")
    adas = [answered(s, right(homework, lessons["neuron"], "ada", s), correct=True, numbers={"x": [0]}) for s in steps]
    assert all(e.details["text"] != right(homework, lessons["neuron"], "bob", e.details["step"]) for e in adas)
    bob = lesson_row(homework, "bob", adas, lessons)
    assert lesson_row(homework, "ada", adas, lessons).percent == 100
    assert bob.points == 0
    assert bob.remark == "2 answered with other numbers"


def test_late_skipped_and_repeated_answers(homework: Homework, lessons: dict[str, LessonSummary]) -> None:
    text = right(homework, lessons["neuron"], "ada", "the-bias")
    late = answered("the-bias", text, IN_TIME + timedelta(minutes=2))
    skip = replace(answered("the-bias", ""), kind="skip")
    again = answered("the-bias", text, turn=1)
    ordinary = replace(answered("the-bias", text), lesson="neuron")
    assert [lesson_row(homework, "ada", events, lessons).points for events in (
        [late], [skip, late], [again], [ordinary], [answered("the-bias", "1e9"), late],
    )] == [15, 0, 0, 0, 15]  # fmt: skip


def test_an_exercise_counts_as_its_check_said(homework: Homework, lessons: dict[str, LessonSummary]) -> None:
    done = Event("check", "exercise:softmax", {"verdict": "right", "form": "write"}, IN_TIME)
    rows = grade(homework, "ada", [done], lessons, TITLES)
    assert [(row.kind, row.points) for row in rows] == [("lesson", 0), ("exercise", 40), ("homework", 40)]
    assert report_csv(rows, "moodle", HomeworkRow).splitlines() == [
        "username,dl-tutor neuron,dl-tutor exercise softmax,dl-tutor homework week-3", "ada,0.0,100.0,40.0",
    ]  # fmt: skip


def test_the_proof_tells_what_can_be_handed_round(tmp_path: Path, lessons: dict[str, LessonSummary]) -> None:
    text = TEXT.replace('"the-weighted-sum", "the-bias"', '"the-weighted-sum"')
    (question,) = prove(written(tmp_path, text, lessons), lessons, ["ada", "bob", "eve"])
    assert not question.faults
    assert not question.same_for_all
    assert question.weight == 60
    assert replace(question, answers=("1", "1", "2")).shared == (1, 3)
    assert replace(question, answers=("1", "1", "1")).same_for_all


def do(homework: Homework, name: str, states: Path, lines: Sequence[str]) -> str:
    printed = io.StringIO()
    typed = io.StringIO("\n".join(lines) + "\n")
    assert face.run(
        None, None, states / name, stdin=typed, stdout=printed, homework=Assignment(homework, name)
    ) == 0  # fmt: skip
    return printed.getvalue()


def test_from_the_first_question_to_the_report(
    tmp_path: Path, lessons: dict[str, LessonSummary], capsys: pytest.CaptureFixture[str]
) -> None:
    items = '[[items]]\nlesson = "neuron"\nweight = 100\n'
    homework = written(
        tmp_path, TEXT.partition("[[")[0].replace("2026-12-15T18:00:00+01:00", "9000-01-01") + items, lessons
    )
    lines = ["open neuron at 1"]
    for number, step in enumerate(lessons["neuron"].outline, start=1):
        with redrawn(lessons["neuron"], step.id, homework.seed_of("ada")) as drawn:
            lines += [f"step {number}", *(f"answer {right_answer(q, drawn.lab)}" for q in drawn.questions)]
    states = tmp_path / "states"
    do(homework, "ada", states, [*lines, "quit"])
    assert "10 of 10 questions right" in do(homework, "ada", states, ["quit"])
    assert main(["report", str(states), "--homework", str(homework.file), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["kind"], row["percent"], row["remark"]) for row in rows] == [
        ("lesson", 100.0, ""), ("homework", 100.0, ""),
    ]  # fmt: skip
    events = [logged.event for logged in read_all(states / "ada" / FILE_NAME)]
    assert {event.details.get("homework") for event in events} == {"week-3"}
    ordinary = Progress(states / "ada")
    try:
        assert not ordinary.of_lesson("neuron").steps_seen
    finally:
        ordinary.close()


def test_the_command_proves_a_file(tmp_path: Path, homework: Homework, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["homework", "check", str(homework.file), "--names", "3"]) == 0
    assert "of the pairs share an answer" in capsys.readouterr().out
    homework.file.write_text(TEXT.replace("weight = 40", "weight = 41"))
    assert main(["homework", "check", str(homework.file)]) == 2
    assert f"{homework.file}:7: the weights add up to 101" in capsys.readouterr().err


def test_what_was_changed_on_a_step_before_does_not_reach_the_next(
    tmp_path: Path, homework: Homework, lessons: dict[str, LessonSummary]
) -> None:
    progress = Assignment(homework, "ada").progress(tmp_path / "ada")
    session = begin_visit(lessons["neuron"], progress, "1", start_run=start_inline)
    try:
        before = session.lab.get("data")
        assert all("data" not in numbers_of(session.lesson.steps[at], session.lab) for at in (0, 1))
        control = session.lab.control("data")
        assert isinstance(control, ChoiceControl)
        other = next(choice for choice in control.options if choice != before)
        session.lab.set("data", other)
        session.next()
        assert session.lab.get("data") == before
    finally:
        session.lab.close()
        progress.close()
