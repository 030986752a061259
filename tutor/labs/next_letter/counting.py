"""Pairs of letters counted in names, and names drawn from the counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.texts.rows import SPLIT_SEED, TEST_SHARE, split
from tutor.datasets.texts.shipped import names
from tutor.datasets.texts.vocabulary import NAMES
from tutor.engine.randomness import drawing_generator
from tutor.engine.sampling import drawn_numbers, drawn_token

Floats = NDArray[np.float64]
TOKENS = len(NAMES)
LABELS = tuple(NAMES.characters)
_ORDER_BLOCK = 45
"""Apart from what lessons and data sets draw at the same seed."""


def pairs_of(name: str) -> tuple[tuple[int, int], ...]:
    """The pairs of neighbours in a name with the mark at both ends, as token numbers.

    >>> pairs_of("bo")
    ((0, 2), (2, 15), (15, 0))
    """
    tokens = NAMES.encode(f".{name}.").tolist()
    return tuple(pairwise(tokens))


def counted(listed: Sequence[str]) -> Floats:
    """How often each pair is there (27, 27): a row for the letter given, a column for the one that follows."""
    table = np.zeros((TOKENS, TOKENS))
    every = np.array([pair for name in listed for pair in pairs_of(name)], dtype=np.intp).reshape(-1, 2)
    np.add.at(table, (every[:, 0], every[:, 1]), 1.0)
    return table


@cache
def all_counted() -> Floats:
    """The table (27, 27) of all names; not to be written into."""
    return counted(names())


@cache
def divided() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names to count, in an order drawn once, and those held out."""
    listed = names()
    training, test = split(len(listed), TEST_SHARE, SPLIT_SEED)
    order = drawing_generator(SPLIT_SEED, _ORDER_BLOCK).permutation(training)
    return tuple(listed[i] for i in order), tuple(listed[i] for i in test)


@cache
def first_counted(count: int) -> Floats:
    """The table (27, 27) of the first ``count`` names that are not held out."""
    return counted(divided()[0][:count])


@cache
def held_out_counted() -> Floats:
    """The table (27, 27) of the names held out."""
    return counted(divided()[1])


def shares(table: Floats, added: float) -> Floats:
    """Each row's shares (27, 27) after ``added`` was added to every count; NaN in a row without any."""
    more = table + added
    with np.errstate(invalid="ignore"):
        return np.asarray(more / more.sum(axis=1, keepdims=True))


def mean_bits(table: Floats, p: Floats) -> float:
    """The mean of −log₂ p over all pairs of a table: infinite if one of them has p = 0 or a row without counts."""
    seen = table > 0
    with np.errstate(divide="ignore"):
        bits = -np.log2(np.nan_to_num(p[seen]))
    return float((table[seen] * bits).sum() / table.sum())


@dataclass(frozen=True)
class Draw:
    """One letter drawn: the token ``given``, the random number ``u`` and the token ``picked``."""

    given: int
    u: float
    picked: int


def drawn(p: Floats, seed: int, count: int) -> tuple[Draw, ...]:
    """``count`` letters drawn one after the other from the shares p (27, 27), beginning with the mark.

    After the mark that ends a name the next name begins.
    """
    made: list[Draw] = []
    given = 0
    for u in drawn_numbers(seed, 0, count).tolist():
        picked = drawn_token(p[given], u)
        made.append(Draw(given, u, picked))
        given = picked
    return tuple(made)
