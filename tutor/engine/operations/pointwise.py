"""Activation, LeakyReLU and Dropout: each number on its own (softmax: each row)."""

from __future__ import annotations

from tutor.engine.activations import activate, activation_gradient, leaky_relu, leaky_relu_slope
from tutor.engine.layers import Activation, Dropout, LeakyReLU
from tutor.engine.operations.contract import Array, Operation, Pass, Shape, Step


def _same_shape(_layer: object, shape: Shape) -> Shape:
    return shape


def _activate(layer: Activation, x: Array, _step: Step) -> Array:
    return activate(layer.activation, x)


def _activate_back(layer: Activation, dy: Array, x: Array, step: Step, _gradients: Pass) -> Array:
    return activation_gradient(layer.activation, dy, x, step.values[f"{step.name}.out"])


def _leak(layer: LeakyReLU, x: Array, _step: Step) -> Array:
    return leaky_relu(x, layer.negative_slope)


def _leak_back(layer: LeakyReLU, dy: Array, x: Array, _step: Step, _gradients: Pass) -> Array:
    return dy * leaky_relu_slope(x, layer.negative_slope)


def _drop(_layer: Dropout, x: Array, step: Step) -> Array:
    if step.mask is None:
        return x
    mask = step.mask.reshape(x.shape)
    step.values[f"{step.name}.mask"] = mask
    return x * mask


def _drop_back(_layer: Dropout, dy: Array, _x: Array, step: Step, _gradients: Pass) -> Array:
    mask = step.values.get(f"{step.name}.mask")
    return dy if mask is None else dy * mask


ACTIVATION = Operation(_same_shape, _activate, _activate_back)
LEAKY_RELU = Operation(_same_shape, _leak, _leak_back)
DROPOUT = Operation(_same_shape, _drop, _drop_back)
