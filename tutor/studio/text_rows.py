"""A text as the data of an experiment: the shipped names or a text of one's own, as rows of tokens."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from tutor.datasets.errors import DataError
from tutor.datasets.texts.own_file import own_text
from tutor.datasets.texts.rows import Part, divided_rows
from tutor.datasets.texts.shipped import names
from tutor.datasets.texts.vocabulary import Texts, Vocabulary, vocabulary_for
from tutor.engine.validation import SpecError
from tutor.studio.experiment import DataChoice
from tutor.training.models import NAME_PLACES


@dataclass(frozen=True, eq=False)
class TextRows:
    """The ``texts``, the numbers of their characters, and the rows of ``places`` tokens to train on and to test with.

    ``said`` is a sentence about them.
    """

    texts: Texts
    vocabulary: Vocabulary
    training: Part
    test: Part
    said: str
    places: int = NAME_PLACES

    @property
    def is_list(self) -> bool:
        """Whether it is a list of names, each with the mark around it, and not a running text."""
        return not isinstance(self.texts, str)

    @cached_property
    def listed(self) -> frozenset[str]:
        """The names of a list."""
        return frozenset(self.texts) if self.is_list else frozenset()


def text_rows(data: DataChoice) -> TextRows:
    """The rows of a text. Raises ``SpecError`` if its file is not here, or cannot be used."""
    if data.text is None:
        texts: Texts = names()
    elif data.text.file is None:
        raise SpecError(
            "the data is a text of one's own, which is not in the line: dl-tutor studio TOKEN --data FILE opens it"
        )
    else:
        texts = _own_text(data.text.content, data.text.file)
    vocabulary = vocabulary_for(texts)
    taught, tested = divided_rows(texts, vocabulary, NAME_PLACES, data.test / 100, data.draw)
    return TextRows(texts, vocabulary, taught, tested, _said(texts, vocabulary, len(taught[0]), len(tested[0])))


def content_of(texts: Texts) -> str:
    """A text as twelve hexadecimal digits; a list differs from the running text of its lines."""
    whole = "t" + texts if isinstance(texts, str) else "l" + "\n".join(texts)
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def _said(texts: Texts, vocabulary: Vocabulary, taught: int, tested: int) -> str:
    what = f"A running text of {len(texts):,} characters" if isinstance(texts, str) else f"{len(texts):,} lines"
    rows = f"{taught:,} rows to train on and {tested:,} to test with"
    return f"{what}, {len(vocabulary)} tokens: {rows}, {NAME_PLACES} tokens each."


@lru_cache(maxsize=2)
def _own_text(content: str, file: Path) -> Texts:
    """The text with this content. It stays in memory: its file may change while a run goes on."""
    try:
        texts = own_text(file)
    except DataError as error:
        raise SpecError(str(error)) from None
    if content_of(texts) != content:
        raise SpecError(f"{file.name} is not the text that this was made with: its contents differ")
    return texts
