"""Losses: how wrong a prediction is, and the gradient with which training begins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import log_softmax, softmax

Array = NDArray[np.floating]


def crossentropy_from_logits(logits: Array, labels: Array) -> Array:
    """−Σ_k y_k · log p_k of each row, with p = softmax(logits).

    ``logits`` and ``labels`` are (batch, classes), the result (batch,). Taken from the logits, never from p:
    that is what Keras does behind a softmax layer (``keras/src/backend/tensorflow/nn.py``, ``_get_logits``),
    and it stays exact where p rounds to 0.
    """
    # 0 · (−∞) would be NaN where a class that is not the label has no probability at all.
    terms = np.where(labels == 0, 0, labels * log_softmax(logits))
    return -terms.sum(axis=-1)


def crossentropy_logits_gradient(logits: Array, labels: Array) -> Array:
    """∂(mean loss)/∂logits = (p − y) / batch, shape (batch, classes), for labels that sum to 1 in each row."""
    return (softmax(logits) - labels) / logits.dtype.type(len(logits))


def accuracy(logits: Array, labels: Array) -> float:
    """The share of rows whose largest output is the labelled class; ties go to the first, as in Keras."""
    return float((logits.argmax(axis=-1) == labels.argmax(axis=-1)).mean())
