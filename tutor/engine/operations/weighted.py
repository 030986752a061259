"""Dense and Conv2D: a weighted sum, a bias, an activation."""

from __future__ import annotations

from tutor.engine.activations import activate, activation_gradient
from tutor.engine.convolution import conv2d, conv2d_gradients
from tutor.engine.layers import Conv2D, Dense
from tutor.engine.losses import l2_gradient
from tutor.engine.operations.contract import Array, Operation, ParameterShape, Pass, Shape, ShapeError, Step
from tutor.engine.padding import output_size


def _dense_shape(layer: Dense, shape: Shape) -> Shape:
    if len(shape) > 2:
        raise ShapeError(
            f"a Dense layer takes rows of numbers, but {' × '.join(map(str, shape))} reaches it; "
            "put a Flatten layer before it"
        )
    return (*shape[:-1], layer.units)


def _dense_parameters(layer: Dense, shape: Shape) -> tuple[ParameterShape, ...]:
    kernel = ParameterShape("kernel", (shape[-1], layer.units), layer.kernel_initializer)
    return (kernel, ParameterShape("bias", (layer.units,), layer.bias_initializer))[: 1 + layer.use_bias]


def _dense_forward(layer: Dense, x: Array, step: Step) -> Array:
    z = x @ step.own("kernel")  # (batch, units), or (batch, time, units)
    bias = step.parameter("bias")
    if bias is not None:
        z = z + bias
    step.values[f"{step.name}.z"] = z
    return activate(layer.activation, z)


def _dense_backward(layer: Dense, dy: Array, x: Array, step: Step, gradients: Pass) -> Array:
    dz = _through_activation(layer, dy, step, gradients)
    kernel = step.own("kernel")
    gradients[f"{step.name}.kernel"] = _with_penalty(layer, _rows(x).T @ _rows(dz), kernel)
    if layer.use_bias:
        gradients[f"{step.name}.bias"] = _rows(dz).sum(axis=0)
    return dz @ kernel.T


def _rows(x: Array) -> Array:
    """All places of all sequences as rows; rows as they are."""
    return x if x.ndim == 2 else x.reshape(-1, x.shape[-1])


def _conv_shape(layer: Conv2D, shape: Shape) -> Shape:
    if len(shape) != 3:
        raise ShapeError(
            "a Conv2D layer takes pictures of height × width × channels, "
            f"but {' × '.join(map(str, shape))} reaches it; put a Reshape layer before it"
        )
    try:
        height, width = (
            output_size(size, kernel, stride, layer.padding)
            for size, kernel, stride in zip(shape[:2], layer.kernel_size, layer.strides, strict=True)
        )
    except ValueError as error:
        raise ShapeError(f"a {layer.kernel_size[0]}×{layer.kernel_size[1]} kernel on {shape}: {error}") from error
    return (height, width, layer.filters)


def _conv_parameters(layer: Conv2D, shape: Shape) -> tuple[ParameterShape, ...]:
    kernel = ParameterShape("kernel", (*layer.kernel_size, shape[2], layer.filters), layer.kernel_initializer)
    return (kernel, ParameterShape("bias", (layer.filters,), layer.bias_initializer))[: 1 + layer.use_bias]


def _conv_forward(layer: Conv2D, x: Array, step: Step) -> Array:
    z = conv2d(x, step.own("kernel"), step.parameter("bias"), layer.strides, layer.padding)
    step.values[f"{step.name}.z"] = z
    return activate(layer.activation, z)


def _conv_backward(layer: Conv2D, dy: Array, x: Array, step: Step, gradients: Pass) -> Array:
    dz = _through_activation(layer, dy, step, gradients)
    kernel = step.own("kernel")
    dx, dkernel, dbias = conv2d_gradients(dz, x, kernel, layer.strides, layer.padding)
    gradients[f"{step.name}.kernel"] = _with_penalty(layer, dkernel, kernel)
    if layer.use_bias:
        gradients[f"{step.name}.bias"] = dbias
    return dx


def _through_activation(layer: Dense | Conv2D, dy: Array, step: Step, gradients: Pass) -> Array:
    z, out = step.values[f"{step.name}.z"], step.values[f"{step.name}.out"]
    dz = activation_gradient(layer.activation, dy, z, out)
    gradients[f"{step.name}.z"] = dz
    return dz


def _with_penalty(layer: Dense | Conv2D, gradient: Array, kernel: Array) -> Array:
    return gradient + l2_gradient(kernel, layer.l2) if layer.l2 else gradient


DENSE = Operation(_dense_shape, _dense_forward, _dense_backward, _dense_parameters)
CONV2D = Operation(_conv_shape, _conv_forward, _conv_backward, _conv_parameters)
