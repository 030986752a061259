"""Inference in NumPy only: an exported program contains the source of these functions.

Each depends only on the functions of this module that it calls. All take float arrays with the rows first;
``tests/unit/exchange`` compares them with the engine.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def linear(z: Array) -> Array:
    """f(z) = z."""
    return z


def relu(z: Array) -> Array:
    """f(z) = max(0, z)."""
    return np.maximum(z, 0)


def leaky_relu(z: Array, slope: float = 0.2) -> Array:
    """f(z) = z above 0, slope·z below."""
    return np.where(z > 0, z, z * z.dtype.type(np.float32(slope)))


def elu(z: Array) -> Array:
    """f(z) = z above 0, e^z − 1 below."""
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


def softplus(z: Array) -> Array:
    """f(z) = ln(1 + e^z)."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def sigmoid(z: Array) -> Array:
    """f(z) = 1 / (1 + e^−z), without overflow at either end."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e)).astype(z.dtype)


def silu(z: Array) -> Array:
    """f(z) = z·σ(z)."""
    return z * sigmoid(z)


def gelu(z: Array) -> Array:
    """f(z) = z·Φ(z), with Φ the cumulative normal distribution."""
    erf = np.vectorize(math.erf, otypes=[z.dtype])
    return z * (1 + erf(z * z.dtype.type(np.float32(math.sqrt(0.5))))) / 2


def tanh(z: Array) -> Array:
    """f(z) = tanh z."""
    return np.tanh(z)


def softmax(z: Array) -> Array:
    """p_i = e^z_i / Σ_j e^z_j along the last axis; subtracts the largest z first, so that nothing overflows."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def dense(x: Array, kernel: Array, bias: Array) -> Array:
    """x · kernel + bias on the last axis."""
    return x @ kernel + bias


def windows(x: Array, size: Sequence[int], strides: Sequence[int], padding: str, fill: float) -> Array:
    """All windows of pictures (rows, height, width, channels): (rows, down, across, channels, *size).

    With padding "same" there are ⌈size / stride⌉ positions; an odd padding is larger below and to the right.
    """
    if padding == "same":
        needed = [max((-(-n // s) - 1) * s + k - n, 0) for n, k, s in zip(x.shape[1:3], size, strides, strict=True)]
        around = [(0, 0), *((n // 2, n - n // 2) for n in needed), (0, 0)]
        x = np.pad(x, around, constant_values=fill)
    seen = np.lib.stride_tricks.sliding_window_view(x, size, axis=(1, 2))
    return seen[:, :: strides[0], :: strides[1]]


def conv2d(x: Array, kernel: Array, bias: Array, strides: Sequence[int], padding: str) -> Array:
    """Each window times the kernel (height, width, channels, filters), plus the bias. The kernel is not flipped."""
    seen = windows(x, kernel.shape[:2], strides, padding, 0)
    return np.tensordot(seen, kernel, axes=((4, 5, 3), (0, 1, 2))) + bias


def max_pooling(x: Array, size: Sequence[int], strides: Sequence[int], padding: str) -> Array:
    """The largest number of each window."""
    return windows(x, size, strides, padding, -np.inf).max(axis=(4, 5))


def average_pooling(x: Array, size: Sequence[int], strides: Sequence[int], padding: str) -> Array:
    """The mean of each window; padding does not count."""
    return np.nanmean(windows(x, size, strides, padding, np.nan), axis=(4, 5))


def batch_normalization(x: Array, gamma: Array, beta: Array, mean: Array, variance: Array, epsilon: float) -> Array:
    """Each channel by its moving mean and variance, times γ, plus β."""
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta


def layer_normalization(x: Array, gamma: Array, beta: Array, epsilon: float) -> Array:
    """Each place less its mean, by its standard deviation, times γ, plus β."""
    centred = x - x.mean(axis=-1, keepdims=True)
    return gamma * centred / np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + epsilon) + beta


def embedding(x: Array, table: Array) -> Array:
    """The row of the table for each token number."""
    return table[x.astype(int)]


def projected(x: Array, kernel: Array, bias: Array) -> Array:
    """x (rows, time, width) times the kernel (width, heads, size), plus the bias: (rows, heads, time, size)."""
    return (np.tensordot(x, kernel, axes=1) + bias).transpose(0, 2, 1, 3)


def attention(
    x: Array,
    query: Sequence[Array],
    key: Sequence[Array],
    value: Sequence[Array],
    output: Sequence[Array],
    causal: bool,
) -> Array:
    """Each place asks all places, or those up to itself, and mixes their values; each pair is a kernel and a bias."""
    q, k, v = (projected(x, *pair) for pair in (query, key, value))
    scores = q * q.dtype.type(np.float32(1 / math.sqrt(q.shape[-1]))) @ k.transpose(0, 1, 3, 2)
    if causal:
        scores = np.where(np.tri(x.shape[1], dtype=bool), scores, -np.inf)
    mixed = (softmax(scores) @ v).transpose(0, 2, 1, 3)
    return np.tensordot(mixed, output[0], axes=2) + output[1]


def simple_rnn(x: Array, kernel: Array, recurrent_kernel: Array, bias: Array) -> Array:
    """h_t = tanh(x_t · kernel + h_(t−1) · recurrent_kernel + bias), all of them."""
    h, states = np.zeros((len(x), len(recurrent_kernel)), x.dtype), []
    for z in (x @ kernel + bias).transpose(1, 0, 2):
        h = np.tanh(z + h @ recurrent_kernel)
        states.append(h)
    return np.stack(states, axis=1)


def lstm(x: Array, kernel: Array, recurrent_kernel: Array, bias: Array) -> Array:
    """c_t = σ(f)·c_(t−1) + σ(i)·tanh(g) and h_t = σ(o)·tanh(c_t), with i, f, g, o the quarters of z; all h."""
    h = c = np.zeros((len(x), len(recurrent_kernel)), x.dtype)
    states = []
    for z in (x @ kernel + bias).transpose(1, 0, 2):
        i, f, g, o = np.split(z + h @ recurrent_kernel, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        states.append(h)
    return np.stack(states, axis=1)


def flat(x: Array) -> Array:
    """All numbers of a row as one vector."""
    return x.reshape(len(x), -1)
