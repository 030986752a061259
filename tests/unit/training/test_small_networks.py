"""Runs of small networks, which the NumPy backend trains with small steps, against the plain form row by row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tutor.backends.interface import TrainingData
from tutor.engine.layers import Dense
from tutor.engine.network import backward, evaluate, forward, mean_loss
from tutor.engine.optimizer_specs import SGD, Adam, OptimizerSpec
from tutor.engine.parameters import initial_theta, layout, views
from tutor.engine.schedules import ExponentialDecay, rate
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import clip, memory_names, update
from tutor.training.history import EpochRecord, records_to_array
from tutor.training.plan import Position
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Phase
from tutor.training.trainer import Trainer, TrainingStopped

DECAY = ExponentialDecay(0.05, 10, 0.9)


def spec_with(optimizer: OptimizerSpec, l2: float = 0.0) -> NetworkSpec:
    layers = (Dense(4, "tanh", l2=l2), Dense(2, "relu"), Dense(1, "tanh"))
    return NetworkSpec("t", (2,), layers, "mean_squared_error", optimizer, 3, "float64")


def points(held_out: int = 30) -> TrainingData:
    rng = np.random.default_rng(0)
    inputs = rng.uniform(-1, 1, (47 + held_out, 2))
    labels = np.sign(inputs[:, :1] * inputs[:, 1:])
    return TrainingData(inputs[:47], labels[:47], inputs[47:], labels[47:])


def metrics(records: list[EpochRecord]) -> np.ndarray:
    """Everything but the seconds, which are the last field."""
    return records_to_array(records)[:, :-1]


@pytest.mark.parametrize("batch_size", [1, 10, 32, 47])
@pytest.mark.parametrize("optimizer", [SGD(0.05), SGD(DECAY, 0.9, clipnorm=0.1), Adam(DECAY)], ids=str)
def test_epochs_are_those_of_the_plain_form(optimizer: OptimizerSpec, batch_size: int) -> None:
    spec, data = spec_with(optimizer, 0.001), points()
    trainer = Trainer(RunSettings(spec, 3, batch_size), data)
    records = trainer.advance(trainer.steps_to_the_end())
    block = trainer.plan.block(Position(), 3 * trainer.plan.steps_per_epoch)
    theta = initial_theta(spec)
    memory = {name: np.zeros_like(theta) for name in memory_names(optimizer)}
    summed, ended = 0.0, iter(records)
    for step, (rows, ends) in enumerate(zip(block.batches, block.epoch_ends, strict=True)):
        parameters, labels = views(spec, theta), data.labels[rows]
        values = forward(spec, parameters, data.inputs[rows])
        summed += mean_loss(spec, parameters, values, labels) * len(rows)
        gradients = backward(spec, parameters, values, labels)
        flat = np.concatenate([gradients[part.name].ravel() for part in layout(spec)])
        clip(optimizer, [flat[part.start : part.stop] for part in layout(spec)], flat)
        update(optimizer, theta, flat, memory, step, rate(optimizer.learning_rate, step))
        if ends:
            record = next(ended)
            assert record.loss == pytest.approx(summed / 47, rel=1e-11)
            held_out = evaluate(spec, views(spec, theta), data.held_out_inputs, data.held_out_labels)
            assert (record.val_loss, record.val_accuracy) == pytest.approx(held_out, rel=1e-11)
            summed = 0.0
    assert next(ended, None) is None
    np.testing.assert_allclose(trainer.backend.state().theta, theta, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("optimizer", [SGD(0.05), Adam(0.01)], ids=str)
@pytest.mark.parametrize("held_out", [0, 30])
def test_a_run_taken_up_from_checkpoints_is_bit_identical(optimizer: OptimizerSpec, held_out: int) -> None:
    settings, data = RunSettings(spec_with(optimizer), 12, 10), points(held_out)
    whole = Trainer(settings, data)
    records = whole.advance(whole.steps_to_the_end())
    again = Trainer(settings, data)
    np.testing.assert_array_equal(metrics(again.advance(again.steps_to_the_end())), metrics(records))
    pieces, cut = Trainer(settings, data), []
    while not pieces.finished:
        cut += pieces.advance(min(7, pieces.steps_to_the_end()))
        pieces = Trainer(settings, data, pieces.snapshot(Phase.PAUSED).checkpoint)
    np.testing.assert_array_equal(metrics(cut), metrics(records))
    np.testing.assert_array_equal(pieces.backend.state().theta, whole.backend.state().theta)


def test_larger_batches_and_larger_networks_are_left_to_the_other_steps() -> None:
    data = points(0)
    many = TrainingData(np.tile(data.inputs, (4, 1)), np.tile(data.labels, (4, 1)), data.inputs[:0], data.labels[:0])
    spec = spec_with(SGD(0.05))
    wide = replace(spec, layers=(Dense(3000, "tanh"), Dense(1, "tanh")))
    for network, rows in ((spec, many), (wide, data)):
        # The first batch is large, the last one of the many rows is not.
        trainer = Trainer(RunSettings(network, 1, 150), rows)
        block, theta, summed = trainer.plan.block(Position(), trainer.plan.steps_per_epoch), initial_theta(network), 0.0
        for batch in block.batches:
            parameters, labels = views(network, theta), rows.labels[batch]
            values = forward(network, parameters, rows.inputs[batch])
            summed += mean_loss(network, parameters, values, labels) * len(batch)
            gradients = backward(network, parameters, values, labels)
            theta -= 0.05 * np.concatenate([gradients[part.name].ravel() for part in layout(network)])
        (record,) = trainer.advance(trainer.plan.steps_per_epoch)
        assert record.loss == pytest.approx(summed / rows.rows, rel=1e-11)
        np.testing.assert_allclose(trainer.backend.state().theta, theta, rtol=1e-11, atol=1e-13)


def test_a_loss_that_is_not_finite_stops_the_run_and_goes_back() -> None:
    layers = (Dense(4, "linear"), Dense(1, "linear"))
    spec = NetworkSpec("t", (2,), layers, "mean_squared_error", SGD(50.0), 3, "float32")
    trainer, states = Trainer(RunSettings(spec, 200, 10), points()), []

    def train() -> None:
        while True:
            states.append((trainer.position, trainer.backend.state().theta))
            trainer.advance(3)

    with pytest.raises(TrainingStopped, match="step"):
        train()
    position, theta = states[-1]
    assert trainer.position == position
    np.testing.assert_array_equal(trainer.backend.state().theta, theta)
