"""Byte-pair merging: the commonest pair of neighbouring tokens becomes one token, again and again.

A compression (Gage 1994, "A New Algorithm for Data Compression") that makes the tokens of translation and language
models (Sennrich, Haddow and Birch 2016, "Neural Machine Translation of Rare Words with Subword Units", algorithm 1).
Here it begins with the characters of one text; GPT-2 begins with the bytes of many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

FEWEST = 2
"""A pair that is there once saves nothing."""


@dataclass(frozen=True)
class Merge:
    """One step: the ``pair`` that was ``count`` times in the tokens, and the ``tokens`` after it was merged."""

    pair: tuple[str, str]
    count: int
    tokens: tuple[str, ...]

    @property
    def joined(self) -> str:
        """The new token."""
        return "".join(self.pair)


def pair_counts(tokens: Sequence[str]) -> dict[tuple[str, str], int]:
    """How often each pair of neighbours is there, in the order in which they first appear.

    Pairs that overlap count as often as they can be merged: ``aaa`` has ``aa`` once.
    """
    counts: Counter[tuple[str, str]] = Counter()
    last: dict[tuple[str, str], int] = {}
    for i, pair in enumerate(pairwise(tokens)):
        if pair[0] == pair[1] and last.get(pair) == i - 1:
            continue
        counts[pair] += 1
        last[pair] = i
    return dict(counts)


def merged(tokens: Sequence[str], pair: tuple[str, str]) -> tuple[str, ...]:
    """The tokens with each ``pair`` made one, from left to right."""
    made: list[str] = []
    i = 0
    while i < len(tokens):
        if tuple(tokens[i : i + 2]) == pair:
            made.append(pair[0] + pair[1])
            i += 2
        else:
            made.append(tokens[i])
            i += 1
    return tuple(made)


def merges(text: str, count: int) -> tuple[Merge, ...]:
    """The first ``count`` merges of a text, fewer if no pair is there twice any more.

    Of pairs that are equally common the one that appears first is merged.

    >>> [(step.joined, step.count, " ".join(step.tokens)) for step in merges("banana", 2)]
    [('an', 2, 'b an an a')]
    """
    tokens: tuple[str, ...] = tuple(text)
    made: list[Merge] = []
    while len(made) < count:
        counts = pair_counts(tokens)
        # max takes the first of equals, and the counts are in the order of appearance.
        pair = max(counts, key=counts.__getitem__, default=None)
        if pair is None or counts[pair] < FEWEST:
            break
        tokens = merged(tokens, pair)
        made.append(Merge(pair, counts[pair], tokens))
    return tuple(made)
