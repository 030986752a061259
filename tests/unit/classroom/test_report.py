"""The report on a class: rows counted by hand, and the forms that grade books import."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tutor.classroom.report import Report, ReportRow
from tutor.classroom.report_text import CANVAS_COLUMNS, FORMS, POINTS_POSSIBLE, report_csv, report_json
from tutor.commands.inputs.class_arguments import FORMS as OFFERED
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.event_log import Event
from tutor.practice.catalog import read_exercises
from tutor.resources import lessons_folder

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def report() -> Report:
    return Report(read_summaries(lessons_folder()), read_exercises())


def at(minute: float, kind: str, lesson: str = "neuron", **details: Any) -> Event:
    return Event(kind, lesson, details, NINE + timedelta(minutes=minute))


def worked() -> list[Event]:
    """A learner in two lessons and an exercise, with a pause of an hour."""
    first, second = {"step": "the-weighted-sum", "question": 0}, {"step": "the-bias", "question": 0}
    return [
        at(0, "visit"), at(0, "step", step="what-a-neuron-does", position=0),
        at(1, "step", step="the-weighted-sum", position=1), at(2, "answer", **first, correct=True, attempt=1),
        at(3, "answer", **second, correct=False, attempt=1), at(4, "hint", **second),
        at(64, "answer", **second, correct=True, attempt=2),
        at(65, "check", "exercise:softmax", verdict="bug", bugs=["x"]),
        at(67, "check", "exercise:softmax", verdict="right"),
    ]  # fmt: skip


def test_a_row_counts_what_was_done(report: Report) -> None:
    lesson, exercise = report.rows("ada", worked())
    summary = next(s for s in read_summaries(lessons_folder()) if s.id == "neuron")
    assert (lesson.kind, lesson.id, lesson.title, lesson.steps_seen, lesson.steps) == (
        "lesson",
        "neuron",
        "The neuron",
        2,
        summary.steps,
    )
    assert (lesson.right_at_first, lesson.right_later, lesson.tries, lesson.hints) == (1, 1, 3, 1)
    assert lesson.questions == sum(step.questions for step in summary.outline)
    assert lesson.minutes == 4
    assert not lesson.done
    assert (lesson.first, lesson.last) == (NINE, NINE + timedelta(minutes=64))
    assert lesson.percent == pytest.approx(100 * 2 / (lesson.questions + lesson.goals))
    assert (exercise.kind, exercise.id, exercise.tries, exercise.done, exercise.percent, exercise.minutes) == (
        "exercise", "softmax", 2, True, 100, 2,
    )  # fmt: skip


def test_since_counts_only_what_came_after(report: Report) -> None:
    rows = report.rows("ada", worked(), NINE + timedelta(minutes=30))
    assert [(row.id, row.tries) for row in rows] == [("neuron", 1), ("softmax", 2)]
    assert report.rows("ada", worked(), NINE + timedelta(days=1)) == []


def test_a_lesson_that_is_not_here_has_a_row_of_its_own(report: Report) -> None:
    (row,) = report.rows("ada", [at(0, "answer", "theirs/sums", step="one", question=0, correct=True)])
    assert (row.id, row.title, row.right_at_first, row.questions) == ("theirs/sums", "theirs/sums", 1, 1)


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def both(report: Report) -> list[ReportRow]:
    return report.rows("ada", worked()) + report.rows("=bob()", worked()[:4])


def test_rows_as_csv_are_those_of_json(report: Report) -> None:
    head, *lines = read(report_csv(both(report)))
    found = report_json(both(report))
    assert head == list(found[0])
    assert [line[head.index("id")] for line in lines] == [row["id"] for row in found]
    assert lines[0][head.index("first")] == "2026-03-02T09:00:00+00:00"


def test_moodle_gets_a_column_of_names_and_one_for_each_item(report: Report) -> None:
    head, ada, bob = read(report_csv(both(report), "moodle"))
    assert head == ["username", "dl-tutor neuron", "dl-tutor exercise softmax"]
    assert ada[0] == "ada"
    assert ada[2] == "100.0"
    # No spreadsheet takes a name for a formula, and what was not begun stays empty.
    assert (bob[0], bob[2]) == ("'=bob()", "")


def test_canvas_gets_its_five_columns_and_the_points_possible(report: Report) -> None:
    head, points, ada, _ = read(report_csv(both(report), "canvas"))
    assert tuple(head[:5]) == CANVAS_COLUMNS
    assert points == [POINTS_POSSIBLE, "", "", "", "", "100", "100"]
    assert ada[:5] == ["ada", "", "", "ada", ""]


def test_the_command_line_offers_the_forms_that_there_are() -> None:
    assert OFFERED == FORMS
