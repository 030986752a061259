"""The bytes of a stranger's file, or a sentence for what is no file to read: a folder, a pipe, one too large."""

from __future__ import annotations

import stat
from pathlib import Path

from tutor.datasets.errors import DataError


def content_of(path: Path, expected: str, most: int) -> bytes:
    """The bytes of a file of at most ``most`` bytes that has more than blanks in it. Never opens a pipe or a device.

    ``expected`` says what it should be, such as ``a table``. Raises ``DataError``.
    """
    file = str(path)
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise DataError(file, None, f"this is a folder; expected {expected}")
        # Opening a pipe would block until something writes to it.
        if not stat.S_ISREG(kind):
            raise DataError(file, None, f"this is a pipe or a device; expected {expected}")
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except FileNotFoundError:
        raise DataError(file, None, "there is no such file") from None
    except OSError as error:
        raise DataError(file, None, f"the file cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        raise DataError(file, None, f"no file can have this name: {error}") from None
    if len(content) > most:
        raise DataError(file, None, f"the file is larger than {most // 1_000_000} MB, the most that is read")
    if not content.strip():
        raise DataError(file, None, "the file is empty")
    return content
