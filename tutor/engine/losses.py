"""Losses: how wrong a prediction is, and the gradient from which backpropagation starts.

A loss function gives one number per row: (batch, width) to (batch,). Keras reports their mean over the batch;
``..._gradient`` is the gradient of that mean with respect to the prediction, (batch, width), already divided by the
batch. Labels have the predictions' dtype, except the class numbers of the sparse losses: whole numbers (batch,) from 0.

Given probabilities, Keras clips them to [1e-7, 1 − 1e-7] before the logarithm, so that no loss is above 16.12 and the
gradient is 0 where it clipped: an answer that is wrong with certainty teaches nothing. Given logits, it clips nothing.
``keras/src/backend/tensorflow/nn.py`` has both; after a softmax or sigmoid layer it uses the logits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import log_softmax, sigmoid, softmax

Array = NDArray[np.floating]
ClassNumbers = NDArray[np.integer]

# ``keras.config.epsilon()``.
EPSILON = 1e-7


def crossentropy_from_logits(logits: Array, labels: Array) -> Array:
    """−Σ_k y_k · log p_k of each row, with p = softmax(logits).

    ``logits`` and ``labels`` are (batch, classes), the result (batch,). Computed from the logits, not from p, as Keras
    does after a softmax layer (``keras/src/backend/tensorflow/nn.py``, ``_get_logits``); it stays exact where p
    rounds to 0.
    """
    # 0 · (−∞) would be NaN where a class other than the label has probability 0.
    terms = np.where(labels == 0, 0, labels * log_softmax(logits))
    return -terms.sum(axis=-1)


def crossentropy_logits_gradient(logits: Array, labels: Array) -> Array:
    """∂(mean loss)/∂logits = (p − y) / batch, shape (batch, classes), for labels that sum to 1 in each row."""
    return (softmax(logits) - labels) / logits.dtype.type(len(logits))


def crossentropy_from_probabilities(probabilities: Array, labels: Array) -> Array:
    """−Σ_k y_k · log c_k of each row: q = p / Σp, then c = q clipped.

    Keras normalizes each row to sum 1 before it clips. A row of zeros gives NaN.
    """
    return -(labels * np.log(_clipped(_normalized(probabilities)))).sum(axis=-1)


def crossentropy_probabilities_gradient(probabilities: Array, labels: Array) -> Array:
    """∂(mean loss)/∂p_i = (d_i − Σ_j d_j·q_j) / Σp with d_j = −y_j / q_j, or 0 where q_j was clipped.

    The sum comes from the division by Σp: raising one probability lowers the others.
    """
    q = _normalized(probabilities)
    d = np.where(_inside(q), -labels / _clipped(q), 0)
    through_sum = (d * q).sum(axis=-1, keepdims=True)
    return (d - through_sum) / probabilities.sum(axis=-1, keepdims=True) / _rows(q)


def sparse_crossentropy_from_logits(logits: Array, classes: ClassNumbers) -> Array:
    """−log p_k of each row, with p = softmax(logits) and k the row's class number."""
    return -_of_class(log_softmax(logits), classes)


def sparse_crossentropy_logits_gradient(logits: Array, classes: ClassNumbers) -> Array:
    """∂(mean loss)/∂logits = (p − y) / batch, with y the class number as one-hot."""
    return _minus_one_hot(softmax(logits), classes) / _rows(logits)


def sparse_crossentropy_from_probabilities(probabilities: Array, classes: ClassNumbers) -> Array:
    """−log(c_k / Σc) of each row, with c = p clipped and k the row's class number.

    Keras clips first and then normalizes the row, by a softmax over log c. ``crossentropy_from_probabilities``
    does these in the opposite order, and the two differ by the clipped share, some 1e-7.
    """
    c = _clipped(probabilities)
    return np.log(c.sum(axis=-1)) - np.log(_of_class(c, classes))


