"""Rows of tokens with class numbers at their places: what is judged, how it is counted, what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.engine.sequence_networks import NETWORKS, TIME, TOKENS, weights
from tutor.backends.interface import TrainingData, initial_state
from tutor.backends.numpy_backend import NumpyBackend
from tutor.backends.rows import EVALUATED_AT_ONCE, as_inputs, as_labels, check_labels, check_rows, evaluate_rows
from tutor.engine.fast.network import FastNetwork
from tutor.engine.fast.plain_network import PlainNetwork, stepped_network
from tutor.engine.fast.sequence.network import SequenceNetwork
from tutor.engine.fast.workers import Workers
from tutor.engine.layers import BatchNormalization, Conv2D, Dense, Flatten, LayerSpec
from tutor.engine.network import backward, forward, mean_loss, output_name
from tutor.engine.operations.contract import ShapeError
from tutor.engine.parameters import count, layout, views
from tutor.engine.sequence_layers import Add, Embedding
from tutor.engine.spec import NetworkSpec
from tutor.training.evaluation import evaluate_network
from tutor.training.settings import RunSettings
from tutor.training.trainer import Trainer

GPT = NETWORKS["gpt"]


def some_rows(number: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    labels = random.integers(-1, TOKENS, (number, TIME))
    labels[:, 0] = 2
    return random.integers(0, TOKENS, (number, TIME)), labels


def by_hand(spec: NetworkSpec, tokens: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Mean loss and accuracy over the places with a label, one place after the other."""
    output = forward(spec, views(spec, weights(spec)), tokens)[output_name(spec)]
    losses, right = [], []
    for row, place in np.ndindex(labels.shape):
        if labels[row, place] >= 0:
            logits = output[row, place]
            losses.append(np.log(np.exp(logits).sum()) - logits[labels[row, place]])
            right.append(logits.argmax() == labels[row, place])
    return float(np.mean(losses)), float(np.mean(right))


@pytest.mark.parametrize("number", [3, EVALUATED_AT_ONCE + 7])
def test_only_places_with_a_label_count(number: int) -> None:
    tokens, labels = some_rows(number)
    expected = by_hand(GPT, tokens, labels)
    assert evaluate_rows(GPT, views(GPT, weights(GPT)), tokens, labels) == pytest.approx(expected, rel=1e-12)


def test_the_confusion_counts_places() -> None:
    tokens, labels = some_rows(9)
    found = evaluate_network(GPT, views(GPT, weights(GPT)), tokens, labels)
    assert found.rows == found.confusion.sum() == (labels >= 0).sum()
    assert found.confusion.sum(axis=1).tolist() == [int((labels == c).sum()) for c in range(TOKENS)]
    assert found.right == np.trace(found.confusion)
    assert (found.loss, found.accuracy) == pytest.approx(by_hand(GPT, tokens, labels), rel=1e-12)


def test_an_epoch_weighs_a_batch_by_its_labels() -> None:
    """At a learning rate of 0 an epoch in batches of unequal weight gives what all rows at once give."""
    spec = replace(GPT, optimizer=replace(GPT.optimizer, learning_rate=0.0))
    tokens, labels = some_rows(7)
    labels[3:, 1:] = -1
    found = Trainer(RunSettings(spec, 1, 3), TrainingData(tokens, labels, tokens, labels)).advance(3)[0]
    assert (found.loss, found.accuracy) == pytest.approx((found.val_loss, found.val_accuracy), rel=1e-12)


def test_which_steps_a_network_takes() -> None:
    def taken(spec: NetworkSpec) -> type:
        return type(stepped_network(spec, views(spec, np.zeros(count(spec))), count(spec), 2, Workers(1)))

    def of(shape: tuple[int, ...], *layers: LayerSpec) -> type:
        return taken(NetworkSpec("t", shape, (*layers, Flatten(), Dense(2, "softmax")), dtype="float64"))

    assert {taken(spec) for spec in NETWORKS.values()} == {of((3, 2), Dense(4))} == {SequenceNetwork}
    assert of((3, 2), Dense(4), BatchNormalization()) is PlainNetwork
    assert of((5, 4, 2), Conv2D(2, (3, 3), padding="same"), Add(1)) is PlainNetwork
    assert of((3, 2)) is of((5, 4, 2), Conv2D(3, (2, 2))) is FastNetwork


def test_the_backend_gives_the_gradient_of_the_reference() -> None:
    tokens, labels = some_rows(3)
    backend = NumpyBackend(GPT, TrainingData(tokens, labels, tokens, labels), initial_state(GPT))
    parameters = views(GPT, initial_state(GPT).theta)
    for some in (np.arange(3), np.array([1])):
        loss, flat = backend.gradient(some, ())
        values = forward(GPT, parameters, tokens[some], training=True)
        found = backward(GPT, parameters, values, labels[some])
        np.testing.assert_allclose(flat, np.concatenate([found[p.name].ravel() for p in layout(GPT)]), atol=1e-14)
        assert loss == pytest.approx(mean_loss(GPT, parameters, values, labels[some]), rel=1e-12)


def test_bytes_are_no_tokens() -> None:
    with pytest.raises(ShapeError, match=r"takes token numbers, but the rows of this data are bytes \(uint8\)"):
        check_rows(np.zeros((2, TIME), np.uint8), GPT)
    for kind in (np.int32, np.int64, np.uint16, np.float32):
        assert as_inputs(np.ones((2, TIME), kind), GPT, 1.0).dtype == np.float64


@pytest.mark.parametrize("scale", [1.0, 1 / 255])
def test_a_number_that_is_no_token_is_refused_before_it_reaches_an_engine(scale: float) -> None:
    with pytest.raises(ShapeError, match="takes whole numbers from 0 to 4, but"):
        as_inputs(np.full((2, TIME), TOKENS if scale == 1.0 else 1), GPT, scale)


def test_class_numbers_stay_in_their_places() -> None:
    labels = np.array([[0, -1, 4, 2]])
    assert as_labels(labels, GPT).tolist() == labels.tolist()
    assert as_labels(labels[:0], GPT).shape == (0, TIME)
    last = NetworkSpec("last", (TIME,), (Embedding(3, 2), Flatten(), Dense(3, "softmax")))
    assert as_labels(np.array([2, 0]), last).tolist() == [[0, 0, 1], [1, 0, 0]]


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ([[0, 1, 2]], r"class numbers of the shape \(rows, 4\); the labels of this data have the shape \(1, 3\)"),
        ([0], r"the shape \(1,\)"),
        (
            [[0, 1, 2, 5]],
            "for the classes 0 to 4, and -1 says that a place has no label, but a label of this data is 5",
        ),
        ([[0, 1, 2, -2]], "a label of this data is -2"),
        ([[0, 1, 2, 3], [-1, -1, -1, -1]], "row 2 of this data has no label at any place"),
    ],
)
def test_labels_that_cannot_be(labels: list[object], says: str) -> None:
    with pytest.raises(ShapeError, match=says):
        check_labels(np.array(labels), GPT)
