"""Specifications: what they hold, how they are read back, what they refuse."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from tutor.engine.initializers import Constant, TruncatedNormal
from tutor.engine.layers import (
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    LeakyReLU,
    MaxPooling2D,
    Reshape,
)
from tutor.engine.optimizer_specs import SGD, Adam, RMSprop
from tutor.engine.parameters import count, initial_theta, layout, moving_count, views
from tutor.engine.schedules import CosineDecay
from tutor.engine.spec import NetworkSpec, ShapeError, SpecError, spec_from_dict, spec_to_dict
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
    spec = replace(shapes_mlp(7, 0.03, 0.1), optimizer=SGD(0.03, 0.9, clipnorm=1.0), dtype="float64")
    assert spec_from_dict(spec_to_dict(spec)) == spec
    pictures = NetworkSpec(
        "all", (9, 8, 1),
        (
            Conv2D(4, (3, 2), (1, 2), "same", l2=0.1), BatchNormalization(0.9), LeakyReLU(0.1), MaxPooling2D(),
            AveragePooling2D((2, 1), (1, 1), "same"), Activation("gelu"), Flatten(), Reshape((2, 1, 16)),
            GlobalAveragePooling2D(), Dense(3, "linear", TruncatedNormal(0.1), Constant(0.2)),
        ),
        "sparse_categorical_crossentropy", Adam(CosineDecay(0.1, 100)), 3, "float32", True,
    )  # fmt: skip
    plain = json.loads(json.dumps(spec_to_dict(pictures)))
    assert spec_from_dict(plain) == pictures


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: Dense(0), "at least 1 unit"),
        (lambda: Dense(3, "swish2"), "unknown activation 'swish2'"),
        (lambda: Dense(3, kernel_initializer="magic"), "unknown initializer 'magic'"),
        (lambda: Dropout(1.0), "less than 1, which would drop everything; got 1.0"),
        (lambda: SGD(-1.0), "a learning rate is a number from 0; got -1.0"),
        (lambda: SGD(clipnorm=0.0), "clipnorm is a number greater than 0"),
        (lambda: Conv2D(3, (0, 2)), "two whole numbers from 1"),
        (lambda: Conv2D(3, (2, 2), padding="full"), "unknown padding 'full'"),  # type: ignore[arg-type]
        (lambda: BatchNormalization(epsilon=0.0), "is a number greater than 0, up to 1e+06; got 0.0"),
        (lambda: NetworkSpec("n", (3,), ()), "at least one layer"),
        (lambda: NetworkSpec("n", (3,), (Dense(2, "relu"),), from_logits=True), "ends in logits, but its end is relu"),
        (lambda: NetworkSpec("n", (6, 6, 1), (Conv2D(2, (2, 2)),)), "put a Flatten layer before its end"),
        (lambda: replace(shapes_mlp(), dtype="float16"), "unknown dtype 'float16'"),
        (lambda: spec_from_dict({"name": "n"}), "not a network specification"),
        (lambda: spec_from_dict({**spec_to_dict(shapes_mlp()), "layers": [{"kind": "lambda"}]}), "unknown layer"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(wrong: object, words: str) -> None:
    with pytest.raises(SpecError) as refused:
        wrong()  # type: ignore[operator]
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("shape", "layers", "words"),
    [
        (
            (28, 28, 1),
            (Conv2D(8, (3, 3)), Dense(10)),
            "layer dense: a Dense layer takes rows of numbers, but 26 × 26 × 8",
        ),
        ((5, 5, 1), (Conv2D(8, (7, 7)), Flatten(), Dense(2)), "layer conv2d: a 7×7 kernel on (5, 5, 1)"),
        ((25,), (Conv2D(8, (3, 3)),), "put a Reshape layer before it"),
        ((3, 3, 1), (MaxPooling2D((4, 4)), Flatten()), "layer max_pooling2d: a 4×4 pool on (3, 3, 1)"),
        ((25,), (GlobalAveragePooling2D(),), "GlobalAveragePooling2D takes pictures"),
        ((25,), (Reshape((5, 6)),), "needs 30 numbers, but 25 reach it"),
    ],
)
def test_layers_that_do_not_fit_are_refused_with_the_shapes(shape: tuple[int, ...], layers: tuple, words: str) -> None:
    with pytest.raises(ShapeError) as refused:
        NetworkSpec("n", shape, layers)
    assert words in str(refused.value)


def test_the_networks_of_the_sources_have_their_parameter_counts() -> None:
    """The counts that the sources, or Keras's summary of them, give."""
    softmax = NetworkSpec("digits-softmax", (784,), (Dense(10, "softmax"),))
    dense = NetworkSpec("digits-dense", (784,), (Dense(784, "relu"), Dense(32, "relu"), Dense(10, "softmax")))
    mlp = NetworkSpec(
        "digits-mlp", (784,),
        (Dense(512, "relu"), Dropout(0.2), Dense(512, "relu"), Dropout(0.2), Dense(10, "softmax")),
        optimizer=RMSprop(),
    )  # fmt: skip
    pool = MaxPooling2D()
    digits = (Conv2D(32, (5, 5), activation="relu"), pool, Conv2D(64, (5, 5), activation="relu"), pool, Flatten())
    cnn = NetworkSpec("digits-cnn", (28, 28, 1), (*digits, Dense(10, "softmax")))
    letters: list = []
    for filters, size, rate in ((32, 12, 0.25), (64, 6, 0.25), (128, 3, 0.4)):
        letters += [
            Conv2D(filters, (size, size), padding="same"),
            LeakyReLU(0.1),
            MaxPooling2D(padding="same"),
            Dropout(rate),
        ]
    head = [Flatten(), Dense(128), LeakyReLU(0.1), Dropout(0.3), Dense(26, "softmax")]
    letters_cnn = NetworkSpec("letters-cnn", (50, 50, 1), (*letters, *head))
    assert [count(s) for s in (softmax, dense, mlp, cnn, letters_cnn)] == [7850, 640_890, 669_706, 62_346, 958_586]


def test_batch_normalization_has_two_trained_and_two_moving_numbers_a_channel() -> None:
    spec = NetworkSpec("n", (4, 4, 3), (BatchNormalization(), Flatten(), Dense(2)))
    assert (count(spec), moving_count(spec)) == (6 + 48 * 2 + 2, 6)
    parameters = views(spec, initial_theta(spec))
    assert parameters["batch_normalization.gamma"].tolist() == [1, 1, 1]
    assert parameters["batch_normalization.moving_variance"].tolist() == [1, 1, 1]


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
