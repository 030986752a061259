"""Attention over one text: one head with the causal mask, forwards and backwards, several heads, and a block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.activations import softmax
from tutor.engine.attention import hidden
from tutor.engine.derivations import expressions
from tutor.engine.derivations.cells import Cells, Index, constant, stacked
from tutor.engine.derivations.expressions import Expression
from tutor.engine.derivations.forms import Writer
from tutor.practice.right import Right

Map = Callable[[Any], Any]
"""From a table (time, width) to another."""


def attention(q: Any, k: Any, v: Any) -> Right:
    """softmax(q·k / √d) over the places up to the asking one, and the values (time, numbers) mixed by it.

    The scale is not that of the engine, which rounds 1/√d to float32 as Keras does.
    """
    scores = constant(q) @ constant(k).transposed / constant(float(np.shape(q)[1]) ** 0.5)
    later = hidden(len(scores))
    masked = Cells(
        lambda: np.where(later, -np.inf, scores.values),
        lambda n, at: n(-np.inf) if later[at] else scores.write(n, at),
    )
    known = constant(scores.values)

    def share_of(n: Writer, at: Index) -> Expression:
        if later[at]:
            return n(0.0)
        powers = [expressions.exp(known.write(n, (at[0], j))) for j in range(at[0] + 1)]
        return powers[at[1]] / expressions.total(powers)

    weights = Cells(lambda: softmax(masked.values), share_of)
    return Right((("weights", weights), ("o", constant(weights.values) @ constant(v))), (("masked", masked),))


def attention_backward(do: Any, q: Any, k: Any, v: Any, weights: Any) -> Right:
    """The gradients by q, k and v from that of the output, all (time, numbers).

    A softmax passes p·(∂p − Σ ∂p·p) on.
    """
    root = constant(float(np.shape(q)[1]) ** 0.5)
    p, upstream = constant(weights), constant(do)
    dv = p.transposed @ upstream
    dweights = upstream @ constant(v).transposed
    passed = constant(dweights.values)
    taken = (passed * p).sum(axis=1).viewed((len(p), 1), lambda at: at[:1])
    dscores = p * (passed - constant(taken.values))
    known = constant(dscores.values)
    dq, dk = known @ constant(k) / root, known.transposed @ constant(q) / root
    return Right((("dq", dq), ("dk", dk), ("dv", dv)), (("dv", dv), ("dweights", dweights), ("dscores", dscores)))


def multi_head(q: Any, k: Any, v: Any, heads: int) -> Right:
    """Attention of several heads (time, width), no mask, each with columns of its own; their outputs side by side."""
    size = np.shape(q)[1] // heads
    found = []
    for columns in np.split(np.arange(np.shape(q)[1]), heads):
        own_q, own_k, own_v = (np.asarray(part, dtype=np.float64)[:, columns] for part in (q, k, v))
        found.append(constant(softmax(own_q @ own_k.T / np.sqrt(size))) @ constant(own_v))
    o = stacked(found).viewed(np.shape(v), lambda at: (at[1] // size, at[0], at[1] % size))
    return Right((("o", o),))


def block(x: Any, norm1: Map, attention: Map, norm2: Map, mlp: Map) -> Right:
    """x + attention(norm1(x)), and that h + mlp(norm2(h))."""
    h = constant(x) + constant(attention(norm1(x)))
    y = constant(h.values) + constant(mlp(norm2(h.values)))
    return Right((("y", y),), (("h", h),))


REFERENCES: dict[str, Callable[..., Right]] = {
    "attention": attention, "attention_backward": attention_backward, "multi_head": multi_head, "block": block,
}  # fmt: skip
