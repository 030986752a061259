"""Keras's layers, loss and optimizer for a specification. Importing this loads TensorFlow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import keras

from tutor.engine import layers as spec_layers
from tutor.engine.fast.pooled_first import ShapedLayer
from tutor.engine.optimizer_specs import SGD, Adam, AdamW, OptimizerSpec, RMSprop
from tutor.engine.spec import NetworkSpec


def built_layers(entries: Iterable[ShapedLayer], dtype: str) -> list[Any]:
    """The built Keras layer for each entry; None for dropout, whose masks are passed in."""
    built: list[Any] = []
    for name, layer, shape, _ in entries:
        made = _layer(layer, name, dtype)
        if made is not None:
            made.build((None, *shape))
        built.append(made)
    return built


def _layer(layer: spec_layers.LayerSpec, name: str, dtype: str) -> Any:
    common = {"name": name, "dtype": dtype}
    match layer:
        case spec_layers.Dropout():
            return None
        case spec_layers.Dense():
            return keras.layers.Dense(
                layer.units, activation=layer.activation, use_bias=layer.use_bias,
                kernel_regularizer=_penalty(layer), **common,
            )  # fmt: skip
        case spec_layers.Conv2D():
            return keras.layers.Conv2D(
                layer.filters, layer.kernel_size, strides=layer.strides, padding=layer.padding,
                activation=layer.activation, use_bias=layer.use_bias, kernel_regularizer=_penalty(layer), **common,
            )  # fmt: skip
        case spec_layers.LeakyReLU():
            return keras.layers.LeakyReLU(negative_slope=layer.negative_slope, **common)
    # The other layers take the fields of their description, under the same names.
    return getattr(keras.layers, type(layer).__name__)(**asdict(layer), **common)


def _penalty(layer: spec_layers.Dense | spec_layers.Conv2D) -> Any:
    return keras.regularizers.L2(layer.l2) if layer.l2 else None


def penalties(layers: list[Any]) -> list[Any]:
    """The current L2 penalty of each layer."""
    return [
        layer.kernel_regularizer(layer.kernel)
        for layer in layers
        if layer is not None and getattr(layer, "kernel_regularizer", None) is not None
    ]


def row_losses(spec: NetworkSpec, labels: Any, outputs: Any) -> Any:
    """The loss of each row. After a softmax or a sigmoid, Keras finds the logits and computes the loss from them.

    ``keras.losses.categorical_crossentropy`` adds label smoothing to this function, which takes a sixth of a step.
    """
    match spec.loss:
        case "categorical_crossentropy":
            return keras.ops.categorical_crossentropy(labels, outputs, from_logits=spec.from_logits)
        case "sparse_categorical_crossentropy":
            return keras.ops.sparse_categorical_crossentropy(labels, outputs, from_logits=spec.from_logits)
        case "binary_crossentropy":
            return keras.ops.mean(keras.ops.binary_crossentropy(labels, outputs, from_logits=spec.from_logits), axis=-1)
    return keras.losses.mean_squared_error(labels, outputs)


def built_optimizer(optimizer: OptimizerSpec, weights: list[Any]) -> Any:
    """Keras's optimizer, with a learning rate that is assigned before each step or block.

    It does not get ``clipnorm``: for small networks Keras's clipping takes a third of a step, so the caller clips
    first, by the same formula.
    """
    settings = {k: v for k, v in asdict(optimizer).items() if k not in ("learning_rate", "clipnorm")}
    made = getattr(keras.optimizers, type(optimizer).__name__)(learning_rate=0.0, **settings)
    made.build(weights)
    return made


def memory_variables(optimizer: OptimizerSpec, made: Any) -> dict[str, list[Any]]:
    """The optimizer's variables, one for each weight, by the names of ``updates.memory_names``."""
    match optimizer:
        case Adam() | AdamW():
            return {"m": made._momentums, "v": made._velocities}
        case RMSprop():
            found = {"mean_square": made._velocities}
            if optimizer.centered:
                found["mean_gradient"] = made._average_gradients
            return found | ({"velocity": made._momentums} if optimizer.momentum else {})
        case SGD():
            return {"velocity": made.momentums} if optimizer.momentum else {}
