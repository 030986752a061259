"""Characters as token numbers, and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.errors import quoted
from tutor.engine.validation import SpecError

Texts = str | tuple[str, ...]
"""A running text, or a list of names, sums or lines of one's own."""

Tokens = NDArray[np.intp]
MARK = "."
"""Where a name begins and where it ends: token 0 of every list."""
OTHER_MARK = "\n"
"""The mark of a list whose names have a dot in them: no name has a line's end."""
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class UnknownToken(SpecError):
    """A character or a number that the vocabulary does not have; the message is a sentence that says which."""


@dataclass(frozen=True)
class Vocabulary:
    """The ``characters`` in the order of their token numbers, from 0.

    >>> names = Vocabulary(".abcdefghijklmnopqrstuvwxyz")
    >>> names.encode("ada").tolist(), names.decode([1, 4, 1, 0])
    ([1, 4, 1], 'ada.')
    """

    characters: str

    def __post_init__(self) -> None:
        if len(set(self.characters)) < len(self.characters):
            twice = next(c for c in self.characters if self.characters.count(c) > 1)
            raise SpecError(f"a vocabulary has each character once; {quoted(twice)} is there twice")

    @classmethod
    def of(cls, texts: Texts) -> Vocabulary:
        """The characters of the texts, sorted; for a list after its mark, which has number 0."""
        found = sorted(set("".join(texts)))
        if isinstance(texts, str):
            return cls("".join(found))
        return cls((OTHER_MARK if MARK in found else MARK) + "".join(found))

    def __len__(self) -> int:
        return len(self.characters)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {character: i for i, character in enumerate(self.characters)}

    def encode(self, text: str) -> Tokens:
        """The token numbers (characters,) of a text. Raises ``UnknownToken``, which says the character and where."""
        numbers = self._numbers
        try:
            return np.array([numbers[character] for character in text], dtype=np.intp)
        except KeyError as error:
            unknown = str(error.args[0])
            raise UnknownToken(
                f"{quoted(unknown)} is not one of the {len(self)} characters that are known here: it is character "
                f"{text.index(unknown) + 1:,} of {quoted(text)}"
            ) from None

    def decode(self, tokens: Iterable[int] | Tokens) -> str:
        """The characters of token numbers (tokens,). Raises ``UnknownToken``."""
        numbers = [int(token) for token in tokens]
        for number in numbers:
            if not 0 <= number < len(self):
                raise UnknownToken(f"there is no token {number}: there are {len(self)}, counted from 0")
        return "".join(self.characters[number] for number in numbers)


NAMES = Vocabulary(MARK + LETTERS)
"""The 27 tokens of the names: the dot is 0, a is 1, z is 26."""


def vocabulary_for(texts: Texts) -> Vocabulary:
    """The tokens that a network for these texts has: those of the names if they suffice, else the texts' own."""
    return NAMES if set("".join(texts)) <= set(LETTERS) else Vocabulary.of(texts)
