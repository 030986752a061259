"""Batch normalization, by the batch's statistics in training and by moving averages later, and layer normalization."""

from __future__ import annotations

from tutor.engine.batch_normalization import (
    batch_normalize,
    batch_normalize_gradients,
    normalize_with,
    normalize_with_gradients,
)
from tutor.engine.layer_normalization import layer_normalize, layer_normalize_gradients
from tutor.engine.layers import BatchNormalization
from tutor.engine.operations.contract import Array, Operation, ParameterShape, Pass, Shape, Step
from tutor.engine.sequence_layers import LayerNormalization


def _same_shape(_layer: BatchNormalization | LayerNormalization, shape: Shape) -> Shape:
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


def _layer_parameters(_layer: LayerNormalization, shape: Shape) -> tuple[ParameterShape, ...]:
    return ParameterShape("gamma", shape[-1:], "ones"), ParameterShape("beta", shape[-1:], "zeros")


def _layer_forward(layer: LayerNormalization, x: Array, step: Step) -> Array:
    y, x_hat, mean, variance = layer_normalize(x, step.own("gamma"), step.own("beta"), layer.epsilon)
    for part, value in (("x_hat", x_hat), ("mean", mean), ("variance", variance)):
        step.values[f"{step.name}.{part}"] = value
    return y


def _layer_backward(layer: LayerNormalization, dy: Array, _x: Array, step: Step, gradients: Pass) -> Array:
    name, values = step.name, step.values
    dx, dgamma, dbeta = layer_normalize_gradients(
        dy, values[f"{name}.x_hat"], step.own("gamma"), values[f"{name}.variance"], layer.epsilon
    )
    gradients[f"{name}.gamma"], gradients[f"{name}.beta"] = dgamma, dbeta
    return dx


BATCH_NORMALIZATION = Operation(_same_shape, _forward, _backward, _parameters)
LAYER_NORMALIZATION = Operation(_same_shape, _layer_forward, _layer_backward, _layer_parameters)
