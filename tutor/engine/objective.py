"""The loss at a network's end, and the gradient from which backpropagation starts.

In Keras, softmax and sigmoid remember their logits, and a cross-entropy after them uses those
(``keras/src/backend/tensorflow/nn.py``, ``_get_logits``); this module does the same. One case surprises: a categorical
cross-entropy after a sigmoid is that of a softmax of the same logits. In all other cases the loss is computed from the
network's output.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine import losses
from tutor.engine.losses import Array
from tutor.engine.operations.contract import ShapeError
from tutor.engine.spec import NetworkSpec


@dataclass(frozen=True)
class Loss:
    """One loss: per row, and the gradient of its mean; from outputs and, where it has that form, from logits."""

    from_output: Callable[[Array, Any], Array]
    output_gradient: Callable[[Array, Any], Array]
    from_logits: Callable[[Array, Any], Array] | None = None
    logits_gradient: Callable[[Array, Any], Array] | None = None


NO_LABEL = -1
"""In the class numbers of a sequence: this place is not judged."""

REMEMBER_LOGITS = ("softmax", "sigmoid")

LOSS_FUNCTIONS = {
    "categorical_crossentropy": Loss(
        losses.crossentropy_from_probabilities,
        losses.crossentropy_probabilities_gradient,
        losses.crossentropy_from_logits,
        losses.crossentropy_logits_gradient,
    ),
    "sparse_categorical_crossentropy": Loss(
        losses.sparse_crossentropy_from_probabilities,
        losses.sparse_crossentropy_probabilities_gradient,
        losses.sparse_crossentropy_from_logits,
        losses.sparse_crossentropy_logits_gradient,
    ),
    "binary_crossentropy": Loss(
        losses.binary_crossentropy_from_probabilities,
        losses.binary_crossentropy_probabilities_gradient,
        losses.binary_crossentropy_from_logits,
        losses.binary_crossentropy_logits_gradient,
    ),
    "mean_squared_error": Loss(losses.mean_squared_error, losses.mean_squared_error_gradient),
}


def is_fused(spec: NetworkSpec) -> bool:
    """Whether the loss uses the logits, so that the last activation and the loss are one operation."""
    loss = LOSS_FUNCTIONS[spec.loss]
    return loss.from_logits is not None and (spec.from_logits or spec.last_activation in REMEMBER_LOGITS)


def row_losses(spec: NetworkSpec, logits: Array, output: Array, labels: Array) -> Array:
    """The loss of each row (batch,); ``labels`` (batch, outputs), or class numbers (batch,) for the sparse loss.

    Where a network ends in places (batch, time, classes), each place with a label is a row of its own; its class
    numbers are (batch, time), with ``NO_LABEL`` where there is none, as with Keras's ``ignore_class=-1``.
    """
    loss, labels = LOSS_FUNCTIONS[spec.loss], _as_labels(spec, labels, output)
    if spec.ends_in_places:
        logits, output, labels = _labelled(logits, labels), _labelled(output, labels), labels[labels != NO_LABEL]
    if is_fused(spec):
        assert loss.from_logits is not None
        return loss.from_logits(logits, labels)
    return loss.from_output(output, labels)


def output_gradient(spec: NetworkSpec, logits: Array, output: Array, labels: Array) -> Array:
    """The gradient of the mean loss: with respect to the logits if the loss is fused, otherwise to the output.

    It has the shape of what it refers to.
    """
    loss, labels = LOSS_FUNCTIONS[spec.loss], _as_labels(spec, labels, output)
    gradient, of = loss.output_gradient, output
    if is_fused(spec):
        assert loss.logits_gradient is not None
        gradient, of = loss.logits_gradient, logits
    if not spec.ends_in_places:
        return gradient(of, labels)
    whole = np.zeros_like(of)
    whole[labels != NO_LABEL] = gradient(_labelled(of, labels), labels[labels != NO_LABEL])
    return whole


def correct_rows(spec: NetworkSpec, output: Array, labels: Array) -> int:
    """How many rows have the right answer, by ``right_rows``."""
    return int(right_rows(spec, output, labels).sum())


def right_rows(spec: NetworkSpec, output: Array, labels: Array) -> NDArray[np.bool_]:
    """Which rows have the right answer, (batch,); ties go to the first class, as in Keras.

    With a binary loss a row is right if all its outputs are on the right side of ½ (of 0, for logits).
    """
    labels = _as_labels(spec, labels, output)
    if spec.ends_in_places:
        return _labelled(output, labels).argmax(axis=-1) == labels[labels != NO_LABEL]
    if spec.loss == "sparse_categorical_crossentropy":
        return output.argmax(axis=-1) == labels
    if spec.loss == "binary_crossentropy":
        threshold = 0.0 if spec.from_logits else 0.5
        return ((output > threshold) == (labels > 0.5)).all(axis=-1)
    return output.argmax(axis=-1) == labels.argmax(axis=-1)


def answers_in(spec: NetworkSpec, labels: NDArray[Any]) -> int:
    """How many answers the labels judge: one a row, or one for each place that has a label."""
    return int((labels != NO_LABEL).sum()) if spec.ends_in_places else len(labels)


def _labelled(values: Array, labels: NDArray[Any]) -> Array:
    """The places that have a label, (places, classes)."""
    kept: Array = values[labels != NO_LABEL]
    return kept


def _as_labels(spec: NetworkSpec, labels: Array, output: Array) -> Any:
    if spec.ends_in_places:
        if labels.shape != output.shape[:-1]:
            raise ShapeError(
                f"{spec.name} answers at each place, {output.shape[:-1]}; got class numbers of shape {labels.shape}"
            )
        return labels.astype(np.intp, copy=False)
    if spec.loss == "sparse_categorical_crossentropy":
        if labels.shape != output.shape[:1]:
            raise ShapeError(
                f"class numbers are one a row, {output.shape[:1]}; got labels of shape {labels.shape}. "
                "One-hot labels go with categorical_crossentropy"
            )
        return labels.astype(np.intp, copy=False)
    if labels.shape != output.shape:
        raise ShapeError(
            f"{spec.name} gives {output.shape[-1]} numbers a row; its labels have the shape {labels.shape}, "
            f"not {output.shape}"
        )
    return labels.astype(spec.dtype, copy=False)
