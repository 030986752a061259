"""Writing with a memory changes no number; temperature, top-k, top-p and the draw by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.engine.sequence_networks import EMBEDDED, LOSS, NETWORKS, TIME, TOKENS, weights
from tutor.engine.generation import Memory, next_logits, written
from tutor.engine.layers import Dense, Dropout
from tutor.engine.network import forward, output_name
from tutor.engine.operations.contract import ShapeError
from tutor.engine.parameters import views
from tutor.engine.sampling import drawn_numbers, drawn_token, next_probabilities
from tutor.engine.spec import NetworkSpec

LOOK_AHEAD = ("attention", "attention without bias")
WRITERS = [name for name, spec in NETWORKS.items() if spec.ends_in_places and name not in LOOK_AHEAD]


@pytest.mark.parametrize("name", WRITERS)
def test_the_memory_changes_no_number(name: str) -> None:
    spec = NETWORKS[name]
    parameters = views(spec, weights(spec))
    tokens = np.random.default_rng(3).integers(0, TOKENS, TIME)
    memory = Memory()
    step_by_step = [next_logits(spec, parameters, int(token), memory) for token in tokens]
    at_once = forward(spec, parameters, tokens[None].astype(float))[output_name(spec)][0]
    np.testing.assert_allclose(step_by_step, at_once, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("name", ["gpt, two blocks, tied", "lstm"])
def test_it_writes_what_it_would_write_without_a_memory(name: str) -> None:
    spec = NETWORKS[name]
    parameters, numbers = views(spec, weights(spec)), drawn_numbers(1, 0, TIME)
    tokens = [2]
    for u in numbers:
        padded = np.zeros((1, TIME))
        padded[0, : len(tokens)] = tokens
        logits = forward(spec, parameters, padded)[output_name(spec)][0, len(tokens) - 1]
        tokens.append(drawn_token(next_probabilities(logits, 0.8), u))
        if len(tokens) > TIME:
            break
    assert list(written(spec, parameters, [2], numbers, temperature=0.8)) == tokens[1:]


def test_it_stops_at_the_end_token() -> None:
    spec = NETWORKS["embedding"]
    parameters = views(spec, weights(spec))
    every = list(written(spec, parameters, [1], [0.1, 0.5, 0.9, 0.3]))
    assert list(written(spec, parameters, [1], [0.1, 0.5, 0.9, 0.3], end=every[2])) == every[: every.index(every[2])]


def test_probabilities_by_hand() -> None:
    logits = np.log(np.array([0.5, 0.3, 0.15, 0.05]))
    np.testing.assert_allclose(next_probabilities(logits), [0.5, 0.3, 0.15, 0.05])
    squares = np.array([0.25, 0.09, 0.0225, 0.0025])
    np.testing.assert_allclose(next_probabilities(logits, 0.5), squares / squares.sum())
    assert next_probabilities(logits, 0).tolist() == [1, 0, 0, 0]
    np.testing.assert_allclose(next_probabilities(logits, top_k=2), [0.625, 0.375, 0, 0])
    np.testing.assert_allclose(next_probabilities(logits, top_p=0.79), [0.625, 0.375, 0, 0])
    np.testing.assert_allclose(next_probabilities(logits, top_p=0.81), np.array([0.5, 0.3, 0.15, 0]) / 0.95)
    np.testing.assert_allclose(next_probabilities(logits, top_p=0.1), [1, 0, 0, 0])
    np.testing.assert_allclose(next_probabilities(logits, top_k=3, top_p=0.5), [1, 0, 0, 0])


def test_a_draw_by_hand() -> None:
    p = np.array([0.5, 0.0, 0.3, 0.2])
    assert [drawn_token(p, u) for u in (0.0, 0.49, 0.5, 0.79, 0.81, 0.9999999)] == [0, 0, 2, 2, 3, 3]


def test_draws_have_the_probabilities() -> None:
    p = np.array([0.5, 0.3, 0.2])
    found = np.bincount([drawn_token(p, u) for u in drawn_numbers(0, 0, 20_000)], minlength=3) / 20_000
    np.testing.assert_allclose(found, p, atol=0.012)


def test_dropout_does_nothing_while_it_writes() -> None:
    spec = NetworkSpec("d", (TIME,), (*EMBEDDED, Dropout(0.9), Dense(TOKENS)), LOSS, from_logits=True, dtype="float64")
    bare = NETWORKS["positions"]
    theta = weights(bare)
    one, other = (next_logits(each, views(each, theta), 1, Memory()) for each in (spec, bare))
    assert np.array_equal(one, other)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("attention", "looks at later places, so it cannot write"),
        ("lstm, last", "does not answer at each place"),
    ],
)
def test_what_cannot_write_says_so(name: str, says: str) -> None:
    spec = NETWORKS[name]
    with pytest.raises(ShapeError, match=says):
        next_logits(spec, views(spec, weights(spec)), 1, Memory())


def test_no_place_left() -> None:
    spec = NETWORKS["embedding"]
    with pytest.raises(ShapeError, match="sees 4 tokens, and all are there"):
        next_logits(spec, views(spec, weights(spec)), 1, Memory(places=4))
