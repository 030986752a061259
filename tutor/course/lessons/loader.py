"""Read lesson folders, with errors as ``file:line: reason``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

from tutor.course.lessons.lesson import STUDIO, Lesson, LessonError, LessonSummary, Step, StepOutline
from tutor.course.lessons.lesson_entry import Entry
from tutor.course.lessons.loader_draws import read_draw
from tutor.course.lessons.loader_goals import read_goal
from tutor.course.lessons.loader_questions import read_question
from tutor.course.lessons.sections import Section, sections
from tutor.course.lessons.text_file import TextFileError, read_text_file
from tutor.course.lessons.toml_lines import TomlLines
from tutor.course.lessons.toml_text import TomlError, parse_toml
from tutor.course.lessons.translated.files import Translation
from tutor.course.step_tokens import read_token
from tutor.language.chosen import ENGLISH, chosen

HIGHEST_NUMBER = 9999
MOST_LESSONS = 1_000
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# The line that begins a step; within a text of several lines it may be a part of the text.
_STEP = re.compile(r"""^[ \t]*\[\[[ \t]*(step|"step"|'step')[ \t]*\]\]""", re.MULTILINE)
_ASKED = re.compile(
    r"""^[ \t]*\[\[[ \t]*(?:step|"step"|'step')[ \t]*\.[ \t]*["']?(question|goal)["']?[ \t]*\]\]""", re.MULTILINE
)
_STEP_ID = re.compile(r"""^[ \t]*id[ \t]*=[ \t]*(["'])([a-z0-9-]+)\1""", re.MULTILINE)
# If a step is not written as its own tables, its text alone does not tell what is in it.
_INLINE_TABLES = re.compile(r"""^[ \t]*["']?(?:question|goal)["']?[ \t]*=""", re.MULTILINE)
_SEVERAL_LINES = re.compile(r'"""|\'\'\'')


def lesson_folders(folder: Path) -> tuple[Path, ...]:
    """The lesson folders below ``folder``, sorted by name, or ``folder`` itself if it is a lesson."""
    try:
        if (folder / "lesson.toml").is_file():
            return (folder,)
        if not folder.is_dir():
            raise LessonError(folder, 1, "there is no such folder of lessons")
        found = sorted(f for f in folder.iterdir() if (f / "lesson.toml").is_file())
    except OSError as error:
        raise LessonError(folder, 1, f"the folder cannot be read: {error.strerror or error}") from None
    if len(found) > MOST_LESSONS:
        raise LessonError(folder, 1, f"there are {len(found):,} lessons; at most {MOST_LESSONS:,} are read")
    return tuple(found)


def read_summary(folder: Path) -> LessonSummary:
    """The summary of the lesson in ``folder``, in the chosen language; raises ``LessonError``.

    Reads only the ids of the steps and their numbers of questions and goals; opening the lesson reports other faults.
    """
    reader = _Reader(folder, head_alone=True)
    head = reader.head()
    if (own := _translation(folder, None)) is not None:
        head = own.translated(head)
    return LessonSummary(head["id"], head["number"], head["title"], head["summary"], reader.outline(), folder)


def read_summaries(folder: Path) -> tuple[LessonSummary, ...]:
    """All lessons below ``folder``, sorted by number.

    Raises ``LessonError``, also if two have the same id or number.
    """
    summaries = sorted((read_summary(f) for f in lesson_folders(folder)), key=lambda s: s.number)
    for fault in clashes(summaries):
        raise fault
    return tuple(summaries)


def clashes(lessons: Sequence[Lesson | LessonSummary]) -> Iterator[LessonError]:
    """An error for each lesson, in order, whose number or id an earlier one has."""
    for one, other in pairwise(lessons):
        if one.number == other.number:
            yield LessonError(
                other.folder / "lesson.toml", 1, f"number {other.number} is taken by {one.folder.name} too"
            )
    first: dict[str, Lesson | LessonSummary] = {}
    for lesson in lessons:
        if first.setdefault(lesson.id, lesson) is not lesson:
            yield id_taken(lesson, first[lesson.id])


class IdTaken(LessonError):
    """Two lessons have the same id, under which progress is saved."""


def id_taken(lesson: Lesson | LessonSummary, by: Lesson | LessonSummary) -> IdTaken:
    """The error for a ``lesson`` with the id of another one, at the line of its id."""
    toml = lesson.folder / "lesson.toml"
    line = TomlLines(read_text_file(toml)).find((), "id")
    return IdTaken(toml, line, f"the id {lesson.id!r} is taken by {by.folder / 'lesson.toml'}; give it another")


def load_lesson(folder: Path, language: str | None = None) -> Lesson:
    """The whole lesson in ``folder``; raises ``LessonError`` with file and line.

    Its texts are in ``language``, by default the chosen one, as far as they are translated.
    """
    return _Reader(folder, translation=_translation(folder, language)).lesson()


def _translation(folder: Path, language: str | None) -> Translation | None:
    language = language or chosen()
    return None if language == ENGLISH else Translation(folder, language)


def load_whole(summary: LessonSummary) -> Lesson:
    """The whole lesson of a summary, under its id: that of a lesson in a pack begins with the pack's.

    Raises ``LessonError`` with file and line.
    """
    return replace(load_lesson(summary.folder), id=summary.id)


def step_slug(title: str) -> str:
    """The id of the step under a heading: ``The weighted sum`` → ``the-weighted-sum``."""
    return "-".join(re.findall(r"[a-z0-9]+", title.lower()))


class _Reader:
    """Reads one lesson folder. ``head_alone``: without the contents of its steps."""

    def __init__(self, folder: Path, head_alone: bool = False, translation: Translation | None = None) -> None:
        self.folder = folder
        self.toml = folder / "lesson.toml"
        self.markdown = folder / "lesson.md"
        source = self._read(self.toml)
        steps = list(_STEP.finditer(source)) if head_alone and not _SEVERAL_LINES.search(source) else []
        try:
            self.plain: dict[str, Any] = parse_toml(source[: steps[0].start()] if steps else source)
        except TomlError as error:
            raise LessonError(self.toml, error.line or 1, str(error)) from error
        self._translation = translation
        if translation is not None:
            self.plain = translation.translated(self.plain)
        self._source = source
        self._step_sources = [
            source[one.end() : other.start() if other else None] for one, other in zip_longest(steps, steps[1:])
        ]

    @cached_property
    def lines(self) -> TomlLines:
        """The lines of lesson.toml; computed only for an error, so that lists of lessons stay fast."""
        return TomlLines(self._source)

    def outline(self) -> tuple[StepOutline, ...]:
        """The outline of each step; as much as can be read of a step with a fault."""
        outlines = [_outline_in_text(text) for text in self._step_sources]
        known = [outline for outline in outlines if outline is not None]
        if known and len(known) == len(outlines):
            return tuple(known)
        try:
            listed = parse_toml(self._source).get("step")
        except TomlError:
            listed = None
        if isinstance(listed, list):
            return tuple(map(_outline_of, listed))
        return tuple(outline or StepOutline("", 0) for outline in outlines)

    def _read(self, file: Path) -> str:
        try:
            return read_text_file(file, self.folder.parent)
        except TextFileError as error:
            reason = f"a lesson needs a {file.name}; there is none" if error.missing else str(error)
            raise LessonError(file, error.line, reason) from None

    def head(self) -> dict[str, Any]:
        head = Entry(self, self.plain, ())
        known = {"id", "number", "title", "summary", "lab", "step"}
        head.only(known)
        values = {name: head.text(name) for name in ("id", "title", "summary", "lab")}
        if not _ID.fullmatch(values["id"]):
            raise head.error("id", f"an id is small letters, digits and hyphens; got {values['id']!r}")
        # A line break would break a list; other control characters are removed where the title is shown.
        if len(values["title"].splitlines()) > 1:
            raise head.error("title", f"a title is one line of text; got {values['title']!r}")
        number = self.plain.get("number")
        lowest = 0 if values["id"] == STUDIO else 1
        if not isinstance(number, int) or isinstance(number, bool) or not lowest <= number <= HIGHEST_NUMBER:
            raise head.error("number", f"a lesson has a number from 1 to {HIGHEST_NUMBER}")
        return {**values, "number": number}

    def lesson(self) -> Lesson:
        head = self.head()
        found = self._sections()
        own = found if self._translation is None else self._translation.translated_sections(found)
        entries = self.plain.get("step")
        if not isinstance(entries, list) or not entries:
            raise LessonError(self.toml, 1, "a lesson needs at least one [[step]]")
        steps = []
        for index, plain in enumerate(entries):
            entry = Entry(self, plain, ("step", index))
            step_id = entry.text("id")
            if index >= len(found):
                raise entry.error("id", f"lesson.md has no section for the step {step_id!r}")
            section = found[index]
            if step_slug(section.title) != step_id:
                raise LessonError(
                    self.markdown, section.line,
                    f"section {index + 1} is {step_slug(section.title)!r}, "
                    f"but step {index + 1} of lesson.toml is {step_id!r}",
                )  # fmt: skip
            steps.append(_step(entry, own[index].title, own[index].text, head["lab"]))
        if len(found) > len(steps):
            left = found[len(steps)]
            raise LessonError(self.markdown, left.line, f"lesson.toml has no [[step]] for the section {left.title!r}")
        ids = [s.id for s in steps]
        for index, step_id in enumerate(ids):
            if step_id in ids[:index]:
                raise Entry(self, entries[index], ("step", index)).error("id", f"step {step_id!r} is there twice")
        return Lesson(
            head["id"], head["number"], head["title"], head["summary"], head["lab"], tuple(steps), self.folder
        )

    def _sections(self) -> tuple[Section, ...]:
        found = sections(self._read(self.markdown))
        for section in found:
            if not section.text:
                raise LessonError(self.markdown, section.line, "this section has no text")
        return found


def _outline_in_text(text: str) -> StepOutline | None:
    """The outline of a step from the text of its table; None if the text alone does not tell."""
    asked = [match[1] for match in _ASKED.finditer(text)]
    first = _ASKED.search(text)
    own = text[: first.start()] if first else text
    step_id = _STEP_ID.search(own)
    if step_id is None or _INLINE_TABLES.search(own):
        return None
    return StepOutline(step_id[2], asked.count("question"), asked.count("goal"))


def _outline_of(step: object) -> StepOutline:
    plain = step if isinstance(step, dict) else {}
    step_id = plain.get("id")
    questions, goals = (len(many) if isinstance(many := plain.get(key), list) else 0 for key in ("question", "goal"))
    return StepOutline(step_id if isinstance(step_id, str) else "", questions, goals)


def _step(entry: Entry, title: str, text: str, lab: str) -> Step:
    entry.only({"id", "show", "hide", "studio", "set", "press", "draw", "question", "goal", "problem_first"})
    draws = []
    for control, plain in entry.table("draw").items():
        draws.append(read_draw(entry, control, plain))
    if entry.plain.get("question") and entry.plain.get("goal"):
        raise entry.error("goal", "a step has questions or goals, not both: h and s would not know which is meant")
    problem_first = entry.truth("problem_first")
    if problem_first and not (entry.plain.get("question") or entry.plain.get("goal")):
        raise entry.error("problem_first", "a step that poses its problem first needs a question or a goal")
    return Step(
        entry.text("id"), title, text, entry.texts("show"), entry.texts("hide"), entry.table("set"),
        entry.texts("press"), tuple(draws), tuple(read_question(q) for q in entry.entries("question")),
        tuple(read_goal(g) for g in entry.entries("goal")), read_token(entry, lab), problem_first,
    )  # fmt: skip