def sparse_crossentropy_probabilities_gradient(probabilities: Array, classes: ClassNumbers) -> Array:
    """∂(mean loss)/∂p_i = (c_i / Σc − y_i) / c_i / batch, or 0 where p_i was clipped."""
    c = _clipped(probabilities)
    by_log = _minus_one_hot(c / c.sum(axis=-1, keepdims=True), classes)
    return np.where(_inside(probabilities), by_log / c, 0) / _rows(c)


def binary_crossentropy_from_logits(logits: Array, labels: Array) -> Array:
    """The row's mean of −y·log p − (1 − y)·log(1 − p) with p = σ(z), as max(z, 0) − z·y + log(1 + e^−|z|)."""
    return (np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-np.abs(logits)))).mean(axis=-1)


def binary_crossentropy_logits_gradient(logits: Array, labels: Array) -> Array:
    """∂(mean loss)/∂z = (σ(z) − y) / (batch · width)."""
    return (sigmoid(logits) - labels) / logits.dtype.type(logits.size)


def binary_crossentropy_from_probabilities(probabilities: Array, labels: Array) -> Array:
    """The row's mean of −y·log c − (1 − y)·log(1 − c), with c = p clipped."""
    c = _clipped(probabilities)
    return -(labels * np.log(c) + (1 - labels) * np.log(1 - c)).mean(axis=-1)


def binary_crossentropy_probabilities_gradient(probabilities: Array, labels: Array) -> Array:
    """∂(mean loss)/∂p = ((1 − y)/(1 − p) − y/p) / (batch · width), or 0 where p was clipped."""
    c = _clipped(probabilities)
    slope = (1 - labels) / (1 - c) - labels / c
    return np.where(_inside(probabilities), slope, 0) / c.dtype.type(c.size)


def mean_squared_error(predictions: Array, labels: Array) -> Array:
    """The row's mean of (p − y)²; other definitions take half of it, or the sum."""
    return np.square(predictions - labels).mean(axis=-1)


def mean_squared_error_gradient(predictions: Array, labels: Array) -> Array:
    """∂(mean loss)/∂p = 2·(p − y) / (batch · width)."""
    return (predictions - labels) * predictions.dtype.type(2 / predictions.size)


def l2_penalty(weights: Array, factor: float) -> float:
    """λ·Σw², to be added to the batch's mean loss (``keras/src/regularizers/regularizers.py``, ``L2``).

    It has no factor ½ and no division by the batch. Keras rounds λ to float32, even in a float64 network.
    """
    flat = weights.ravel()
    return float(weights.dtype.type(np.float32(factor)) * flat.dot(flat))


def l2_gradient(weights: Array, factor: float) -> Array:
    """∂(λ·Σw²)/∂w = 2·λ·w, in the shape of ``weights``."""
    return weights * weights.dtype.type(2 * np.float32(factor))


def accuracy(logits: Array, labels: Array) -> float:
    """The share of rows whose largest output is the labelled class; ties go to the first, as in Keras."""
    return float((logits.argmax(axis=-1) == labels.argmax(axis=-1)).mean())


def _rows(values: Array) -> np.floating:
    """The batch size, as a number of the array's dtype."""
    return values.dtype.type(len(values))


def _normalized(probabilities: Array) -> Array:
    return probabilities / probabilities.sum(axis=-1, keepdims=True)


def _clipped(probabilities: Array) -> Array:
    return np.clip(probabilities, EPSILON, 1 - EPSILON)


def _inside(probabilities: Array) -> NDArray[np.bool_]:
    """Where clipping changes nothing; the two limits count as inside."""
    return _clipped(probabilities) == probabilities


def _of_class(values: Array, classes: ClassNumbers) -> Array:
    return np.take_along_axis(values, classes[..., None], axis=-1)[..., 0]


def _minus_one_hot(values: Array, classes: ClassNumbers) -> Array:
    """Subtract 1 from ``values`` (batch, classes) at each row's class, in place."""
    at_class = np.take_along_axis(values, classes[..., None], axis=-1)
    np.put_along_axis(values, classes[..., None], at_class - 1, axis=-1)
    return values
