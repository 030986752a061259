"""Networks for sequences drawn at random by hypothesis: output, loss and every gradient of one batch, and three steps.

In float64, as ``random_networks.py`` does it for pictures, with dropout and batch normalization between.
"""

from __future__ import annotations

import json

import numpy as np
import tensorflow as tf
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from setting import compared

from tutor.engine.layers import BatchNormalization, Dense, Dropout, Flatten, LayerSpec
from tutor.engine.optimizer_specs import SGD
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
from tutor.engine.spec import NetworkSpec, ShapeError, SpecError

EXAMPLES = 60
seen: list[float] = []

small = st.integers(1, 4)
layers = st.one_of(
    st.just(PositionEmbedding()),
    st.builds(LayerNormalization, st.sampled_from([1e-3, 1e-5])),
    st.builds(MultiHeadAttention, small, small, st.booleans(), st.booleans()),
    st.builds(Add, st.integers(1, 3)),
    st.builds(SimpleRNN, st.just(4), st.just(True)),
    st.builds(LSTM, st.just(4), st.just(True), unit_forget_bias=st.booleans()),
    st.builds(Dense, st.just(4), st.sampled_from(["linear", "relu", "gelu", "tanh"])),
    st.builds(Dropout, st.sampled_from([0.0, 0.4])),
    st.just(BatchNormalization(0.9)),
)
ends = st.sampled_from(
    [
        (Dense(3),),
        (TiedProjection(6),),
        (Flatten(), Dense(3)),
        (LSTM(3), Dense(3)),
        (SimpleRNN(2), Dense(3)),
    ]
)


@settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(
    body=st.lists(layers, max_size=5),
    end=ends,
    time=st.integers(1, 5),
    batch=st.integers(1, 5),
    seed=st.integers(0, 1000),
)
def agree(body: list[LayerSpec], end: tuple[LayerSpec, ...], time: int, batch: int, seed: int) -> None:
    try:
        spec = NetworkSpec(
            "t", (time,), (Embedding(6, 4, "glorot_uniform"), *body, *end), "sparse_categorical_crossentropy",
            optimizer=SGD(0.01), seed=seed, dtype="float64", from_logits=True,
        )  # fmt: skip
    except (ShapeError, SpecError):
        assume(False)
    result = compared(spec, batch, steps=3, rows=batch + 2)
    worst = max(result["weights"], result["gradients"], result["losses"])
    seen.append(worst)
    assert worst < 1e-10, (spec, batch, result)


tf.config.run_functions_eagerly(True)
agree()
print(json.dumps({"examples": len(seen), "worst": float(np.max(seen))}))
