"""How far the logits in float32 can lie from those in exact arithmetic, for any drawing.

A sum of n products has the error at most γₙ·Σ|w·x| with γₙ = n·u / (1 − n·u), whatever its order (Higham, Accuracy and
Stability of Numerical Algorithms, section 3.1); u = 2^−24. An activation passes an error on at most as often as it is
steep, and adds a few roundings of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.complete_map.drawings import PIXELS
from tutor.complete_map.stages import CannotMap, Stage, StagedNetwork
from tutor.engine.activations import activate, leaky_relu

ROUNDING = 2.0**-24
# The steepest slope of each activation, rounded up; 1 for all others but a leaky ReLU. A softmax moves by at most its
# logits' largest error.
_STEEPEST = {"sigmoid": 0.25, "silu": 1.1, "gelu": 1.13}
# The lowest values of those that go down and up again, rounded down.
_LOWEST = {"silu": -0.279, "gelu": -0.171}
_OWN_ROUNDINGS = 16
"""For an activation of some exponentials: each is good to four roundings, the normal distribution's to two more."""
LARGEST = 1e30
"""Beyond it, a sum of numbers in float32 could overflow."""
Range = NDArray[np.floating]


def logit_error(network: StagedNetwork) -> float:
    """A bound on |logit in float32 − exact logit|, over all drawings and classes. Raises ``CannotMap``."""
    low: Range = np.zeros(PIXELS)
    high: Range = np.ones(PIXELS)
    error: Range = np.zeros(PIXELS)
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
    if name == "softmax":
        low, high, error = np.zeros_like(low), np.ones_like(high), np.full_like(error, error.max())
        steepest = 1.0
    elif name in _LOWEST:
        low, high, steepest = np.full_like(low, _LOWEST[name]), np.maximum(high, 0), _STEEPEST[name]
    elif name == "leaky_relu":
        low, high, steepest = leaky_relu(low, stage.slope), leaky_relu(high, stage.slope), max(1.0, stage.slope)
    else:
        # All others never go down, so that the ends of the range stay its ends.
        low, high, steepest = activate(name, low), activate(name, high), _STEEPEST.get(name, 1.0)
    return low, high, steepest * error + _OWN_ROUNDINGS * ROUNDING * (np.maximum(np.abs(low), np.abs(high)) + 1)
