"""Activations and their derivatives.

Each derivative is written in the activation's output, as backpropagation has that at hand. All take and return
arrays of one shape; softmax works along the last axis.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def linear(z: Array) -> Array:
    """f(z) = z."""
    return z


def relu(z: Array) -> Array:
    """f(z) = max(0, z)."""
    return np.maximum(z, 0)


def sigmoid(z: Array) -> Array:
    """σ(z) = 1 / (1 + e^−z), computed from e^−|z| so that neither end overflows."""
    e = np.exp(-np.abs(z))
    value: Array = np.where(z >= 0, 1 / (1 + e), e / (1 + e)).astype(z.dtype, copy=False)
    return value


def tanh(z: Array) -> Array:
    """f(z) = tanh z."""
    return np.tanh(z)


def softmax(z: Array) -> Array:
    """p_i = e^z_i / Σ_j e^z_j along the last axis.

    The largest logit is subtracted first: that changes no probability, and e^z can then not overflow.
    """
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(z: Array) -> Array:
    """log p_i = z_i − m − log Σ_j e^(z_j − m) with m the largest logit, along the last axis."""
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def linear_slope(out: Array) -> Array:
    """f′ = 1."""
    return np.ones_like(out)


def relu_slope(out: Array) -> Array:
    """f′ = 1 where the output is positive, else 0; at exactly 0 it is 0, as in Keras."""
    return (out > 0).astype(out.dtype)


def sigmoid_slope(out: Array) -> Array:
    """σ′ = σ·(1 − σ), at most 0.25."""
    return out * (1 - out)


def tanh_slope(out: Array) -> Array:
    """f′ = 1 − f²."""
    return 1 - out * out


@dataclass(frozen=True)
class Activation:
    """An activation of single numbers: its function of z and its slope as a function of its output."""

    function: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    formula: str
    slope_formula: str


ELEMENTWISE: dict[str, Activation] = {
    "linear": Activation(linear, linear_slope, "z", "1"),
    "relu": Activation(relu, relu_slope, "max(0, z)", "1 if z > 0 else 0"),
    "sigmoid": Activation(sigmoid, sigmoid_slope, "1 / (1 + e^(−z))", "σ·(1 − σ)"),
    "tanh": Activation(tanh, tanh_slope, "tanh(z)", "1 − tanh(z)²"),
}


def activate(name: str, z: Array) -> Array:
    """Apply the named activation to ``z``; softmax along the last axis."""
    return softmax(z) if name == "softmax" else ELEMENTWISE[name].function(z)
