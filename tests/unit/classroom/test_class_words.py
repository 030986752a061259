"""What an instructor reads: places and causes in the lessons' words, a learner's path, and spans of time."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tutor.classroom.live import ClassNow, LiveClass
from tutor.classroom.log_reader import read_all
from tutor.classroom.path import path_of
from tutor.classroom.path_text import path_lines
from tutor.classroom.standing import Cause, Standing
from tutor.classroom.table import class_json, error_lines, heading, rows_of, span
from tutor.classroom.wording import NO_CAUSE, Wording
from tutor.course.lessons.loader import load_lesson, read_summaries
from tutor.course.record.event_log import EventLog
from tutor.practice.catalog import read_exercises
from tutor.resources import lessons_folder

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording(read_summaries(lessons_folder()), read_exercises())


def log_of(folder: Path, *events: tuple[str, str, dict[str, Any]]) -> Path:
    """A log with these events, a minute apart, the last at ``NOW``."""
    moment = NOW - timedelta(minutes=len(events))
    with closing(EventLog(folder, [])) as log:
        for kind, lesson, details in events:
            moment += timedelta(minutes=1)
            log.append(kind, lesson, details, at=moment)
        return log.file


def test_a_declared_error_is_told_in_the_words_of_the_lesson_for_each_variant(wording: Wording) -> None:
    for summary in read_summaries(lessons_folder()):
        lesson = load_lesson(summary.folder)
        for step in lesson.steps:
            for index, question in enumerate(step.questions):
                for variant, asked in enumerate((question, *question.variants)):
                    assert asked.variant == variant
                    for number, error in enumerate(asked.misconceptions):
                        said = wording.why(Cause(lesson.id, step.id, index, str(number), variant))
                        assert said.split("…")[0] == error.say.split("{")[0]


def test_places_have_the_numbers_and_titles_of_the_course(wording: Wording) -> None:
    assert wording.place("neuron", "the-bias") == "3 The neuron · 3 The bias"
    assert wording.short_place("neuron", "the-bias") == "3/3 The bias"
    assert wording.place("neuron", "") == "3 The neuron"
    assert wording.place("theirs/sums", "one") == "theirs/sums · one"
    assert wording.place("homework:week-3/neuron", "the-bias") == "3 The neuron, homework week-3 · 3 The bias"
    assert wording.lesson("homework:week-3/away") == "homework:week-3/away"


def test_slips_and_unknown_causes_are_told_with_the_question(wording: Wording) -> None:
    step, question = "the-weighted-sum", 0
    said = wording.why(Cause("neuron", step, question, "sign+factor 2"))
    assert said.startswith("the wrong sign or factor 2, at: x is (…, …)")
    assert wording.why(Cause("neuron", step, question, "")).startswith(f"{NO_CAUSE}, at: ")
    assert wording.why(Cause("neuron", step, 99, "7")) == "error 7 of the question"
    assert wording.why(Cause("away", step, 0, "")) == NO_CAUSE


def test_the_bug_of_an_exercise_is_told_in_its_own_words(wording: Wording) -> None:
    exercise = read_exercises()[0]
    cause = Cause(exercise.id, "", 0, exercise.bugs[0].id)
    assert wording.why(cause) == exercise.bugs[0].say
    assert wording.where(cause) == f"exercise {exercise.title}"


def test_a_path_says_what_happened_and_not_what_was_typed(tmp_path: Path, wording: Wording) -> None:
    step = {"step": "the-bias", "position": 2}
    asked = {"step": "the-weighted-sum", "question": 0}
    file = log_of(
        tmp_path, ("visit", "neuron", {}), ("step", "neuron", {"step": "the-weighted-sum", "position": 1}),
        ("answer", "neuron", {**asked, "correct": False, "slip": "sign", "text": "-3\x1b[2J", "attempt": 1}),
        ("hint", "neuron", asked), ("answer", "neuron", {**asked, "correct": True, "text": "3", "attempt": 2}),
        ("step", "neuron", step), ("check", "exercise:softmax", {"verdict": "bug", "bugs": ["no-shift"]}),
    )  # fmt: skip
    entries = path_of(read_all(file))
    assert [entry.what for entry in entries] == ["opened", "wrong", "hint", "right", "opened", "a known bug"]
    assert entries[0].took == timedelta(minutes=4)
    assert not any(entry.answer for entry in entries)
    lines = [line for _, line in path_lines(entries, wording, UTC)]
    assert lines[0] == "3 The neuron, 2 March 2026"
    assert lines[1] == "  09:25:00  step 2 The weighted sum, open for 4 min"
    assert "wrong: the wrong sign, at: x is" in lines[2]
    assert path_of(read_all(file), answers=True)[1].answer == "-3[2J"


def test_the_table_puts_those_first_who_have_been_stuck_longest(wording: Wording) -> None:
    def at(minutes: float) -> datetime:
        return NOW - timedelta(minutes=minutes)

    now = ClassNow({
        "ada": Standing("neuron", "the-bias", at(3), at(1)),
        "bob": Standing("softmax", "", at(9), at(1), stuck_since=at(2), wrong_here=1),
        "cem": Standing("neuron", "the-bias", at(9), at(1), stuck_since=at(5), wrong_here=4),
        "dora": Standing("neuron", "the-bias", at(40), at(30), stuck_since=at(35)),
        "emil": Standing(),
    })  # fmt: skip
    rows = rows_of(now, wording, NOW)
    assert [row.name for row in rows] == ["cem", "bob", "ada", "dora", "emil"]
    assert [row.away for row in rows] == [False, False, False, True, True]
    assert heading(rows) == "5 learners · 3 here · 2 stuck"
    assert [row.name for row in rows_of(now, wording, NOW, "name")] == ["ada", "bob", "cem", "dora", "emil"]
    assert [row.name for row in rows_of(now, wording, NOW, "place")] == ["emil", "ada", "cem", "dora", "bob"]
    found = class_json(now, wording, NOW, 5)["learners"]
    assert (found[0]["stuck_seconds"], found[0]["place"]) == (300, "3 The neuron · 3 The bias")


@pytest.mark.parametrize(
    ("seconds", "text"), [(-5, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (200_000, "2 d")]
)
def test_spans(seconds: float, text: str) -> None:
    assert span(timedelta(seconds=seconds)) == text
    assert span(None) == "–"


def test_errors_are_listed_with_how_many_have_them(tmp_path: Path, wording: Wording) -> None:
    wrong = ("answer", "neuron", {"step": "the-bias", "question": 0, "correct": False, "slip": "sign"})
    log_of(tmp_path / "ada", wrong, wrong)
    log_of(tmp_path / "bob", wrong)
    lines = error_lines(LiveClass(tmp_path).update(), wording, 5)
    assert [(count, where) for count, where, _ in lines] == [("2 × 3", "3 The neuron · 3 The bias")]
