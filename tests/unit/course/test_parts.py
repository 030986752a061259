"""The parts of the course: every shipped lesson is in one, and each begins where its heading stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.course.lessons.lesson import LessonError, LessonSummary, StepOutline
from tutor.course.lessons.loader import read_summaries
from tutor.course.lessons.parts import part_beginnings, read_parts
from tutor.resources import lessons_folder


def test_every_shipped_lesson_is_in_one_part_and_in_the_order_of_their_numbers() -> None:
    listed = [lesson for part in read_parts(lessons_folder()) for lesson in part.lessons]
    assert listed == [summary.id for summary in read_summaries(lessons_folder())]


def test_a_part_begins_at_its_first_lesson() -> None:
    parts, beginnings = read_parts(lessons_folder()), part_beginnings(read_summaries(lessons_folder()))
    assert [beginnings[part.lessons[0]] for part in parts] == list(parts)
    assert len(beginnings) == len(parts)


def test_lessons_without_parts_have_no_headings(tmp_path: Path) -> None:
    assert read_parts(tmp_path) == ()
    assert part_beginnings(()) == {}


@pytest.mark.parametrize("text", ["part = 3", "[[part]]\ntitle = 'x'\n", "[[part", "[other]\n"])
def test_a_file_that_is_no_list_of_parts_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "parts.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LessonError, match=r"parts\.toml:1: expected tables \[\[part\]\]"):
        read_parts(tmp_path)


@pytest.mark.parametrize(("steps", "questions", "goals", "minutes"), [(2, 0, 0, 5), (10, 10, 0, 15), (14, 12, 3, 25)])
def test_minutes_are_estimated_from_what_there_is_to_do(steps: int, questions: int, goals: int, minutes: int) -> None:
    outline = (StepOutline("first", questions, goals), *(StepOutline(f"s{i}", 0) for i in range(1, steps)))
    assert LessonSummary("x", 1, "X", "", outline, Path()).minutes == minutes
