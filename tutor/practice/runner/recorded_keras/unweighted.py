"""The layers without numbers to learn: pooling, shapes, dropout, activations (``keras/src/layers``)."""

from __future__ import annotations

import math
from typing import Any

from tutor.practice.runner.recorded_keras.chosen import activation_of
from tutor.practice.runner.recorded_keras.layer import Layer, Shape, size_of
from tutor.practice.runner.recorded_keras.recorded import NotInThisKeras
from tutor.practice.runner.recorded_keras.windows import check_padding, last_channels, pair, sides


class _Pooling(Layer):
    axes, exactly = 4, True

    pool_size: tuple[int, int]
    strides: tuple[int, int]
    padding: str

    def __init__(self, pool_size: Any, strides: Any, padding: Any, data_format: Any, name: Any, **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        self.record(
            pool_size=pair("pool_size", pool_size), strides=pair("strides", pool_size if strides is None else strides),
            padding=padding, data_format=last_channels(data_format),
        )  # fmt: skip

    def output_of(self, shape: Shape) -> Shape:
        """The places of the window, for each channel."""
        padding = self.padding
        check_padding(padding)
        where = f"inputs.shape={(None, *shape)}, pool_size={self.pool_size}"
        return (*sides(shape, self.pool_size, self.strides, padding, where), shape[-1])


class MaxPooling2D(_Pooling):
    """keras.layers.MaxPooling2D."""

    def __init__(
        self, pool_size: Any = (2, 2), strides: Any = None, padding: Any = "valid", data_format: Any = None,
        name: Any = None, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


class AveragePooling2D(_Pooling):
    """keras.layers.AveragePooling2D."""

    def __init__(
        self, pool_size: Any, strides: Any = None, padding: Any = "valid", data_format: Any = None, name: Any = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


class GlobalAveragePooling2D(Layer):
    """keras.layers.GlobalAveragePooling2D."""

    axes, exactly = 4, True

    keepdims: bool

    def __init__(self, data_format: Any = None, keepdims: Any = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.record(data_format=last_channels(data_format), keepdims=keepdims)

    def output_of(self, shape: Shape) -> Shape:
        """A number for each channel."""
        return (1, 1, shape[-1]) if self.keepdims else (shape[-1],)


class Flatten(Layer):
    """keras.layers.Flatten."""

    def __init__(self, data_format: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.record(data_format=last_channels(data_format))

    def output_of(self, shape: Shape) -> Shape:
        """All numbers of a row on one axis."""
        return (None if None in shape else size_of(shape),)


class Reshape(Layer):
    """keras.layers.Reshape."""

    target_shape: tuple[int, ...]

    def __init__(self, target_shape: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.record(target_shape=tuple(target_shape))

    def output_of(self, shape: Shape) -> Shape:
        """The target, with its −1 worked out."""
        if None in shape:
            return self.target_shape
        size, known = size_of(shape), math.prod(n for n in self.target_shape if n != -1)
        open_ = self.target_shape.count(-1)
        if open_ > 1 or known <= 0 or (size % known if open_ else size != known):
            raise ValueError(
                "The total size of the tensor must be unchanged. Received: "
                f"input_shape={shape}, target_shape={self.target_shape}"
            )
        return tuple(size // known if n == -1 else n for n in self.target_shape)


class Dropout(Layer):
    """keras.layers.Dropout."""

    def __init__(self, rate: Any, noise_shape: Any = None, seed: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= rate <= 1:
            raise ValueError(
                "Invalid value received for argument `rate`. Expected a float value between 0 and 1. "
                f"Received: rate={rate}"
            )
        self.record(rate=rate, noise_shape=noise_shape, seed=seed)


class Activation(Layer):
    """keras.layers.Activation."""

    def __init__(self, activation: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.record(activation=activation_of(activation))


class LeakyReLU(Layer):
    """keras.layers.LeakyReLU."""

    def __init__(self, negative_slope: Any = 0.3, **kwargs: Any) -> None:
        if "alpha" in kwargs:
            negative_slope = kwargs.pop("alpha")
        super().__init__(**kwargs)
        if negative_slope is None or negative_slope < 0:
            raise ValueError(
                "The negative_slope value of a Leaky ReLU layer cannot be None or negative value. Expected a float. "
                f"Received: negative_slope={negative_slope}"
            )
        self.record(negative_slope=negative_slope)


class ReLU(Layer):
    """keras.layers.ReLU."""

    def __init__(self, max_value: Any = None, negative_slope: Any = 0.0, threshold: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name, value in (("max_value", max_value), ("negative_slope", negative_slope), ("threshold", threshold)):
            if (value is None and name != "max_value") or (value is not None and value < 0):
                raise ValueError(f"{name} of a ReLU layer cannot be a negative value. Received: {name}={value}")
        self.record(max_value=max_value, negative_slope=negative_slope, threshold=threshold)


class ELU(Layer):
    """keras.layers.ELU."""

    def __init__(self, alpha: Any = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.record(alpha=alpha)


class Softmax(Layer):
    """keras.layers.Softmax."""

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if axis != -1:
            raise NotInThisKeras("a Softmax over another axis than the last is not known here")
        self.record(axis=axis)
