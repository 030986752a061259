"""Fast steps on small batches against the plain form of the same mathematics."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.engine.fast.small_batch import SmallBatchStepper, supports
from tutor.engine.fast.small_memory import MOST_STEPS
from tutor.engine.layers import ACTIVATIONS, Conv2D, Dense, Dropout, Flatten
from tutor.engine.network import backward, forward, mean_loss, output_name
from tutor.engine.objective import correct_rows
from tutor.engine.optimizer_specs import SGD, Adam, AdamW, OptimizerSpec, RMSprop
from tutor.engine.parameters import Array, count, initial_theta, layout, views
from tutor.engine.spec import LOSSES, NetworkSpec
from tutor.engine.updates import clip, memory_names, update

ROWS = 40
OPTIMIZERS: tuple[OptimizerSpec, ...] = (
    SGD(0.1),
    SGD(0.1, 0.9),
    SGD(0.1, 0.9, nesterov=True),
    SGD(0.1, weight_decay=0.02),
    SGD(0.1, clipnorm=0.05),
    SGD(0.1, 0.5, global_clipnorm=0.05),
    SGD(0.1, clipvalue=0.01),
    RMSprop(0.02),
    RMSprop(0.02, momentum=0.8, centered=True),
    Adam(0.02),
    Adam(0.02, clipnorm=0.05),
    AdamW(0.02, weight_decay=0.1),
)


@dataclass
class Run:
    """Parameters and an optimizer's memory, both of which steps change."""

    theta: Array
    memory: dict[str, Array]


def begun(spec: NetworkSpec) -> Run:
    theta = initial_theta(spec)
    return Run(theta, {name: np.zeros_like(theta) for name in memory_names(spec.optimizer)})


def rows_for(spec: NetworkSpec) -> tuple[Array, np.ndarray]:
    rng = np.random.default_rng(spec.seed)
    inputs = rng.standard_normal((ROWS, *spec.input_shape)).astype(spec.dtype)
    if spec.loss == "mean_squared_error":
        return inputs, rng.standard_normal((ROWS, spec.output_size)).astype(spec.dtype)
    classes = rng.integers(0, spec.output_size, ROWS)
    if spec.loss == "sparse_categorical_crossentropy":
        return inputs, classes.astype(np.int32)
    return inputs, np.eye(spec.output_size, dtype=spec.dtype)[classes]


def batches_of(sizes: list[int], seed: int) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.permutation(ROWS)[:size] for size in sizes]


def plain_step(spec: NetworkSpec, run: Run, x: Array, y: np.ndarray, number: int, rate: float) -> tuple[float, int]:
    parameters = views(spec, run.theta)
    values = forward(spec, parameters, x, [], training=True)
    loss = mean_loss(spec, parameters, values, y)
    gradients = backward(spec, parameters, values, y)
    flat = np.concatenate([gradients[part.name].ravel() for part in layout(spec)])
    clip(spec.optimizer, [flat[part.start : part.stop] for part in layout(spec)], flat)
    update(spec.optimizer, run.theta, flat, run.memory, number, rate)
    return loss, correct_rows(spec, values[output_name(spec)], y)


def assert_same_steps(spec: NetworkSpec, sizes: list[int], rtol: float = 1e-12, first: int = 0) -> None:
    (inputs, labels), batches = rows_for(spec), batches_of(sizes, spec.seed)
    fast, plain = begun(spec), begun(spec)
    rates = [0.1 / (1 + 0.2 * number) for number in range(len(sizes))]
    losses, correct = SmallBatchStepper(spec, fast.theta, fast.memory).run(inputs, labels, batches, first, rates)
    for i, (rows, rate) in enumerate(zip(batches, rates, strict=True)):
        loss, right = plain_step(spec, plain, inputs[rows], labels[rows], first + i, rate)
        assert losses[i] == pytest.approx(loss, rel=rtol, abs=rtol, nan_ok=True)
        assert correct[i] == right
    np.testing.assert_allclose(fast.theta, plain.theta, rtol=rtol, atol=rtol)
    for name, vector in fast.memory.items():
        np.testing.assert_allclose(vector, plain.memory[name], rtol=10 * rtol, atol=rtol)


@st.composite
def networks(draw: st.DrawFn) -> NetworkSpec:
    """Up to four Dense layers with any activation, with and without biases and penalties, with any loss."""

    def layer(units: int) -> Dense:
        bias, l2 = draw(st.booleans()), draw(st.sampled_from([0.0, 0.0, 0.03]))
        # Half of them with tanh, whose slopes are computed together.
        activation = draw(st.one_of(st.just("tanh"), st.sampled_from(ACTIVATIONS)))
        return Dense(units, activation, bias_initializer="lecun_normal", use_bias=bias, l2=l2)

    hidden = [layer(draw(st.integers(1, 7))) for _ in range(draw(st.integers(0, 3)))]
    layers = (*hidden, layer(draw(st.integers(1, 6))))
    loss, optimizer = draw(st.sampled_from(LOSSES)), draw(st.sampled_from(OPTIMIZERS))
    logits = loss != "mean_squared_error" and layers[-1].activation == "linear" and draw(st.booleans())
    width, seed = draw(st.integers(1, 4)), draw(st.integers(0, 999))
    spec = NetworkSpec("t", (width,), layers, loss, optimizer, seed, "float64", logits)
    # The sparse loss of probabilities is not taken.
    return (
        spec if supports(spec) else NetworkSpec("t", (width,), layers, "mean_squared_error", optimizer, seed, "float64")
    )


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(max_examples=250, deadline=None)
@given(networks(), st.lists(st.sampled_from([1, 2, 3, 10, 32]), min_size=1, max_size=8))
def test_steps_are_those_of_the_plain_form(spec: NetworkSpec, sizes: list[int]) -> None:
    with np.errstate(all="ignore"):
        assert_same_steps(spec, sizes, rtol=1e-9)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=str)
