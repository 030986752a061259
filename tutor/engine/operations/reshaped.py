"""Flatten and Reshape: the same numbers in another arrangement."""

from __future__ import annotations

import math

from tutor.engine.layers import Flatten, Reshape
from tutor.engine.operations.contract import Array, Operation, Pass, Shape, ShapeError, Step


def _flat_shape(_layer: Flatten, shape: Shape) -> Shape:
    return (math.prod(shape),)


def _reshaped_shape(layer: Reshape, shape: Shape) -> Shape:
    if math.prod(shape) != math.prod(layer.target_shape):
        raise ShapeError(
            f"a Reshape to {layer.target_shape} needs {math.prod(layer.target_shape)} numbers, "
            f"but {_counted(shape)} reach it"
        )
    return layer.target_shape


def _counted(shape: Shape) -> str:
    """How many numbers a shape has, with the product where it has more than one side."""
    sides = " × ".join(map(str, shape))
    return sides if len(shape) == 1 else f"{sides} = {math.prod(shape)}"


def _flatten(_layer: Flatten, x: Array, _step: Step) -> Array:
    return x.reshape(len(x), -1)


def _reshape(layer: Reshape, x: Array, _step: Step) -> Array:
    return x.reshape(len(x), *layer.target_shape)


def _back(_layer: Flatten | Reshape, dy: Array, x: Array, _step: Step, _gradients: Pass) -> Array:
    return dy.reshape(x.shape)


FLATTEN = Operation(_flat_shape, _flatten, _back)
RESHAPE = Operation(_reshaped_shape, _reshape, _back)
