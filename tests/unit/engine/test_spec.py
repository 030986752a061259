"""Specifications: what they hold, how they are read back, what they refuse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tutor.engine.parameters import count, initial_theta, layout, views
from tutor.engine.spec import SGD, Dense, Dropout, NetworkSpec, SpecError, spec_from_dict, spec_to_dict
from tutor.training.models import shapes_mlp


def test_the_shapes_network_has_the_parameters_of_the_source() -> None:
    # 25·25+25, 25·20+20, 20·15+15, 15·10+10, 10·5+5
    assert [p.stop - p.start for p in layout(shapes_mlp())][::2] == [625, 500, 300, 150, 50]
    assert count(shapes_mlp()) == 650 + 520 + 315 + 160 + 55 == 1700


def test_layers_are_named_as_keras_names_them() -> None:
    names = [name for name, _ in shapes_mlp().named_layers]
    assert names[:4] == ["dense", "dropout", "dense_1", "dropout_1"]
    assert names[-1] == "dense_4"


def test_a_specification_is_read_back_as_it_was() -> None:
    spec = replace(shapes_mlp(7, 0.03, 0.1), optimizer=SGD(0.03, 0.9, 1.0), dtype="float64")
    assert spec_from_dict(spec_to_dict(spec)) == spec


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: Dense(0), "at least 1 unit"),
        (lambda: Dense(3, "swish2"), "unknown activation 'swish2'"),
        (lambda: Dense(3, kernel_initializer="magic"), "unknown initializer 'magic'"),
        (lambda: Dropout(1.0), "not including, 1; got 1.0"),
        (lambda: SGD(-1.0), "not negative"),
        (lambda: SGD(clipnorm=0.0), "positive length"),
        (lambda: NetworkSpec("n", (3,), ()), "at least one layer"),
        (lambda: NetworkSpec("n", (3,), (Dense(2),)), "softmax at the end"),
        (lambda: NetworkSpec("n", (3,), (Dense(2, "softmax"), Dense(2, "softmax"))), "last layer only; dense has it"),
        (lambda: NetworkSpec("n", (3, 3), (Dense(2, "softmax"),)), "take vectors; got the shape (3, 3)"),
        (lambda: replace(shapes_mlp(), dtype="float16"), "unknown dtype 'float16'"),
        (lambda: spec_from_dict({"name": "n"}), "not a network specification"),
        (lambda: spec_from_dict({**spec_to_dict(shapes_mlp()), "layers": [{"kind": "lambda"}]}), "unknown layer"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(wrong: object, words: str) -> None:
    with pytest.raises(SpecError) as refused:
        wrong()  # type: ignore[operator]
    assert words in str(refused.value)


def test_initial_weights_follow_from_the_seed_alone_and_agree_across_types() -> None:
    one, again, other = (
        initial_theta(shapes_mlp(3)),
        initial_theta(shapes_mlp(3, 0.5, 0.5)),
        initial_theta(shapes_mlp(4)),
    )
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)
    assert np.array_equal(initial_theta(shapes_mlp(3, dtype="float64")).astype(np.float32), one)


def test_glorot_uniform_fills_its_range_and_biases_are_zero() -> None:
    spec = NetworkSpec("n", (300,), (Dense(200), Dense(5, "softmax")), dtype="float64")
    parameters = views(spec, initial_theta(spec))
    limit = (6 / 500) ** 0.5
    kernel = parameters["dense.kernel"]
    assert 0.999 * limit < np.abs(kernel).max() <= limit
    # The variance of a uniform distribution over ±limit is limit²/3.
    assert kernel.var() == pytest.approx(limit**2 / 3, rel=0.02)
    assert not parameters["dense.bias"].any()


@pytest.mark.parametrize(
    ("name", "variance"), [("he_normal", 2 / 300), ("he_uniform", 2 / 300), ("glorot_normal", 2 / 500)]
)
def test_other_initializers_have_the_variance_of_their_formula(name: str, variance: float) -> None:
    spec = NetworkSpec("n", (300,), (Dense(200, kernel_initializer=name), Dense(5, "softmax")), dtype="float64")
    kernel = views(spec, initial_theta(spec))["dense.kernel"]
    assert kernel.var() == pytest.approx(variance, rel=0.03)
    if name.endswith("normal"):
        assert np.abs(kernel).max() <= 2 * variance**0.5 / 0.87962566 + 1e-9
