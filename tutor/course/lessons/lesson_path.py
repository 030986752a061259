"""Parse the command line's lesson argument: an id, number or path, with an optional step."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.loader import lesson_folders

EXPECTED = "expected the id or number of a lesson, or a folder with a lesson.toml"
MOST_NAMED = 5


class NotALesson(LookupError):
    """The path is not a lesson; the message says what was expected."""


@dataclass(frozen=True)
class LessonPath:
    """A lesson as ``find_lesson`` takes it, the step, and the user's folder that contains the lesson."""

    lesson: str
    step: str | None = None
    folder: Path | None = None


def parse_lesson_path(text: str, is_known: Callable[[str], bool]) -> LessonPath:
    """Parse ``text``: ``neuron``, ``2/3``, ``./mine``, ``mine/sums``, ``/home/me/mine/sums/2``.

    A path to a lesson takes precedence over a lesson with a step, which takes precedence over an id or number within a
    folder of lessons. ``is_known`` says whether an id or number belongs to an available lesson. Raises ``NotALesson``.
    """
    path = Path(text)
    if not _is_path(text):
        if not text or not _exists(path) or is_known(text):
            return LessonPath(text)
        if not _is_lesson(path):
            raise NotALesson(_what_is_wrong(text, path))
        return LessonPath(path.absolute().as_posix(), folder=path)
    if _is_lesson(path):
        return LessonPath(path.absolute().as_posix(), folder=path)
    if _is_lesson(path.parent) and not _exists(path):
        return LessonPath(path.parent.absolute().as_posix(), path.name, path.parent)
    first, _, rest = text.partition("/")
    if first and is_known(first):
        return LessonPath(first, rest or None)
    if not _exists(path):
        for folder, name, step in ((path.parent, path.name, None), (path.parent.parent, path.parent.name, path.name)):
            # In a folder of lessons, nowhere/2 is a lesson and a step, and ./sums/2 is one of this folder.
            if name and (folder != Path() or text.startswith(".")) and lessons_in(folder):
                return LessonPath((folder.absolute() / name).as_posix(), step, folder)
        collection, _, step = rest.partition("/")
        if not text.startswith((".", "~", os.sep)) and (not _exists(Path(first)) or is_known(f"{first}/{collection}")):
            return LessonPath(f"{first}/{collection}" if collection else first, step or None)
    raise NotALesson(_what_is_wrong(text, path))


def folder_named_by(text: str) -> Path | None:
    """The folder of one or more lessons that ``text`` may name: a restricted session needs to read it."""
    path = Path(text)
    among = (path, path.parent, path.parent.parent) if _is_path(text) else (path,)
    return next((folder for folder in among if lessons_in(folder)), None)


def _is_path(text: str) -> bool:
    return text in (".", "..") or "/" in text or os.sep in text


def _is_lesson(folder: Path) -> bool:
    try:
        return (folder / "lesson.toml").is_file()
    except (OSError, ValueError):
        return False


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long, a folder that cannot be read
        return False


def lessons_in(folder: Path) -> tuple[Path, ...]:
    """The lesson folders in ``folder``, or ``folder`` itself if it is a lesson; empty if there are none."""
    try:
        return lesson_folders(folder)
    except (LessonError, OSError, ValueError):
        return ()


def _what_is_wrong(text: str, path: Path) -> str:
    if lessons := lessons_in(path):
        named = ", ".join(str(folder) for folder in lessons[:MOST_NAMED])
        more = f" and {len(lessons) - MOST_NAMED} more" if len(lessons) > MOST_NAMED else ""
        return f"{text} is a folder of lessons; expected one of them: {named}{more}"
    if _exists(path):
        return f"{text} is not a lesson: there is no lesson.toml in it; {EXPECTED}"
    return f"there is no {text}; {EXPECTED}"
