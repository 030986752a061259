"""Standard input, output and error, which may be closed, full or without a reader."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator


class CannotPrint(Exception):
    """Standard output cannot be written; the message is a sentence with the reason."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"the output cannot be written: {why(error)}")


def why(error: OSError) -> str:
    """Why a stream cannot be written."""
    return "standard output is closed" if error.errno == errno.EBADF else error.strerror or str(error)


def open_closed_streams() -> None:
    """Open the standard streams that this process was started without.

    Otherwise the next opened file would get one of their descriptors, and printed text would go into that file. Input
    is then empty, writing to output fails, and errors are discarded.
    """
    for number, flags in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, flags)
            os.dup2(opened, number)
            if opened != number:
                os.close(opened)
    # Python sets a stream that was closed at startup to None. These stay open as long as the process.
    if sys.stdin is None:
        sys.stdin = sys.__stdin__ = os.fdopen(0, closefd=False)  # type: ignore[misc]
    if sys.stdout is None:
        sys.stdout = sys.__stdout__ = os.fdopen(1, "w", closefd=False)  # type: ignore[misc]
    if sys.stderr is None:
        sys.stderr = sys.__stderr__ = os.fdopen(2, "w", closefd=False)  # type: ignore[misc]


def write_output(text: str) -> None:
    """Write to standard output. Raises ``CannotPrint``, or ``BrokenPipeError`` if its reader is gone."""
    with _naming_the_cause():
        sys.stdout.write(text)


def flush_output() -> None:
    """Flush standard output. Raises as ``write_output``."""
    # The plain interface closes it after a failed write.
    if not sys.stdout.closed:
        with _naming_the_cause():
            sys.stdout.flush()


@contextlib.contextmanager
def _naming_the_cause() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CannotPrint(error) from error


def discard_output() -> None:
    """Discard buffered output, which Python would otherwise try to write again at exit and complain about."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def print_error(sentence: str) -> None:
    """Print a sentence on standard error, and ignore a failure."""
    with contextlib.suppress(OSError):
        print(sentence, file=sys.stderr, flush=True)
