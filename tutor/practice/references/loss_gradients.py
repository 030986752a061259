"""Cross-entropy from logits and its gradient, a small graph backwards, and gradients that are measured."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.activations import softmax
from tutor.engine.derivations.cells import Cells, constant, exp, ln
from tutor.engine.losses import sparse_crossentropy_from_logits, sparse_crossentropy_logits_gradient
from tutor.practice.right import Right


def cross_entropy_logits(z: Any, labels: Any) -> Right:
    """The mean over the rows of ln Σ e^z − z of the right class, with the largest logit of a row taken out first."""
    logits, rows = constant(z), len(z)
    m = constant(np.max(z, axis=1))
    total = exp(logits - m.viewed((rows, 1), lambda at: at[:1])).sum(axis=1)
    chosen = logits.viewed((rows,), lambda at: (at[0], int(labels[at[0]])))
    losses = (m + ln(total) - chosen).computed(
        lambda: sparse_crossentropy_from_logits(np.asarray(z, dtype=np.float64), labels)
    )
    loss = constant(losses.values).sum() / float(rows)
    return Right((("loss", loss),), (("m", m), ("chosen", chosen), ("losses", losses)))


def cross_entropy_gradient(z: Any, labels: Any) -> Right:
    """(p − y) / rows with p = softmax(z): the gradient of the mean cross-entropy by the logits."""
    logits = np.asarray(z, dtype=np.float64)
    p, y = constant(softmax(logits)), constant(np.eye(logits.shape[1])[labels])
    dz = ((p - y) / float(len(logits))).computed(lambda: sparse_crossentropy_logits_gradient(logits, labels))
    # p is no step: many a learner subtracts y from it in place.
    return Right((("dz", dz),))


def graph_gradients(a: float, b: float) -> Right:
    """c = a·b, d = b + c, e = c·d; and the gradients of e by a and b."""
    c = constant(a) * b
    d = constant(b) + c.number
    e = constant(c.number) * d.number
    dd = constant(c.number)
    dc = constant(d.number) + dd.number
    da = constant(dc.number) * b
    db = constant(dd.number) + constant(dc.number) * a
    return Right((("e", e), ("da", da), ("db", db)), (("c", c), ("d", d), ("e", e), ("dd", dd), ("dc", dc)))


def numerical_gradient(f: Callable[[Any], float], x: Any, h: float) -> Right:
    """(f(x + h) − f(x − h)) / 2h, with one number of x moved at a time."""
    steps = h * np.eye(len(x))
    up, down = (constant([f(x + step) for step in moved]) for moved in (steps, -steps))
    return Right((("gradient", (up - down) / (2.0 * h)),))


def relative_difference(a: Any, b: Any) -> Right:
    """|a − b| / max(|a|, |b|) for each pair of numbers, and 0 where both are 0."""
    difference = constant(np.abs(np.subtract(a, b)))
    larger = constant(np.maximum(np.abs(a), np.abs(b)))
    safe = Cells(lambda: np.where(larger.values > 0, larger.values, 1.0), larger.write)
    return Right((("relative", difference / safe),), (("difference", difference), ("larger", larger)))


REFERENCES: dict[str, Callable[..., Right]] = {
    "cross_entropy_logits": cross_entropy_logits, "cross_entropy_gradient": cross_entropy_gradient,
    "graph_gradients": graph_gradients, "numerical_gradient": numerical_gradient,
    "relative_difference": relative_difference,
}  # fmt: skip
