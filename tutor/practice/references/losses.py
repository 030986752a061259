"""Softmax, one-hot labels and cross-entropy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.activations import activate
from tutor.engine.derivations.cells import constant, exp, ln
from tutor.practice.right import Right


def softmax(z: Any) -> Right:
    """e^(z − m) over their sum, row by row, with m the largest logit of the row; for logits (rows, classes)."""
    logits = constant(z)
    largest = constant(np.max(z, axis=-1, keepdims=True))
    e = exp(logits - largest)
    total = e.sum(axis=-1)
    p = e / total.viewed((len(z), 1), lambda at: at[:1])
    return Right((("p", p.computed(lambda: activate("softmax", np.asarray(z, dtype=np.float64)))),), (("e", e),))


def cross_entropy(p: Any, labels: Any) -> Right:
    """The mean over the rows of −ln p of the right class, for probabilities (rows, classes) and classes (rows,)."""
    chosen = constant(p).viewed((len(labels),), lambda at: (at[0], int(labels[at[0]])))
    losses = -ln(chosen)
    return Right((("loss", losses.sum() / float(len(labels))),), (("chosen", chosen), ("losses", losses)))


REFERENCES: dict[str, Callable[..., Right]] = {"softmax": softmax, "cross_entropy": cross_entropy}
