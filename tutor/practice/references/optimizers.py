"""Steps of the optimizers, clipping, and learning rates that decay.

The arithmetic is that of ``engine/updates.py``, without its rounding of some settings to float32.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.derivations.cells import constant, floor, power, sqrt
from tutor.engine.optimizer_specs import SGD, Adam, RMSprop
from tutor.engine.schedules import ExponentialDecay
from tutor.engine.schedules import rate as rate_at
from tutor.engine.updates import clip
from tutor.practice.right import Right


def gradient_step(w: Any, g: Any, rate: float) -> Right:
    """w − η·g, for weights (weights,)."""
    step = -rate * constant(g)
    return Right((("w", constant(w) + step),), (("step", step),))


def momentum_step(w: Any, v: Any, g: Any, rate: float, momentum: float) -> Right:
    """v ← μ·v − η·g, w ← w + v: the form of Keras's SGD."""
    velocity = momentum * constant(v) - rate * constant(g)
    return Right((("w", constant(w) + constant(velocity.values)), ("v", velocity)), (("velocity", velocity),))


def rmsprop_step(w: Any, s: Any, g: Any, rate: float) -> Right:
    """s ← ρ·s + (1 − ρ)·g², w ← w − η·g / √(s + ε), with Keras's ρ and ε."""
    rho, epsilon, slopes = RMSprop.rho, RMSprop.epsilon, constant(g)
    mean_square = rho * constant(s) + (1 - rho) * (slopes * slopes)
    moved = constant(w) - rate * slopes / sqrt(constant(mean_square.values) + epsilon)
    return Right((("w", moved), ("s", mean_square)), (("mean_square", mean_square),))


def adam_step(w: Any, m: Any, v: Any, g: Any, t: int, rate: float) -> Right:
    """m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², w ← w − η·m̂ / (√v̂ + ε), with m̂ and v̂ corrected by 1 − βᵗ.

    ε stands after the correction, as in the paper (Kingma and Ba, 2015, algorithm 1). Keras has it before; where slopes
    are not tiny, both give the same number.
    """
    beta_1, beta_2, epsilon, slopes = Adam.beta_1, Adam.beta_2, Adam.epsilon, constant(g)
    new_m = beta_1 * constant(m) + (1 - beta_1) * slopes
    new_v = beta_2 * constant(v) + (1 - beta_2) * (slopes * slopes)
    m_hat = constant(new_m.values) / (1 - beta_1**t)
    v_hat = constant(new_v.values) / (1 - beta_2**t)
    moved = constant(w) - rate * constant(m_hat.values) / (sqrt(constant(v_hat.values)) + epsilon)
    steps = (("new_m", new_m), ("new_v", new_v), ("m_hat", m_hat), ("v_hat", v_hat))
    return Right((("w", moved), ("m", new_m), ("v", new_v)), steps)


def clip_norm(g: Any, c: float) -> Right:
    """The gradient (inputs, units), scaled down to the norm c if it is longer."""
    gradient = constant(g)
    norm = sqrt((gradient * gradient).sum())
    clipped = np.array(g, dtype=np.float64).ravel()
    clip(SGD(clipnorm=c), [clipped], clipped)
    scaled = gradient * c / constant(norm.number) if norm.number > c else gradient
    return Right((("g", scaled.computed(clipped.reshape(np.shape(g)))),), (("norm", norm),))


def decayed_rate(step: int, initial: float, decay_steps: int, decay_rate: float, staircase: bool) -> Right:
    """initial · decay_rate^(step / decay_steps), the exponent rounded down for a staircase."""
    periods = constant(float(step)) / float(decay_steps)
    exponent = floor(periods) if staircase else periods
    schedule = ExponentialDecay(initial, decay_steps, decay_rate, staircase)
    rate = initial * power(constant(decay_rate), exponent)
    return Right((("rate", rate.computed(rate_at(schedule, step))),), (("exponent", exponent),))


REFERENCES: dict[str, Callable[..., Right]] = {
    "gradient_step": gradient_step, "momentum_step": momentum_step, "rmsprop_step": rmsprop_step,
    "adam_step": adam_step, "clip_norm": clip_norm, "decayed_rate": decayed_rate,
}  # fmt: skip
