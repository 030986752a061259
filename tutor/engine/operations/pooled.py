"""Pooling: a window becomes one number."""

from __future__ import annotations

from tutor.engine.layers import AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D
from tutor.engine.operations.contract import Array, Operation, Pass, Shape, ShapeError, Step
from tutor.engine.padding import output_size
from tutor.engine.pooling import (
    average_pool,
    average_pool_gradient,
    global_average_pool,
    global_average_pool_gradient,
    max_pool,
    max_pool_gradient,
)


def _pooled_shape(layer: MaxPooling2D | AveragePooling2D, shape: Shape) -> Shape:
    _picture(layer, shape)
    strides = layer.strides or layer.pool_size
    try:
        height, width = (
            output_size(size, pool, stride, layer.padding)
            for size, pool, stride in zip(shape[:2], layer.pool_size, strides, strict=True)
        )
    except ValueError as error:
        raise ShapeError(f"a {layer.pool_size[0]}×{layer.pool_size[1]} pool on {shape}: {error}") from error
    return (height, width, shape[2])


def _picture(layer: object, shape: Shape) -> None:
    if len(shape) != 3:
        raise ShapeError(
            f"{type(layer).__name__} takes pictures of height × width × channels, "
            f"but {' × '.join(map(str, shape))} reaches it"
        )


def _max_forward(layer: MaxPooling2D, x: Array, _step: Step) -> Array:
    return max_pool(x, layer.pool_size, layer.strides or layer.pool_size, layer.padding)


def _max_backward(layer: MaxPooling2D, dy: Array, x: Array, _step: Step, _gradients: Pass) -> Array:
    return max_pool_gradient(dy, x, layer.pool_size, layer.strides or layer.pool_size, layer.padding)


def _average_forward(layer: AveragePooling2D, x: Array, _step: Step) -> Array:
    return average_pool(x, layer.pool_size, layer.strides or layer.pool_size, layer.padding)


def _average_backward(layer: AveragePooling2D, dy: Array, x: Array, _step: Step, _gradients: Pass) -> Array:
    return average_pool_gradient(dy, x, layer.pool_size, layer.strides or layer.pool_size, layer.padding)


def _global_shape(layer: GlobalAveragePooling2D, shape: Shape) -> Shape:
    _picture(layer, shape)
    return (shape[2],)


def _global_forward(_layer: GlobalAveragePooling2D, x: Array, _step: Step) -> Array:
    return global_average_pool(x)


def _global_backward(_layer: GlobalAveragePooling2D, dy: Array, x: Array, _step: Step, _gradients: Pass) -> Array:
    return global_average_pool_gradient(dy, x)


MAX_POOLING = Operation(_pooled_shape, _max_forward, _max_backward)
AVERAGE_POOLING = Operation(_pooled_shape, _average_forward, _average_backward)
GLOBAL_AVERAGE_POOLING = Operation(_global_shape, _global_forward, _global_backward)
