"""Print a command's output, with control characters removed from texts of files, labels and names.

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
    """In the block, print the values of ``names`` in place of the keys, such as ``-`` for a temporary file."""
    token = _NAMES.set(tuple(names.items()))
    try:
        yield
    finally:
        _NAMES.reset(token)


def answer(text: object = "", *, now: bool = False) -> None:
    """Print an answer on standard output; ``now`` flushes it.

    Raises ``CannotPrint``, or ``BrokenPipeError`` if the reader is gone.
    """
    write_output(f"{_for(sys.stdout, text)}\n")
    if now:
        flush_output()


def answer_json(value: Any, indent: int | None = None, *, now: bool = False) -> None:
    """Print a value as JSON on standard output, with escapes for invisible characters."""
    text = json.dumps(value, indent=indent, ensure_ascii=_encoding(sys.stdout) != "utf8")
    answer("".join(c if c == "\n" or c.isprintable() else json.dumps(c)[1:-1] for c in text), now=now)


def tell(text: object) -> None:
    """Print a message on standard error; ignore errors there."""
    with contextlib.suppress(OSError):
        print(_for(sys.stderr, text), file=sys.stderr)


def _for(stream: TextIO, text: object) -> str:
    said = str(text)
    for name, shown in _NAMES.get():
        said = said.replace(name, shown)
    return encodable(printable(said), stream.encoding or "utf-8")


def _encoding(stream: TextIO) -> str:
    return (stream.encoding or "utf-8").lower().replace("-", "")
