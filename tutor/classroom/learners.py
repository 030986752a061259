"""The learners of a class: the folders of their states below one folder, named as their accounts are."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from tutor.classroom.log_reader import Batch, FileMark, file_mark, read_events
from tutor.course.record.event_log import FILE_NAME
from tutor.course.words.printable_text import printable

CLASS_FOLDER = Path("/var/lib/dl-tutor")
"""Where the states of a class machine are: a folder for each account."""
LONGEST_NAME = 64


class NoClass(ValueError):
    """A folder without learners; the message says what was expected."""


@dataclass(frozen=True)
class Learner:
    """A learner: the name of their folder, fit for a terminal, and the file with their events."""

    name: str
    file: Path

    @property
    def key(self) -> Path:
        """What tells them from all others, whatever they are called."""
        return self.file

    def now(self) -> Learner:
        """The same learner as they are now: their file is looked at each time."""
        return self

    def mark(self) -> FileMark:
        """As long as it stays, there is nothing new."""
        return file_mark(self.file)

    def events(self, after: int = 0, after_uuid: str = "") -> Batch:
        """Their events after that one, oldest first. Raises ``Replaced`` and ``Unreadable``."""
        return read_events(self.file, after, after_uuid)


def learners_in(folder: Path) -> tuple[Learner, ...]:
    """The learners whose states are in folders below ``folder``, by name.

    A link is none of them: it could lead to a state of somebody else. Folders whose names are the same once they are
    fit for a terminal are numbered. Raises ``NoClass``.
    """
    try:
        folders = sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError as error:
        raise NoClass(f"{folder} cannot be read: {error.strerror or error}") from error
    found: dict[str, Learner] = {}
    for each in filter(_has_log, folders):
        name = _free(learner_name(each.name), found)
        found[name] = Learner(name, each / FILE_NAME)
    if not found:
        raise NoClass(f"{folder} has no learner: expected a folder for each, with a {FILE_NAME}")
    return tuple(found.values())


def learner_name(text: str) -> str:
    """A name for a terminal, a table or a file: no control characters, no line ends, not too long.

    >>> learner_name("ada\\x1b]0;owned\\x07\\n")
    'ada]0;owned'
    """
    return " ".join(printable(text).split())[:LONGEST_NAME]


def _free(name: str, taken: Container[str]) -> str:
    """``name``, or with the first number that makes it another than those taken."""
    numbered = (f"{name} ({number})" for number in count(2))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def _has_log(folder: Path) -> bool:
    try:
        return (folder / FILE_NAME).is_file() and not (folder / FILE_NAME).is_symlink()
    except OSError:
        return False
