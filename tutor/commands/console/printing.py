"""Everything that a command prints goes through here: no text of a file, a label or a name gives a terminal orders.

Machine output and answers go to standard output, everything else to standard error.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any, TextIO

from tutor.course.words.plain_characters import encodable
from tutor.course.words.printable_text import printable
from tutor.standard_streams import flush_output, write_output

_NAMES: ContextVar[tuple[tuple[str, str], ...]] = ContextVar("names of files", default=())


@contextlib.contextmanager
def naming(names: Mapping[str, str]) -> Iterator[None]:
    """In the block, print the value of ``names`` wherever its key would stand: a file that stands for something."""
    token = _NAMES.set(tuple(names.items()))
    try:
        yield
    finally:
        _NAMES.reset(token)


def answer(text: object = "", *, now: bool = False) -> None:
    """Print what was asked for on standard output; ``now`` does not wait for more.

    Raises ``CannotPrint``, or ``BrokenPipeError`` where nobody reads any more.
    """
    write_output(f"{_for(sys.stdout, text)}\n")
    if now:
        flush_output()


def answer_json(value: Any, indent: int | None = None, *, now: bool = False) -> None:
    """Print a value as JSON on standard output. Characters that are not seen are written as JSON's escapes."""
    text = json.dumps(value, indent=indent, ensure_ascii=_encoding(sys.stdout) != "utf8")
    answer("".join(c if c == "\n" or c.isprintable() else json.dumps(c)[1:-1] for c in text), now=now)


def tell(text: object) -> None:
    """Say something besides, on standard error. Where that takes nothing, the work goes on without."""
    with contextlib.suppress(OSError):
        print(_for(sys.stderr, text), file=sys.stderr)


def _for(stream: TextIO, text: object) -> str:
    said = str(text)
    for name, shown in _NAMES.get():
        said = said.replace(name, shown)
    return encodable(printable(said), stream.encoding or "utf-8")


def _encoding(stream: TextIO) -> str:
    return (stream.encoding or "utf-8").lower().replace("-", "")
