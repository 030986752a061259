"""Converts each layer for sequences that Keras describes to a layer of a specification."""

from __future__ import annotations

from typing import Any

from tutor.engine.layers import LayerSpec
from tutor.engine.sequence_layers import (
    LSTM,
    Add,
    Embedding,
    LayerNormalization,
    MultiHeadAttention,
    PositionEmbedding,
    SimpleRNN,
    TiedProjection,
)
from tutor.exchange.keras_options import Options


def _embedding(options: Options) -> Embedding:
    table = options.initializer("embeddings_initializer", "uniform")
    return Embedding(options.take("input_dim"), options.take("output_dim"), table)


def _reversible_embedding(options: Options) -> LayerSpec:
    table = _embedding(options)
    return TiedProjection(table.input_dim) if options.take("reverse") else table


def _position_embedding(options: Options) -> LayerSpec:
    return PositionEmbedding(options.initializer("embeddings_initializer", "uniform"))


def _layer_normalization(options: Options) -> LayerSpec:
    axis = options.take("axis", -1)
    axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
    if axis not in (-1, len(options.shape)):
        raise options.refusal("axis", axis)
    return LayerNormalization(options.number("epsilon", 1e-3))


def _attention(options: Options) -> LayerSpec:
    key_dim = options.take("key_dim")
    for option, expected in (("value_dim", key_dim), ("attention_axes", (1,))):
        if (value := options.take(option)) not in (expected, None):
            raise options.refusal(option, value)
    _dropped(options, "dropout")
    options.take("bias_initializer")
    return MultiHeadAttention(
        options.take("num_heads"),
        key_dim,
        bool(options.take("use_bias", True)),
        bool(options.take("use_causal_mask", False)),
        options.initializer("kernel_initializer", "glorot_uniform"),
    )


def _dropped(options: Options, *names: str) -> None:
    """Dropout within a layer acts only in training."""
    for name in names:
        if rate := options.take(name):
            options.leave_out(name, rate)


def _recurrent(options: Options) -> dict[str, Any]:
    for option, expected in (("activation", "tanh"), ("use_bias", True)):
        if (value := options.take(option, expected)) != expected:
            raise options.refusal(option, value)
    _dropped(options, "dropout", "recurrent_dropout")
    options.take("bias_initializer")
    return {
        "units": options.take("units"),
        "return_sequences": bool(options.take("return_sequences", False)),
        "kernel_initializer": options.initializer("kernel_initializer", "glorot_uniform"),
        "recurrent_initializer": options.initializer("recurrent_initializer", "orthogonal"),
    }


def _lstm(options: Options) -> LayerSpec:
    if (value := options.take("recurrent_activation", "sigmoid")) != "sigmoid":
        raise options.refusal("recurrent_activation", value)
    forget = bool(options.take("unit_forget_bias", True))
    return LSTM(**_recurrent(options), unit_forget_bias=forget)


SEQUENCE_READERS = {
    "Embedding": _embedding,
    "ReversibleEmbedding": _reversible_embedding,
    "PositionEmbedding": _position_embedding,
    "LayerNormalization": _layer_normalization,
    "MultiHeadAttention": _attention,
    "Add": lambda options: Add(options.take("over")),
    "SimpleRNN": lambda options: SimpleRNN(**_recurrent(options)),
    "LSTM": _lstm,
}
