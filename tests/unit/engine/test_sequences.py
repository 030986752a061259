"""Layers for sequences: gradients against central differences, every number explained, shapes that do not fit."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.engine.sequence_networks import LOSS, NETWORKS, TIME, TOKENS, WIDTH, rows, weights
from tests.unit.engine.shown_arithmetic import assert_every_cell_is_explained
from tutor.engine.attention import attention_scores, attention_weights, mixed_values
from tutor.engine.derivations.trace import record
from tutor.engine.layers import Conv2D, Dense, LayerSpec
from tutor.engine.network import backward, forward, mean_loss, output_name
from tutor.engine.objective import answers_in, correct_rows, row_losses
from tutor.engine.operations.contract import ShapeError
from tutor.engine.parameters import initial_theta, layout, views
from tutor.engine.sequence_layers import (
    LSTM,
    Add,
    Embedding,
    MultiHeadAttention,
    PositionEmbedding,
    SimpleRNN,
    TiedProjection,
)
from tutor.engine.spec import NetworkSpec, SpecError, spec_from_dict, spec_to_dict


@pytest.mark.parametrize("name", NETWORKS)
def test_every_gradient_is_the_slope_of_the_loss(name: str) -> None:
    spec = NETWORKS[name]
    theta, (tokens, labels) = weights(spec), rows(spec)

    def loss(at: np.ndarray) -> float:
        return mean_loss(spec, views(spec, at), forward(spec, views(spec, at), tokens), labels)

    found = backward(spec, views(spec, theta), forward(spec, views(spec, theta), tokens), labels)
    h = 1e-5
    measured = np.array([(loss(theta + h * one) - loss(theta - h * one)) / (2 * h) for one in np.eye(len(theta))])
    flat = np.concatenate([found[entry.name].ravel() for entry in layout(spec)])
    assert np.abs(flat - measured).max() < 1e-7
    assert np.abs(flat).max() > 1e-3


@pytest.mark.parametrize("name", NETWORKS)
def test_every_number_is_explained(name: str) -> None:
    spec = NETWORKS[name]
    tokens, labels = rows(spec, 2)
    assert_every_cell_is_explained(record(spec, views(spec, weights(spec)), tokens, labels))


def test_attention_by_hand() -> None:
    """One head of width 1: q = 1, 2; k = 1, 3; v = 10, 20. The first place sees itself, the second both."""
    q, k, v = (np.array(each, float).reshape(1, 2, 1, 1) for each in ([1, 2], [1, 3], [10, 20]))
    scores = attention_scores(q, k)
    assert scores[0, 0].tolist() == [[1, 3], [2, 6]]
    seen = attention_weights(scores, causal=True)[0, 0]
    share = np.exp(6) / (np.exp(2) + np.exp(6))
    np.testing.assert_allclose(seen, [[1, 0], [1 - share, share]], rtol=1e-14)
    mixed = mixed_values(attention_weights(scores, causal=True), v).ravel()
    np.testing.assert_allclose(mixed, [10, 10 + 10 * share], rtol=1e-14)


def test_a_score_is_divided_by_the_root_of_the_width() -> None:
    ones = np.ones((1, 1, 1, 16))
    assert attention_scores(ones, ones).item() == 16 / 4


def test_attention_without_positions_does_not_know_the_order() -> None:
    spec = NetworkSpec(
        "bag", (TIME,), (Embedding(TOKENS, WIDTH), MultiHeadAttention(2, 3), Dense(TOKENS)), LOSS, from_logits=True,
        dtype="float64",
    )  # fmt: skip
    parameters, tokens = views(spec, weights(spec)), np.array([[0.0, 1, 2, 3]])
    order = [2, 0, 3, 1]
    before, after = (forward(spec, parameters, each)[output_name(spec)] for each in (tokens, tokens[:, order]))
    np.testing.assert_allclose(after, before[:, order], rtol=1e-12)


def test_a_causal_network_does_not_look_ahead() -> None:
    spec = NETWORKS["gpt, two blocks, tied"]
    parameters, (tokens, _) = views(spec, weights(spec)), rows(spec)
    changed = tokens.copy()
    changed[:, -1] = (changed[:, -1] + 1) % TOKENS
    before, after = (forward(spec, parameters, each)[output_name(spec)] for each in (tokens, changed))
    assert np.array_equal(before[:, :-1], after[:, :-1])
    assert not np.allclose(before[:, -1], after[:, -1])


def test_places_without_a_label_are_not_judged() -> None:
    spec = NETWORKS["gpt"]
    parameters, (tokens, labels) = views(spec, weights(spec)), rows(spec)
    values = forward(spec, parameters, tokens)
    output = values[output_name(spec)]
    each = row_losses(spec, output, output, labels)
    p = np.exp(output) / np.exp(output).sum(-1, keepdims=True)
    judged = [(r, t) for r, t in np.ndindex(labels.shape) if labels[r, t] >= 0]
    np.testing.assert_allclose(each, [-np.log(p[r, t, labels[r, t]]) for r, t in judged], rtol=1e-12)
    assert answers_in(spec, labels) == len(judged) < labels.size
    assert correct_rows(spec, output, labels) == sum(output[r, t].argmax() == labels[r, t] for r, t in judged)


def test_an_orthogonal_matrix_keeps_lengths_and_a_forget_gate_starts_open() -> None:
    spec = NETWORKS["lstm"]
    parameters = views(spec, initial_theta(spec))
    recurrent = parameters["lstm.recurrent_kernel"]
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(3), atol=1e-12)
    assert parameters["lstm.bias"].tolist() == [0] * 3 + [1] * 3 + [0] * 6


@pytest.mark.parametrize("name", NETWORKS)
def test_a_specification_survives_plain_values(name: str) -> None:
    assert spec_from_dict(spec_to_dict(NETWORKS[name])) == NETWORKS[name]


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        ((Dense(3), Add(2)), "layer add: it spans 2 layers, but only 1 are before it"),
        ((Embedding(5, 6), Dense(4), Add(1)), "the layer before it turns 4 × 6 into 4 × 4, and only equal shapes can"),
        ((Embedding(5, 6), Dense(6), Dense(4), Add(2)), "the 2 layers before it turn 4 × 6 into 4 × 4, and only equal"),
        ((Dense(3), TiedProjection(3)), "it uses the table of an Embedding, but no Embedding is before it"),
        ((Embedding(5, 6), TiedProjection(4)), "needs a table of 4 × 6, but the Embedding has 5 × 6"),
        ((MultiHeadAttention(1, 2),), "takes a sequence of time × width, but 4 reaches it; an Embedding"),
        ((Embedding(5, 6), Embedding(5, 6)), "takes a row of token numbers, but 4 × 6 reaches it"),
        ((SimpleRNN(3),), "SimpleRNN takes a sequence"),
        ((Embedding(5, 6), LSTM(3), PositionEmbedding()), "PositionEmbedding takes a sequence of time × width, but 3"),
        ((Embedding(5, 6), Conv2D(2, (2, 2))), "takes pictures of height × width × channels, but 4 × 6 reaches it"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_with_its_shapes(layers: tuple[LayerSpec, ...], says: str) -> None:
    with pytest.raises(ShapeError, match=says):
        NetworkSpec("wrong", (TIME,), layers, LOSS, from_logits=True)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Add(0), "an Add spans 1 to 100 of the layers before it; got 0"),
        (lambda: Embedding(0, 3), "an Embedding needs at least 1 token, not 0"),
        (lambda: MultiHeadAttention(2, True), "a head needs at least 1 number, not True"),
        (lambda: SimpleRNN(2, "yes"), "return_sequences is true or false; got 'yes'"),  # type: ignore[arg-type]
        (lambda: LSTM(2, recurrent_initializer="square"), "unknown initializer 'square'"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_said(make: object, says: str) -> None:
    assert callable(make)
    with pytest.raises(SpecError, match=says):
        make()


@pytest.mark.parametrize("token", [-1.0, 5.0, 1.5, float("nan")])
def test_a_number_that_is_no_token_is_refused(token: float) -> None:
    spec = NETWORKS["embedding"]
    with pytest.raises(ShapeError, match="an Embedding of 5 tokens takes whole numbers from 0 to 4, but"):
        forward(spec, views(spec, weights(spec)), np.array([[0, 1, token, 2]]))


def test_a_network_ends_in_places_only_with_class_numbers() -> None:
    with pytest.raises(SpecError, match="put a Flatten layer before its end"):
        NetworkSpec("wrong", (TIME,), (Embedding(5, 6), Dense(5, "softmax")), "categorical_crossentropy")
