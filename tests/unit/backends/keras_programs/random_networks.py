"""Networks drawn at random by hypothesis: output, loss and every gradient of one batch, and three steps, in float64.

TensorFlow takes the steps operation by operation. To make a graph of each network costs several times as much, and
``fifty_steps.py`` does so for every layer.
"""

from __future__ import annotations

import json

import numpy as np
import tensorflow as tf
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from setting import compared

from tutor.engine.layers import (
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LayerSpec,
    LeakyReLU,
    MaxPooling2D,
)
from tutor.engine.optimizer_specs import SGD
from tutor.engine.spec import NetworkSpec, ShapeError

EXAMPLES = 70
seen: list[float] = []

paddings = st.sampled_from(["same", "valid"])
small = st.integers(1, 3)
kernels = st.one_of(st.tuples(st.integers(1, 4), st.integers(1, 4)), st.tuples(st.integers(5, 12), st.integers(5, 12)))
activations = st.sampled_from(["linear", "relu", "sigmoid", "tanh", "elu", "leaky_relu", "silu"])
layers = st.one_of(
    st.builds(Conv2D, small, kernels, st.tuples(small, small), paddings, activations),
    st.builds(MaxPooling2D, st.tuples(small, small), st.none() | st.tuples(small, small), paddings),
    st.builds(AveragePooling2D, st.tuples(small, small), st.none() | st.tuples(small, small), paddings),
    st.builds(BatchNormalization, st.sampled_from([0.9, 0.99]), st.sampled_from([1e-3, 1e-5])),
    st.builds(LeakyReLU, st.sampled_from([0.1, 0.3])),
    st.builds(Dropout, st.sampled_from([0.0, 0.4])),
)


@settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(
    body=st.lists(layers, max_size=4),
    shape=st.tuples(st.integers(3, 13), st.integers(3, 13), small),
    batch=st.integers(1, 7),
    units=st.integers(1, 5),
    seed=st.integers(0, 1000),
)
def agree(body: list[LayerSpec], shape: tuple[int, int, int], batch: int, units: int, seed: int) -> None:
    try:
        spec = NetworkSpec(
            "t", shape, (*body, Flatten(), Dense(units, "tanh"), Dense(3, "softmax")),
            optimizer=SGD(0.01), seed=seed, dtype="float64",
        )  # fmt: skip
    except ShapeError:
        assume(False)
    result = compared(spec, batch, steps=3, rows=batch + 2)
    worst = max(result["weights"], result["gradients"], result["losses"])
    seen.append(worst)
    assert worst < 1e-10, (spec, batch, result)


tf.config.run_functions_eagerly(True)
agree()
print(json.dumps({"examples": len(seen), "worst": float(np.max(seen))}))
