"""What makes pictures: the best guess of a noisy point, the steps that take noise away, the loss of a generator."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from tutor.engine.activations import softmax
from tutor.engine.derivations.cells import constant, exp, ln
from tutor.practice.right import Right


def best_guess(s: Any, points: Any, sigma: float) -> Right:
    """The mean of the points (points, numbers) by softmax(−distance² / (2σ²)), and (s − mean) / σ.

    Bayes' rule for points that are equally likely, and normal noise; see ``labs/making_pictures/denoising.py``.
    """
    difference = constant(s) - constant(points)
    distances = (difference * difference).sum(axis=1)
    exponents = -constant(distances.values) / (2.0 * constant(sigma) * constant(sigma))
    powers = exp(constant(exponents.values))
    weights = (powers / powers.sum()).computed(lambda: softmax(exponents.values))
    mean = constant(weights.values) @ constant(points)
    noise = (constant(s) - constant(mean.values)) / constant(sigma)
    return Right((("mean", mean), ("noise", noise)), (("distances", distances), ("weights", weights), ("mean", mean)))


def denoise(x: Any, points: Any, levels: Any) -> Right:
    """x → guess + σ after / σ before·(x − guess), from each of the levels (steps + 1,) to the next."""
    now = constant(x)
    for sigma, after in pairwise(np.asarray(levels, dtype=np.float64)):
        mean = dict(best_guess(now.values, points, float(sigma)).returns)["mean"]
        guess = constant(mean.values)
        now = guess + constant(after) / constant(sigma) * (constant(now.values) - guess)
    return Right((("x", now),))


def generator_loss(z: Any) -> Right:
    """The mean of −ln σ(z) over the rows, and its gradient (σ(z) − 1) / rows by the logits (rows,)."""
    logits, rows = constant(z), float(len(z))
    p = 1.0 / (1.0 + exp(-logits))
    each = (-ln(constant(p.values))).computed(lambda: np.logaddexp(0.0, -np.asarray(z, dtype=np.float64)))
    loss = constant(each.values).sum() / rows
    return Right((("loss", loss), ("dz", (constant(p.values) - 1.0) / rows)), (("p", p),))


REFERENCES: dict[str, Callable[..., Right]] = {
    "best_guess": best_guess, "denoise": denoise, "generator_loss": generator_loss,
}  # fmt: skip
