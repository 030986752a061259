"""TOML that anybody may have written, as plain values: what would take the parser too long or too deep is refused."""

from __future__ import annotations

import re
import tomllib
from typing import Any

MOST_NESTED = 20
"""Names in one dotted key; the parser copies all of them for each."""

_LINE = re.compile(r" ?\(at line (\d+), column \d+\)")
_LONG_KEY = re.compile(rf"(?<![\w\"'-])(?:[\w\"'-]+[ \t]*\.[ \t]*){{{MOST_NESTED}}}")


class TomlError(ValueError):
    """A text that is no TOML of this program's: the reason, and its line from 1, or None where that is not known."""

    def __init__(self, reason: str, line: int | None) -> None:
        super().__init__(reason)
        self.line = line


def parse_toml(source: str) -> dict[str, Any]:
    """The values in the text. Raises ``TomlError``."""
    if (deep := _LONG_KEY.search(source)) is not None:
        raise TomlError("this is nested too deeply", source.count("\n", 0, deep.start()) + 1)
    try:
        return tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        at = _LINE.search(said)
        reason = said.replace(at[0], "") if at else said
        raise TomlError(f"this is not TOML: {reason}", int(at[1]) if at else None) from None
    except RecursionError:
        raise TomlError("this is nested too deeply", None) from None
    # Python reads no whole number of more than some thousand digits, and a date may be none.
    except (ValueError, OverflowError, TypeError) as error:
        raise TomlError(f"this is not TOML: {error}", None) from None
