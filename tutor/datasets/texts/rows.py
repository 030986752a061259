"""Training rows: for every token the one that follows it, which is what a network has to tell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.texts.vocabulary import Texts, Tokens, Vocabulary
from tutor.engine.randomness import drawing_generator
from tutor.engine.validation import require, written

NO_LABEL = -1
"""Where nothing follows; a loss leaves these places out."""
TEST_SHARE = 0.1
SPLIT_SEED = 0
"""The same rows are for testing whatever the seed of a network is, so that networks can be compared."""
_BLOCK = 43


def rows(texts: Texts, vocabulary: Vocabulary, length: int, stride: int | None = None) -> tuple[Tokens, Tokens]:
    """Tokens x (n, length) and for each the following one y (n, length), -1 where there is none.

    Of a list each name is a row: x has the mark (token 0) and the letters, y the letters and the mark. After that x
    has 0 and y has -1. Of a name with ``length`` letters or more the row has only the beginning, without the end.

    A running text is cut into windows, each ``stride`` tokens after the one before, by default ``length``: every
    token but the first is then the label of one place. What the last window lacks is 0 in x and -1 in y.

    Raises ``SpecError`` for a length or a stride below 1, and ``UnknownToken``.
    """
    require(length >= 1, f"a row has at least one token; got {length}")
    if not isinstance(texts, str):
        return _rows_of(tuple(np.concatenate([[0], vocabulary.encode(name), [0]]) for name in texts), length)
    step = length if stride is None else stride
    require(step >= 1, f"each window begins at least one token after the one before; got {step}")
    tokens = vocabulary.encode(texts)
    # The last window is the first that reaches the end of the text.
    starts = range(0, max(1, len(tokens) - 1 + min(0, step - length)), step)
    return _rows_of(tuple(tokens[start : start + length + 1] for start in starts), length)


def _rows_of(chains: tuple[Tokens, ...], length: int) -> tuple[Tokens, Tokens]:
    x = np.zeros((len(chains), length), dtype=np.intp)
    y = np.full((len(chains), length), NO_LABEL, dtype=np.intp)
    for row, chain in enumerate(chains):
        known = max(0, min(length, len(chain) - 1))
        x[row, :known], y[row, :known] = chain[:known], chain[1 : known + 1]
    return x, y


def split(count: int, share: float, seed: int = 0) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The numbers of the rows to train on and of those to test with, each in order; ``share`` is the part for testing.

    Which rows are for testing follows from ``seed``. At least one row is to train on. Windows of a running text that
    overlap (a ``stride`` below ``length``) have the same tokens on both sides of the split. Raises ``SpecError``.
    """
    require(count >= 1, "there is no row to split")
    require(0 <= share < 1, f"the share of test rows is from 0 to below 1; got {written(share)}")
    held_out = min(round(share * count), count - 1)
    order = drawing_generator(seed, _BLOCK).permutation(count)
    return np.sort(order[held_out:]), np.sort(order[:held_out])


Part = tuple[NDArray[np.int16], NDArray[np.int32]]
"""Tokens (n, length) and the following ones (n, length), as a network takes them."""


def divided_rows(
    texts: Texts, vocabulary: Vocabulary, length: int, share: float = TEST_SHARE, seed: int = SPLIT_SEED
) -> tuple[Part, Part]:
    """The rows of a text to train on, and those to test with: usually a tenth, the same whatever else is drawn."""
    x, y = rows(texts, vocabulary, length)
    tokens, labels = x.astype(np.int16), y.astype(np.int32)
    taught, test = split(len(x), share, seed)
    return (tokens[taught], labels[taught]), (tokens[test], labels[test])
