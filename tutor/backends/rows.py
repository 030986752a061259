"""Rows of data in the form that a network takes: bytes become numbers one batch at a time, class numbers one-hot."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.fast.network import FastNetwork, pairs_of_units
from tutor.engine.fast.plain_network import works_on_sequences
from tutor.engine.fast.workers import Workers
from tutor.engine.layers import BatchNormalization, Dropout
from tutor.engine.network import forward, logits_name, output_name, penalty
from tutor.engine.objective import NO_LABEL, answers_in, correct_rows, row_losses
from tutor.engine.operations.contract import ShapeError
from tutor.engine.operations.sequences import token_numbers
from tutor.engine.parameters import Array, Parameters, count
from tutor.engine.sequence_layers import Embedding
from tutor.engine.spec import NetworkSpec

# For this many rows the intermediates of a convolutional network take some tens of megabytes.
EVALUATED_AT_ONCE = 500
# The plain form of a convolution takes ten times as long, but for a few rows of a small network it saves laying out the
# arrays first. Work is counted in pairs of units.
WORTH_FAST_STAGES = 200
WORTH_FAST_STAGES_FOR_WORK = 10**9


def is_streamed(inputs: NDArray[Any]) -> bool:
    """Whether the rows stay bytes until they are in a batch: 60,000 pictures of 28×28 are 47 MB, as floats 188 MB."""
    return inputs.dtype == np.uint8


def check_rows(rows: NDArray[Any], spec: NetworkSpec) -> None:
    """Raise ``ShapeError`` unless each of the ``rows`` (n, …) has as many numbers as the network's input.

    Bytes are shades, which are scaled, so that token numbers must be of another type.
    """
    given, taken = math.prod(rows.shape[1:]), math.prod(spec.input_shape)
    if given != taken:
        raise ShapeError(f"{spec.name} takes {taken:,} numbers a row, but the rows of this data have {given:,}")
    if is_streamed(rows) and isinstance(spec.layers[0], Embedding):
        raise ShapeError(
            f"{spec.name} takes token numbers, but the rows of this data are bytes (uint8), which stand for shades; "
            "store token numbers as another type, such as int32"
        )


def check_labels(labels: NDArray[Any], spec: NetworkSpec) -> None:
    """Raise ``ShapeError`` unless the network has an output for each class of the labels, (n, classes) or (n,).

    Of a network that ends in places, the labels are class numbers (n, time), with ``NO_LABEL`` for a place that is not
    judged; each row has a place that is.
    """
    if not len(labels):
        return
    ends = f"{spec.name} ends in {spec.output_size} numbers"
    if spec.ends_in_places:
        _check_places(labels, spec, ends)
        return
    if labels.ndim > 1:
        if labels.shape[1] != spec.output_size:
            raise ShapeError(f"{ends}, but the labels of this data have {labels.shape[1]} classes")
        return
    lowest, highest = int(labels.min()), int(labels.max())
    if lowest < 0 or highest >= spec.output_size:
        wrong = lowest if lowest < 0 else highest
        raise ShapeError(f"{ends}, for the classes 0 to {spec.output_size - 1}, but a label of this data is {wrong}")


def _check_places(labels: NDArray[Any], spec: NetworkSpec, ends: str) -> None:
    time = spec.shapes[-1][0]
    if labels.shape[1:] != (time,):
        raise ShapeError(
            f"{spec.name} answers at each of {time} places, which takes class numbers of the shape (rows, {time}); "
            f"the labels of this data have the shape {labels.shape}"
        )
    lowest, highest = labels.min(), labels.max()
    if lowest < NO_LABEL or highest >= spec.output_size:
        wrong = lowest if lowest < NO_LABEL else highest
        raise ShapeError(
            f"{ends} at each place, for the classes 0 to {spec.output_size - 1}, and {NO_LABEL} says that a place has "
            f"no label, but a label of this data is {wrong}"
        )
    empty = np.flatnonzero((labels == NO_LABEL).all(axis=1))
    if len(empty):
        raise ShapeError(f"row {empty[0] + 1} of this data has no label at any place, so that nothing can be learned")


def as_inputs(rows: NDArray[Any], spec: NetworkSpec, scale: float) -> Array:
    """``rows`` (n, …) as (n, *input_shape) in the network's dtype, multiplied by ``scale``.

    Raises ``ShapeError`` if a row does not have as many numbers as the network's input, or a number is no token where
    the network begins with an ``Embedding``.
    """
    check_rows(rows, spec)
    inputs: Array = rows.astype(spec.dtype, copy=scale != 1.0).reshape(len(rows), *spec.input_shape)
    if scale != 1.0:
        inputs *= inputs.dtype.type(scale)
    if isinstance(spec.layers[0], Embedding):
        token_numbers(inputs, spec.layers[0].input_dim)
    return inputs


def as_labels(labels: NDArray[Any], spec: NetworkSpec) -> NDArray[Any]:
    """Labels in the form of the loss: class numbers (n,) for the sparse loss, else one-hot rows (n, outputs).

    Where the network ends in places, class numbers (n, time).
    Converts either form to the other. Raises ``ShapeError`` as ``check_labels`` does and, for the sparse loss, for rows
    without a single class.
    """
    check_labels(labels, spec)
    if spec.ends_in_places:
        return labels.astype(np.int32, copy=False).reshape(len(labels), spec.shapes[-1][0])
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
    """Mean loss and accuracy without dropout, a few hundred rows at a time; NaN if there are no rows.

    Both are means over the answers: one a row, or one for each place that has a label.
    """
    if not len(inputs):
        return float("nan"), float("nan")
    loss, right, judged = 0.0, 0, 0
    for part, logits, output in answers(spec, parameters, inputs, scale):
        wanted = as_labels(labels[part], spec)
        loss += float(row_losses(spec, logits, output, wanted).sum(dtype=np.float64))
        right += correct_rows(spec, output, wanted)
        judged += answers_in(spec, wanted)
    return loss / judged + penalty(spec, parameters), right / judged


def answers(
    spec: NetworkSpec, parameters: Parameters, inputs: NDArray[Any], scale: float = 1.0
) -> Iterator[tuple[slice, Array, Array]]:
    """Logits and output of all rows, a few hundred at a time, with their row slice; the next step overwrites them.

    Without dropout, with the moving averages. For many rows the logits equal the output if the loss does not use them.
    """
    normalized = any(isinstance(layer, BatchNormalization) for layer in spec.layers)
    fast = None
    much = len(inputs) * pairs_of_units(spec) >= WORTH_FAST_STAGES_FOR_WORK
    if (much or len(inputs) >= WORTH_FAST_STAGES) and not normalized and not works_on_sequences(spec):
        # Layers keep their names, and with them their weights, because each kind is numbered separately.
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
