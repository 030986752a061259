"""The parts of the course: which lessons belong together, for lists of lessons."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor.course.lessons.lesson import LessonError, LessonSummary
from tutor.course.lessons.text_file import read_text_file

FILE = "parts.toml"


@dataclass(frozen=True)
class Part:
    """Some lessons, by their ids, under a title with a line about them."""

    title: str
    line: str
    lessons: tuple[str, ...]


def read_parts(folder: Path) -> tuple[Part, ...]:
    """The parts in a folder of lessons, in order; none where it has no ``parts.toml``.

    Raises ``LessonError`` for a file that cannot be used.
    """
    file = folder / FILE
    if not file.is_file():
        return ()
    try:
        found = tomllib.loads(read_text_file(file))["part"]
        return tuple(Part(str(p["title"]), str(p["line"]), tuple(map(str, p["lessons"]))) for p in found)
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise LessonError(file, 1, f"expected tables [[part]] with title, line and lessons; {error}") from error


def part_beginnings(summaries: Sequence[LessonSummary]) -> Mapping[str, Part]:
    """The part that begins with a lesson, by the lesson's id: for a heading above it."""
    shipped = [summary for summary in summaries if summary.collection is None]
    if not shipped:
        return {}
    part_of = {lesson: part for part in read_parts(shipped[0].folder.parent) for lesson in part.lessons}
    beginnings: dict[str, Part] = {}
    before = None
    for summary in shipped:
        part = part_of.get(summary.id)
        if part is not None and part is not before:
            beginnings[summary.id] = part
        before = part
    return beginnings
