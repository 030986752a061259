"""The outputs of all layers of a small network against the plain forward pass."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.engine.fast.small_pass import SmallPass
from tutor.engine.layers import ACTIVATIONS, Dense
from tutor.engine.network import forward, logits_name, output_name
from tutor.engine.parameters import initial_theta, views
from tutor.engine.spec import NetworkSpec


@pytest.mark.parametrize("top", ACTIVATIONS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_each_layers_output_is_that_of_the_plain_form_while_the_weights_change(hidden: str, top: str) -> None:
    layers = (Dense(5, hidden), Dense(4, hidden, use_bias=False), Dense(3, top))
    spec = NetworkSpec("t", (2,), layers, "mean_squared_error", seed=2, dtype="float64")
    theta, rows = initial_theta(spec), np.random.default_rng(0).uniform(-6, 6, (50, 2))
    own = SmallPass(spec, theta, rows)
    for _ in range(2):
        values = forward(spec, views(spec, theta), rows)
        for (name, _), output in zip(spec.named_layers, own.outputs(), strict=True):
            np.testing.assert_allclose(output.T, values[f"{name}.out"], rtol=1e-12, atol=1e-14)
        logits, output = own.answers()
        np.testing.assert_allclose(logits, values[logits_name(spec)], rtol=1e-12, atol=1e-14)
        np.testing.assert_allclose(output, values[output_name(spec)], rtol=1e-12, atol=1e-14)
        theta *= -1.5


def test_a_map_in_float32_of_a_network_in_float64() -> None:
    layers = (Dense(8, "tanh"), Dense(8, "tanh"), Dense(1, "tanh"))
    spec = NetworkSpec("t", (2,), layers, "mean_squared_error", seed=2, dtype="float64")
    theta, rows = initial_theta(spec), np.random.default_rng(0).uniform(-6, 6, (1600, 2))
    values = forward(spec, views(spec, theta), rows)
    outputs = SmallPass(spec, theta.astype(np.float32), rows).outputs()
    assert [output.shape for output in outputs] == [(8, 1600), (8, 1600), (1, 1600)]
    assert {output.dtype for output in outputs} == {np.dtype(np.float32)}
    for (name, _), output in zip(spec.named_layers, outputs, strict=True):
        np.testing.assert_allclose(output.T, values[f"{name}.out"], atol=2e-6)
