"""Batch normalization (in training, its moving averages, at inference, backwards) and layer normalization."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tutor.engine.batch_normalization import batch_normalize, batch_normalize_gradients, normalize_with
from tutor.engine.derivations.cells import Cells, constant, sqrt
from tutor.engine.layer_normalization import layer_normalize, layer_normalize_gradients
from tutor.practice.right import Right


def batch_norm(x: Any, gamma: Any, beta: Any, epsilon: float) -> Right:
    """γ·(x − mean) / √(variance + ε) + β with the statistics of this batch, for inputs (rows, units)."""
    mean, variance = _statistics(x)
    x_hat = _normalized(x, mean, variance, epsilon)
    y = constant(gamma) * constant(x_hat.values) + constant(beta)
    steps = (("mean", mean), ("variance", variance), ("x_hat", x_hat))
    return Right((("y", y.computed(lambda: batch_normalize(x, gamma, beta, epsilon)[0])),), steps)


def moving_averages(moving_mean: Any, moving_variance: Any, x: Any, momentum: float) -> Right:
    """momentum·old + (1 − momentum)·batch, for the mean and the biased variance of x (rows, units)."""
    mean, variance = _statistics(x)
    new = (
        momentum * constant(old) + (1 - momentum) * constant(batch.values)
        for old, batch in ((moving_mean, mean), (moving_variance, variance))
    )
    returns = tuple(zip(("new_mean", "new_variance"), new, strict=True))
    return Right(returns, (("mean", mean), ("variance", variance)))


def batch_norm_inference(
    x: Any, gamma: Any, beta: Any, moving_mean: Any, moving_variance: Any, epsilon: float
) -> Right:
    """γ·(x − moving mean) / √(moving variance + ε) + β, for inputs (rows, units)."""
    x_hat = _normalized(x, constant(moving_mean), constant(moving_variance), epsilon)
    y = constant(gamma) * constant(x_hat.values) + constant(beta)
    by_engine = y.computed(lambda: normalize_with(x, gamma, beta, moving_mean, moving_variance, epsilon))
    return Right((("y", by_engine),), (("x_hat", x_hat),))


def batch_norm_backward(dy: Any, x: Any, gamma: Any, epsilon: float) -> Right:
    """The gradients by x, γ and β in training, from that by y; for inputs (rows, units)."""
    mean, variance = _statistics(x)
    x_hat = _normalized(x, mean, variance, epsilon)
    g = constant(dy) * constant(gamma)
    dgamma = (constant(dy) * constant(x_hat.values)).sum(axis=0)
    dbeta = constant(dy).sum(axis=0)
    moved, tilted = g.values.mean(axis=0), (g.values * x_hat.values).mean(axis=0)
    dx = (constant(g.values) - constant(moved) - constant(x_hat.values) * constant(tilted)) / sqrt(
        constant(variance.values) + epsilon
    )
    by_engine = dx.computed(lambda: batch_normalize_gradients(dy, x_hat.values, gamma, variance.values, epsilon)[0])
    return Right((("dx", by_engine), ("dgamma", dgamma), ("dbeta", dbeta)), (("x_hat", x_hat), ("g", g)))


def layer_norm(x: Any, gamma: Any, beta: Any, epsilon: float) -> Right:
    """γ·(x − mean) / √(variance + ε) + β with the statistics of each place, for a text (time, width)."""
    mean, variance = _of_places(x)
    x_hat = _normalized(x, _upright(mean), _upright(variance), epsilon)
    y = constant(gamma) * constant(x_hat.values) + constant(beta)
    return Right((("y", y.computed(lambda: layer_normalize(x, gamma, beta, epsilon)[0])),), (("x_hat", x_hat),))


def layer_norm_backward(dy: Any, x: Any, gamma: Any, epsilon: float) -> Right:
    """The gradients by x, γ and β from that by y; for a text (time, width)."""
    mean, variance = _of_places(x)
    x_hat = _normalized(x, _upright(mean), _upright(variance), epsilon)
    g = constant(dy) * constant(gamma)
    dgamma = (constant(dy) * constant(x_hat.values)).sum(axis=0)
    dbeta = constant(dy).sum(axis=0)
    moved, tilted = (constant(each.mean(axis=1, keepdims=True)) for each in (g.values, g.values * x_hat.values))
    dx = (constant(g.values) - moved - constant(x_hat.values) * tilted) / sqrt(_upright(variance) + epsilon)
    by_engine = dx.computed(lambda: layer_normalize_gradients(dy, x_hat.values, gamma, variance.values, epsilon)[0])
    return Right((("dx", by_engine), ("dgamma", dgamma), ("dbeta", dbeta)), (("x_hat", x_hat), ("g", g)))


def _of_places(x: Any) -> tuple[Cells, Cells]:
    """The mean and the biased variance of each place's numbers."""
    return _statistics(np.transpose(x))


def _upright(of_places: Cells) -> Cells:
    """A number for each place, as a column beside the places' numbers."""
    return constant(of_places.values[:, None])


def _statistics(x: Any) -> tuple[Cells, Cells]:
    """The mean and the biased variance of each unit."""
    rows = float(len(x))
    mean = constant(x).sum(axis=0) / rows
    deviation = constant(x) - constant(mean.values)
    return mean, (deviation * deviation).sum(axis=0) / rows


def _normalized(x: Any, mean: Cells, variance: Cells, epsilon: float) -> Cells:
    known_mean, known_variance = constant(np.asarray(mean.values)), constant(np.asarray(variance.values))
    return (constant(x) - known_mean) / sqrt(known_variance + epsilon)


REFERENCES: dict[str, Callable[..., Right]] = {
    "batch_norm": batch_norm, "moving_averages": moving_averages, "batch_norm_inference": batch_norm_inference,
    "batch_norm_backward": batch_norm_backward, "layer_norm": layer_norm, "layer_norm_backward": layer_norm_backward,
}  # fmt: skip
