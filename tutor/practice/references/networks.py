"""The way back through a network of two layers, dropout, and the numbers of parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tutor.engine.derivations.cells import constant
from tutor.practice.references.layers import dense_sigmoid
from tutor.practice.references.losses import softmax
from tutor.practice.right import Right


def two_layer_backward(X: Any, Y: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Right:
    """The gradients of the mean cross-entropy of softmax(σ(X·W1 + b1)·W2 + b2).

    Inputs (rows, inputs), one-hot labels (rows, classes), weights (inputs, hidden) and (hidden, classes). Each number
    is written as it follows from those of the step before.
    """
    A1 = dense_sigmoid(X, W1, b1).returns[0][1]
    Z2 = constant(A1.values) @ constant(W2) + constant(b2)
    P = softmax(Z2.values).returns[0][1]
    dZ2 = (constant(P.values) - constant(Y)) / float(len(X))
    back, outputs = constant(dZ2.values), constant(A1.values)
    dA1 = back @ constant(W2).transposed
    dZ1 = constant(dA1.values) * outputs * (1.0 - outputs)
    hidden = constant(dZ1.values)
    return Right(
        (
            ("dW1", constant(X).transposed @ hidden), ("db1", hidden.sum(axis=0)),
            ("dW2", outputs.transposed @ back), ("db2", back.sum(axis=0)),
        ),
        (("A1", A1), ("Z2", Z2), ("P", P), ("dZ2", dZ2), ("dA1", dA1), ("dZ1", dZ1)),
    )  # fmt: skip


def dropout(h: Any, u: Any, rate: float, training: bool) -> Right:
    """h·mask: in training 0 where u is below the rate and 1/(1 − rate) elsewhere, otherwise 1 everywhere."""
    mask = np.where(np.asarray(u) < rate, 0.0, 1.0 / (1.0 - rate)) if training else np.ones(np.shape(h))
    masks = constant(mask)
    return Right((("out", constant(h) * masks),), (("mask", masks),))


def dense_parameters(inputs: int, units: Sequence[int]) -> Right:
    """How many weights and biases a stack of Dense layers has, with this many inputs and these units."""
    outputs = constant(np.array(units, dtype=np.float64))
    counts = constant(np.array([inputs, *units[:-1]], dtype=np.float64)) * outputs + outputs
    return Right((("count", constant(counts.values).sum()),), (("counts", counts),))


REFERENCES: dict[str, Callable[..., Right]] = {
    "two_layer_backward": two_layer_backward, "dropout": dropout, "dense_parameters": dense_parameters,
}  # fmt: skip
