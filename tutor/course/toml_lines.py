"""At which line of a TOML text a key stands. ``tomllib`` gives the values without their places."""

from __future__ import annotations

import re

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*[.=]")
_MULTILINE = ('"""', "'''")


class TomlLines:
    """The lines of the headers and keys of one TOML text that parses."""

    def __init__(self, source: str) -> None:
        self._places: dict[tuple[tuple[str | int, ...], str], int] = {}
        counts: dict[tuple[str | int, ...], int] = {}
        path: tuple[str | int, ...] = ()
        closing = ""
        for number, line in enumerate(source.splitlines(), start=1):
            if closing:
                if closing in line:
                    closing = ""
                continue
            header = _HEADER.match(line)
            if header:
                path = self._enter(header[2].split("."), header[1] == "[[", counts)
                self._places.setdefault((path, ""), number)
                continue
            key = _KEY.match(line)
            if key:
                self._places.setdefault((path, key[1]), number)
            for quotes in _MULTILINE:
                if line.count(quotes) % 2:
                    closing = quotes

    @staticmethod
    def _enter(names: list[str], is_list: bool, counts: dict[tuple[str | int, ...], int]) -> tuple[str | int, ...]:
        path: tuple[str | int, ...] = ()
        for position, raw in enumerate(names):
            path = (*path, raw.strip().strip("\"'"))
            if position == len(names) - 1 and is_list:
                index = counts.get(path, -1) + 1
                counts[path] = index
                # A list inside this new table begins anew.
                for inner in [p for p in counts if len(p) > len(path) and p[: len(path) + 1] == (*path, index)]:
                    del counts[inner]
                path = (*path, index)
            elif path in counts:
                path = (*path, counts[path])
        return path

    def find(self, path: tuple[str | int, ...], key: str) -> int:
        """The line of ``key`` in the table at ``path``, or of the nearest thing around it that has a place."""
        while True:
            for place in ((path, key), (path, "")):
                if place in self._places:
                    return self._places[place]
            if not path:
                return 1
            names = [part for part in path if isinstance(part, str)]
            key, path = names[-1], path[:-1]
            while path and isinstance(path[-1], int) and (path, "") not in self._places:
                path = path[:-1]
