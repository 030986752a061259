"""A sentence about the first value that is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from tutor.language.catalogue import _
from tutor.practice.comparing import Absent, Path
from tutor.practice.verdict import Where

_LONGEST = 60


def where_text(where: Where) -> str:
    """The sentence."""
    place = f"{where.name}{place_text(where.index)}"
    if isinstance(where.got, Absent):
        said = _("{place} is missing, and should be {value}.").format(place=place, value=value_text(where.expected))
    elif isinstance(where.expected, Absent):
        said = _("{place} is {value}, and should not be there.").format(place=place, value=value_text(where.got))
    else:
        how = f"{where.arithmetic} = " if where.arithmetic and not _is_number(where.arithmetic) else ""
        said = _("{place} is {value}, and should be {how}{expected}.").format(
            place=place, value=value_text(where.got), how=how, expected=value_text(where.expected)
        )
    return f"{said} {where.like}".strip()


def place_text(path: Path) -> str:
    """Where in an array, ``[0, 1]``, or in a list of dicts, ``[0].units``."""
    if path and all(isinstance(step, int) for step in path):
        return f"[{', '.join(map(str, path))}]"
    return "".join(f"[{step}]" if isinstance(step, int) else _key(step) for step in path)


def value_text(value: Any) -> str:
    """The value in short. A text that has signs which cannot be printed is written as Python writes it."""
    text = _text(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _text(value: Any) -> str:
    match value:
        case bool() | None:
            return str(value)
        case int():
            return f"{value}".replace("-", "−")
        case float() | complex() | np.number():
            return f"{value:.6g}".replace("-", "−")
        case str():
            return value if value.isprintable() and value else repr(value)
        case list() | tuple():
            return f"[{', '.join(map(_text, value[:_LONGEST]))}]"
        case dict():
            return f"{{{', '.join(f'{_text(key)}: {_text(each)}' for key, each in list(value.items())[:_LONGEST])}}}"
    return f"a {getattr(value, 'type', type(value).__name__)}"


def _key(key: str) -> str:
    return f".{key}" if key.isidentifier() and len(key) <= _LONGEST else f"[{value_text(key)!r}]"


def _is_number(text: str) -> bool:
    digits = text.replace("−", "").replace(".", "")
    return digits.isdecimal() or digits == "inf"
