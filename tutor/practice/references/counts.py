"""Counts of right and wrong answers: accuracy, the confusion matrix, recall and precision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.derivations.cells import Cells, constant
from tutor.engine.losses import accuracy as engine_accuracy
from tutor.practice.right import Right


def accuracy(labels: Any, p: Any) -> Right:
    """The share of rows whose largest probability is that of the right class, for one-hot labels (rows, classes)."""
    truth, said = np.argmax(labels, axis=1), np.argmax(p, axis=1)
    right = constant((truth == said).astype(np.float64))
    share = (right.sum() / float(len(labels))).computed(lambda: engine_accuracy(p, labels))
    return Right((("share", share),), (("truth", constant(truth)), ("said", constant(said))))


def confusion(truth: Any, said: Any, classes: int) -> Right:
    """How many rows of each class (down) were called each class (across)."""
    counts = np.zeros((classes, classes))
    np.add.at(counts, (truth, said), 1)
    return Right((("counts", constant(counts)),))


def recall_precision(counts: Any) -> Right:
    """The diagonal over each row's sum and over each column's sum; 0 where the sum is 0."""
    right = np.diag(counts)
    members, called = constant(counts).sum(axis=1), constant(counts).sum(axis=0)
    shares = tuple(_share(right, total) for total in (members, called))
    steps = (("right", constant(right)), ("members", members), ("called", called))
    return Right(tuple(zip(("recall", "precision"), shares, strict=True)), steps)


def _share(right: Any, total: Cells) -> Cells:
    of, quotient = total.values, constant(right) / total
    return Cells(
        np.where(of == 0, 0.0, right / np.where(of == 0, 1.0, of)),
        lambda n, at: quotient.write(n, at) if of[at] else n(0.0),
    )


REFERENCES: dict[str, Callable[..., Right]] = {
    "accuracy": accuracy, "confusion": confusion, "recall_precision": recall_precision,
}  # fmt: skip
