"""Every number of every kind of network can say where it comes from, and what it says is true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.engine.shown_arithmetic import assert_every_cell_is_explained
from tutor.engine.derivations.trace import Trace, derive, record
from tutor.engine.layers import (
    ACTIVATIONS,
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
from tutor.engine.network import dropout_mask, dropout_rates, dropout_sizes
from tutor.engine.operations.contract import ShapeError
from tutor.engine.operations.table import operation_of
from tutor.engine.optimizer_specs import SGD, Adam, AdamW, OptimizerSpec, RMSprop
from tutor.engine.parameters import Array, count, initial_moving, initial_theta, views
from tutor.engine.schedules import ExponentialDecay
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import memory_names, update

# A loss, whether it is taken from logits, and the layers that a network may end in under it.
ENDS: tuple[tuple[str, bool, tuple[LayerSpec, ...]], ...] = (
    ("categorical_crossentropy", False, (Dense(3, "softmax", l2=0.01),)),
    ("categorical_crossentropy", False, (Dense(3, use_bias=False), Activation("softmax"))),
    ("categorical_crossentropy", True, (Dense(3),)),
    ("categorical_crossentropy", False, (Dense(3, "softplus"),)),
    ("sparse_categorical_crossentropy", False, (Dense(3, "softmax"),)),
    ("sparse_categorical_crossentropy", True, (Dense(3), Activation("linear"))),
    ("sparse_categorical_crossentropy", False, (Dense(3, "tanh"),)),
    ("binary_crossentropy", False, (Dense(2, "sigmoid"),)),
    ("binary_crossentropy", False, (Dense(2), Activation("sigmoid"))),
    ("binary_crossentropy", True, (Dense(2, l2=0.1), Reshape((2,)))),
    ("binary_crossentropy", False, (Dense(3, "tanh"),)),
    ("binary_crossentropy", False, (Dense(2, "sigmoid"), Dropout(0.4))),
    ("mean_squared_error", False, (Dense(2),)),
    ("mean_squared_error", False, (Dense(3, "softmax"),)),
    ("mean_squared_error", False, (Dense(3), LeakyReLU(0.1), BatchNormalization())),
)  # fmt: skip
OPTIMIZERS: tuple[OptimizerSpec, ...] = (
    SGD(0.1),
    SGD(0.1, clipnorm=0.05),
    SGD(0.1, momentum=0.9, global_clipnorm=0.05, weight_decay=0.01),
    SGD(ExponentialDecay(0.1, 2, 0.5), momentum=0.5, nesterov=True, clipvalue=0.02),
    RMSprop(0.01),
    RMSprop(0.01, momentum=0.9, clipnorm=100.0),
    RMSprop(0.01, centered=True, global_clipnorm=100.0),
    RMSprop(0.01, centered=True, momentum=0.9, weight_decay=0.1),
    Adam(0.01),
    Adam(0.01, clipvalue=0.05),
    AdamW(0.01, clipnorm=0.05),
)  # fmt: skip

SIZES = st.tuples(st.integers(1, 3), st.integers(1, 3))
PADDINGS = st.sampled_from(["same", "valid"])
ACTIVATION = st.sampled_from(ACTIVATIONS)
POINTWISE = st.one_of(
    st.builds(Dropout, st.just(0.3)),
    st.builds(BatchNormalization),
    st.builds(Activation, ACTIVATION),
    st.builds(LeakyReLU),
)
SPATIAL = st.one_of(
    st.builds(
        Conv2D,
        st.integers(1, 2),
        SIZES,
        SIZES,
        PADDINGS,
        ACTIVATION,
        use_bias=st.booleans(),
        l2=st.sampled_from([0.0, 0.02]),
    ),
    st.builds(MaxPooling2D, SIZES, st.none() | SIZES, PADDINGS),
    st.builds(AveragePooling2D, SIZES, st.none() | SIZES, PADDINGS),
)


def recorded(spec: NetworkSpec, batch: int, training: bool, seed: int = 0) -> Trace:
    """A pass over random inputs, with labels that suit the loss, somewhere in the middle of training."""
    rng = np.random.default_rng(seed)
    theta = initial_theta(spec) + (0.3 * rng.standard_normal(count(spec))).astype(spec.dtype)
    moving = initial_moving(spec) * 0.7 + 0.1
    masks = [
        dropout_mask(rng.integers(0, 1 << 16, (batch, size), dtype=np.uint16), rate, spec.dtype)
        for size, rate in zip(dropout_sizes(spec), dropout_rates(spec), strict=True)
    ]
    # From real steps: a mean square that is below the square of the mean is no state that RMSprop can be in.
    memory = {name: np.zeros_like(theta) for name in memory_names(spec.optimizer)}
    for step in range(2):
        gradient = rng.standard_normal(len(theta)).astype(spec.dtype)
        update(spec.optimizer, theta.copy(), gradient, memory, step, 0.01)
    inputs = rng.standard_normal((batch, *spec.input_shape))
    parameters = views(spec, theta, moving.astype(spec.dtype))
    labels = labels_for(spec, batch, rng)
    return record(spec, parameters, inputs, labels, masks if training else None, memory=memory, step=2)


def labels_for(spec: NetworkSpec, batch: int, rng: np.random.Generator) -> Array:
    classes = rng.integers(0, spec.output_size, batch)
    match spec.loss:
        case "sparse_categorical_crossentropy":
            return classes.astype(np.float64)
        case "categorical_crossentropy":
            soft = rng.dirichlet(np.ones(spec.output_size), batch)
            return np.where(rng.random((batch, 1)) < 0.5, np.eye(spec.output_size)[classes], soft)
        case "binary_crossentropy":
            return rng.choice([0.0, 1.0, 0.3], (batch, spec.output_size))
    return rng.standard_normal((batch, spec.output_size))


def those_that_fit(layers: list[LayerSpec], shape: tuple[int, ...]) -> list[LayerSpec]:
    """The layers without those that the shape before them is too small for."""
    kept: list[LayerSpec] = []
    for layer in layers:
        try:
            shape = operation_of(layer).output_shape(layer, shape)
        except ShapeError:
            continue
        kept.append(layer)
    return kept


@settings(max_examples=60, deadline=None)
@given(
    layers=st.lists(SPATIAL | POINTWISE, min_size=1, max_size=4),
    flat=st.sampled_from([Flatten(), GlobalAveragePooling2D()]),
    dense=st.lists(st.builds(Dense, st.integers(1, 3), ACTIVATION) | POINTWISE, max_size=1),
    end=st.sampled_from(ENDS),
    optimizer=st.sampled_from(OPTIMIZERS),
    batch=st.integers(1, 3),
    training=st.booleans(),
    dtype=st.sampled_from(["float64", "float64", "float32"]),
    seed=st.integers(0, 1000),
)
def test_every_number_of_any_network_is_what_its_arithmetic_says(
    layers: list[LayerSpec],
    flat: LayerSpec,
    dense: list[LayerSpec],
    end: tuple[str, bool, tuple[LayerSpec, ...]],
    optimizer: OptimizerSpec,
    batch: int,
    training: bool,
    dtype: str,
    seed: int,
) -> None:
    loss, from_logits, last = end
    picture = (3, 4, 2)
    stack = (*those_that_fit(layers, picture), flat, *dense, *last)
    spec = NetworkSpec("any", picture, stack, loss, optimizer, seed, dtype, from_logits)
    trace = recorded(spec, batch, training, seed)
    assert assert_every_cell_is_explained(trace) > 20


@pytest.mark.parametrize("end", ENDS, ids=lambda end: f"{end[0]}{'-logits' * end[1]}-{len(end[2])}")
@pytest.mark.parametrize("training", [True, False])
def test_every_loss(end: tuple[str, bool, tuple[LayerSpec, ...]], training: bool) -> None:
    loss, from_logits, last = end
    spec = NetworkSpec("loss", (2,), last, loss, dtype="float64", from_logits=from_logits)
    assert_every_cell_is_explained(recorded(spec, 3, training))


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_optimizer(optimizer: OptimizerSpec, dtype: str) -> None:
    spec = NetworkSpec("optimizer", (2,), (Dense(2, "tanh"), Dense(3, "softmax")), optimizer=optimizer, dtype=dtype)
    trace = recorded(spec, 2, False)
    assert_every_cell_is_explained(trace)
    assert {f"new:{name}:dense.bias" for name in memory_names(optimizer)} <= set(trace.names())


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_wherever_it_stands(activation: str) -> None:
    layers = (Conv2D(2, (1, 2), activation=activation), Activation(activation), Flatten(), Dense(2, activation))
    spec = NetworkSpec("activation", (1, 3, 1), layers, "mean_squared_error", dtype="float64")
    assert_every_cell_is_explained(recorded(spec, 2, False))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("z", [0.0, 1e-9, -1e-9, 40.0, -40.0, 1e4, -1e4])
def test_activations_where_powers_overflow(activation: str, z: float) -> None:
    spec = NetworkSpec("far", (2,), (Activation(activation),), "mean_squared_error", dtype="float64")
    trace = record(spec, {}, np.array([[z, 0.5]]), np.array([[0.0, 1.0]]))
    assert_every_cell_is_explained(trace)


@pytest.mark.parametrize(
    ("loss", "labels"),
    [
        ("categorical_crossentropy", [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]),
        ("sparse_categorical_crossentropy", [1.0, 0.0]),
        ("binary_crossentropy", [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0]]),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_losses_at_their_limits(loss: str, labels: list[object], dtype: str) -> None:
    """Logits that no power can be taken of, and probabilities that Keras clips."""
    last = "sigmoid" if loss == "binary_crossentropy" else "softmax"
    logits = np.array([[1e4, -1e4, 0.0], [20.0, 18.0, -30.0]])
    outputs = np.array([[0.0, 1e-9, 1.0], [0.3, 0.7, 0.0]])
    wanted = np.array(labels)
    for activation, from_logits, inputs in (
        (last, False, logits),
        ("linear", True, logits),
        ("linear", False, outputs),
    ):
        spec = NetworkSpec("far", (3,), (Activation(activation),), loss, dtype=dtype, from_logits=from_logits)
        trace = record(spec, {}, inputs, wanted)
        assert np.isfinite(trace.array("loss"))
        assert_every_cell_is_explained(trace)


def test_logits_from_a_layer_without_an_activation() -> None:
    layers = (Conv2D(3, (2, 2), padding="same"), GlobalAveragePooling2D())
    spec = NetworkSpec("pooled", (2, 2, 1), layers, dtype="float64", from_logits=True)
    trace = recorded(spec, 2, False)
    assert_every_cell_is_explained(trace)
    assert derive(trace, "grad:global_average_pooling2d.out", 0, 0).formula.startswith("(p − y) / N")


def test_every_chain_of_operands_ends_in_what_was_given() -> None:
    layers = (
        Conv2D(1, (2, 2), activation="relu"),
        BatchNormalization(),
        MaxPooling2D(),
        Flatten(),
        Dense(2, "softmax"),
    )
    spec = NetworkSpec("chain", (3, 3, 1), layers, optimizer=AdamW(0.01, global_clipnorm=0.1), dtype="float64")
    trace = recorded(replace(spec, seed=3), 2, True)
    waiting, seen = ["new:conv2d.kernel", "new:batch_normalization.moving_variance"], set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        for index in np.ndindex(trace.array(name).shape):
            waiting += {operand.name for operand in derive(trace, name, *index).operands} - seen - set(waiting)
    assert {"input", "labels", "m:conv2d.kernel", "norm", "batch_normalization.mean", "dense.out"} <= seen
