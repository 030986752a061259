"""Parse untrusted TOML; refuses texts that would take the parser too long or nest too deeply."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from tutor.course.lessons.toml_lines import KeyPath, TomlLines

MOST_NESTED = 20
"""Names in one dotted key, which the parser copies for each name; nested tables and lists."""
LARGEST_WHOLE_NUMBER = 2**63 - 1
"""TOML's whole numbers have 64 bits (toml.io, v1.0.0, "Integer"); Python's parser reads larger ones."""

_LINE = re.compile(r" ?\(at line (\d+), column \d+\)")
_HUGE_NUMBER = re.compile(r"\d(?:_?\d){1000}")
_TOO_LARGE = f"this whole number is too large: it lies from -{LARGEST_WHOLE_NUMBER + 1:,} to {LARGEST_WHOLE_NUMBER:,}"
_LONG_KEY = re.compile(rf"(?<![\w\"'-])(?:[\w\"'-]+[ \t]*\.[ \t]*){{{MOST_NESTED}}}")


class TomlError(ValueError):
    """Invalid or refused TOML: the reason, and its line from 1, or None if unknown."""

    def __init__(self, reason: str, line: int | None) -> None:
        super().__init__(reason)
        self.line = line


def parse_toml(source: str) -> dict[str, Any]:
    """Parse the text. Raises ``TomlError``."""
    if (deep := _LONG_KEY.search(source)) is not None:
        raise TomlError("this is nested too deeply", source.count("\n", 0, deep.start()) + 1)
    try:
        values = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        at = _LINE.search(said)
        reason = said.replace(at[0], "") if at else said
        raise TomlError(f"this is not TOML: {reason}", int(at[1]) if at else None) from None
    except RecursionError:
        raise TomlError("this is nested too deeply", _deepest_line(source)) from None
    # Python refuses integers of several thousand digits, and a date may be invalid.
    except (ValueError, OverflowError, TypeError) as error:
        if (number := _HUGE_NUMBER.search(source)) is not None:
            raise TomlError(_TOO_LARGE, source.count("\n", 0, number.start()) + 1) from None
        raise TomlError(f"this is not TOML: {error}", None) from None
    for path, value in _all_values(values):
        if len(path) > MOST_NESTED:
            raise TomlError("this is nested too deeply", _line_of(path, source))
        if isinstance(value, int) and not -LARGEST_WHOLE_NUMBER - 1 <= value <= LARGEST_WHOLE_NUMBER:
            raise TomlError(_TOO_LARGE, _line_of(path, source))
    return values


def _all_values(values: dict[str, Any]) -> Iterator[tuple[KeyPath, object]]:
    """Every value with its path, outer ones first."""
    waiting: list[tuple[KeyPath, object]] = [((), values)]
    while waiting:
        path, value = waiting.pop()
        yield path, value
        if isinstance(value, dict):
            waiting += [((*path, key), one) for key, one in value.items()]
        elif isinstance(value, list):
            waiting += [((*path, place), one) for place, one in enumerate(value)]


def _line_of(path: KeyPath, source: str) -> int:
    *around, last = path
    return TomlLines(source).find(tuple(around), last) if isinstance(last, str) else TomlLines(source).find(path, "")


def _deepest_line(source: str) -> int:
    """The approximate line of the deepest nesting in a text that does not parse; counts brackets in strings too."""
    depth = deepest = place = 0
    for at, character in enumerate(source):
        depth += (character in "[{") - (character in "]}")
        if depth > deepest:
            deepest, place = depth, at
    return source.count("\n", 0, place) + 1
