"""Attention in one head over one text, with the causal mask: forwards and backwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.activations import softmax
from tutor.engine.attention import hidden
from tutor.engine.derivations import expressions
from tutor.engine.derivations.cells import Cells, Index, constant
from tutor.engine.derivations.expressions import Expression
from tutor.engine.derivations.forms import Writer
from tutor.practice.right import Right


def attention(q: Any, k: Any, v: Any) -> Right:
    """softmax(q·k / √d) over the places up to the asking one, and the values (time, numbers) mixed by it.

    The scale is not that of the engine, which rounds 1/√d to float32 as Keras does.
    """
    scores = constant(q) @ constant(k).transposed / constant(float(np.shape(q)[1]) ** 0.5)
    later = hidden(len(scores))
    masked = constant(np.where(later, -np.inf, scores.values))

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


REFERENCES: dict[str, Callable[..., Right]] = {"attention": attention, "attention_backward": attention_backward}
