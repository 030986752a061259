"""Edit the hidden layers of a network one setting at a time, by the words that a learner uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from tutor.engine.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    LayerSpec,
    LeakyReLU,
    MaxPooling2D,
    Reshape,
)
from tutor.engine.sequence_layers import (
    LSTM,
    Add,
    Embedding,
    LayerNormalization,
    MultiHeadAttention,
    PositionEmbedding,
    SimpleRNN,
)
from tutor.engine.validation import SpecError
from tutor.studio.affordable import MOST_LAYERS

KINDS: Mapping[str, LayerSpec] = {
    "Dense": Dense(8, "tanh"),
    "Dropout": Dropout(0.2),
    "batch norm": BatchNormalization(),
    "activation": Activation("relu"),
    "leaky ReLU": LeakyReLU(),
    "convolution": Conv2D(8, (3, 3), padding="same", activation="relu"),
    "max pooling": MaxPooling2D(),
    "average pooling": AveragePooling2D(),
    "global average": GlobalAveragePooling2D(),
    "flatten": Flatten(),
    "as a picture": Reshape((5, 5, 1)),
    "layer norm": LayerNormalization(),
    "add": Add(1),
    "embedding": Embedding(27, 16),
    "positions": PositionEmbedding(),
    "attention": MultiHeadAttention(4, 4, use_causal_mask=True),
    "RNN": SimpleRNN(32, return_sequences=True),
    "LSTM": LSTM(24, return_sequences=True),
}
"""Each kind of layer by its word, as it is added."""
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "units": ("units", "filters", "over", "output_dim", "num_heads"),
    "activation": ("activation",),
    "window": ("kernel_size", "pool_size"),
    "stride": ("strides",),
    "padding": ("padding",),
    "initializer": ("kernel_initializer", "embeddings_initializer"),
    "l2": ("l2",),
    "part": ("rate", "negative_slope"),
}
"""The fields of layers that each setting stands for."""


def kind_of(layer: LayerSpec) -> str:
    """The word for a layer's kind."""
    return next(word for word, example in KINDS.items() if type(example) is type(layer))


def setting(layer: LayerSpec, name: str) -> Any:
    """A setting of a layer; None if it has none of this name, or its value is no single number or word."""
    field = _field(layer, name)
    value = None if field is None else getattr(layer, field)
    if isinstance(value, tuple):
        return value[0] if len(value) == 2 and value[0] == value[1] else None
    if field == "strides" and value is None and isinstance(layer, MaxPooling2D | AveragePooling2D):
        return setting(layer, "window")
    return value if isinstance(value, int | float | str) else None


def with_setting(layer: LayerSpec, name: str, value: float | str) -> LayerSpec:
    """The layer with another setting. Raises ``SpecError`` if it has none of this name or does not take the value."""
    field = _field(layer, name)
    if field is None:
        has = ", ".join(word for word in _FIELDS if _field(layer, word)) or "no settings"
        raise SpecError(f"a layer of the kind {kind_of(layer)} has no {name}; it has {has}")
    made: Any = (int(value), int(value)) if field in ("kernel_size", "pool_size", "strides") else value
    changes: dict[str, Any] = {field: int(made) if field in _FIELDS["units"] else made}
    return replace(layer, **changes)


def with_layer(layers: tuple[LayerSpec, ...], at: int, kind: str) -> tuple[LayerSpec, ...]:
    """The layers with one more of this kind at a place from 0."""
    if len(layers) >= MOST_LAYERS:
        raise SpecError(f"the studio takes up to {MOST_LAYERS} hidden layers")
    return (*layers[:at], KINDS[kind], *layers[at:])


def with_tokens(layers: tuple[LayerSpec, ...], tokens: int) -> tuple[LayerSpec, ...]:
    """The layers with a table of so many tokens in place of any other number."""
    return tuple(replace(each, input_dim=tokens) if isinstance(each, Embedding) else each for each in layers)


def without_layer(layers: tuple[LayerSpec, ...], at: int) -> tuple[LayerSpec, ...]:
    """The layers without the one at a place from 0."""
    return (*layers[:at], *layers[at + 1 :])


def moved_layer(layers: tuple[LayerSpec, ...], at: int, by: int) -> tuple[LayerSpec, ...]:
    """The layers with the one at a place from 0 moved towards the end, or with −1 towards the beginning."""
    to = at + by
    if not 0 <= to < len(layers):
        raise SpecError(f"layer {at + 1} is the {'last' if by > 0 else 'first'} hidden layer already")
    rest = without_layer(layers, at)
    return (*rest[:to], layers[at], *rest[to:])


def _field(layer: LayerSpec, name: str) -> str | None:
    known = {each.name for each in fields(layer)}
    return next((field for field in _FIELDS[name] if field in known), None)
