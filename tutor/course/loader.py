"""Reading lesson folders, with ``file:line: reason`` for whatever is wrong in one."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import Any

from tutor.course.lesson import (
    Draw,
    DrawChoice,
    Lesson,
    LessonError,
    LessonSummary,
    Misconception,
    Probe,
    Question,
    Step,
    StepOutline,
)
from tutor.course.sections import Section, sections
from tutor.course.text_file import TextFileError, read_text_file
from tutor.course.toml_lines import TomlLines
from tutor.course.toml_text import TomlError, parse_toml

MOST_DRAWN_VALUES = 10_000
HIGHEST_NUMBER = 9999
LARGEST_NUMBER = 1e100
MOST_LESSONS = 1_000
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# Where a step begins, on a line of its own; in a text over several lines it might be a part of the text.
_STEP = re.compile(r"""^[ \t]*\[\[[ \t]*(step|"step"|'step')[ \t]*\]\]""", re.MULTILINE)
_QUESTION = re.compile(
    r"""^[ \t]*\[\[[ \t]*(step|"step"|'step')[ \t]*\.[ \t]*(question|"question"|'question')[ \t]*\]\]""", re.MULTILINE
)
_STEP_ID = re.compile(r"""^[ \t]*id[ \t]*=[ \t]*(["'])([a-z0-9-]+)\1""", re.MULTILINE)
# Where a step is written in another way than tables of their own, its text alone does not tell what is in it.
_INLINE_QUESTIONS = re.compile(r"""^[ \t]*["']?question["']?[ \t]*=""", re.MULTILINE)
_SEVERAL_LINES = re.compile(r'"""|\'\'\'')


def lesson_folders(folder: Path) -> tuple[Path, ...]:
    """The lesson folders below ``folder``, in the order of their names; ``folder`` itself if it is a lesson."""
    if (folder / "lesson.toml").is_file():
        return (folder,)
    if not folder.is_dir():
        raise LessonError(folder, 1, "there is no such folder of lessons")
    try:
        found = sorted(f for f in folder.iterdir() if (f / "lesson.toml").is_file())
    except OSError as error:
        raise LessonError(folder, 1, f"the folder cannot be read: {error.strerror or error}") from None
    if len(found) > MOST_LESSONS:
        raise LessonError(folder, 1, f"there are {len(found):,} lessons; at most {MOST_LESSONS:,} are read")
    return tuple(found)


def read_summary(folder: Path) -> LessonSummary:
    """What a list needs to know of the lesson in ``folder``; raises ``LessonError``.

    Of the steps no more is read than their ids and how many questions they ask: a fault in one is told where the
    lesson is opened.
    """
    reader = _Reader(folder, head_alone=True)
    head = reader.head()
    return LessonSummary(head["id"], head["number"], head["title"], head["summary"], reader.outline(), folder)


def read_summaries(folder: Path) -> tuple[LessonSummary, ...]:
    """All lessons below ``folder`` by their number.

    Raises ``LessonError``, also where two have the same id or number.
    """
    summaries = sorted((read_summary(f) for f in lesson_folders(folder)), key=lambda s: s.number)
    for one, other in pairwise(summaries):
        if one.number == other.number:
            raise LessonError(
                other.folder / "lesson.toml", 1, f"number {other.number} is taken by {one.folder.name} too"
            )
    if len({s.id for s in summaries}) < len(summaries):
        raise LessonError(folder, 1, "two lessons have the same id")
    return tuple(summaries)


def load_lesson(folder: Path) -> Lesson:
    """The whole lesson in ``folder``; raises ``LessonError`` with file and line."""
    return _Reader(folder).lesson()


def step_slug(title: str) -> str:
    """The id of the step under a heading: ``The weighted sum`` → ``the-weighted-sum``."""
    return "-".join(re.findall(r"[a-z0-9]+", title.lower()))


class _Reader:
    """One lesson folder while it is read. ``head_alone``: without what its steps are."""

    def __init__(self, folder: Path, head_alone: bool = False) -> None:
        self.folder = folder
        self.toml = folder / "lesson.toml"
        self.markdown = folder / "lesson.md"
        source = self._read(self.toml)
        steps = list(_STEP.finditer(source)) if head_alone and not _SEVERAL_LINES.search(source) else []
        try:
            self.plain: dict[str, Any] = parse_toml(source[: steps[0].start()] if steps else source)
        except TomlError as error:
            raise LessonError(self.toml, error.line or 1, str(error)) from error
        self._source = source
        self._step_sources = [
            source[one.end() : other.start() if other else None] for one, other in zip_longest(steps, steps[1:])
        ]

    @cached_property
    def lines(self) -> TomlLines:
        """Where things stand in lesson.toml: for an error alone, and a list of lessons is to be there at once."""
        return TomlLines(self._source)

    def outline(self) -> tuple[StepOutline, ...]:
        """The steps' ids and numbers of questions; of a step with a fault what can be made out."""
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
        head = _Entry(self, self.plain, ())
        known = {"id", "number", "title", "summary", "lab", "step"}
        head.only(known)
        values = {name: head.text(name) for name in ("id", "title", "summary", "lab")}
        if not _ID.fullmatch(values["id"]):
            raise head.error("id", f"an id is small letters, digits and hyphens; got {values['id']!r}")
        number = self.plain.get("number")
        if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= HIGHEST_NUMBER:
            raise head.error("number", f"a lesson has a number from 1 to {HIGHEST_NUMBER}")
        return {**values, "number": number}

    def lesson(self) -> Lesson:
        head = self.head()
        found = self._sections()
        entries = self.plain.get("step")
        if not isinstance(entries, list) or not entries:
            raise LessonError(self.toml, 1, "a lesson needs at least one [[step]]")
        steps = []
        for index, plain in enumerate(entries):
            entry = _Entry(self, plain, ("step", index))
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
            steps.append(_step(entry, section.title, section.text))
        if len(found) > len(steps):
            left = found[len(steps)]
            raise LessonError(self.markdown, left.line, f"lesson.toml has no [[step]] for the section {left.title!r}")
        ids = [s.id for s in steps]
        for index, step_id in enumerate(ids):
            if step_id in ids[:index]:
                raise _Entry(self, entries[index], ("step", index)).error("id", f"step {step_id!r} is there twice")
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
    """The outline of a step from the text of its table; None where reading the text does not tell."""
    questions = list(_QUESTION.finditer(text))
    own = text[: questions[0].start()] if questions else text
    step_id = _STEP_ID.search(own)
    if step_id is None or _INLINE_QUESTIONS.search(own):
        return None
    return StepOutline(step_id[2], len(questions))


def _outline_of(step: object) -> StepOutline:
    plain = step if isinstance(step, dict) else {}
    step_id, questions = plain.get("id"), plain.get("question")
    count = len(questions) if isinstance(questions, list) else 0
    return StepOutline(step_id if isinstance(step_id, str) else "", count)


class _Entry:
    """One table of lesson.toml, and where it stands in the file."""

    def __init__(self, reader: _Reader, plain: object, path: tuple[str | int, ...]) -> None:
        self._reader, self._path = reader, path
        if not isinstance(plain, dict):
            raise self.error("", "expected a table here")
        self.plain: dict[str, Any] = plain

    def error(self, key: str, reason: str) -> LessonError:
        return LessonError(self._reader.toml, self._reader.lines.find(self._path, key), reason)

    def inside(self, table: str, key: str, reason: str) -> LessonError:
        """An error at ``key`` of the ``table`` within this one."""
        return LessonError(self._reader.toml, self._reader.lines.find((*self._path, table), key), reason)

    def only(self, known: set[str]) -> None:
        for key in self.plain:
            if key not in known:
                raise self.error(key, f"unknown key {key!r}; known are {', '.join(sorted(known))}")

    def text(self, key: str) -> str:
        value = self.plain.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"{key!r} is missing; expected a text" if value is None else f"{key!r} is a text")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.plain.get(key, [])
        if not isinstance(value, list) or not all(isinstance(x, str) and x.strip() for x in value):
            raise self.error(key, f"{key!r} is a list of texts")
        return tuple(value)

    def table(self, key: str) -> dict[str, Any]:
        value = self.plain.get(key, {})
        if not isinstance(value, dict):
            raise self.error(key, f"{key!r} is a table: {key} = {{ name = value }}")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        value = self.plain.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, f"{key!r} is a number" if value is not None else f"{key!r} is missing")
        if not abs(value) <= LARGEST_NUMBER:
            raise self.error(key, f"{key!r} is a finite number up to {LARGEST_NUMBER:g}")
        return float(value)

    def entries(self, key: str) -> Iterator[_Entry]:
        value = self.plain.get(key, [])
        if not isinstance(value, list):
            raise self.error(key, f"{key!r} is a list of tables")
        for index, plain in enumerate(value):
            yield _Entry(self._reader, plain, (*self._path, key, index))


