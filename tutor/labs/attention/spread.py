"""What a key of many numbers does to the softmax: random queries and keys, with and without the division by √d."""

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import softmax
from tutor.engine.derivations.cells import constant, sqrt
from tutor.labs.attention.words import DIVIDED, PLAIN
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.readouts import Curve, Series
from tutor.labs.kit.sheet import Sheet

QUERIES, KEYS, LARGEST = 500, 8, 64
NAMES = tuple(str(i + 1) for i in range(KEYS))
SIZES = (4, 16, 64)


def fill_spread(sheet: Sheet, size: int, divided: bool) -> None:
    """The spread of scores and the largest weight of ``size`` numbers, and of any other number of them."""
    sheet.number("size_root", "√d", sqrt(constant(float(size))), "√d", digits=3)
    for name, by_root in (("as_they_are", False), ("by_root", True)):
        sheet.give(name, partial(one_query, size, by_root))
    chosen = DIVIDED if divided else PLAIN
    sheet.number("spread", f"spread of scores {chosen}", lambda: spreads(divided)[size - 1], digits=2)
    sheet.number("largest", f"largest weight {chosen}", lambda: largest_weights(divided)[size - 1], digits=3)
    panels = [
        (BarPanel(PLAIN, NAMES, high=1.0), sheet["as_they_are"]),
        (BarPanel(DIVIDED, NAMES, high=1.0), sheet["by_root"]),
    ]
    sheet.bars("one_query", f"weights of one query, {KEYS} keys", panels)
    sheet.show("growing", lambda: _growing(size, divided), counted=True)


@lru_cache(maxsize=1)
def _scores() -> NDArray[np.float64]:
    """q · k of the first d numbers, (queries, keys, d): random numbers with mean 0 and variance 1."""
    draw = np.random.default_rng(0)
    q, k = draw.standard_normal((QUERIES, 1, LARGEST)), draw.standard_normal((QUERIES, KEYS, LARGEST))
    return (q * k).cumsum(axis=2)


def _divided(divided: bool) -> NDArray[np.float64]:
    return _scores() / np.sqrt(np.arange(1, LARGEST + 1)) if divided else _scores()


def spreads(divided: bool) -> NDArray[np.float64]:
    """The standard deviation of all scores for 1 to ``LARGEST`` numbers, (numbers,)."""
    return np.asarray(_divided(divided).std(axis=(0, 1)))


def largest_weights(divided: bool) -> NDArray[np.float64]:
    """The mean over the queries of the largest weight, for 1 to ``LARGEST`` numbers, (numbers,)."""
    weights = softmax(np.moveaxis(_divided(divided), 1, 2))
    return np.asarray(weights.max(axis=2).mean(axis=0))


def one_query(size: int, divided: bool) -> NDArray[np.float64]:
    """The weights of the first query, (keys,)."""
    return np.asarray(softmax(_divided(divided)[0, :, size - 1]))


def _growing(size: int, divided: bool) -> Curve:
    xs = tuple(map(float, range(1, LARGEST + 1)))
    lines = {PLAIN: largest_weights(False), DIVIDED: largest_weights(True)}
    series = tuple(
        Series(label, xs, tuple(ys.tolist()), tells=("largest",), known=SIZES[0]) for label, ys in lines.items()
    )
    marker = float(size), float(lines[DIVIDED if divided else PLAIN][size - 1])
    return Curve("growing", "largest of 8 weights, on average", "d", series, 0.0, 1.0, marker)
