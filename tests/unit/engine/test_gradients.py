"""The gradients against central differences in float64, and the loss and the updates against hand calculations."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.engine.layers import Dense, Dropout
from tutor.engine.losses import accuracy, crossentropy_from_logits
from tutor.engine.network import backward, dropout_mask, forward, logits_name
from tutor.engine.parameters import count, initial_theta, layout, views
from tutor.engine.spec import NetworkSpec

HIDDEN = ("linear", "relu", "sigmoid", "tanh")


def network(hidden: list[tuple[int, str]], classes: int = 3, rate: float = 0.0, **changes: object) -> NetworkSpec:
    layers: list[Dense | Dropout] = []
    for units, activation in hidden:
        layers.append(Dense(units, activation))
        if rate:
            layers.append(Dropout(rate))
    spec = NetworkSpec("test", (4,), (*layers, Dense(classes, "softmax")), dtype="float64", seed=5)
    return replace(spec, **changes)


def mean_loss(spec: NetworkSpec, theta: np.ndarray, x: np.ndarray, y: np.ndarray, masks: list[np.ndarray]) -> float:
    logits = forward(spec, views(spec, theta), x, masks)[logits_name(spec)]
    return float(crossentropy_from_logits(logits, y).mean())


@settings(max_examples=40, deadline=None)
@given(
    hidden=st.lists(st.tuples(st.integers(1, 6), st.sampled_from(HIDDEN)), min_size=0, max_size=3),
    rate=st.sampled_from([0.0, 0.3]),
    batch=st.integers(1, 5),
    seed=st.integers(0, 10_000),
)
def test_every_gradient_is_the_central_difference(
    hidden: list[tuple[int, str]], rate: float, batch: int, seed: int
) -> None:
    spec = network(hidden, rate=rate)
    rng = np.random.default_rng(seed)
    theta = initial_theta(spec) + 0.1 * rng.standard_normal(count(spec))
    x, y = rng.standard_normal((batch, 4)), np.eye(3)[rng.integers(0, 3, batch)]
    masks = (
        [
            dropout_mask(rng.integers(0, 1 << 16, (batch, units), dtype=np.uint16), rate, "float64")
            for units, _ in hidden
        ]
        if rate
        else []
    )
    values = forward(spec, views(spec, theta), x, masks)
    # A ReLU has no derivative at its corner: a difference across it says nothing.
    for name, layer in spec.named_layers:
        if isinstance(layer, Dense) and layer.activation == "relu" and np.abs(values[f"{name}.z"]).min() < 1e-3:
            return
    gradients = backward(spec, views(spec, theta), values, y)
    exact = np.concatenate([gradients[p.name].ravel() for p in layout(spec)])
    h = 1e-5
    numeric = np.empty_like(theta)
    for i in range(len(theta)):
        up, down = theta.copy(), theta.copy()
        up[i] += h
        down[i] -= h
        numeric[i] = (mean_loss(spec, up, x, y, masks) - mean_loss(spec, down, x, y, masks)) / (2 * h)
    assert np.abs(exact - numeric).max() <= 1e-7 * max(1.0, float(np.abs(numeric).max()))


def test_softmax_and_crossentropy_by_hand() -> None:
    logits = np.array([[2.0, 1.0, 0.1]])
    powers = [math.exp(2.0), math.exp(1.0), math.exp(0.1)]
    expected = -math.log(powers[1] / sum(powers))
    assert crossentropy_from_logits(logits, np.array([[0.0, 1.0, 0.0]]))[0] == pytest.approx(expected, abs=1e-15)
    worked = np.log(np.array([[0.1, 0.5, 0.4]]))
    assert crossentropy_from_logits(worked, np.array([[0.0, 1.0, 0.0]]))[0] == pytest.approx(0.693147, abs=5e-7)


def test_extreme_logits_stay_finite() -> None:
    logits = np.array([[60.0, 0.0, 0.0], [1e4, -1e4, 0.0]])
    losses = crossentropy_from_logits(logits, np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]))
    assert losses.tolist() == pytest.approx([60.0, 2e4])


def test_accuracy_gives_ties_to_the_first_class() -> None:
    logits = np.array([[1.0, 1.0], [0.0, 2.0]])
    assert accuracy(logits, np.array([[1.0, 0.0], [1.0, 0.0]])) == 0.5
    assert accuracy(logits, np.array([[0.0, 1.0], [0.0, 1.0]])) == 0.5
