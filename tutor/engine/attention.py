"""Attention: each place compares its query with the keys of all places and mixes their values by the result.

``q``, ``k`` and ``v`` are (batch, time, heads, width); scores and weights (batch, heads, asking place, asked place).
Source: ``keras/src/layers/attention/multi_head_attention.py``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import as_float32, softmax

Array = NDArray[np.floating]


def scale(width: int, dtype: np.dtype) -> np.floating:
    """1/√width: a sum of ``width`` products of numbers of variance 1 has that variance, and with the factor 1.

    Keras on TensorFlow rounds it to float32 (``tf.cast`` of a number in ``backend/tensorflow/nn.py``).
    """
    factor: np.floating = dtype.type(as_float32(1.0 / np.sqrt(float(width))))
    return factor


def attention_scores(q: Array, k: Array) -> Array:
    """q·k / √width for every pair of places, also those that a mask hides later."""
    scaled = q * scale(q.shape[-1], q.dtype)
    return scaled.transpose(0, 2, 1, 3) @ k.transpose(0, 2, 3, 1)


def attention_weights(scores: Array, *, causal: bool) -> Array:
    """The softmax of each row of scores; with ``causal`` over the places up to the asking one, and 0 after it."""
    if not causal:
        return softmax(scores)
    return softmax(np.where(hidden(scores.shape[-1]), -np.inf, scores)).astype(scores.dtype, copy=False)


def hidden(time: int) -> NDArray[np.bool_]:
    """Which places (asking, asked) the causal mask hides: those after the asking one."""
    return np.triu(np.ones((time, time), bool), 1)


def mixed_values(weights: Array, v: Array) -> Array:
    """The sum of the values by the weights, (batch, time, heads, width)."""
    return (weights @ v.transpose(0, 2, 1, 3)).transpose(0, 2, 1, 3)


def attention_gradients(dmixed: Array, q: Array, k: Array, v: Array, weights: Array) -> dict[str, Array]:
    """The gradients ``q``, ``k``, ``v``, ``weights`` and ``scores`` from that of the mixed values.

    A softmax passes p·(∂p − Σ ∂p·p) on: a weight of 0, as behind the mask, passes nothing.
    """
    of_heads = dmixed.transpose(0, 2, 1, 3)
    dv = (weights.transpose(0, 1, 3, 2) @ of_heads).transpose(0, 2, 1, 3)
    dweights = of_heads @ v.transpose(0, 2, 3, 1)
    dscores = weights * (dweights - (dweights * weights).sum(axis=-1, keepdims=True))
    factor = scale(q.shape[-1], q.dtype)
    dq = (dscores @ k.transpose(0, 2, 1, 3)).transpose(0, 2, 1, 3) * factor
    dk = (dscores.transpose(0, 1, 3, 2) @ q.transpose(0, 2, 1, 3)).transpose(0, 2, 1, 3) * factor
    return {"q": dq, "k": dk, "v": dv, "weights": dweights, "scores": dscores}
