"""A lesson in another language: ``lesson.de.md`` and ``lesson.de.toml`` hold its texts alone, in the same order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.lesson_entry import Entry
from tutor.course.lessons.sections import Section, sections
from tutor.course.lessons.text_file import TextFileError, read_text_file
from tutor.course.lessons.toml_lines import KeyPath, TomlLines
from tutor.course.lessons.toml_text import TomlError, parse_toml
from tutor.language.chosen import ENGLISH

_FILE = re.compile(r"lesson\.(.+)\.(md|toml)")


_CODE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class Form:
    """What a table holds to be read: texts, lists of texts, tables of texts, and lists of tables by order."""

    texts: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    parts: Mapping[str, Form] = field(default_factory=dict)

    @property
    def keys(self) -> set[str]:
        """All keys that may hold a text."""
        return {*self.texts, *self.lists, *self.tables, *self.parts}


_WRONG = Form(texts=("say",))
_ASKED = Form(texts=("ask", "explain"), lists=("hints",), tables=("choices",), parts={"wrong": _WRONG})
_QUESTION = Form(_ASKED.texts, _ASKED.lists, _ASKED.tables, {"wrong": _WRONG, "variant": _ASKED})
_GOAL = Form(texts=("say", "hint"))
STEP = Form(parts={"question": _QUESTION, "goal": _GOAL})
HEAD = Form(texts=("title", "summary"))


def languages_of(folder: Path) -> tuple[str, ...]:
    """The codes of the languages, besides English, in which the folder has texts of its lesson.

    Raises ``LessonError`` for a file whose name has no such code, since nothing would ever read it.
    """
    found = set()
    for file in sorted(folder.iterdir()):
        if (match := _FILE.fullmatch(file.name)) is None:
            continue
        if not _CODE.fullmatch(match[1]) or match[1] == ENGLISH:
            raise LessonError(file, 1, f"{match[1]!r} is not the code of another language, such as de in lesson.de.md")
        found.add(match[1])
    return tuple(sorted(found))


class Translation:
    """The two files of a lesson in one language; either may be missing. Raises ``LessonError`` for a bad one."""

    def __init__(self, folder: Path, language: str) -> None:
        self.folder, self.language = folder, language
        self.toml, self.markdown = folder / f"lesson.{language}.toml", folder / f"lesson.{language}.md"
        self._source = self._read(self.toml)
        try:
            self.plain = parse_toml(self._source)
        except TomlError as error:
            raise LessonError(self.toml, error.line or 1, str(error)) from error

    @cached_property
    def lines(self) -> TomlLines:
        """The lines of the TOML file."""
        return TomlLines(self._source)

    def _read(self, file: Path) -> str:
        try:
            return read_text_file(file, self.folder.parent)
        except TextFileError as error:
            if error.missing:
                return ""
            raise LessonError(file, error.line, str(error)) from None

    def sections(self) -> tuple[Section, ...]:
        """The sections of the Markdown file, in the order of the original's; none if there is no file."""
        return sections(self._read(self.markdown))

    def translated_sections(self, original: tuple[Section, ...]) -> tuple[Section, ...]:
        """The sections with their own titles and texts, or the originals. Raises ``LessonError`` for another number."""
        found = self.sections()
        if not found:
            return original
        if len(found) != len(original):
            line = found[min(len(original), len(found) - 1)].line
            raise LessonError(
                self.markdown, line, f"this has {len(found)} sections, but lesson.md has {len(original)}: "
                "a translation has the same sections in the same order",
            )  # fmt: skip
        return tuple(
            Section(own.title or other.title, own.text or other.text, own.line)
            for own, other in zip(found, original, strict=True)
        )

    def translated(self, plain: Mapping[str, Any]) -> dict[str, Any]:
        """What ``lesson.toml`` holds, with this language's texts in their places. Raises ``LessonError``.

        A text that is not translated stays as it is.
        """
        head = Entry(self, self.plain, ())
        head.only(HEAD.keys | {"step"})
        merged = _merged(plain, head, HEAD)
        steps = plain.get("step")
        if isinstance(steps, list):
            merged["step"] = list(steps)
            for position, entry in self._steps(head, steps):
                merged["step"][position] = _merged(steps[position], entry, STEP)
        return merged

    def path_of(self, path: KeyPath, plain: Mapping[str, Any]) -> KeyPath:
        """The place here of a place in ``lesson.toml``: a step may stand at another position."""
        if len(path) < 2 or path[0] != "step":
            return path
        wanted = _id(plain["step"][path[1]])
        for position, step in enumerate(self.plain.get("step", ())):
            if _id(step) == wanted:
                return ("step", position, *path[2:])
        return ()

    def _steps(self, head: Entry, steps: list[Any]) -> Iterator[tuple[int, Entry]]:
        ids, seen = [_id(step) for step in steps], set()
        for entry in head.entries("step"):
            entry.only(STEP.keys | {"id"})
            step_id = entry.text("id")
            if step_id not in ids:
                raise entry.error("id", f"lesson.toml has no step {step_id!r}; ids are not translated")
            if step_id in seen:
                raise entry.error("id", f"step {step_id!r} is there twice")
            seen.add(step_id)
            yield ids.index(step_id), entry


def _id(step: object) -> str:
    return str(step.get("id", "")) if isinstance(step, dict) else ""


def _merged(plain: Mapping[str, Any], own: Entry, form: Form) -> dict[str, Any]:
    """``plain`` with the texts of ``own`` in place of its own. Raises ``LessonError`` if it has no place for one."""
    merged = dict(plain)
    for key in own.plain:
        if key in form.keys and key not in plain:
            raise own.error(key, f"lesson.toml has no {key!r} here: a translation has the same texts in the same order")
    for key in form.texts:
        if key in own.plain:
            merged[key] = own.text(key)
    for key in form.lists:
        if key in own.plain:
            texts, original = own.texts(key), plain[key]
            if isinstance(original, list) and len(texts) != len(original):
                raise own.error(key, f"{key!r} has {len(texts)} texts here, but {len(original)} in lesson.toml")
            merged[key] = list(texts)
    for key in form.tables:
        if key in own.plain and isinstance(plain[key], dict):
            merged[key] = _translated_table(own, key, plain[key])
    for key, part in form.parts.items():
        if key in own.plain and isinstance(plain[key], list):
            merged[key] = _translated_parts(own, key, plain[key], part)
    return merged


def _translated_table(own: Entry, key: str, original: Mapping[str, Any]) -> dict[str, Any]:
    texts = own.table(key)
    for name, text in texts.items():
        if name not in original:
            raise own.inside(key, name, f"{name!r} is not one of {', '.join(original)}; keys are not translated")
        if not isinstance(text, str) or not text.strip():
            raise own.inside(key, name, f"{name!r} is a text")
    # In the order of the original: the letters a, b, c go by it.
    return {name: texts.get(name, text) for name, text in original.items()}


def _translated_parts(own: Entry, key: str, original: list[Any], form: Form) -> list[Any]:
    parts = list(original)
    for position, entry in enumerate(own.entries(key)):
        if position >= len(original):
            raise entry.error("", f"there are only {len(original)} of {key!r} in lesson.toml")
        entry.only(form.keys)
        if isinstance(original[position], dict):
            parts[position] = _merged(original[position], entry, form)
    return parts
