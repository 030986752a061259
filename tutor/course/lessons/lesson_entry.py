"""One table of lesson.toml: its values, validated, and the line of each for error messages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.toml_lines import TomlLines

LARGEST_NUMBER = 1e100


class EntrySource(Protocol):
    """The file that contains an entry."""

    @property
    def toml(self) -> Path:
        """The path of lesson.toml."""

    @property
    def lines(self) -> TomlLines:
        """The lines of its keys."""


class Entry:
    """One table of lesson.toml and its ``path`` in the file: keys and list indices from the top."""

    def __init__(self, source: EntrySource, plain: object, path: tuple[str | int, ...]) -> None:
        self._source, self._path = source, path
        if not isinstance(plain, dict):
            raise self.error("", "expected a table here")
        self.plain: dict[str, Any] = plain

    def error(self, key: str, reason: str) -> LessonError:
        """A ``LessonError`` at ``key`` of this table, or at the table itself for an empty key."""
        return LessonError(self._source.toml, self._source.lines.find(self._path, key), reason)

    def inside(self, table: str, key: str, reason: str) -> LessonError:
        """An error at ``key`` of the ``table`` within this one."""
        return LessonError(self._source.toml, self._source.lines.find((*self._path, table), key), reason)

    def only(self, known: set[str]) -> None:
        """Raise ``LessonError`` for a key that is not among ``known``."""
        for key in self.plain:
            if key not in known:
                raise self.error(key, f"unknown key {key!r}; known are {', '.join(sorted(known))}")

    def text(self, key: str) -> str:
        """The required text at ``key``, without blanks around it."""
        value = self.plain.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.error(key, f"{key!r} is missing; expected a text" if value is None else f"{key!r} is a text")
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts at ``key``; empty if there is none."""
        value = self.plain.get(key, [])
        if not isinstance(value, list) or not all(isinstance(x, str) and x.strip() for x in value):
            raise self.error(key, f"{key!r} is a list of texts")
        return tuple(value)

    def table(self, key: str) -> dict[str, Any]:
        """The table at ``key``; empty if there is none."""
        value = self.plain.get(key, {})
        if not isinstance(value, dict):
            raise self.error(key, f"{key!r} is a table: {key} = {{ name = value }}")
        return value

    def truth(self, key: str) -> bool:
        """Whether ``key`` is true; false if it is not there."""
        value = self.plain.get(key, False)
        if not isinstance(value, bool):
            raise self.error(key, f"{key!r} is true or false")
        return value

    def number(self, key: str, default: float | None = None) -> float:
        """The finite number at ``key``, or ``default``. Raises ``LessonError`` if there is neither."""
        value = self.plain.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.error(key, f"{key!r} is a number" if value is not None else f"{key!r} is missing")
        if not abs(value) <= LARGEST_NUMBER:
            raise self.error(key, f"{key!r} is a finite number up to {LARGEST_NUMBER:g}")
        return float(value)

    def entries(self, key: str) -> Iterator[Entry]:
        """The tables of the list at ``key``; none if there is no list."""
        value = self.plain.get(key, [])
        if not isinstance(value, list):
            raise self.error(key, f"{key!r} is a list of tables")
        for index, plain in enumerate(value):
            yield Entry(self._source, plain, (*self._path, key, index))
