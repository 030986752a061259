"""The neuron, a layer, and their backward passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tutor.engine.activations import activate
from tutor.engine.derivations.cells import constant, exp
from tutor.practice.right import Right


def weighted_sum(x: Any, w: Any, b: float) -> Right:
    """z = x·w + b, for inputs (n,) and weights (n,)."""
    products = constant(x) * constant(w)
    return Right((("z", products.sum() + b),), (("products", products),))


def dense_sigmoid(X: Any, W: Any, b: Any) -> Right:
    """σ(X·W + b), for a batch (rows, inputs), weights (inputs, units) and biases (units,)."""
    Z = constant(X) @ constant(W) + constant(b)
    A = (1.0 / (1.0 + exp(-Z))).computed(lambda: activate("sigmoid", Z.values))
    return Right((("A", A),), (("Z", Z),))


def dense_backward(dZ: Any, X: Any, W: Any) -> Right:
    """The gradients of a Dense layer by its weights, biases and inputs, from that by its sums dZ (rows, units)."""
    d, x, w = constant(dZ), constant(X), constant(W)
    dW, db, dX = x.transposed @ d, d.sum(axis=0), d @ w.transposed
    return Right((("dW", dW), ("db", db), ("dX", dX)))


REFERENCES: dict[str, Callable[..., Right]] = {
    "weighted_sum": weighted_sum, "dense_sigmoid": dense_sigmoid, "dense_backward": dense_backward,
}  # fmt: skip