def _step(entry: _Entry, title: str, text: str) -> Step:
    entry.only({"id", "show", "hide", "set", "press", "draw", "question"})
    draws = []
    for control, plain in entry.table("draw").items():
        draws.append(_draw(entry, control, plain))
    return Step(
        entry.text("id"), title, text, entry.texts("show"), entry.texts("hide"), entry.table("set"),
        entry.texts("press"), tuple(draws), tuple(_question(q) for q in entry.entries("question")),
    )  # fmt: skip


def _draw(entry: _Entry, control: str, plain: object) -> Draw | DrawChoice:
    if isinstance(plain, dict) and "among" in plain:
        among = plain["among"]
        if (
            set(plain) != {"among"}
            or not isinstance(among, list)
            or not among
            or not all(isinstance(w, str) for w in among)
        ):
            raise entry.inside("draw", control, f"draw.{control} is {{ among = [words] }}, of a choice")
        return DrawChoice(control, tuple(among))
    wanted = (
        f"draw.{control} is {{ low = …, high = …, step = …, not = [ … ] }} with low < high and step > 0, "
        "or { among = […] }"
    )
    if not isinstance(plain, dict) or set(plain) - {"low", "high", "step", "not"}:
        raise entry.inside("draw", control, wanted)
    try:
        low, high, step = (_plain_number(plain[key]) for key in ("low", "high", "step"))
        draw = Draw(control, low, high, step, tuple(_plain_number(x) for x in plain.get("not", [])))
    except (KeyError, TypeError, OverflowError):
        raise entry.inside("draw", control, wanted) from None
    if not (low < high and step > 0):
        raise entry.inside("draw", control, wanted)
    if (high - low) / step > MOST_DRAWN_VALUES:
        raise entry.inside("draw", control, f"draw.{control} has more than {MOST_DRAWN_VALUES} values")
    return draw


