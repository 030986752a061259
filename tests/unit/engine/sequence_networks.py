"""Small networks on sequences, with rows and weights drawn at random: for each kind of layer, and a GPT."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.layers import Dense, LayerSpec
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import Array, count
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
from tutor.engine.spec import NetworkSpec

TOKENS, TIME, WIDTH = 5, 4, 6
LOSS = "sparse_categorical_crossentropy"


def block(first: int = 0) -> tuple[LayerSpec, ...]:
    """A block of a transformer, normalization before each part, as GPT-2 has it."""
    return (
        LayerNormalization(1e-5), MultiHeadAttention(2, 3, use_bias=not first, use_causal_mask=True), Add(2),
        LayerNormalization(), Dense(7, "gelu"), Dense(WIDTH), Add(3),
    )  # fmt: skip


EMBEDDED = (Embedding(TOKENS, WIDTH), PositionEmbedding())
INSIDE: dict[str, tuple[LayerSpec, ...]] = {
    "embedding": (Embedding(TOKENS, WIDTH), Dense(TOKENS)),
    "positions": (*EMBEDDED, Dense(TOKENS)),
    "normalized": (*EMBEDDED, LayerNormalization(), Dense(TOKENS)),
    "attention": (*EMBEDDED, MultiHeadAttention(3, 2), Dense(TOKENS)),
    "causal attention": (*EMBEDDED, MultiHeadAttention(2, 3, use_causal_mask=True), Dense(TOKENS)),
    "attention without bias": (*EMBEDDED, MultiHeadAttention(1, 4, use_bias=False), Dense(TOKENS)),
    "residual": (*EMBEDDED, Dense(WIDTH, "tanh"), Add(1), Dense(TOKENS)),
    "residual around a residual": (*EMBEDDED, Dense(WIDTH, "tanh"), Add(1), Dense(WIDTH), Add(3), Dense(TOKENS)),
    "recurrent": (Embedding(TOKENS, WIDTH), SimpleRNN(4, return_sequences=True), Dense(TOKENS)),
    "recurrent, last": (Embedding(TOKENS, WIDTH), SimpleRNN(3, True), SimpleRNN(4), Dense(TOKENS)),
    "lstm": (Embedding(TOKENS, WIDTH), LSTM(3, return_sequences=True), Dense(TOKENS)),
    "lstm, last": (Embedding(TOKENS, WIDTH), LSTM(2, True), LSTM(3, unit_forget_bias=False), Dense(TOKENS)),
    "tied": (*EMBEDDED, LayerNormalization(), TiedProjection(TOKENS)),
    "gpt": (*EMBEDDED, *block(), LayerNormalization(), Dense(TOKENS)),
    "gpt, two blocks, tied": (*EMBEDDED, *block(), *block(1), LayerNormalization(), TiedProjection(TOKENS)),
}
NETWORKS = {
    name: NetworkSpec(
        name, (TIME,), layers, LOSS, Adam(0.01), seed=number, dtype="float64", from_logits=True
    )
    for number, (name, layers) in enumerate(INSIDE.items())
}  # fmt: skip


def rows(spec: NetworkSpec, number: int = 3) -> tuple[Array, NDArray[Any]]:
    """Token numbers (number, time), and class numbers; some places of a sequence have no label."""
    random = np.random.default_rng(spec.seed)
    tokens = random.integers(0, TOKENS, (number, TIME)).astype(spec.dtype)
    if not spec.ends_in_places:
        return tokens, random.integers(0, TOKENS, number)
    labels = random.integers(-1, TOKENS, (number, TIME))
    labels[0, :2] = 1, -1
    return tokens, labels


def weights(spec: NetworkSpec) -> Array:
    """Weights from −1 to 1, no bias 0."""
    return np.random.default_rng(spec.seed + 100).uniform(-1, 1, count(spec))
