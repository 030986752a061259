"""The glossary: ``glossary.md`` next to the lessons, with a ``## Term`` for each entry, which ends with its lesson."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tutor.course.lessons.lesson import Lesson, LessonError, LessonSummary
from tutor.course.lessons.sections import Section, sections
from tutor.course.lessons.text_file import TextFileError, read_text_file

FILE_NAME = "glossary.md"
MOST_WORDS = 100
"""As many words as fit beside the list of terms on a small screen without scrolling."""

_LESSON = re.compile(r"Lesson:\s*(?P<lesson>[a-z0-9-]+)(?:/(?P<step>[a-z0-9-]+))?\s*")


@dataclass(frozen=True)
class Entry:
    """A term, its meaning in Markdown, and the lesson that teaches it, at ``step`` (an id) or as a whole."""

    term: str
    text: str
    lesson: str
    step: str | None = None
    line: int = 1


def load_glossary(folder: Path) -> tuple[Entry, ...]:
    """The entries of the glossary in ``folder``, sorted by term; empty if there is no glossary.

    Raises ``LessonError`` with file and line.
    """
    file = folder / FILE_NAME
    try:
        markdown = read_text_file(file, folder)
    except TextFileError as error:
        if error.missing:
            return ()
        raise LessonError(file, error.line, str(error)) from None
    found: dict[str, Entry] = {}
    for section in sections(markdown):
        entry = _entry(file, section)
        key = entry.term.casefold()
        if key in found:
            raise LessonError(file, entry.line, f"{entry.term!r} is there already, at line {found[key].line}")
        found[key] = entry
    return tuple(found[key] for key in sorted(found))


def entries_for(summaries: Sequence[LessonSummary]) -> tuple[Entry, ...]:
    """The entries of all glossaries that belong to these lessons, sorted by term.

    Raises ``LessonError`` for a fault in the glossary of the shipped lessons. A user's own glossary with a fault is
    left out; ``read_lessons`` reports the fault.
    """
    entries: list[Entry] = []
    own = {summary.collection.folder for summary in summaries if summary.collection is not None}
    ids = {summary.id for summary in summaries}
    pack_of = {one.folder: one.name for s in summaries if (one := s.collection) is not None and one.is_pack}
    for folder in dict.fromkeys(s.folder.parent if s.collection is None else s.collection.folder for s in summaries):
        try:
            entries += (_in_pack(entry, pack_of.get(folder), ids) for entry in load_glossary(folder))
        except LessonError:
            if folder not in own:
                raise
    return tuple(sorted(entries, key=lambda entry: entry.term.casefold()))


def _in_pack(entry: Entry, pack: str | None, ids: Collection[str]) -> Entry:
    """The entry with its lesson's id as lists have it, if the lesson is one of the pack's."""
    within = f"{pack}/{entry.lesson}"
    return replace(entry, lesson=within) if pack is not None and within in ids else entry


def _entry(file: Path, section: Section) -> Entry:
    text, _, last = section.text.rpartition("\n")
    named = _LESSON.fullmatch(last)
    if named is None:
        wanted = "a line such as Lesson: softmax/temperature, or Lesson: softmax"
        raise LessonError(file, section.line, f"{section.title!r} does not end with {wanted}")
    if not text.strip():
        raise LessonError(file, section.line, f"{section.title!r} has no text")
    return Entry(section.title, text.strip(), named["lesson"], named["step"], section.line)


def find_entries(entries: Sequence[Entry], words: str) -> tuple[Entry, ...]:
    """The entries whose term contains all the words, terms that begin with them first; without words all entries.

    >>> [e.term for e in find_entries((Entry("Batch", "", "a"), Entry("Mini-batch", "", "a")), "batch")]
    ['Batch', 'Mini-batch']
    """
    wanted = words.casefold()
    found = [entry for entry in entries if all(word in entry.term.casefold() for word in wanted.split())]
    return tuple(sorted(found, key=lambda entry: not entry.term.casefold().startswith(wanted.strip())))


def glossary_faults(folder: Path, lessons: Sequence[Lesson]) -> list[str]:
    """The faults of the glossary in ``folder`` as ``file:line: reason``, including unknown lessons and steps."""
    try:
        entries = load_glossary(folder)
    except LessonError as error:
        return [str(error)]
    by_id = {lesson.id: lesson for lesson in lessons}
    faults = []
    for entry in entries:
        at = f"{folder / FILE_NAME}:{entry.line}: {entry.term!r}"
        words = len(entry.text.split())
        if words > MOST_WORDS:
            faults.append(f"{at} has {words} words; {MOST_WORDS} fit beside the list of terms")
        lesson = by_id.get(entry.lesson)
        if lesson is None:
            faults.append(f"{at} names the lesson {entry.lesson!r}; there are {', '.join(by_id) or 'none'}")
        elif entry.step is not None and entry.step not in [step.id for step in lesson.steps]:
            faults.append(f"{at} names the step {entry.step!r}, which {lesson.id} does not have")
    return faults
