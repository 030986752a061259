"""Activations and their derivatives, as ``keras/src/activations/activations.py`` defines them.

A slope function takes both z and the output f(z) and uses the simpler one. All functions return an array of the shape
they are given; softmax works along the last axis.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

# ``keras.activations.leaky_relu``; the LeakyReLU layer's own default is 0.3.
LEAKY_RELU_SLOPE = 0.2


def as_float32(constant: float) -> float:
    """Round as Keras does: it keeps such constants in float32 even in a float64 network, so 0.1 is 0.10000000149."""
    return float(np.float32(constant))


_erf = np.frompyfunc(math.erf, 1, 1)


_ROOT_OF_A_HALF = as_float32(math.sqrt(0.5))


def linear(z: Array) -> Array:
    """f(z) = z."""
    return z


def relu(z: Array) -> Array:
    """f(z) = max(0, z)."""
    return np.maximum(z, 0)


def leaky_relu(z: Array, negative_slope: float = LEAKY_RELU_SLOPE) -> Array:
    """z where z > 0, else negative_slope·z, the slope rounded to float32 as Keras does."""
    return np.where(z > 0, z, z * z.dtype.type(as_float32(negative_slope)))


def elu(z: Array) -> Array:
    """z where z > 0, else e^z − 1."""
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


def softplus(z: Array) -> Array:
    """ln(1 + e^z), computed as max(z, 0) + ln(1 + e^−|z|) so that e^z does not overflow."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


def sigmoid(z: Array) -> Array:
    """σ(z) = 1 / (1 + e^−z), computed from e^−|z| so that neither end overflows."""
    e = np.exp(-np.abs(z))
    value: Array = np.where(z >= 0, 1 / (1 + e), e / (1 + e)).astype(z.dtype, copy=False)
    return value


def silu(z: Array) -> Array:
    """z·σ(z), also called swish."""
    return z * sigmoid(z)


def gelu(z: Array) -> Array:
    """z·Φ(z) with Φ the normal distribution's cumulative function: the exact form, Keras's default.

    Φ(z) = (1 + erf(z·√½))/2, with √½ rounded to float32 as TensorFlow does.
    """
    return z * _normal_cdf(z)


def _normal_cdf(z: Array) -> Array:
    error_function: Array = np.asarray(_erf(z * z.dtype.type(_ROOT_OF_A_HALF)), dtype=z.dtype)
    return (1 + error_function) / 2


def tanh(z: Array) -> Array:
    """f(z) = tanh z."""
    return np.tanh(z)


def softmax(z: Array) -> Array:
    """p_i = e^z_i / Σ_j e^z_j along the last axis.

    Subtracts the largest logit first, which changes no probability and keeps e^z from overflowing.
    """
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def log_softmax(z: Array) -> Array:
    """log p_i = z_i − m − log Σ_j e^(z_j − m) with m the largest logit, along the last axis."""
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def linear_slope(_z: Array, out: Array) -> Array:
    """f′ = 1."""
    return np.ones_like(out)


def relu_slope(_z: Array, out: Array) -> Array:
    """f′ = 1 where the output is positive, else 0; at exactly 0 it is 0, as in Keras."""
    return (out > 0).astype(out.dtype)


def leaky_relu_slope(z: Array, negative_slope: float = LEAKY_RELU_SLOPE) -> Array:
    """f′ = 1 where z > 0, else the negative slope, also at exactly 0."""
    return np.where(z > 0, z.dtype.type(1), z.dtype.type(as_float32(negative_slope)))


def elu_slope(z: Array, out: Array) -> Array:
    """f′ = 1 where z > 0, else e^z = f + 1; at 0 both are 1."""
    return np.where(z > 0, out.dtype.type(1), out + 1)


def softplus_slope(z: Array, _out: Array) -> Array:
    """f′ = σ(z)."""
    return sigmoid(z)


def sigmoid_slope(_z: Array, out: Array) -> Array:
    """σ′ = σ·(1 − σ), at most 0.25."""
    return out * (1 - out)


def silu_slope(z: Array, out: Array) -> Array:
    """f′ = σ(z) + f·(1 − σ(z))."""
    s = sigmoid(z)
    return s + out * (1 - s)


def gelu_slope(z: Array, _out: Array) -> Array:
    """f′ = Φ(z) + z·φ(z) with φ the normal density."""
    scaled = z * z.dtype.type(_ROOT_OF_A_HALF)
    density = np.exp(-scaled * scaled) * z.dtype.type(_ROOT_OF_A_HALF / math.sqrt(math.pi))
    return _normal_cdf(z) + z * density


def tanh_slope(_z: Array, out: Array) -> Array:
    """f′ = 1 − f²."""
    return 1 - out * out


@dataclass(frozen=True)
class Elementwise:
    """An activation of single numbers: the function, its slope (from z and the output), and both as formulas."""

    function: Callable[[Array], Array]
    slope: Callable[[Array, Array], Array]
    formula: str
    slope_formula: str


ELEMENTWISE: dict[str, Elementwise] = {
    "linear": Elementwise(linear, linear_slope, "z", "1"),
    "relu": Elementwise(relu, relu_slope, "max(0, z)", "1 if z > 0 else 0"),
    "leaky_relu": Elementwise(
        leaky_relu, lambda z, _: leaky_relu_slope(z), "z if z > 0 else 0.2·z", "1 if z > 0 else 0.2"
    ),
    "elu": Elementwise(elu, elu_slope, "z if z > 0 else e^(z) − 1", "1 if z > 0 else e^(z)"),
    "softplus": Elementwise(softplus, softplus_slope, "ln(1 + e^(z))", "1 / (1 + e^(−z))"),
    "sigmoid": Elementwise(sigmoid, sigmoid_slope, "1 / (1 + e^(−z))", "σ·(1 − σ)"),
    "silu": Elementwise(silu, silu_slope, "z / (1 + e^(−z))", "σ + f·(1 − σ)"),
    "gelu": Elementwise(gelu, gelu_slope, "z·Φ(z)", "Φ(z) + z·φ(z)"),
    "tanh": Elementwise(tanh, tanh_slope, "tanh(z)", "1 − tanh(z)²"),
}


def activate(name: str, z: Array) -> Array:
    """Apply the named activation to ``z``; softmax along the last axis."""
    return softmax(z) if name == "softmax" else ELEMENTWISE[name].function(z)


def activation_gradient(name: str, dy: Array, z: Array, out: Array) -> Array:
    """∂z from ∂out. Softmax couples the numbers of a row: ∂zᵢ = pᵢ·(∂pᵢ − Σⱼ pⱼ·∂pⱼ)."""
    if name == "softmax":
        return out * (dy - (out * dy).sum(axis=-1, keepdims=True))
    return dy * ELEMENTWISE[name].slope(z, out)
