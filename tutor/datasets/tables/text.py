"""The text of a stranger's file, whatever it is written in; a sentence for everything that is no text."""

from __future__ import annotations

import codecs
import hashlib
import re
import stat
from pathlib import Path

from tutor.datasets.errors import DataError
from tutor.datasets.tables.table import MOST_BYTES

# All control characters but tab, the two of a line's end, and the form feed.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_ZIP = b"PK\x03\x04"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def content_of(path: Path) -> bytes:
    """The bytes of a file of at most ``MOST_BYTES``. Never opens a pipe or a device. Raises ``DataError``."""
    file = str(path)
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise DataError(file, None, "this is a folder; expected a table: a .csv, .tsv or .npz file")
        # Opening a pipe would block until something writes to it.
        if not stat.S_ISREG(kind):
            raise DataError(file, None, "this is a pipe or a device; expected a table: a .csv, .tsv or .npz file")
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise DataError(file, None, "there is no such file") from None
    except OSError as error:
        raise DataError(file, None, f"the file cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        raise DataError(file, None, f"no file can have this name: {error}") from None
    if len(content) > MOST_BYTES:
        raise DataError(file, None, f"the file is larger than {MOST_BYTES // 1_000_000} MB, the most that is read")
    if not content.strip():
        raise DataError(file, None, "the file is empty")
    return content


def hash_of(content: bytes) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of a file's bytes: the same for the same file everywhere."""
    return hashlib.sha256(content).hexdigest()[:12]


def text_of(file: str, content: bytes) -> tuple[str, tuple[str, ...]]:
    """The text, and a note if its encoding is a guess. Raises ``DataError`` if this is no text."""
    if content.startswith(_ZIP):
        raise DataError(
            file, None, "this is a zip file, as workbooks of spreadsheet programs are; save the sheet as CSV there"
        )
    notes: tuple[str, ...] = ()
    try:
        if content.startswith(_UTF_16):
            text = content.decode("utf-16")
        else:
            try:
                text = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = content.decode("cp1252")
                notes = (
                    "The file is not in UTF-8; it is read as Windows-1252: check that letters with accents are right.",
                )
    except UnicodeDecodeError:
        raise DataError(file, None, "this is no text; expected a table as CSV or TSV, best in UTF-8") from None
    if found := _NO_TEXT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise DataError(
            file, line, f"this is no text: it has the character U+{ord(found[0]):04X}; expected a table as CSV or TSV"
        )
    return text, notes
