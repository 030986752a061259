"""Texts as token numbers: pairs that are counted, what a text costs in bits, and embeddings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations import expressions
from tutor.engine.derivations.cells import Cells, constant, ln
from tutor.engine.derivations.expressions import Expression
from tutor.engine.derivations.forms import Writer
from tutor.practice.right import Right


def bigram(tokens: Any, kinds: int, added: float) -> Right:
    """(count + added) / Σ (count + added) of the row, for the pairs of neighbours in a text (length,)."""
    counted = np.zeros((kinds, kinds))
    np.add.at(counted, (tokens[:-1], tokens[1:]), 1)
    more = constant(counted) + added
    total = more.sum(axis=1).viewed((kinds, 1), lambda at: at[:1])
    return Right((("p", more / total),), (("counts", constant(counted)),))


def bits(p: Any, tokens: Any) -> Right:
    """The mean of −log₂ p over the pairs of neighbours in a text (length,), with p (kinds, kinds)."""
    chosen = constant(np.asarray(p)[tokens[:-1], tokens[1:]])
    cost = (-ln(chosen)).sum() / (constant(float(len(tokens) - 1)) * ln(constant(2.0)))
    return Right((("bits", cost),), (("chosen", chosen),))


def embedding(table: Any, tokens: Any, dy: Any) -> Right:
    """The rows of the table (kinds, width) that a text (time,) reads, and the sum of what comes back to each row."""
    read = np.eye(len(table))[tokens]
    rows, back = constant(table), constant(dy)
    y = rows.viewed(np.shape(dy), lambda at: (int(tokens[at[0]]), at[1]))
    dtable = Cells(
        lambda: read.T @ back.values,
        lambda n, at: _sum_at(n, back, np.flatnonzero(read[:, at[0]]), at[1]),
    )
    return Right((("y", y), ("dtable", dtable)))


def _sum_at(n: Writer, back: Cells, places: NDArray[np.intp], column: int) -> Expression:
    """What comes back to one number of the table, from each place that read it."""
    return expressions.total([back.write(n, (int(place), column)) for place in places])


REFERENCES: dict[str, Callable[..., Right]] = {"bigram": bigram, "bits": bits, "embedding": embedding}
