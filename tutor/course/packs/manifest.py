"""``pack.toml``: the id of a pack, its title and summary, and who made it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tutor.course.lessons.lesson import STUDIO, LessonError
from tutor.course.lessons.lesson_entry import Entry
from tutor.course.lessons.text_file import TextFileError, read_text_file
from tutor.course.lessons.toml_lines import TomlLines
from tutor.course.lessons.toml_text import TomlError, parse_toml

MANIFEST = "pack.toml"
LESSONS, EXERCISES = "lessons", "exercises"
LONGEST_ID, LONGEST_LINE, LONGEST_SUMMARY = 40, 60, 200
"""In characters: an id, a title or another entry of one line, and a summary."""
# A letter first: 9/3 is the third step of lesson 9, and not a lesson of a pack.
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_REQUIRED, _OPTIONAL = ("id", "title", "summary", "version"), ("author", "licence")


@dataclass(frozen=True)
class Pack:
    """A pack in ``folder``. Progress in its lessons is kept under its ``id``."""

    id: str
    title: str
    summary: str
    version: str
    folder: Path
    author: str = ""
    licence: str = ""

    @property
    def lessons(self) -> Path:
        """The folder of its lessons."""
        return self.folder / LESSONS

    @property
    def exercises(self) -> Path:
        """The folder of its exercises; it need not be there."""
        return self.folder / EXERCISES

    def within(self, name: str) -> str:
        """The id under which something in this pack is known outside of it: ``mathematics/vectors``."""
        return f"{self.id}/{name}"


class _Source:
    """The manifest as the source of an entry."""

    def __init__(self, toml: Path, text: str) -> None:
        self.toml, self.lines = toml, TomlLines(text)


def is_pack(folder: Path) -> bool:
    """Whether there is a manifest in this folder."""
    try:
        return (folder / MANIFEST).is_file()
    except (OSError, ValueError):
        return False


def read_pack(folder: Path) -> Pack:
    """The pack in ``folder``. Raises ``LessonError`` with the file and the line of the fault."""
    toml = folder / MANIFEST
    try:
        text = read_text_file(toml, folder)
        plain = parse_toml(text)
    except TextFileError as error:
        reason = f"a pack needs a {MANIFEST}; there is none" if error.missing else str(error)
        raise LessonError(toml, error.line, reason) from None
    except TomlError as error:
        raise LessonError(toml, error.line or 1, str(error)) from None
    top = Entry(_Source(toml, text), plain, ())
    top.only({*_REQUIRED, *_OPTIONAL})
    values = {key: top.text(key) for key in (*_REQUIRED, *(key for key in _OPTIONAL if key in plain))}
    if not _ID.fullmatch(values["id"]) or values["id"] == STUDIO or len(values["id"]) > LONGEST_ID:
        wanted = f"small letters, digits and hyphens, at most {LONGEST_ID}, with a letter first, and not {STUDIO!r}"
        raise top.error("id", f"the id of a pack is {wanted}; got {values['id'][:LONGEST_ID]!r}")
    for key, value in values.items():
        longest = LONGEST_SUMMARY if key == "summary" else LONGEST_LINE
        if len(value.splitlines()) > 1 or len(value) > longest:
            raise top.error(key, f"{key!r} is one line of at most {longest} characters")
    return Pack(folder=folder, **values)


def packs_in(folder: Path, faults: list[LessonError]) -> Iterator[Pack]:
    """The packs in the folders of ``folder``, by id; appends an error for each that cannot be read to ``faults``."""
    try:
        inside = sorted(each for each in folder.iterdir() if not each.name.startswith(".") and is_pack(each))
    except OSError:
        return
    found = []
    for each in inside:
        try:
            found.append(read_pack(each))
        except LessonError as error:
            faults.append(error)
    yield from sorted(found, key=lambda pack: pack.id)
