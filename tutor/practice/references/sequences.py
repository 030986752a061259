"""Texts as token numbers: counted pairs, what a text costs, what follows at each place, and embeddings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations import expressions
from tutor.engine.derivations.cells import Cells, Index, constant, ln, sqrt
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
    cost = -ln(chosen).sum() / (constant(float(len(tokens) - 1)) * ln(constant(2.0)))
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


def analogy(table: Any, a: int, b: int, c: int) -> Right:
    """b − a + c, and the token of the nearest row of the table (tokens, width) that is none of the three."""
    rows = constant(table)
    target = rows[b] - rows[a] + rows[c]
    away = rows - constant(target.values)
    distances = sqrt((away * away).sum(axis=1))
    allowed = np.where(np.isin(np.arange(len(table)), (a, b, c)), np.inf, distances.values)
    # The distances are no step: many a learner makes those of the three infinite in place.
    return Right((("target", target), ("answer", constant(float(np.argmin(allowed))))))


def windows(tokens: Any, length: int) -> Right:
    """A text (n·length + 1,) cut into windows (n, length), and the token that follows at each of their places."""
    number = (len(tokens) - 1) // length

    def cut(first: int) -> Cells:
        def source(at: Index) -> int:
            return length * at[0] + at[1] + first

        values = np.asarray(tokens, dtype=np.float64)[first : first + number * length].reshape(number, length)
        return Cells(values, lambda _, at: Expression(f"tokens[{source(at)}]", float(values[at])))

    return Right((("x", cut(0)), ("y", cut(1))))


def text_loss(p: Any, labels: Any) -> Right:
    """The mean of −ln p (places, tokens) over the places whose label (places,) is not −1."""
    known = np.flatnonzero(np.asarray(labels) >= 0)
    chosen = constant(np.asarray(p)[known, np.asarray(labels)[known]])
    return Right((("loss", -ln(chosen).sum() / constant(float(len(known)))),))


def _sum_at(n: Writer, back: Cells, places: NDArray[np.intp], column: int) -> Expression:
    """What comes back to one number of the table, from each place that read it."""
    return expressions.total([back.write(n, (int(place), column)) for place in places])


REFERENCES: dict[str, Callable[..., Right]] = {
    "bigram": bigram, "bits": bits, "embedding": embedding, "analogy": analogy, "windows": windows,
    "text_loss": text_loss,
}  # fmt: skip
