"""The fast step on sequences against the plain passes: the same loss, gradient and answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.engine.sequence_networks import EMBEDDED, LOSS, NETWORKS, TIME, TOKENS, rows, weights
from tutor.engine.fast.sequence.network import SequenceNetwork, looks_only_back, supports
from tutor.engine.layers import Activation, BatchNormalization, Dense, Dropout, Flatten, LayerSpec
from tutor.engine.network import backward, dropout_sizes, forward, mean_loss, output_name
from tutor.engine.objective import correct_rows
from tutor.engine.parameters import layout, views
from tutor.engine.sequence_layers import Embedding, MultiHeadAttention
from tutor.engine.spec import NetworkSpec

OTHERS: dict[str, tuple[LayerSpec, ...]] = {
    "softmax at the end": (*EMBEDDED, Dense(TOKENS, "softmax")),
    "activation at the end": (*EMBEDDED, Dense(TOKENS), Activation("softmax")),
    "not from the logits": (*EMBEDDED, Dense(TOKENS, "softplus")),
    "penalty": (*EMBEDDED, Dense(6, "relu", l2=0.01), Dense(TOKENS, "softmax")),
    "dropout": (*EMBEDDED, Dropout(0.4), Dense(TOKENS, "softmax")),
    "flattened": (*EMBEDDED, Dense(6, "silu"), Flatten(), Dense(TOKENS, "softmax")),
}
ALL = NETWORKS | {
    name: NetworkSpec(name, (TIME,), layers, LOSS, seed=7, dtype="float64") for name, layers in OTHERS.items()
}


@pytest.mark.parametrize("name", ALL)
def test_the_same_step(name: str) -> None:
    spec = ALL[name]
    tokens, labels = rows(spec, 5)
    parameters = views(spec, weights(spec))
    masks = [np.random.default_rng(1).choice([0.0, 2.0], (5, size)) for size in dropout_sizes(spec)]
    values = forward(spec, parameters, tokens, masks or None, training=True)
    gradients = backward(spec, parameters, values, labels)
    expected = np.concatenate([gradients[entry.name].ravel() for entry in layout(spec)])
    network = SequenceNetwork(spec, parameters)
    # Another batch in between: no array of it may be left in the next step.
    for number in (5, 2, 5):
        loss, right = network.differentiate(tokens[:number], labels[:number], [mask[:number] for mask in masks])
    np.testing.assert_allclose(network.gradient, expected, rtol=1e-11, atol=1e-13)
    assert loss == pytest.approx(mean_loss(spec, parameters, values, labels), rel=1e-12)
    assert right == correct_rows(spec, values[output_name(spec)], labels)


@pytest.mark.parametrize("name", ALL)
def test_the_same_answers(name: str) -> None:
    spec = replace(ALL[name], layers=tuple(each for each in ALL[name].layers if not isinstance(each, Dropout)))
    tokens, _ = rows(spec, 3)
    parameters = views(spec, weights(spec))
    plain = forward(spec, parameters, tokens)[output_name(spec)]
    np.testing.assert_allclose(SequenceNetwork(spec, parameters).answer(tokens)[1], plain, rtol=1e-11, atol=1e-13)


def test_a_large_table_adds_by_place() -> None:
    """Beyond 512 tokens no one-hot rows are made."""
    spec = NetworkSpec("large", (3,), (Embedding(600, 2), Dense(4, "softmax")), LOSS, dtype="float64")
    tokens, labels = np.array([[599.0, 0, 599]]), np.array([[1, -1, 2]])
    parameters = views(spec, weights(spec))
    network = SequenceNetwork(spec, parameters)
    network.differentiate(tokens, labels, ())
    gradients = backward(spec, parameters, forward(spec, parameters, tokens), labels)
    table = gradients["embedding.embeddings"].ravel()
    np.testing.assert_allclose(network.gradient[: table.size], table, rtol=1e-12, atol=1e-15)


def test_which_networks_it_takes() -> None:
    assert all(supports(spec) for spec in ALL.values())
    assert not supports(replace(ALL["penalty"], layers=(*EMBEDDED, BatchNormalization(), Dense(TOKENS, "softmax"))))
    assert not supports(NetworkSpec("rows", (4,), (Dense(3),), "mean_squared_error"))


@pytest.mark.parametrize("last", [1, 2, TIME])
@pytest.mark.parametrize("name", ["gpt", "gpt, two blocks, tied", "recurrent", "lstm"])
def test_places_after_the_last_label_are_left_out_and_change_nothing(name: str, last: int) -> None:
    spec = ALL[name]
    assert looks_only_back(spec)
    tokens, labels = rows(spec, 4)
    labels = labels.copy()
    labels[:, last - 1], labels[:, last:] = 1, -1
    parameters = views(spec, weights(spec))
    values = forward(spec, parameters, tokens, training=True)
    gradients = backward(spec, parameters, values, labels)
    expected = np.concatenate([gradients[entry.name].ravel() for entry in layout(spec)])
    network = SequenceNetwork(spec, parameters)
    # A step on all places in between: nothing of it may be left.
    network.differentiate(tokens, np.ones_like(labels), ())
    loss, _ = network.differentiate(tokens, labels, ())
    np.testing.assert_allclose(network.gradient, expected, rtol=1e-11, atol=1e-13)
    assert loss == pytest.approx(mean_loss(spec, parameters, values, labels), rel=1e-12)


def test_a_place_that_looks_ahead_needs_them_all() -> None:
    layers = ALL["gpt"].layers
    ahead = replace(ALL["gpt"], layers=(*layers[:3], MultiHeadAttention(2, 3), *layers[4:]))
    assert looks_only_back(ALL["gpt"])
    assert not looks_only_back(ahead)
    assert not looks_only_back(ALL["flattened"])
