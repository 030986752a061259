"""Rows of data as a network takes them: bytes become numbers a batch at a time, class numbers become one-hot."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.network import evaluate
from tutor.engine.parameters import Array, Parameters
from tutor.engine.spec import NetworkSpec

# Of so many rows the intermediates of a convolutional network take some tens of megabytes.
EVALUATED_AT_ONCE = 500


def is_streamed(inputs: NDArray[Any]) -> bool:
    """Whether the rows stay bytes until they are in a batch: 60,000 pictures of 28×28 are 47 MB so, 188 as floats."""
    return inputs.dtype == np.uint8


def as_inputs(rows: NDArray[Any], spec: NetworkSpec, scale: float) -> Array:
    """``rows`` (n, …) as (n, *input_shape) of the network's type, each number times ``scale``.

    Raises ``ValueError`` where a row has not as many numbers as the network takes.
    """
    inputs: Array = rows.astype(spec.dtype, copy=scale != 1.0).reshape(len(rows), *spec.input_shape)
    if scale != 1.0:
        inputs *= inputs.dtype.type(scale)
    return inputs


def as_labels(labels: NDArray[Any], spec: NetworkSpec) -> NDArray[Any]:
    """Labels as the loss takes them: class numbers (n,) as one-hot rows (n, outputs), unless the loss is sparse."""
    if labels.ndim > 1:
        return labels.astype(spec.dtype, copy=False)
    if spec.loss == "sparse_categorical_crossentropy":
        return labels.astype(np.int32, copy=False)
    return np.eye(spec.output_size, dtype=spec.dtype)[labels]


def evaluate_rows(
    spec: NetworkSpec, parameters: Parameters, inputs: NDArray[Any], labels: NDArray[Any], scale: float = 1.0
) -> tuple[float, float]:
    """Mean loss and accuracy without dropout, some hundred rows at a time; NaN where there are none."""
    if not len(inputs):
        return float("nan"), float("nan")
    loss, right = 0.0, 0.0
    for start in range(0, len(inputs), EVALUATED_AT_ONCE):
        part = slice(start, start + EVALUATED_AT_ONCE)
        some = as_inputs(inputs[part], spec, scale)
        part_loss, part_accuracy = evaluate(spec, parameters, some, as_labels(labels[part], spec))
        loss += part_loss * len(some)
        right += part_accuracy * len(some)
    return loss / len(inputs), right / len(inputs)