def _plain_number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError
    return float(value)


def _question(entry: _Entry) -> Question:
    entry.only({"ask", "answer", "tolerance", "explain", "hints", "choices", "wrong"})
    choices = entry.table("choices")
    for key, text in choices.items():
        if not isinstance(text, str) or not text.strip():
            raise entry.error("choices", f"the choice {key!r} is a text")
    if choices and len(choices) < 2:
        raise entry.error("choices", "a choice needs at least two answers")
    tolerance = 0.0 if choices else entry.number("tolerance")
    if not choices and tolerance <= 0:
        raise entry.error("tolerance", "a typed number needs a tolerance above 0")
    hints = entry.texts("hints")
    if not hints:
        raise entry.error("hints", "a question needs at least one hint")
    wrong = []
    for misconception in entry.entries("wrong"):
        misconception.only({"gives", "say"})
        gives = _gives(misconception, choices)
        wrong.append(Misconception(gives, misconception.text("say")))
    return Question(
        entry.text("ask"),
        _probe(entry, "answer"),
        entry.text("explain"),
        hints,
        tuple(wrong),
        tolerance,
        choices,
    )


def _gives(entry: _Entry, choices: Mapping[str, str]) -> Probe | str:
    if not choices:
        return _probe(entry, "gives")
    key = entry.text("gives")
    if key not in choices:
        raise entry.error("gives", f"{key!r} is not one of the choices {', '.join(choices)}")
    return key


def _probe(entry: _Entry, key: str) -> Probe:
    plain = entry.plain.get(key)
    if isinstance(plain, str) and plain.strip():
        return Probe(plain.strip())
    expected = f"{key!r} is the name of a readout, or {{ read = …, set = {{ … }}, press = [ … ], against = … }}"
    if not isinstance(plain, dict) or set(plain) - {"read", "set", "press", "against", "within"}:
        raise entry.error(key, expected)
    read, against = plain.get("read"), plain.get("against")
    changes, press, within = plain.get("set", {}), plain.get("press", []), plain.get("within", 1e-9)
    if not (
        isinstance(read, str)
        and isinstance(changes, dict)
        and isinstance(press, list)
        and isinstance(against, str | None)
        and all(isinstance(action, str) for action in press)
        and isinstance(within, int | float)
        and 0 <= within <= LARGEST_NUMBER
    ):
        raise entry.error(key, expected)
    return Probe(read, changes, tuple(press), against, float(within))
