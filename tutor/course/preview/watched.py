"""The folder of a lesson or an exercise whose author is at work on it, and whether it was saved since the last look."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.lesson_path import lessons_in
from tutor.course.packs.manifest import EXERCISES, LESSONS, is_pack

Kind = Literal["lesson", "exercise"]
MOST_FILES = 100
"""Looked at in a folder; a lesson has three files and an exercise five."""


class NothingToPreview(ValueError):
    """The folder is no lesson and no exercise; the message says what was expected."""


@dataclass(frozen=True)
class Previewed:
    """The folder of one lesson or one exercise."""

    folder: Path
    kind: Kind

    @property
    def pack(self) -> Path | None:
        """The folder of the pack that it is in; None if it is in none."""
        around = self.folder.absolute().parent.parent
        return around if is_pack(around) else None


def previewed(folder: Path) -> Previewed:
    """The lesson or exercise in ``folder``, or the first lesson of a folder of them or of a pack.

    Raises ``NothingToPreview``.
    """
    if not folder.is_dir():
        raise NothingToPreview(f"{folder} is not a folder; expected the folder of a lesson or of an exercise")
    for kind in ("lesson", "exercise"):
        if (folder / f"{kind}.toml").is_file():
            return Previewed(folder, "lesson" if kind == "lesson" else "exercise")
    if is_pack(folder):
        folder = folder / LESSONS
    if lessons := lessons_in(folder):
        return Previewed(lessons[0], "lesson")
    raise NothingToPreview(
        f"{folder} has no lesson.toml and no exercise.toml, and neither have its folders; dl-tutor new lesson NAME, "
        f"or new exercise NAME, writes one. Exercises of a pack are in its folder {EXERCISES}."
    )


class Watch:
    """Tells whether a file of the folder was written, added or removed since the last look."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: frozenset[tuple[str, int, int]] | None = None

    def changed(self) -> bool:
        """Whether something changed since this was called last; true at the first call."""
        now = self._now()
        changed, self._seen = now != self._seen, now
        return changed

    def _now(self) -> frozenset[tuple[str, int, int]]:
        found = set()
        try:
            for number, file in enumerate(self._folder.iterdir()):
                if number == MOST_FILES:
                    break
                # Editors write beside the file first, under such names.
                if not file.name.startswith(".") and not file.name.endswith("~"):
                    known = file.stat()
                    found.add((file.name, known.st_mtime_ns, known.st_size))
        except OSError:
            # Something is being renamed just now: the next look sees it.
            return frozenset(found)
        return frozenset(found)


def without_folder(fault: str, folder: Path) -> str:
    """The fault with the file's name alone, as ``lesson.toml:3: reason``: its author knows the folder."""
    for written in (str(folder), str(folder.absolute())):
        fault = fault.replace(f"{written}/", "")
    return fault


def one_fault(error: LessonError, folder: Path) -> tuple[str, ...]:
    """A lesson that cannot be read, as findings."""
    return (without_folder(str(error), folder),)