@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "linear"])
def test_after_many_steps_the_numbers_are_the_same_to_rounding(optimizer: OptimizerSpec, activation: str) -> None:
    layers = (Dense(4, activation), Dense(3, "tanh"), Dense(2, "softmax"))
    spec = NetworkSpec("t", (2,), layers, optimizer=optimizer, seed=3, dtype="float64")
    # More steps of one size than have memory of their own, and short last batches.
    assert MOST_STEPS < 70
    assert_same_steps(spec, [10] * 71 + [4, 10, 10, 4, 4], rtol=1e-11, first=7)


@pytest.mark.parametrize("hidden", [(), (4, 2), (8, 8, 8, 8, 8, 8)])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_networks_of_the_playground(hidden: tuple[int, ...], dtype: str) -> None:
    layers = (*(Dense(units, "tanh") for units in hidden), Dense(1, "tanh"))
    spec = NetworkSpec("t", (2,), layers, "mean_squared_error", SGD(0.03), 1, dtype)
    assert_same_steps(spec, [10] * 75, rtol=1e-12 if dtype == "float64" else 1e-5)


@pytest.mark.parametrize("optimizer", [SGD(0.1), SGD(0.1, 0.9), Adam(0.02)], ids=str)
@pytest.mark.parametrize("pieces", [[1] * 30, [7, 1, 22], [29, 1], [2, 3, 5, 20]])
def test_a_run_cut_in_pieces_has_the_same_bits(optimizer: OptimizerSpec, pieces: list[int]) -> None:
    spec = NetworkSpec("t", (3,), (Dense(5, "tanh"), Dense(2, "softmax")), optimizer=optimizer, seed=5)
    (inputs, labels), batches = rows_for(spec), batches_of([6, 6, 3] * 10, 0)
    whole = begun(spec)
    losses, _ = SmallBatchStepper(spec, whole.theta, whole.memory).run(inputs, labels, batches, 0, [0.1] * 30)
    cut, done = begun(spec), 0
    for steps in pieces:
        part = slice(done, done + steps)
        stepper = SmallBatchStepper(spec, cut.theta, cut.memory)
        found, _ = stepper.run(inputs, labels, batches[part], done, [0.1] * steps)
        np.testing.assert_array_equal(found, losses[part])
        done += steps
    np.testing.assert_array_equal(cut.theta, whole.theta)
    for name, vector in cut.memory.items():
        np.testing.assert_array_equal(vector, whole.memory[name])


def test_steps_go_on_from_parameters_that_somebody_else_has_changed() -> None:
    spec = NetworkSpec("t", (3,), (Dense(5, "tanh"), Dense(2, "softmax")), seed=5, dtype="float64")
    (inputs, labels), batches = rows_for(spec), batches_of([6], 0)
    run = begun(spec)
    stepper = SmallBatchStepper(spec, run.theta, run.memory)
    first, _ = stepper.run(inputs, labels, batches, 0, [0.1])
    run.theta[:] = initial_theta(spec)
    again, _ = stepper.run(inputs, labels, batches, 0, [0.1])
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_a_number_that_is_not_one_reaches_the_loss(activation: str) -> None:
    spec = NetworkSpec("t", (2,), (Dense(3, activation), Dense(2, "softmax")), seed=1)
    (inputs, labels), run = rows_for(spec), begun(spec)
    run.theta[0] = np.nan
    with np.errstate(all="ignore"):
        losses, _ = SmallBatchStepper(spec, run.theta, run.memory).run(inputs, labels, batches_of([4], 0), 0, [0.1])
    assert np.isnan(losses).all()


def test_which_networks_are_taken() -> None:
    end = Dense(2, "softmax")
    assert supports(NetworkSpec("t", (3,), (Dense(4, "gelu", use_bias=False), end)))
    assert supports(NetworkSpec("t", (3,), (end,), "sparse_categorical_crossentropy"))
    assert not supports(NetworkSpec("t", (3,), (Dense(4), Dropout(0.5), end)))
    assert not supports(NetworkSpec("t", (3,), (Dense(2, "relu"),), "sparse_categorical_crossentropy"))
    assert not supports(NetworkSpec("t", (3, 3, 1), (Conv2D(2, (2, 2)), Flatten(), end)))
    large = NetworkSpec("t", (25,), (Dense(200, "relu"), end))
    assert count(large) == 25 * 200 + 200 + 200 * 2 + 2
    assert not supports(large)
