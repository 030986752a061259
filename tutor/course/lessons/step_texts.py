"""The texts of a lesson's steps, for lists and searches, which need no questions and no lab."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.loader import step_slug
from tutor.course.lessons.placeholders import without_numbers
from tutor.course.lessons.sections import sections
from tutor.course.lessons.text_file import TextFileError, read_text_file
from tutor.course.lessons.translated.files import Translation
from tutor.language.chosen import ENGLISH, chosen


@dataclass(frozen=True)
class StepText:
    """A step's id, title and Markdown text, with ``…`` for each number that a lab would fill in."""

    id: str
    title: str
    text: str


def read_step_texts(folder: Path) -> tuple[StepText, ...]:
    """The steps of the lesson in ``folder``, in order and in the chosen language; empty if they cannot be read."""
    try:
        original = sections(read_text_file(folder / "lesson.md", folder.parent))
        own = original
        if chosen() != ENGLISH:
            own = Translation(folder, chosen()).translated_sections(original)
    except (TextFileError, LessonError):
        return ()
    return tuple(
        StepText(step_slug(named.title), shown.title, without_numbers(shown.text))
        for named, shown in zip(original, own, strict=True)
    )


def step_position(steps: tuple[StepText, ...], step_id: str) -> int | None:
    """The index of the step with this id, from 0; None if there is none."""
    return next((position for position, step in enumerate(steps) if step.id == step_id), None)
