"""The error for a bad file: which file, which line, what is wrong and what was expected."""

from __future__ import annotations


class DataError(ValueError):
    """A file cannot be used. The message is ``file:line: reason``, or ``file: reason`` without a line.

    Lines count from 1; ``line`` is None if the error concerns the whole file.
    """

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        super().__init__(file, line, reason)
        self.file = file
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        where = escaped(self.file) if self.line is None else f"{escaped(self.file)}:{self.line}"
        return f"{where}: {self.reason}"


def _escaped_character(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")


def escaped(text: str) -> str:
    r"""The text with every unprintable character escaped, such as ``\n``, ``\x1b``, ``\u202e``."""
    return "".join(map(_escaped_character, text))


def quoted(text: str, limit: int = 40) -> str:
    """The text escaped and in quotes, cut to at most ``limit`` characters with … at the end."""
    whole = escaped(text[: limit + 1])
    if len(whole) <= limit:
        return f"'{whole}'"
    kept = ""
    for character in map(_escaped_character, text):
        if len(kept) + len(character) > limit - 1:
            break
        kept += character
    return f"'{kept}…'"
