"""Everything that a command prints goes through here: no text of a file, a label or a name gives a terminal orders.

Machine output and answers go to standard output, everything else to standard error.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any, TextIO

from tutor.course.plain_characters import encodable
from tutor.course.printable_text import printable
from tutor.standard_streams import flush_output, write_output


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
    return encodable(printable(str(text)), stream.encoding or "utf-8")


def _encoding(stream: TextIO) -> str:
    return (stream.encoding or "utf-8").lower().replace("-", "")
