"""What the runner is asked: read from bytes, with limits, whoever sent them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tutor.practice.runner.values import ValuesError, from_bytes

MOST_SECONDS = 10
"""The longest time that a request can give a program."""


class RequestRefused(ValueError):
    """The bytes are no request, or one that this process does not grant."""


@dataclass(frozen=True)
class Request:
    """Programs to run one after the other in one fork, and the calls of their function, each a list of arguments.

    ``locals`` is whether the function's local numbers are wanted too: most of what is sent back.
    """

    sources: tuple[str, ...]
    function: str
    calls: tuple[list[Any], ...]
    seconds: int
    readable: tuple[Path, ...] = ()
    unprotected: bool = False
    locals: bool = True


def read_request(data: bytes, never_unprotected: bool) -> Request:
    """The request in these bytes. Raises ``RequestRefused``.

    With ``never_unprotected``, the sender is not believed: it may be an interface that a learner's code has taken over.
    It is granted no unprotected run and no file at all. A list of allowed files would be of no use, because what an
    exercise needs comes as arguments; and the lessons and exercises themselves hold the solutions.
    """
    try:
        asked = from_bytes(data)
        request = Request(
            tuple(map(_text, _list(asked["sources"]))), _text(asked["function"]),
            tuple(map(_list, _list(asked["calls"]))), asked["seconds"],
            tuple(Path(_text(name)) for name in _list(asked["readable"])), asked["unprotected"], asked["locals"],
        )  # fmt: skip
    except (ValuesError, LookupError, TypeError, AttributeError) as error:
        raise RequestRefused(f"no request: {error}") from error
    if type(request.seconds) is not int or not 1 <= request.seconds <= MOST_SECONDS:
        raise RequestRefused(f"not within {MOST_SECONDS} seconds")
    if type(request.locals) is not bool:
        raise RequestRefused("no request: locals are wanted or not")
    if type(request.unprotected) is not bool or (never_unprotected and (request.unprotected or request.readable)):
        raise RequestRefused("not without protection, and no files")
    return request


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError("no text")
    return given


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise TypeError("no list")
    return given
