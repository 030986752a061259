"""Read the text files of lessons and scripts, which may be untrusted, after checking them."""

from __future__ import annotations

import stat
from pathlib import Path

LARGEST_TEXT = 400_000
"""Bytes; the largest text of a shipped lesson has 25,000."""


class TextFileError(ValueError):
    """A file that cannot be read as text: the message is the reason, without the file's name.

    ``missing``: there is no such file. ``line``: the line of the fault, from 1.
    """

    def __init__(self, reason: str, line: int = 1, *, missing: bool = False) -> None:
        super().__init__(reason)
        self.line, self.missing = line, missing


def read_text_file(file: Path, within: Path | None = None) -> str:
    """The text of ``file``, without a byte order mark and with plain line ends. Raises ``TextFileError``.

    Never opens a pipe or a device. With ``within``, refuses a link that leads out of that folder.
    """
    try:
        what = file.stat()
        if stat.S_ISDIR(what.st_mode):
            raise TextFileError("this is a folder; expected a text file")
        # Opening a pipe would wait for a writer.
        if not stat.S_ISREG(what.st_mode):
            raise TextFileError("this is a pipe or a device; expected a text file")
        if what.st_size > LARGEST_TEXT:
            raise TextFileError(f"the file has {what.st_size:,} bytes; at most {LARGEST_TEXT:,} are read")
        if within is not None and file.is_symlink() and not file.resolve().is_relative_to(within.resolve()):
            raise TextFileError("this is a link that leads out of the folder of lessons")
        with file.open("rb") as stream:
            data = stream.read(LARGEST_TEXT + 1)
    except FileNotFoundError:
        raise TextFileError("there is no such file", missing=True) from None
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead to each other
        raise TextFileError(f"the file cannot be read: {getattr(error, 'strerror', None) or error}") from None
    except ValueError as error:
        if isinstance(error, TextFileError):
            raise
        raise TextFileError(f"no file can have this name: {error}") from None
    return decoded(data)


def decoded(data: bytes) -> str:
    """The text in these bytes, without a byte order mark and with plain line ends. Raises ``TextFileError``."""
    if len(data) > LARGEST_TEXT:
        raise TextFileError(f"the file has more than {LARGEST_TEXT:,} bytes, the most that are read")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TextFileError(f"the byte 0x{data[error.start]:02x} is not UTF-8 text", line) from None
    if "\0" in text:
        raise TextFileError("there is a zero byte; expected text", text.count("\n", 0, text.index("\0")) + 1)
    return text.replace("\r\n", "\n").replace("\r", "\n")
