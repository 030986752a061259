"""Fast steps on any sequence of layers: the plain form's numbers, and nobody else's arrays changed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.backends.rows import answers, evaluate_rows
from tutor.engine.fast.network import FastNetwork
from tutor.engine.fast.workers import Workers
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
from tutor.engine.network import backward, dropout_sizes, forward, logits_name, mean_loss, output_name
from tutor.engine.operations.contract import Shape
from tutor.engine.parameters import Parameters, initial_moving, initial_theta, layout, views
from tutor.engine.spec import LOSSES, NetworkSpec

ROWS = 5
SLOPES = st.sampled_from([0.0, 0.1, 0.3, 1.0, 1.7])


@st.composite
def networks(draw: st.DrawFn) -> NetworkSpec:
    """A network of up to seven layers of any kind, on rows or on pictures, with any loss."""
    layers: list[LayerSpec] = []
    shape: Shape = draw(st.sampled_from([(4,), (5, 4, 2)]))
    first = shape
    for _ in range(draw(st.integers(0, 6))):
        layers.append(draw(st.sampled_from(_fitting(shape)))(draw))
        shape = NetworkSpec("t", first, (*layers, Flatten()), "mean_squared_error").shapes[len(layers)]
    if len(shape) > 1:
        layers.append(Flatten())
    loss = draw(st.sampled_from(LOSSES))
    layers.append(Dense(3, draw(st.sampled_from(["softmax", "sigmoid"])), l2=draw(st.sampled_from([0.0, 0.1]))))
    return NetworkSpec("t", first, tuple(layers), loss, seed=draw(st.integers(0, 99)), dtype="float64")


def _fitting(shape: Shape) -> list[Callable[[st.DrawFn], LayerSpec]]:
    """How to draw each kind of layer that can follow ``shape``."""
    kinds: list[Callable[[st.DrawFn], LayerSpec]] = [
        lambda draw: Activation(draw(st.sampled_from(ACTIVATIONS))),
        lambda draw: LeakyReLU(draw(SLOPES)),
        lambda draw: Dropout(draw(st.sampled_from([0.0, 0.5]))),
        lambda _: BatchNormalization(),
        lambda _: Flatten(),
    ]
    if len(shape) == 1:
        kinds.append(lambda draw: Dense(draw(st.integers(1, 5)), draw(st.sampled_from(ACTIVATIONS))))
        kinds.append(lambda _: Reshape((1, shape[0], 1)))
        return kinds
    kinds.append(lambda _: GlobalAveragePooling2D())
    kinds.append(
        lambda draw: Conv2D(
            draw(st.integers(1, 3)), (2, 2), padding="same", activation=draw(st.sampled_from(ACTIVATIONS))
        )
    )
    kinds.append(
        lambda draw: MaxPooling2D(padding=draw(st.sampled_from(["same", "valid"])) if min(shape[:2]) > 1 else "same")
    )
    kinds.append(lambda _: AveragePooling2D((2, 2), padding="same"))
    return kinds


def labels_for(spec: NetworkSpec) -> np.ndarray:
    classes = np.array([0, 1, 2, 0, 1])
    return classes if spec.loss == "sparse_categorical_crossentropy" else np.eye(3)[classes]


def parts(spec: NetworkSpec) -> tuple[Parameters, int]:
    theta = initial_theta(spec)
    return views(spec, theta, initial_moving(spec)), len(theta)


def close(found: np.ndarray, wanted: np.ndarray) -> None:
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-11)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@settings(max_examples=150, deadline=None)
@given(networks(), st.sampled_from([1, 2]), st.integers(0, 99))
def test_a_training_pass_has_the_plain_loss_and_gradients(spec: NetworkSpec, threads: int, seed: int) -> None:
    parameters, size = parts(spec)
    rng = np.random.default_rng(seed)
    inputs, labels = rng.standard_normal((ROWS, *spec.input_shape)), labels_for(spec)
    masks = [rng.integers(0, 2, (ROWS, size)) * 2.0 for size in dropout_sizes(spec)]
    values = forward(spec, parameters, inputs, masks, training=True)
    wanted = backward(spec, parameters, values, labels)
    loss = mean_loss(spec, parameters, values, labels)
    mine = [inputs, labels, *masks]
    kept = [array.copy() for array in mine]
    with np.errstate(invalid="ignore", over="ignore"):
        fast = FastNetwork(spec, parameters, size, ROWS, Workers(threads))
        # The second pass finds whatever the first one, on rows that are not finite, left behind in the buffers.
        for rows in (np.full_like(inputs, np.inf), inputs, inputs):
            found, _ = fast.differentiate(rows, labels, masks)
    assert found == pytest.approx(loss, rel=1e-10)
    gradients = views(spec, fast.gradient)
    for part in layout(spec):
        close(gradients[part.name], wanted[part.name])
    for array, before in zip(mine, kept, strict=True):
        np.testing.assert_array_equal(array, before)


@settings(max_examples=100, deadline=None)
@given(networks(), st.integers(0, 99))
def test_rows_are_evaluated_alike_twice_and_stay_as_they_are(spec: NetworkSpec, seed: int) -> None:
    parameters, _ = parts(spec)
    inputs = np.random.default_rng(seed).standard_normal((300, *spec.input_shape))
    labels, kept = np.tile(labels_for(spec), (60, 1) if labels_for(spec).ndim > 1 else 60), inputs.copy()
    values = forward(spec, parameters, inputs)
    for _ in range(2):
        ((_, logits, output),) = answers(spec, parameters, inputs)
        close(output, values[output_name(spec)])
        if spec.last_activation in ("softmax", "sigmoid") and spec.loss != "mean_squared_error":
            close(logits, values[logits_name(spec)])
        loss, _ = evaluate_rows(spec, parameters, inputs, labels)
        assert loss == pytest.approx(mean_loss(spec, parameters, values, labels), rel=1e-9)
    np.testing.assert_array_equal(inputs, kept)


@pytest.mark.parametrize("activation", ["tanh", "elu", "silu", "sigmoid", "gelu", "softplus"])
def test_a_leaky_layer_leaves_the_activation_before_it_its_output(activation: str) -> None:
    """The slope of each of these is taken from its output or its input, also behind a Flatten."""
    for between in ((), (Flatten(),), (Reshape((2, 2)), Flatten())):
        spec = NetworkSpec(
            "t", (3,), (Dense(4, activation), *between, LeakyReLU(0.3), Dense(2, "softmax")), seed=5, dtype="float64"
        )
        parameters, size = parts(spec)
        inputs, labels = np.random.default_rng(1).standard_normal((5, 3)), np.eye(2)[[0, 1, 1, 0, 1]]
        fast = FastNetwork(spec, parameters, size, 5, Workers(1))
        fast.differentiate(inputs, labels, ())
        wanted = backward(spec, parameters, forward(spec, parameters, inputs, [], training=True), labels)
        apart = max(
            float(np.abs(gradient - wanted[name]).max()) for name, gradient in views(spec, fast.gradient).items()
        )
        assert apart < 1e-13
        assert math.isfinite(apart)


def test_rows_that_are_not_finite_leave_nothing_behind_in_a_pools_buffers() -> None:
    """The last row is in no window; the slope of silu at infinity, which is not a number, is multiplied into it."""
    layers = (Activation("silu"), MaxPooling2D(), Flatten(), Dense(2, "softmax"))
    spec = NetworkSpec("t", (5, 5, 1), (Conv2D(2, (1, 1)), *layers), seed=5, dtype="float64")
    parameters, size = parts(spec)
    inputs, labels = np.random.default_rng(1).standard_normal((4, 5, 5, 1)), np.eye(2)[[0, 1, 1, 0]]
    used, fresh = (FastNetwork(spec, parameters, size, 4, Workers(1)) for _ in range(2))
    with np.errstate(invalid="ignore"):
        used.differentiate(np.full_like(inputs, np.inf), labels, ())
    for network in (used, fresh):
        network.differentiate(inputs, labels, ())
    np.testing.assert_array_equal(used.gradient, fresh.gradient)
