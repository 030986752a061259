"""The input of a network (``keras/src/layers/core/input_layer.py``)."""

from __future__ import annotations

from typing import Any

from tutor.practice.runner.recorded_keras.layer import KerasTensor, Layer, Shape
from tutor.practice.runner.recorded_keras.recorded import NotInThisKeras


def standard_shape(shape: Any) -> Shape:
    """A shape as a tuple. Raises ``ValueError`` as Keras does."""
    if not hasattr(shape, "__iter__"):
        raise ValueError(f"Cannot convert '{shape}' to a shape.")
    for size in shape:
        if size is not None and not (hasattr(size, "__index__") and not isinstance(size, bool)):
            raise ValueError(
                f"Cannot convert '{shape}' to a shape. Found invalid dimension '{size}' of type '{type(size)}'."
            )
        if size is not None and size < 0:
            raise ValueError(f"Cannot convert '{shape}' to a shape. Negative dimensions are not allowed.")
    return tuple(None if size is None else int(size) for size in shape)


class InputLayer(Layer):
    """keras.layers.InputLayer."""

    def __init__(
        self, shape: Any = None, batch_size: Any = None, dtype: Any = None, sparse: Any = None, ragged: Any = None,
        batch_shape: Any = None, input_tensor: Any = None, optional: Any = False, name: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        if "input_shape" in kwargs:
            shape = kwargs.pop("input_shape")
        super().__init__(name=name, dtype=dtype, **kwargs)
        if sparse or ragged or input_tensor is not None or optional:
            raise NotInThisKeras("an Input that is sparse, ragged, optional or another tensor is not known here")
        if shape is not None and batch_shape is not None:
            raise ValueError("You cannot pass both `shape` and `batch_shape` at the same time.")
        if shape is None and batch_shape is None:
            raise ValueError("You must pass a `shape` argument.")
        whole = standard_shape(batch_shape) if shape is None else (batch_size, *standard_shape(shape))
        self.record(batch_shape=whole)
        self.build(whole)
        self.output = KerasTensor(whole, self)


def Input(
    shape: Any = None, batch_size: Any = None, dtype: Any = None, sparse: Any = None, ragged: Any = None,
    batch_shape: Any = None, name: Any = None, tensor: Any = None, optional: Any = False,
) -> KerasTensor:  # fmt: skip
    """keras.Input."""
    return InputLayer(shape, batch_size, dtype, sparse, ragged, batch_shape, tensor, optional, name).output
