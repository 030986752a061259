"""Batch normalization, with the batch's statistics in training and the moving averages at inference."""

from __future__ import annotations

from tutor.engine.batch_normalization import (
    batch_normalize,
    batch_normalize_gradients,
    normalize_with,
    normalize_with_gradients,
)
from tutor.engine.layers import BatchNormalization
from tutor.engine.operations.contract import Array, Operation, ParameterShape, Pass, Shape, Step


def _same_shape(_layer: BatchNormalization, shape: Shape) -> Shape:
    return shape


def _parameters(_layer: BatchNormalization, shape: Shape) -> tuple[ParameterShape, ...]:
    channels = shape[-1:]
    return (
        ParameterShape("gamma", channels, "ones"),
        ParameterShape("beta", channels, "zeros"),
        ParameterShape("moving_mean", channels, "zeros", trainable=False),
        ParameterShape("moving_variance", channels, "ones", trainable=False),
    )


def _forward(layer: BatchNormalization, x: Array, step: Step) -> Array:
    gamma, beta = step.own("gamma"), step.own("beta")
    if not step.training:
        return normalize_with(x, gamma, beta, step.own("moving_mean"), step.own("moving_variance"), layer.epsilon)
    y, x_hat, mean, variance = batch_normalize(x, gamma, beta, layer.epsilon)
    for part, value in (("x_hat", x_hat), ("mean", mean), ("variance", variance)):
        step.values[f"{step.name}.{part}"] = value
    return y


def _backward(layer: BatchNormalization, dy: Array, x: Array, step: Step, gradients: Pass) -> Array:
    gamma, name = step.own("gamma"), step.name
    if f"{name}.x_hat" in step.values:
        dx, dgamma, dbeta = batch_normalize_gradients(
            dy, step.values[f"{name}.x_hat"], gamma, step.values[f"{name}.variance"], layer.epsilon
        )
    else:
        mean, variance = step.own("moving_mean"), step.own("moving_variance")
        dx, dgamma, dbeta = normalize_with_gradients(dy, x, gamma, mean, variance, layer.epsilon)
    gradients[f"{name}.gamma"], gradients[f"{name}.beta"] = dgamma, dbeta
    return dx


BATCH_NORMALIZATION = Operation(_same_shape, _forward, _backward, _parameters)
