"""``homework.toml``, read and validated: errors are ``file:line: reason``."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from pathlib import Path

from tutor.course.homework.homework import Homework, HomeworkItem
from tutor.course.lessons.lesson import LessonError, LessonSummary
from tutor.course.lessons.lesson_entry import Entry
from tutor.course.lessons.text_file import TextFileError, read_text_file
from tutor.course.lessons.toml_lines import TomlLines
from tutor.course.lessons.toml_text import TomlError, parse_toml

LONGEST_ID, LONGEST_TITLE, MOST_ITEMS, LARGEST_SEED = 40, 60, 50, 2**48
"""Characters, characters, lessons and exercises, and the seed."""
WHOLE = 100
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class _Source:
    """The file as the source of an entry."""

    def __init__(self, toml: Path, text: str) -> None:
        self.toml, self.lines = toml, TomlLines(text)


def read_homework(file: Path, lessons: Collection[LessonSummary], exercises: Collection[str]) -> Homework:
    """The homework in ``file``, of these lessons and these ids of exercises. Raises ``LessonError``."""
    try:
        text = read_text_file(file)
        plain = parse_toml(text)
    except TextFileError as error:
        raise LessonError(file, error.line, str(error)) from None
    except TomlError as error:
        raise LessonError(file, error.line or 1, str(error)) from None
    top = Entry(_Source(file, text), plain, ())
    top.only({"id", "title", "seed", "due", "late", "items"})
    name, title = top.text("id"), top.text("title")
    if not _ID.fullmatch(name) or len(name) > LONGEST_ID:
        raise top.error("id", f"'id' is small letters, digits and hyphens, at most {LONGEST_ID}, with a letter first")
    if len(title.splitlines()) > 1 or len(title) > LONGEST_TITLE:
        raise top.error("title", f"'title' is one line of at most {LONGEST_TITLE} characters")
    seed = top.number("seed")
    if seed != int(seed) or not 0 <= seed <= LARGEST_SEED:
        raise top.error("seed", f"'seed' is a whole number from 0 to {LARGEST_SEED}")
    late = top.number("late", 0.0)
    if not 0 <= late <= 1:
        raise top.error("late", "'late' is the share for which late answers count, from 0 to 1")
    by_id = {lesson.id: lesson for lesson in lessons}
    items = tuple(_item(entry, by_id, exercises) for entry in top.entries("items"))
    if not 1 <= len(items) <= MOST_ITEMS:
        raise top.error("items", f"a homework has 1 to {MOST_ITEMS} of [[items]]; this one has {len(items)}")
    twice = next((item.id for item in items if [(i.kind, i.id) for i in items].count((item.kind, item.id)) > 1), None)
    if twice is not None:
        raise top.error("items", f"{twice!r} is there twice; name all of its steps in one item")
    total = sum(item.weight for item in items)
    if abs(total - WHOLE) > 1e-6:
        raise top.error("items", f"the weights add up to {total:g}; expected {WHOLE}")
    return Homework(name, title, int(seed), _due(top), late, items, file)


def _due(top: Entry) -> date | datetime:
    due = top.plain.get("due")
    if isinstance(due, datetime) and due.tzinfo is None:
        raise top.error("due", "a time needs its zone: due = 2026-12-15T18:00:00+01:00")
    if not isinstance(due, date):
        raise top.error("due", "'due' is a day or a time with its zone, without quotes: due = 2026-12-15")
    if not date.min.year < due.year < date.max.year:
        raise top.error("due", f"no homework is due in the year {due.year}")
    return due


def _item(entry: Entry, lessons: Mapping[str, LessonSummary], exercises: Collection[str]) -> HomeworkItem:
    entry.only({"lesson", "exercise", "steps", "weight"})
    weight = entry.number("weight")
    if not 0 < weight <= WHOLE:
        raise entry.error("weight", f"'weight' is above 0 and at most {WHOLE}")
    if ("lesson" in entry.plain) == ("exercise" in entry.plain):
        raise entry.error("", "an item names one lesson or one exercise")
    if "exercise" in entry.plain:
        name = entry.text("exercise")
        if name not in exercises:
            raise entry.error("exercise", f"there is no exercise {name!r}")
        if "steps" in entry.plain:
            raise entry.error("steps", "an exercise has no steps")
        return HomeworkItem("exercise", name, weight)
    name, steps = entry.text("lesson"), entry.texts("steps")
    if name not in lessons:
        raise entry.error("lesson", f"there is no lesson {name!r}; expected its id")
    outline = {step.id: step for step in lessons[name].outline}
    for step in steps:
        if step not in outline:
            raise entry.error("steps", f"the lesson {name} has no step {step!r}; it has {', '.join(outline)}")
        if not outline[step].questions:
            raise entry.error("steps", f"the step {step!r} asks no question, so it cannot count")
    if not any(step.questions for step in outline.values()):
        raise entry.error("lesson", f"the lesson {name} asks no question, so it cannot count")
    return HomeworkItem("lesson", name, weight, tuple(dict.fromkeys(steps)))
