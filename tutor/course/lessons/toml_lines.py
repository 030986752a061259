"""The lines of keys and list elements in a TOML text, which ``tomllib`` does not give."""

from __future__ import annotations

import re

KeyPath = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\])*"'
    r"|'[^']*'"
    r"|#[^\n]*"
    r"|[\[\]{},=\n]"
    r"|[^\s\[\]{},=#\"']+",
    re.DOTALL,
)
_NAME = re.compile(r"\"(?:\\.|[^\"\\])*\"|'[^']*'|[^.\"'\s]+")


class TomlLines:
    """The lines of the tables, keys and list elements of one valid TOML text."""

    def __init__(self, source: str) -> None:
        self._line_of: dict[tuple[KeyPath, str], int] = {}
        self._counts: dict[KeyPath, int] = {}
        self._tokens = list(_tokens(source))
        self._at = 0
        path: KeyPath = ()
        while self._at < len(self._tokens):
            token = self._tokens[self._at][0]
            if token == "\n":
                self._at += 1
            elif token == "[":
                path = self._header()
            else:
                self._pair(path)

    def find(self, path: KeyPath, key: str) -> int:
        """The line of ``key`` in the table at ``path``, or of the nearest enclosing element with a known line.

        An empty ``key`` means the table or the list element at ``path`` itself.
        """
        while True:
            for key_at in ((path, key), (path, "")):
                if key_at in self._line_of:
                    return self._line_of[key_at]
            if not path:
                return 1
            names = [part for part in path if isinstance(part, str)]
            key, path = names[-1], path[:-1]
            while path and isinstance(path[-1], int) and (path, "") not in self._line_of:
                path = path[:-1]

    # Reading token by token. The text is known to be valid, so nothing here checks for errors.

    def _peek(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _note(self, path: KeyPath, key: str, line: int) -> None:
        self._line_of.setdefault((path, key), line)

    def _names_until(self, end: str) -> tuple[list[str], int]:
        line = self._tokens[self._at][1]
        parts = []
        while self._peek() not in (end, ""):
            parts.append(self._peek())
            self._at += 1
        self._at += 1
        return [name.strip("\"'") for name in _NAME.findall(" ".join(parts))], line

    def _header(self) -> KeyPath:
        self._at += 1
        is_list = self._peek() == "["
        self._at += is_list
        names, line = self._names_until("]")
        self._at += is_list
        path: KeyPath = ()
        for position, name in enumerate(names):
            self._note(path, name, line)
            path = (*path, name)
            if is_list and position == len(names) - 1:
                self._counts[path] = self._counts.get(path, -1) + 1
            if path in self._counts:
                path = (*path, self._counts[path])
        self._note(path, "", line)
        return path

    def _pair(self, path: KeyPath) -> None:
        names, line = self._names_until("=")
        for name in names:
            self._note(path, name, line)
            path = (*path, name)
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        token = self._peek()
        if token == "{":
            self._at += 1
            while self._skip((",", "\n")) not in ("}", ""):
                self._pair(path)
            self._at += 1
        elif token == "[":
            self._at += 1
            index = 0
            while self._skip((",", "\n")) not in ("]", ""):
                self._note((*path, index), "", self._tokens[self._at][1])
                self._value((*path, index))
                index += 1
            self._at += 1
        else:
            while self._peek() not in (",", "]", "}", "\n", ""):
                self._at += 1

    def _skip(self, skipped: tuple[str, ...]) -> str:
        while self._peek() in skipped:
            self._at += 1
        return self._peek()


def _tokens(source: str) -> list[tuple[str, int]]:
    """The tokens of ``source`` with their lines from 1, without comments."""
    tokens, line, after = [], 1, 0
    for match in _TOKEN.finditer(source):
        line += source.count("\n", after, match.start())
        after = match.start()
        if not match[0].startswith("#"):
            tokens.append((match[0], line))
    return tokens
