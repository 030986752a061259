"""Code that is written at the prompt: typed or pasted lines, until one with a single dot."""

from __future__ import annotations

from dataclasses import dataclass

END = "."
MOST_LINES = 1000
TAB = 4
_COMMANDS = frozenset({"check", "help", "hint", "leave", "quit", "solution", "task", "write"})


@dataclass(frozen=True)
class Place:
    """The lines that what is written takes the place of: after line ``after``, from 1, and before ``until``."""

    after: int
    until: int


def place_named(words: str, count: int) -> Place | None:
    """The place that these words name in a file of ``count`` lines; None if they name none.

    No words are the whole file, ``3`` is line 3, ``3 5`` lines 3 to 5, ``after 3`` between lines 3 and 4.
    """
    parts = words.lower().split()
    numbers = [int(part) for part in parts if part.isascii() and part.isdecimal() and len(part) < 9]
    match parts, numbers:
        case [], _:
            return Place(0, count + 1)
        case ["after", _], [after] if after <= count:
            return Place(after, after + 1)
        case [_], [line] if 1 <= line <= count:
            return Place(line - 1, line + 1)
        case [_, _], [first, last] if 1 <= first <= last <= count:
            return Place(first - 1, last + 1)
    return None


class TypedLines:
    """Lines as they are typed, in their place among those of a file."""

    def __init__(self, source: str, place: Place) -> None:
        lines = source.splitlines()
        self._before, self._after = lines[: place.after], lines[place.until - 1 :]
        self.replaced = lines[place.after : place.until - 1]
        self._typed: list[str] = []

    @property
    def number(self) -> int:
        """The number of the line that is typed next."""
        return len(self._before) + len(self._typed) + 1

    @property
    def source(self) -> str:
        """The file as it is now."""
        lines = [*self._before, *self._typed, *self._after]
        return "\n".join(lines) + "\n" if lines else ""

    @property
    def is_full(self) -> bool:
        """Whether no further line is taken."""
        return len(self._before) + len(self._typed) + len(self._after) >= MOST_LINES

    def take(self, line: str) -> None:
        """One more line, with blanks for tabs: Python takes no mixture of both."""
        self._typed.append(line.expandtabs(TAB).rstrip())


def looks_like_a_command(line: str) -> bool:
    """Whether the line is a word of the exercise, which is code while a learner writes."""
    return line.strip().lower() in _COMMANDS
