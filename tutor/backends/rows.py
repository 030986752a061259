"""Rows of data as a network takes them: bytes become numbers a batch at a time, class numbers become one-hot."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.fast.network import FastNetwork, pairs_of_units
from tutor.engine.fast.workers import Workers
from tutor.engine.layers import BatchNormalization, Dropout
from tutor.engine.network import forward, logits_name, output_name, penalty
from tutor.engine.objective import correct_rows, row_losses
from tutor.engine.operations.contract import ShapeError
from tutor.engine.parameters import Array, Parameters, count
from tutor.engine.spec import NetworkSpec

# Of so many rows the intermediates of a convolutional network take some tens of megabytes.
EVALUATED_AT_ONCE = 500
# The plain form of a convolution takes ten times as long, but for so few rows of a small network it need not lay out
# its arrays first. Work is counted in pairs of units.
WORTH_FAST_STAGES = 200
WORTH_FAST_STAGES_FOR_WORK = 10**9


def is_streamed(inputs: NDArray[Any]) -> bool:
    """Whether the rows stay bytes until they are in a batch: 60,000 pictures of 28×28 are 47 MB so, 188 as floats."""
    return inputs.dtype == np.uint8


def check_rows(rows: NDArray[Any], spec: NetworkSpec) -> None:
    """Raise ``ShapeError`` unless the ``rows`` (n, …) have as many numbers each as the network takes."""
    given, taken = math.prod(rows.shape[1:]), math.prod(spec.input_shape)
    if given != taken:
        raise ShapeError(f"{spec.name} takes {taken:,} numbers a row, but the rows of this data have {given:,}")


def check_labels(labels: NDArray[Any], spec: NetworkSpec) -> None:
    """Raise ``ShapeError`` unless the network has an output for each class of the labels, (n, classes) or (n,)."""
    if not len(labels):
        return
    ends = f"{spec.name} ends in {spec.output_size} numbers"
    if labels.ndim > 1:
        if labels.shape[1] != spec.output_size:
            raise ShapeError(f"{ends}, but the labels of this data have {labels.shape[1]} classes")
        return
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest < 0 or highest >= spec.output_size:
        wrong = lowest if lowest < 0 else highest
        raise ShapeError(f"{ends}, for the classes 0 to {spec.output_size - 1}, but a label of this data is {wrong}")


def as_inputs(rows: NDArray[Any], spec: NetworkSpec, scale: float) -> Array:
    """``rows`` (n, …) as (n, *input_shape) of the network's type, each number times ``scale``.

    Raises ``ShapeError`` where a row has not as many numbers as the network takes.
    """
    check_rows(rows, spec)
    inputs: Array = rows.astype(spec.dtype, copy=scale != 1.0).reshape(len(rows), *spec.input_shape)
    if scale != 1.0:
        inputs *= inputs.dtype.type(scale)
    return inputs


def as_labels(labels: NDArray[Any], spec: NetworkSpec) -> NDArray[Any]:
    """Labels as the loss takes them: class numbers (n,) for the sparse loss, else one-hot rows (n, outputs).

    Either form is accepted for either. Raises ``ShapeError`` where ``check_labels`` does, and for rows that name no
    single class where the loss is sparse.
    """
    check_labels(labels, spec)
    if spec.loss == "sparse_categorical_crossentropy":
        return (_classes_of(labels) if labels.ndim > 1 else labels).astype(np.int32, copy=False)
    if labels.ndim > 1:
        return labels.astype(spec.dtype, copy=False)
    return np.eye(spec.output_size, dtype=spec.dtype)[labels]


def _classes_of(labels: NDArray[Any]) -> NDArray[np.intp]:
    """The class numbers (n,) of one-hot rows (n, classes)."""
    one_hot = ((labels == 0) | (labels == 1)).all() and (labels.sum(axis=1) == 1).all()
    if not one_hot:
        raise ShapeError(
            "sparse_categorical_crossentropy takes one class a row, but these labels mix classes; "
            "categorical_crossentropy takes them"
        )
    return labels.argmax(axis=1)


def evaluate_rows(
    spec: NetworkSpec, parameters: Parameters, inputs: NDArray[Any], labels: NDArray[Any], scale: float = 1.0
) -> tuple[float, float]:
    """Mean loss and accuracy without dropout, some hundred rows at a time; NaN where there are none."""
    if not len(inputs):
        return float("nan"), float("nan")
    loss, right = 0.0, 0
    for part, logits, output in answers(spec, parameters, inputs, scale):
        wanted = as_labels(labels[part], spec)
        loss += float(row_losses(spec, logits, output, wanted).sum(dtype=np.float64))
        right += correct_rows(spec, output, wanted)
    return loss / len(inputs) + penalty(spec, parameters), right / len(inputs)


def answers(
    spec: NetworkSpec, parameters: Parameters, inputs: NDArray[Any], scale: float = 1.0
) -> Iterator[tuple[slice, Array, Array]]:
    """Logits and output of all rows, some hundred at a time, with which rows they are. Read them before the next.

    Without dropout, by the moving averages. Of many rows the logits are the output where no loss is taken from them.
    """
    normalized = any(isinstance(layer, BatchNormalization) for layer in spec.layers)
    fast = None
    much = len(inputs) * pairs_of_units(spec) >= WORTH_FAST_STAGES_FOR_WORK
    if (much or len(inputs) >= WORTH_FAST_STAGES) and not normalized:
        # Layers keep their names, and with them their weights: each kind is numbered on its own.
        bare = replace(spec, layers=tuple(layer for layer in spec.layers if not isinstance(layer, Dropout)))
        batch = min(len(inputs), EVALUATED_AT_ONCE)
        fast = FastNetwork(bare, parameters, count(spec), batch, Workers(1))
    for start in range(0, len(inputs), EVALUATED_AT_ONCE):
        part = slice(start, start + EVALUATED_AT_ONCE)
        rows = as_inputs(inputs[part], spec, scale)
        if fast is not None:
            yield part, *fast.answer(rows)
        else:
            values = forward(spec, parameters, rows)
            yield part, values[logits_name(spec)], values[output_name(spec)]
