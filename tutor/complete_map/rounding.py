"""How far the logits in float32 can lie from those in exact arithmetic, for any drawing.

A sum of n products has the error at most γₙ·Σ|w·x| with γₙ = n·u / (1 − n·u), whatever its order (Higham, Accuracy and
Stability of Numerical Algorithms, section 3.1); u = 2^−24. An activation passes an error on at most as often as it is
steep, and adds a few roundings of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.complete_map.stages import CannotMap, Stage, StagedNetwork

ROUNDING = 2.0**-24
# The steepest slope of each activation, rounded up. A softmax moves by at most its logits' largest error.
_STEEPEST = {"sigmoid": 0.25, "silu": 1.1, "gelu": 1.13}
_AT_MOST_ONE = ("sigmoid", "tanh", "softmax")
_OWN_ROUNDINGS = 16
"""For an activation of some exponentials: each is good to four roundings, the normal distribution's to two more."""

LARGEST = 1e30
"""Beyond it, a sum of numbers in float32 could overflow."""
Range = NDArray[np.float64]


def logit_error(network: StagedNetwork) -> float:
    """A bound on |logit in float32 − exact logit|, over all drawings and classes. Raises ``CannotMap``."""
    low, high, error = np.zeros(25), np.ones(25), np.zeros(25)
    for stage in network.stages:
        weights, magnitude = np.abs(stage.kernel), np.maximum(np.abs(low), np.abs(high))
        terms = len(low) + 3
        gamma = terms * ROUNDING / (1 - terms * ROUNDING)
        error = error @ weights + gamma * ((magnitude + error) @ weights + np.abs(stage.bias))
        positive, negative = np.maximum(stage.kernel, 0), np.minimum(stage.kernel, 0)
        low, high = low @ positive + high @ negative + stage.bias, high @ positive + low @ negative + stage.bias
        low, high, error = _activated(stage, low, high, error)
        if not max(np.abs(low).max(), np.abs(high).max(), error.max()) < LARGEST:
            raise CannotMap(f"the weights of {network.spec.name} are too large for a complete map")
    return float(error.max())


def _activated(stage: Stage, low: Range, high: Range, error: Range) -> tuple[Range, Range, Range]:
    """The range of the activation's output, and its error."""
    name = stage.activation
    if name == "linear":
        return low, high, error
    if name == "relu":
        return np.maximum(low, 0), np.maximum(high, 0), error
    steepest = max(1.0, stage.slope) if name == "leaky_relu" else _STEEPEST.get(name, 1.0)
    if name == "softmax":
        error = np.full_like(error, error.max())
    if name in _AT_MOST_ONE:
        low, high = np.full_like(low, -1.0), np.ones_like(high)
    else:
        # softplus lies at most ln 2 above |z|, all others between −steepest·|z| and steepest·|z|.
        reach = steepest * np.maximum(np.abs(low), np.abs(high)) + np.log(2)
        low, high = -reach, reach
    return low, high, steepest * error + _OWN_ROUNDINGS * ROUNDING * (np.maximum(np.abs(low), np.abs(high)) + 1)
