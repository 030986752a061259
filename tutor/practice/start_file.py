"""Writes the file that a learner begins with, never over one that is there."""

from __future__ import annotations

from pathlib import Path


class CannotWrite(OSError):
    """The file was not written; the message is a sentence."""


def write_start(file: Path, source: str) -> None:
    """Write ``source`` to a new file. Raises ``CannotWrite``."""
    try:
        stream = file.open("x", encoding="utf-8")
    except FileExistsError:
        raise CannotWrite(f"{file} is there already; choose another name.") from None
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise CannotWrite(f"{file}: {getattr(error, 'strerror', None) or error}.") from None
    try:
        with stream:
            stream.write(source)
    except OSError as error:
        file.unlink(missing_ok=True)
        raise CannotWrite(f"{file}: {error.strerror or error}.") from None
