"""Bytes and class numbers train as the floats and one-hot rows that they stand for."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.backends.interface import TrainingData, initial_state
from tutor.backends.numpy_backend import NumpyBackend
from tutor.backends.rows import EVALUATED_AT_ONCE, as_inputs, as_labels, evaluate_rows
from tutor.engine.layers import Conv2D, Dense, Flatten, MaxPooling2D
from tutor.engine.network import evaluate
from tutor.engine.parameters import views
from tutor.engine.spec import NetworkSpec
from tutor.training.plan import Plan, Position
from tutor.training.worker.messages import data_from_arrays, data_to_arrays

LAYERS = (Conv2D(2, (3, 3), activation="relu"), MaxPooling2D(), Flatten(), Dense(4, "softmax"))


def network(loss: str = "categorical_crossentropy") -> NetworkSpec:
    return NetworkSpec("t", (8, 8, 1), LAYERS, loss, seed=3)


@pytest.fixture
def pictures() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (30, 8, 8)).astype(np.uint8), rng.integers(0, 4, 30)


def test_bytes_become_shades_and_class_numbers_one_hot(pictures: tuple[np.ndarray, np.ndarray]) -> None:
    images, classes = pictures
    inputs = as_inputs(images, network(), 1 / 255)
    assert (inputs.shape, inputs.dtype) == ((30, 8, 8, 1), np.float32)
    assert inputs[4, 2, 3, 0] == pytest.approx(images[4, 2, 3] / 255, rel=1e-6)
    labels = as_labels(classes, network())
    assert labels.sum(axis=1).tolist() == [1.0] * 30
    assert labels.argmax(axis=1).tolist() == classes.tolist()
    assert as_labels(classes, network("sparse_categorical_crossentropy")).tolist() == classes.tolist()


@pytest.mark.parametrize("batch", [1, 7])
def test_streamed_rows_train_bit_for_bit_as_prepared_ones(pictures: tuple[np.ndarray, np.ndarray], batch: int) -> None:
    images, classes = pictures
    spec = network()
    streamed = TrainingData(images, classes, images[:5], classes[:5], 1 / 255)
    inputs, labels = as_inputs(images, spec, 1 / 255), as_labels(classes, spec)
    prepared = TrainingData(inputs, labels, inputs[:5], labels[:5])
    ends = []
    for data in (streamed, prepared):
        backend = NumpyBackend(spec, data, initial_state(spec))
        results = backend.run(Plan(spec, 30, batch).block(Position(), 40), 0.1)
        ends.append(
            (backend.state().theta, results.losses, results.held_out_losses[~np.isnan(results.held_out_losses)])
        )
    for one, other in zip(*ends, strict=True):
        assert np.array_equal(one, other)


def test_many_rows_are_evaluated_as_if_at_once(pictures: tuple[np.ndarray, np.ndarray]) -> None:
    images, classes = pictures
    spec = network()
    rows = 2 * EVALUATED_AT_ONCE + 30
    images, classes = np.resize(images, (rows, 8, 8)), np.resize(classes, rows)
    state = initial_state(spec)
    parameters = views(spec, state.theta, state.moving)
    loss, accuracy = evaluate_rows(spec, parameters, images, classes, 1 / 255)
    wanted = evaluate(spec, parameters, as_inputs(images, spec, 1 / 255), as_labels(classes, spec))
    assert (loss, accuracy) == (pytest.approx(wanted[0], rel=1e-6), pytest.approx(wanted[1]))
    assert np.isnan(evaluate_rows(spec, parameters, images[:0], classes[:0])).all()


def test_the_worker_is_told_the_scale(pictures: tuple[np.ndarray, np.ndarray]) -> None:
    images, classes = pictures
    data = data_from_arrays(data_to_arrays(TrainingData(images, classes, images, classes, 1 / 255)))
    assert data.scale == 1 / 255
    assert data.inputs.dtype == np.uint8
