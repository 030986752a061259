"""The fast step for single rows against the plain form of the same mathematics."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.engine.fast.single_row import SingleRowStepper, supports
from tutor.engine.layers import Dense, Dropout
from tutor.engine.losses import crossentropy_from_logits
from tutor.engine.network import backward, dropout_mask, forward, logits_name
from tutor.engine.optimizer_specs import SGD
from tutor.engine.parameters import initial_theta, layout, views
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import clip, memory_names, update


@settings(max_examples=60, deadline=None)
@given(
    hidden=st.lists(
        st.tuples(
            st.integers(1, 7),
            st.sampled_from(["linear", "relu", "sigmoid", "tanh"]),
            st.sampled_from([None, 0.0, 0.2, 0.5]),
        ),
        max_size=4,
    ),
    momentum=st.sampled_from([0.0, 0.9]),
    clipnorm=st.sampled_from([None, 0.05, 1.0]),
    seed=st.integers(0, 1000),
)
def test_ten_steps_are_those_of_the_plain_form(
    hidden: list[tuple[int, str, float | None]], momentum: float, clipnorm: float | None, seed: int
) -> None:
    layers: list[Dense | Dropout] = []
    for units, activation, rate in hidden:
        layers.append(Dense(units, activation))
        if rate is not None:
            layers.append(Dropout(rate))
    spec = NetworkSpec(
        "test",
        (3,),
        (*layers, Dense(4, "softmax")),
        optimizer=SGD(0.1, momentum, clipnorm=clipnorm),
        seed=seed,
        dtype="float64",
    )
    rates = [(u, r) for u, _, r in hidden if r is not None]
    rng = np.random.default_rng(seed)
    fast, plain = initial_theta(spec), initial_theta(spec)
    fast_memory = {name: np.zeros_like(fast) for name in memory_names(spec.optimizer)}
    plain_memory = {name: np.zeros_like(plain) for name in memory_names(spec.optimizer)}
    stepper = SingleRowStepper(spec, fast, fast_memory)
    for number in range(10):
        x, y = rng.standard_normal((1, 3)), np.eye(4)[rng.integers(0, 4, 1)]
        masks = [dropout_mask(rng.integers(0, 1 << 16, (1, u), dtype=np.uint16), r, "float64") for u, r in rates]
        values = forward(spec, views(spec, plain), x, masks)
        gradients = backward(spec, views(spec, plain), values, y)
        logits = values[logits_name(spec)]
        flat = np.concatenate([gradients[p.name].ravel() for p in layout(spec)])
        clip(spec.optimizer, [flat[p.start : p.stop] for p in layout(spec)], flat)
        update(spec.optimizer, plain, flat, plain_memory, number, 0.1)
        loss, correct = stepper.step(x[0], y[0], [m[0] for m in masks], number, 0.1)
        assert loss == pytest.approx(float(crossentropy_from_logits(logits, y)[0]), rel=1e-12, abs=1e-12)
        assert correct == int(logits.argmax() == y.argmax())
        np.testing.assert_allclose(fast, plain, rtol=1e-11, atol=1e-13)
        for name, vector in fast_memory.items():
            np.testing.assert_allclose(vector, plain_memory[name], rtol=1e-10, atol=1e-13)


def test_dropout_before_the_first_layer_is_left_to_the_plain_form() -> None:
    assert not supports(NetworkSpec("n", (3,), (Dropout(0.5), Dense(2, "softmax"))))
    assert not supports(NetworkSpec("n", (3,), (Dense(2), Dropout(0.5), Dropout(0.5), Dense(2, "softmax"))))
    assert supports(NetworkSpec("n", (3,), (Dense(2), Dropout(0.5), Dense(2, "softmax"))))
