"""Converts each layer that Keras describes to a layer of a specification, option by option."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from tutor.engine import layers
from tutor.engine.layers import LayerSpec
from tutor.engine.validation import SpecError
from tutor.exchange.keras_options import Options, Unsupported
from tutor.exchange.keras_sequence_config import SEQUENCE_READERS

# Layers that pass their input on unchanged outside training.
TRAINING_LAYERS = (
    "GaussianNoise", "GaussianDropout", "AlphaDropout", "SpatialDropout2D", "ActivityRegularization",
    "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast", "RandomBrightness",
)  # fmt: skip


def _weighted(options: Options) -> dict[str, Any]:
    return {
        "activation": options.activation(),
        "kernel_initializer": options.initializer("kernel_initializer", "glorot_uniform"),
        "bias_initializer": options.initializer("bias_initializer", "zeros"),
        "use_bias": bool(options.take("use_bias", True)),
        "l2": options.l2(),
    }


def _dense(options: Options) -> LayerSpec:
    return layers.Dense(options.take("units"), **_weighted(options))


def _conv2d(options: Options) -> LayerSpec:
    return layers.Conv2D(
        options.take("filters"),
        options.pair("kernel_size"),
        options.pair("strides"),
        options.take("padding"),
        **_weighted(options),
    )


def _pooling(kind: Callable[..., LayerSpec]) -> Callable[[Options], LayerSpec]:
    def read(options: Options) -> LayerSpec:
        size = options.pair("pool_size")
        strides = options.pair("strides")
        return kind(size, None if strides == size else strides, options.take("padding"))

    return read


def _relu(options: Options) -> LayerSpec:
    slope = options.number("negative_slope", 0.0)
    return layers.LeakyReLU(float(slope)) if slope else layers.Activation("relu")


def _reshape(options: Options) -> LayerSpec:
    target = options.take("target_shape")
    if not isinstance(target, tuple) or any(type(n) is not int or (n < 1 and n != -1) for n in target):
        raise options.refusal("target_shape", target)
    if -1 not in target:
        return layers.Reshape(target)
    known = -math.prod(target)
    if target.count(-1) > 1 or math.prod(options.shape) % known:
        raise options.refusal("target_shape", target)
    return layers.Reshape(tuple(math.prod(options.shape) // known if n == -1 else n for n in target))


def _batch_normalization(options: Options) -> LayerSpec:
    axis = options.take("axis", -1)
    axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
    # Keras counts the batch as axis 0, so the last axis has the number of the axes of a row.
    if axis not in (-1, len(options.shape)):
        raise options.refusal("axis", axis)
    return layers.BatchNormalization(options.number("momentum", 0.99), options.number("epsilon", 1e-3))


def _fixed(layer: LayerSpec) -> Callable[[Options], LayerSpec]:
    return lambda _options: layer


def _checked(read: Callable[[Options], LayerSpec]) -> Callable[[Options], LayerSpec]:
    """A reader that adds the layer's name to errors of the specification."""

    def reading(options: Options) -> LayerSpec:
        try:
            return read(options)
        except SpecError as error:
            raise Unsupported(f"{options.name}: {error}") from None

    return reading


READERS: Mapping[str, Callable[[Options], LayerSpec]] = {
    kind: _checked(read)
    for kind, read in {
        "Dense": _dense,
        "Conv2D": _conv2d,
        "MaxPooling2D": _pooling(layers.MaxPooling2D),
        "AveragePooling2D": _pooling(layers.AveragePooling2D),
        "GlobalAveragePooling2D": _fixed(layers.GlobalAveragePooling2D()),
        "Flatten": _fixed(layers.Flatten()),
        "Reshape": _reshape,
        "Dropout": lambda options: layers.Dropout(options.number("rate")),
        "BatchNormalization": _batch_normalization,
        "Activation": lambda options: layers.Activation(options.activation()),
        "LeakyReLU": lambda options: layers.LeakyReLU(options.number("negative_slope", 0.3)),
        "ReLU": _relu,
        "ELU": _fixed(layers.Activation("elu")),
        "Softmax": _fixed(layers.Activation("softmax")),
        **SEQUENCE_READERS,
    }.items()
}
