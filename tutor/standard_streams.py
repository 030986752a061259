"""Standard input, output and error that may be closed, full, or read by nobody any more."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator


class CannotPrint(Exception):
    """Standard output takes nothing; the message is a sentence that says why."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"what is to be printed cannot be written: {why(error)}")


def why(error: OSError) -> str:
    """Why a stream takes nothing."""
    return "standard output is closed" if error.errno == errno.EBADF else error.strerror or str(error)


def open_what_is_closed() -> None:
    """Give this process the standard streams that it was started without.

    A file of its own would otherwise get the number of one of them, and what is printed be written into it. Input is
    then empty, output refuses whatever is written, and errors go nowhere.
    """
    for number, flags in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, flags)
            os.dup2(opened, number)
            if opened != number:
                os.close(opened)
    # Python has None for one that was closed as it began. They last as long as the process.
    if sys.stdin is None:
        sys.stdin = sys.__stdin__ = os.fdopen(0, closefd=False)  # type: ignore[misc]
    if sys.stdout is None:
        sys.stdout = sys.__stdout__ = os.fdopen(1, "w", closefd=False)  # type: ignore[misc]
    if sys.stderr is None:
        sys.stderr = sys.__stderr__ = os.fdopen(2, "w", closefd=False)  # type: ignore[misc]


def write_output(text: str) -> None:
    """Write to standard output. Raises ``CannotPrint``, or ``BrokenPipeError`` if nobody reads it any more."""
    with _telling_why():
        sys.stdout.write(text)


def flush_output() -> None:
    """Have standard output take what was written. Raises as ``write_output``."""
    # A face that prints closes it where it found out itself that it takes nothing.
    if not sys.stdout.closed:
        with _telling_why():
            sys.stdout.flush()


@contextlib.contextmanager
def _telling_why() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CannotPrint(error) from error


def print_no_more() -> None:
    """Drop what standard output has not taken: Python would try again as it ends, and complain."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def say_at_the_end(sentence: str) -> None:
    """Print a sentence on standard error, if that takes it."""
    with contextlib.suppress(OSError):
        print(sentence, file=sys.stderr, flush=True)
