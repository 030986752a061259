"""From a file to a trained network: rows and labels, the split, the training loop, early stopping."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tutor.datasets.formats.shapes_file import PIXELS
from tutor.engine.derivations.cells import constant, floor
from tutor.engine.losses import crossentropy_from_logits, crossentropy_logits_gradient
from tutor.practice.right import Right


def read_shapes(text: str) -> Right:
    """The pixels (rows, 25) and the one-hot labels (rows, 5) of a file of shapes, from its text."""
    table = np.array([[float(each) for each in line.split()] for line in text.splitlines()])
    return Right((("x", constant(table[:, :PIXELS])), ("y", constant(table[:, PIXELS:]))))


def softmax_training(x: Any, y: Any, rate: float, epochs: int, batch: int) -> Right:
    """Weights and biases of a softmax layer after gradient descent from 0, and the mean loss of each epoch.

    For rows (rows, features) and one-hot labels (rows, classes), in batches in their order. The loss of a row is that
    before the update of its batch, as Keras reports it.
    """
    x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    W, b = np.zeros((x.shape[1], y.shape[1])), np.zeros(y.shape[1])
    losses = []
    for _ in range(epochs):
        of_rows: list[float] = []
        for start in range(0, len(x), batch):
            rows, labels = x[start : start + batch], y[start : start + batch]
            logits = rows @ W + b
            of_rows += crossentropy_from_logits(logits, labels).tolist()
            back = crossentropy_logits_gradient(logits, labels)
            W, b = W - rate * rows.T @ back, b - rate * back.sum(axis=0)
        losses.append(np.mean(of_rows))
    return Right((("W", constant(W)), ("b", constant(b)), ("losses", constant(np.array(losses)))))


def split(x: Any, share: float) -> Right:
    """The first ⌊rows·(1 − share)⌋ rows and the others, standardised with the mean and deviation of the first."""
    first = int(len(x) * (1 - share))
    kept = constant(float(len(x))) * (1.0 - constant(share))
    training, held_out = constant(x[:first]), constant(x[first:])
    mean, deviation = constant(np.mean(x[:first], axis=0)), constant(np.std(x[:first], axis=0))
    return Right(
        (("training", (training - mean) / deviation), ("held_out", (held_out - mean) / deviation)),
        (("first", floor(kept).computed(float(first))), ("mean", mean), ("deviation", deviation)),
    )


def early_stopping(losses: Sequence[float], patience: int) -> Right:
    """The best epoch, and the one after which training stops, both from 1; like Keras's ``EarlyStopping``."""
    values = np.asarray(losses, dtype=np.float64)
    earlier = [float(values[:epoch].min(initial=np.inf)) for epoch in range(len(values))]
    better = [epoch for epoch, (loss, lowest) in enumerate(zip(values, earlier, strict=True)) if loss < lowest]
    best, last = 0, len(values) - 1
    for epoch, following in zip(better, [*better[1:], len(values)], strict=True):
        best = epoch
        if following - epoch > patience:
            last = epoch + patience
            break
    return Right((("best", constant(best + 1.0)), ("last", constant(last + 1.0))))


REFERENCES: dict[str, Callable[..., Right]] = {
    "read_shapes": read_shapes, "softmax_training": softmax_training, "split": split, "early_stopping": early_stopping,
}  # fmt: skip
