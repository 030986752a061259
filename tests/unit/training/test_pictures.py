"""Runs of networks on pictures: determinism with every kind of state, and memory that stays flat."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from tutor.backends.interface import TrainingData
from tutor.engine.fast.network import FastNetwork
from tutor.engine.fast.workers import Workers
from tutor.engine.layers import (
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LeakyReLU,
    MaxPooling2D,
)
from tutor.engine.network import backward, dropout_mask, dropout_sizes, forward, mean_loss
from tutor.engine.optimizer_specs import SGD, Adam, OptimizerSpec, RMSprop
from tutor.engine.parameters import count, initial_moving, initial_theta, layout, views
from tutor.engine.schedules import ExponentialDecay
from tutor.engine.spec import NetworkSpec
from tutor.training.saved.packing import pack, unpack
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Phase
from tutor.training.trainer import Trainer
from tutor.training.worker.messages import checkpoint_from_message, checkpoint_to_message


def network(optimizer: OptimizerSpec, dtype: str = "float32") -> NetworkSpec:
    layers = (
        Conv2D(9, (3, 3), padding="same"), LeakyReLU(0.1), MaxPooling2D(padding="same"), Dropout(0.25),
        Conv2D(10, (2, 2), activation="relu"), BatchNormalization(), Flatten(), Dense(6, "tanh"), Dropout(0.3),
        Dense(3, "softmax"),
    )  # fmt: skip
    return NetworkSpec("pictures", (7, 6, 2), layers, optimizer=optimizer, seed=5, dtype=dtype)


def data() -> TrainingData:
    rng = np.random.default_rng(1)
    inputs, classes = rng.standard_normal((11, 7, 6, 2)), rng.integers(0, 3, 11)
    return TrainingData(inputs, np.eye(3)[classes], inputs[:3], np.eye(3)[classes[:3]])


@pytest.mark.parametrize("optimizer", [SGD(ExponentialDecay(0.1, 5, 0.9), 0.9), RMSprop(0.01), Adam(0.01)])
def test_a_run_kept_as_bytes_and_taken_up_again_comes_to_the_same_bits(optimizer: OptimizerSpec) -> None:
    settings = RunSettings(network(optimizer), epochs=6, batch_size=4)
    whole = Trainer(settings, data())
    whole.advance(whole.steps_to_the_end())
    pieces = Trainer(settings, data())
    for steps in (1, 4, 7):
        pieces.advance(steps)
        values, arrays = unpack(pack(*checkpoint_to_message(pieces.snapshot(Phase.PAUSED).checkpoint)))
        pieces = Trainer(settings, data(), checkpoint_from_message(values, arrays))
    pieces.advance(pieces.steps_to_the_end())
    one, other = whole.backend.state(), pieces.backend.state()
    assert np.array_equal(one.theta, other.theta)
    assert np.array_equal(one.moving, other.moving)
    assert {n: v.tolist() for n, v in one.memory.items()} == {n: v.tolist() for n, v in other.memory.items()}
    assert whole.backend.evaluate(*held_out()) == pieces.backend.evaluate(*held_out())


def held_out() -> tuple[np.ndarray, np.ndarray]:
    rows = data()
    return rows.held_out_inputs, rows.held_out_labels


@pytest.mark.parametrize("rows", [1, 2, 5])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_fast_network_is_the_plain_one(rows: int, threads: int) -> None:
    spec = network(SGD(), "float64")
    theta = initial_theta(spec)
    rng = np.random.default_rng(2)
    masks = [
        dropout_mask(rng.integers(0, 1 << 16, (rows, size), dtype=np.uint16), 0.25, "float64")
        for size in dropout_sizes(spec)
    ]
    inputs, labels = data().inputs[:rows], data().labels[:rows]
    parameters = views(spec, theta, initial_moving(spec))
    values = forward(spec, parameters, inputs, masks, training=True)
    gradients = backward(spec, parameters, values, labels)
    flat = np.concatenate([gradients[p.name].ravel() for p in layout(spec)])
    fast = FastNetwork(spec, views(spec, theta, initial_moving(spec)), count(spec), 5, Workers(threads))
    for _ in range(2):
        loss, _ = fast.differentiate(inputs, labels, masks)
        np.testing.assert_allclose(fast.gradient, flat, rtol=1e-10, atol=1e-13)
        assert loss == pytest.approx(mean_loss(spec, parameters, values, labels), rel=1e-12)


def test_memory_stays_flat_over_thousands_of_steps() -> None:
    layers = (Conv2D(2, (3, 3)), MaxPooling2D(), Flatten(), Dropout(0.2), Dense(3, "softmax"))
    spec = NetworkSpec("small", (7, 6, 2), layers, optimizer=Adam())
    trainer = Trainer(RunSettings(spec, epochs=100_000, batch_size=4), data())
    tracemalloc.start()
    try:
        # Until the few blocks of masks and orders that are kept at hand are all there.
        trainer.advance(1300)
        early = tracemalloc.get_traced_memory()[0]
        for _ in range(20):
            trainer.advance(100)
        late = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    # Eight bytes kept of each step would be 16,000.
    assert late - early < 16_000
