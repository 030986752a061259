"""A learner's path in lines of text: a heading for each lesson and day, and a line for each entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from tutor.classroom.path import PathEntry
from tutor.classroom.table import span
from tutor.classroom.wording import Wording


def path_lines(entries: Sequence[PathEntry], wording: Wording, zone: tzinfo | None = None) -> list[tuple[bool, str]]:
    """The lines, each with whether it is a heading. Times are those of ``zone``, by default as they were logged."""
    lines: list[tuple[bool, str]] = []
    under: tuple[str, object] = ("", None)
    for entry in entries:
        at = entry.at.astimezone(zone) if zone is not None else entry.at
        if (entry.lesson, at.date()) != under:
            under = entry.lesson, at.date()
            lines.append((True, f"{wording.lesson(entry.lesson)}, {at.day} {at:%B %Y}"))
        lines.append((False, f"  {at:%H:%M:%S}  {_entry(entry, wording)}"))
    return lines


def _entry(entry: PathEntry, wording: Wording) -> str:
    if entry.what == "opened":
        stayed = "" if entry.took is None else f", open for {span(entry.took)}"
        return f"step {wording.step(entry.lesson, entry.step)}{stayed}"
    said = entry.what
    if entry.cause is not None:
        said += f": {wording.why(entry.cause)}"
    return f"  {said}{f' [{entry.answer}]' if entry.answer else ''}"
