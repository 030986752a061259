"""Keras's layers, loss and optimizer for a specification. Importing this loads TensorFlow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import keras
import tensorflow as tf

from tutor.backends.keras_own_layers import PositionEmbedding
from tutor.engine import layers as spec_layers
from tutor.engine import sequence_layers
from tutor.engine.fast.pooled_first import ShapedLayer
from tutor.engine.objective import NO_LABEL
from tutor.engine.optimizer_specs import SGD, Adam, AdamW, OptimizerSpec, RMSprop
from tutor.engine.spec import NetworkSpec


def built_layers(entries: Iterable[ShapedLayer], dtype: str) -> list[Any]:
    """The built Keras layer for each entry; None for dropout, whose masks are passed in.

    For a TiedProjection it is the layer of the Embedding, which ``output_of`` calls in reverse.
    """
    entries, built = tuple(entries), list[Any]()
    tied = any(isinstance(entry.layer, sequence_layers.TiedProjection) for entry in entries)
    for name, layer, shape, _ in entries:
        batch = (None, *shape)
        match layer:
            case spec_layers.Dropout():
                built.append(None)
                continue
            case sequence_layers.TiedProjection():
                built.append(next(made for made in built if isinstance(made, keras.layers.ReversibleEmbedding)))
                continue
        made = _layer(layer, name, dtype, tied=tied)
        match layer:
            case sequence_layers.MultiHeadAttention():
                made.build(batch, batch)
            case sequence_layers.Add():
                made.build([batch, batch])
            case _:
                made.build(batch)
        built.append(made)
    return built


@tf.autograph.experimental.do_not_convert  # type: ignore[untyped-decorator]
def output_of(layer: spec_layers.LayerSpec, made: Any, x: Any, *, source: Any, training: bool) -> Any:
    """The output of the Keras layer ``made`` for the input ``x``; ``source`` is what an Add reads besides."""
    match layer:
        case spec_layers.BatchNormalization():
            return made(x, training=training)
        case sequence_layers.MultiHeadAttention():
            return made(x, x, use_causal_mask=layer.use_causal_mask)
        case sequence_layers.Add():
            return made([x, source])
        case sequence_layers.TiedProjection():
            return made(x, reverse=True)
    return made(x)


def _layer(layer: spec_layers.LayerSpec, name: str, dtype: str, *, tied: bool) -> Any:
    common = {"name": name, "dtype": dtype}
    match layer:
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
        case sequence_layers.Embedding():
            kind = keras.layers.ReversibleEmbedding if tied else keras.layers.Embedding
            return kind(layer.input_dim, layer.output_dim, **common)
        case sequence_layers.PositionEmbedding():
            return PositionEmbedding(**common)
        case sequence_layers.MultiHeadAttention():
            return keras.layers.MultiHeadAttention(layer.num_heads, layer.key_dim, use_bias=layer.use_bias, **common)
        case sequence_layers.Add():
            return keras.layers.Add(**common)
        case sequence_layers.SimpleRNN():
            return keras.layers.SimpleRNN(layer.units, return_sequences=layer.return_sequences, **common)
        case sequence_layers.LSTM():
            # cuDNN's form rounds otherwise.
            return keras.layers.LSTM(
                layer.units, return_sequences=layer.return_sequences, unit_forget_bias=layer.unit_forget_bias,
                use_cudnn=False, **common,
            )  # fmt: skip
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


@tf.autograph.experimental.do_not_convert  # type: ignore[untyped-decorator]
def answer_losses(spec: NetworkSpec, labels: Any, outputs: Any) -> Any:
    """The loss of each answer, one a row or one for each place with a label.

    After a softmax or a sigmoid, Keras finds the logits and computes the loss from them.

    ``keras.losses.categorical_crossentropy`` adds label smoothing to this function, which takes a sixth of a step.
    """
    match spec.loss:
        case "categorical_crossentropy":
            return keras.ops.categorical_crossentropy(labels, outputs, from_logits=spec.from_logits)
        case "sparse_categorical_crossentropy":
            if spec.ends_in_places:
                judged = keras.ops.not_equal(labels, NO_LABEL)
                each = keras.ops.sparse_categorical_crossentropy(
                    keras.ops.maximum(labels, 0), outputs, from_logits=spec.from_logits
                )
                return tf.boolean_mask(each, judged)
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
