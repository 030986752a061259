"""The text of a stranger's file, whatever it is written in; a sentence for everything that is no text."""

from __future__ import annotations

import codecs
import hashlib
import re
from pathlib import Path

from tutor.datasets.errors import DataError
from tutor.datasets.formats import regular_file
from tutor.datasets.tables.table import MOST_BYTES

# All control characters but tab, the two of a line's end, and the form feed.
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]")
_ZIP = b"PK\x03\x04"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def content_of(path: Path) -> bytes:
    """The bytes of a table's file of at most ``MOST_BYTES``. Raises ``DataError``."""
    return regular_file.content_of(path, "a table: a .csv, .tsv or .npz file", MOST_BYTES)


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
