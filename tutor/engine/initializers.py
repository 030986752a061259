"""Initial weights, as ``keras/src/initializers/random_initializers.py`` and ``constant_initializers.py`` define them.

An initializer is a name from ``INITIALIZERS``, or a ``Constant`` or ``TruncatedNormal`` with its number. As in Keras,
"truncated_normal" is also a name, with the default number, and "constant" is not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.validation import LARGEST_NUMBER, is_number, made_of, number_above, one_of, require, written

Float64 = NDArray[np.float64]

# The standard deviation of a standard normal distribution truncated at ±2; Keras divides by it so that the truncated
# distribution has the requested variance.
TRUNCATED_NORMAL_STDDEV = 0.87962566103423978


@dataclass(frozen=True)
class Constant:
    """The same number everywhere (``keras.initializers.Constant``)."""

    value: float = 0.0

    def __post_init__(self) -> None:
        require(
            is_number(self.value) and abs(self.value) <= LARGEST_NUMBER,
            f"a constant initializer needs a finite number, up to {LARGEST_NUMBER:g}; got {written(self.value)}",
        )


@dataclass(frozen=True)
class TruncatedNormal:
    """A normal distribution around 0, truncated at ±2·stddev (``keras.initializers.TruncatedNormal``).

    Surprising: ``stddev`` is the value before truncation. The truncated distribution has 0.88 of it, and unlike
    ``glorot_normal`` and its kind this one does not correct for that.
    """

    stddev: float = 0.05

    def __post_init__(self) -> None:
        number_above("stddev", self.stddev, 0)


@dataclass(frozen=True)
class UnitForget:
    """An LSTM's bias (4·units,): 1 for the forget gate, the second quarter, else 0 (``unit_forget_bias``)."""


Initializer = str | Constant | TruncatedNormal | UnitForget

_WITH_A_NUMBER: dict[str, type[Constant | TruncatedNormal]] = {
    "constant": Constant,
    "truncated_normal": TruncatedNormal,
}

# The variance of a named initializer is scale / fan: (scale, which fan).
_VARIANCE_SCALING: dict[str, tuple[float, str]] = {
    "glorot": (1.0, "average"),
    "he": (2.0, "in"),
    "lecun": (1.0, "in"),
}

INITIALIZERS: tuple[str, ...] = (
    "zeros",
    "ones",
    *(f"{name}_{distribution}" for name in _VARIANCE_SCALING for distribution in ("uniform", "normal")),
    "truncated_normal",
    "uniform",
    "orthogonal",
)
UNIFORM_LIMIT = 0.05
"""For "uniform", as ``keras.initializers.RandomUniform`` has it."""


def fans(shape: tuple[int, ...]) -> tuple[int, int]:
    """(fan_in, fan_out): how many inputs each output of a parameter of ``shape`` has, and how many outputs each input.

    For a kernel (inputs, units) these are inputs and units. For a convolution's kernel (height, width, channels,
    filters) both count the whole receptive field: (height·width·channels, height·width·filters). For a bias (units,)
    both are units.
    """
    if not shape:
        return 1, 1
    if len(shape) == 1:
        return shape[0], shape[0]
    receptive_field = math.prod(shape[:-2])
    return shape[-2] * receptive_field, shape[-1] * receptive_field


def initialize(
    initializer: Initializer,
    rng: np.random.Generator,
    shape: tuple[int, ...],
    fan_in: int | None = None,
    fan_out: int | None = None,
) -> Float64:
    """Draw one parameter of ``shape``; the fans default to those of the shape.

    Glorot preserves the variance of values and gradients through a layer: limit √(6/(fan_in + fan_out)), or standard
    deviation √(2/(fan_in + fan_out)). He compensates for ReLU, which zeroes half: √(6/fan_in) and √(2/fan_in). LeCun
    preserves the variance of values only: √(3/fan_in) and √(1/fan_in). The normal ones are truncated at two standard
    deviations and widened so that the truncated distribution has the stated standard deviation.

    Raises ``SpecError`` for a name that is not in ``INITIALIZERS``.
    """
    check_initializer(initializer)
    match initializer:
        case Constant(value):
            return np.full(shape, value, dtype=np.float64)
        case TruncatedNormal(stddev):
            return _truncated_normal(rng, shape, stddev)
        case "truncated_normal":
            return _truncated_normal(rng, shape, TruncatedNormal().stddev)
        case "zeros":
            return np.zeros(shape)
        case "ones":
            return np.ones(shape)
        case "uniform":
            return rng.uniform(-UNIFORM_LIMIT, UNIFORM_LIMIT, shape)
        case "orthogonal":
            return _orthogonal(rng, shape)
        case UnitForget():
            return np.repeat([0.0, 1.0, 0.0, 0.0], shape[0] // 4)
    name, _, distribution = initializer.rpartition("_")
    scale, which = _VARIANCE_SCALING[name]
    of_shape = fans(shape)
    inputs = of_shape[0] if fan_in is None else fan_in
    outputs = of_shape[1] if fan_out is None else fan_out
    fan = inputs if which == "in" else (inputs + outputs) / 2
    if distribution == "uniform":
        limit = math.sqrt(3 * scale / fan)
        return rng.uniform(-limit, limit, shape)
    return _truncated_normal(rng, shape, math.sqrt(scale / fan) / TRUNCATED_NORMAL_STDDEV)


def check_initializer(initializer: Initializer) -> None:
    """Raise ``SpecError`` unless ``initializer`` is a valid initializer."""
    if not isinstance(initializer, Constant | TruncatedNormal | UnitForget):
        one_of("initializer", initializer, INITIALIZERS)


def initializer_to_plain(initializer: Initializer) -> str | dict[str, Any]:
    """The initializer as a plain value, for JSON and TOML; ``initializer_from_plain`` reads it back."""
    if isinstance(initializer, str):
        return initializer
    kind = next(name for name, cls in _WITH_A_NUMBER.items() if cls is type(initializer))
    return {"kind": kind} | asdict(initializer)


def initializer_from_plain(plain: str | Mapping[str, Any]) -> Initializer:
    """Build an initializer from a plain value. Raises ``SpecError``."""
    if isinstance(plain, str):
        check_initializer(plain)
        return plain
    return made_of("initializer with a number", _WITH_A_NUMBER, plain)


def _orthogonal(rng: np.random.Generator, shape: tuple[int, ...]) -> Float64:
    """A matrix whose rows or columns, whichever are fewer, have length 1 and are at right angles to each other.

    From the QR decomposition of normal values, each column of Q with the sign that makes the diagonal of R positive:
    so no direction is likelier than another. A vector multiplied by a square one keeps its length.
    """
    rows, columns = (math.prod(shape[:-1]), shape[-1]) if len(shape) > 1 else (1, shape[0])
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))
    return (q if rows >= columns else q.T).reshape(shape)


def _truncated_normal(rng: np.random.Generator, shape: tuple[int, ...], stddev: float) -> Float64:
    """Normal values; redraws those beyond two standard deviations."""
    values = rng.standard_normal(shape)
    outside = np.abs(values) > 2.0
    while outside.any():
        values[outside] = rng.standard_normal(int(outside.sum()))
        outside = np.abs(values) > 2.0
    return values * stddev
