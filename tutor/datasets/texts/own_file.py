"""A text of one's own: a stranger's file as a list of words or as running text, or a sentence that says why not."""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Literal

from tutor.datasets.errors import DataError
from tutor.datasets.formats.regular_file import content_of
from tutor.datasets.texts.vocabulary import Texts

MOST_BYTES = 4_000_000
MOST_CHARACTERS = 512
"""Different ones: of a script with more than that, a small network sees each too seldom. Bytes are at most 256."""
LONGEST_WORD = 40
EXPECTED = "a text in UTF-8"

Kind = Literal["list", "text"]
_LINE_END = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
# All control characters but the tab and the ends of a line.
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BYTE_NAME = re.compile(r"<[0-9a-f]{2}>")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class TooManyCharacters(DataError):
    """A text with more different characters than can be tokens; read as bytes it can be used."""


def own_text(path: Path, *, kind: Kind | None = None, as_bytes: bool = False) -> Texts:
    """The text of a file: a tuple for a list, a word a line, and a ``str`` for running text.

    ``kind`` says which it is; by default it is a list if it has at least two lines, each without a blank inside and
    with at most ``LONGEST_WORD`` characters. The file is UTF-8 (a byte order mark is left out) of at most
    ``MOST_BYTES``; every end of a line becomes a newline, and blank lines of a list are left out. With ``as_bytes``
    each character of the result stands for one byte of UTF-8, by its number. Raises ``DataError``.
    """
    file = str(path)
    content = content_of(path, EXPECTED, MOST_BYTES)
    if content.startswith(_UTF_16):
        raise DataError(file, None, "this is UTF-16; expected a text in UTF-8, as which most editors can save it")
    text = _decoded(file, content.removeprefix(codecs.BOM_UTF8))
    text = _LINE_END.sub("\n", text)
    if not text.strip():
        raise DataError(file, None, "the file is empty")
    lines = tuple(line.strip() for line in text.split("\n") if line.strip())
    as_list = _looks_like_list(lines) if kind is None else kind == "list"
    if as_bytes:
        text, lines = bytes_of(text), tuple(map(bytes_of, lines))
    made: Texts = lines if as_list else text
    if as_list and len(lines) < 2:
        raise DataError(file, None, "a list has at least two lines; this file has one")
    if not as_list and len(text) < 2:
        raise DataError(file, None, "this is one character; a text has at least two")
    different = len(set("".join(made)))
    if different > MOST_CHARACTERS:
        raise TooManyCharacters(
            file, None, f"there are {different:,} different characters; at most {MOST_CHARACTERS} can be tokens here. "
            "Read as bytes, any text has at most 256"
        )  # fmt: skip
    return made


def bytes_of(text: str) -> str:
    """The bytes of a text in UTF-8, each as the character of that number: ``é`` becomes ``Ã©``."""
    return text.encode("utf-8").decode("latin-1")


def byte_names(characters: str) -> tuple[str, ...]:
    """A name for each character that stands for a byte: ``<41>`` for an A, so that it is no character itself."""
    return tuple(f"<{ord(character):02x}>" for character in characters)


def named_bytes(names: tuple[str, ...]) -> str | None:
    """The characters that such names stand for; None if there is another name among them."""
    if not all(_BYTE_NAME.fullmatch(name) for name in names):
        return None
    return "".join(chr(int(name[1:-1], 16)) for name in names)


def text_of_bytes(text: str) -> str:
    """The text of characters that stand for bytes; � for bytes that are no UTF-8, as a network may draw them."""
    return text.encode("latin-1").decode("utf-8", errors="replace")


def _decoded(file: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        if b"\0" in content:
            raise DataError(file, None, "this is no text: it has bytes that are 0") from None
        raise DataError(
            file, line, f"this is not UTF-8: byte {error.start + 1:,} of the file, {content[error.start]:02x}, is no "
            "part of a character; save the text as UTF-8"
        ) from None  # fmt: skip
    if found := _NO_TEXT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        code = ord(found[0])
        said = "bytes that are 0" if not code else f"the control character U+{code:04X}"
        raise DataError(file, line, f"this is no text: it has {said}")
    return text


def _looks_like_list(lines: tuple[str, ...]) -> bool:
    return len(lines) >= 2 and all(len(line) <= LONGEST_WORD and len(line.split()) == 1 for line in lines)
