"""What ``fit`` is given: checked as Keras checks it, and recorded by shape, range and mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from tutor.practice.runner.recorded_keras.elsewhere import LOSSES, METRICS
from tutor.practice.runner.recorded_keras.recorded import Named, NotInThisKeras, Recorded, snake_case

Shape = tuple[int | None, ...]
_SPARSE, _MEAN_SQUARED = "sparse_categorical_crossentropy", ("mean_squared_error", "mse", "MSE")


class History:
    """What ``fit`` returns. It has no curves, because nothing is trained."""

    def __init__(self, model: Any, epochs: int, steps: int) -> None:
        self.model, self.params, self.epoch = model, {"epochs": epochs, "steps": steps}, list(range(epochs))

    @property
    def history(self) -> Any:
        """The curves, of which there are none."""
        raise NotInThisKeras("fit only writes down what it is given here: nothing is trained, so history has no curves")


def rows_of(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """The rows and their labels as arrays. Raises ``ValueError`` as Keras does."""
    for name, value in (("x", x), ("y", y)):
        if value is None:
            raise ValueError(f"None values not supported: {name} is None.")
        if not isinstance(value, np.ndarray):
            raise ValueError(f"Unrecognized data type: {name} is of type {type(value)}; expected an array")
    if not x.ndim or not y.ndim or len(x) != len(y):
        raise ValueError(
            "Data cardinality is ambiguous. Make sure all arrays contain the same number of samples. "
            f"'x' sizes: {len(x) if x.ndim else '()'} | 'y' sizes: {len(y) if y.ndim else '()'}"
        )
    return x, y


def split(x: np.ndarray, y: np.ndarray, share: float) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """The rows to train on, and the last ones, for validation. Raises ``ValueError`` if either are none."""
    at = int(np.floor(len(x) * (1.0 - share)))
    if not 0 < at < len(x):
        raise ValueError(
            f"Training data contains {len(x)} samples, which is not sufficient to split it into a validation and "
            f"training set as specified by `validation_split={share}`. Either provide more data, or a different value "
            "for the `validation_split` argument."
        )
    return (x[:at], y[:at]), (x[at:], y[at:])


def check_inputs(x: np.ndarray, wanted: Shape) -> None:
    """Raise ``ValueError`` if the rows do not have the shape of the model's input, without the batch."""
    got = x.shape[1:]
    # Keras adds or drops a last axis of size 1.
    if len(got) == len(wanted) - 1 and wanted[-1] == 1:
        got = (*got, 1)
    elif len(got) == len(wanted) + 1 and got[-1] == 1:
        got = got[:-1]
    if len(got) != len(wanted) or any(n not in (None, size) for n, size in zip(wanted, got, strict=True)):
        raise ValueError(
            f"Input 0 of the model is incompatible with it: expected shape {(None, *wanted)}, but received input with "
            f"shape {(None, *x.shape[1:])}"
        )


def check_labels(y: np.ndarray, output: Shape, loss: str) -> None:
    """Raise ``ValueError`` if this loss cannot compare these labels with an output of this shape."""
    shapes = f"Received: target.shape={(None, *y.shape[1:])}, output.shape={(None, *output)}"
    if loss == _SPARSE:
        if y.shape[1:] not in ((*output[:-1],), (*output[:-1], 1)):
            raise ValueError(f"Argument `output` must have rank (ndim) `target.ndim - 1`. {shapes}")
        return
    labels = y.shape[1:]
    if len(labels) == len(output) - 1 and output[-1] == 1:
        labels = (*labels, 1)
    if loss in _MEAN_SQUARED:
        return
    if len(labels) != len(output):
        raise ValueError(f"Arguments `target` and `output` must have the same rank (ndim). {shapes}")
    if labels != output:
        raise ValueError(f"Arguments `target` and `output` must have the same shape. {shapes}")


def loss_name(loss: Any) -> str:
    """The name of a loss. Raises ``ValueError`` if there is none, or Keras has none of the name."""
    if loss is None:
        raise ValueError("No loss to compute. Provide a `loss` argument in `compile()`.")
    if isinstance(loss, str) and loss not in LOSSES and loss.lower() not in ("crossentropy", "ce"):
        raise ValueError(f"Could not interpret loss identifier: {loss}")
    name = loss.__name__ if isinstance(loss, Named) else loss
    return name if isinstance(name, str) else snake_case(type(loss).__name__)


def check_metrics(metrics: Any) -> None:
    """Raise ``ValueError`` for a metric that Keras does not know."""
    for metric in metrics or ():
        if isinstance(metric, str) and metric not in METRICS and metric.lower() not in ("accuracy", "acc", "ce"):
            raise ValueError(f"Could not interpret metric identifier: {metric}")
        if not isinstance(metric, str | Named | Recorded | list | tuple) and not callable(metric):
            raise ValueError(f"Could not interpret metric identifier: {metric}")


def described(rows: np.ndarray) -> dict[str, Any]:
    """The shape of an array, the range of its numbers and their mean."""
    numbers = rows.astype(np.float64) if rows.dtype.kind in "biuf" and rows.size else np.zeros(1)
    ends = {"least": float(numbers.min()), "largest": float(numbers.max())}
    return {"shape": list(rows.shape), **ends, "mean": float(numbers.mean())}


def in_both(rows: np.ndarray, others: np.ndarray) -> int:
    """How many of the ``others`` are among the rows."""
    known = {row.tobytes() for row in rows}
    return sum(row.tobytes() in known for row in others)
