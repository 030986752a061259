"""Losses: values by hand, gradients against central differences, and all of it against Keras."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.keras_process import KerasProcess
from tests.unit.engine.central_differences import central_differences, relative_error
from tutor.engine import losses

Loss = Callable[[np.ndarray, np.ndarray], np.ndarray]

# (loss, gradient, what predictions are, what labels are)
EVERY_LOSS: dict[str, tuple[Loss, Loss, str, str]] = {
    "categorical, logits": (
        losses.crossentropy_from_logits,
        losses.crossentropy_logits_gradient,
        "numbers",
        "one-hot",
    ),
    "categorical, probabilities": (
        losses.crossentropy_from_probabilities,
        losses.crossentropy_probabilities_gradient,
        "distribution",
        "one-hot",
    ),
    "sparse, logits": (
        losses.sparse_crossentropy_from_logits,
        losses.sparse_crossentropy_logits_gradient,
        "numbers",
        "classes",
    ),
    "sparse, probabilities": (
        losses.sparse_crossentropy_from_probabilities,
        losses.sparse_crossentropy_probabilities_gradient,
        "distribution",
        "classes",
    ),
    "binary, logits": (
        losses.binary_crossentropy_from_logits,
        losses.binary_crossentropy_logits_gradient,
        "numbers",
        "bits",
    ),
    "binary, probabilities": (
        losses.binary_crossentropy_from_probabilities,
        losses.binary_crossentropy_probabilities_gradient,
        "chances",
        "bits",
    ),
    "squared error": (losses.mean_squared_error, losses.mean_squared_error_gradient, "numbers", "numbers"),
}


def predictions_and_labels(
    prediction: str, label: str, rng: np.random.Generator, batch: int, width: int
) -> tuple[np.ndarray, np.ndarray]:
    # Probabilities from 0.04 up: nearer to 0 a logarithm bends too much for differences over 1e-4.
    shares = rng.uniform(0.2, 1.0, (batch, width))
    predictions = {
        "numbers": rng.standard_normal((batch, width)) * 2,
        "distribution": shares / shares.sum(axis=-1, keepdims=True),
        "chances": rng.uniform(0.05, 0.95, (batch, width)),
    }[prediction]
    classes = rng.integers(0, width, batch)
    labels = {
        "one-hot": np.eye(width)[classes],
        "classes": classes,
        "bits": rng.integers(0, 2, (batch, width)).astype(float),
        "numbers": rng.standard_normal((batch, width)),
    }[label]
    return predictions, labels


@pytest.mark.parametrize("name", EVERY_LOSS)
@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), batch=st.integers(1, 7), width=st.integers(1, 6))
def test_the_gradient_is_that_of_the_batch_mean(name: str, seed: int, batch: int, width: int) -> None:
    loss, gradient, prediction, label = EVERY_LOSS[name]
    x, y = predictions_and_labels(prediction, label, np.random.default_rng(seed), batch, width)
    if prediction == "distribution" and width == 1:
        x = x * 0.5  # 1 itself is clipped, and has no derivative
    exact = gradient(x, y)
    numeric = central_differences(lambda x: float(loss(x, y).mean()), x)
    assert np.abs(exact - numeric).max() < 1e-7
    assert loss(x, y).shape == (batch,)


@pytest.mark.parametrize("name", EVERY_LOSS)
def test_float32_stays_float32_and_agrees_with_float64(name: str) -> None:
    loss, gradient, prediction, label = EVERY_LOSS[name]
    x, y = predictions_and_labels(prediction, label, np.random.default_rng(3), 5, 4)
    short_y = y if label == "classes" else y.astype("float32")
    short = x.astype("float32")
    assert loss(short, short_y).dtype == gradient(short, short_y).dtype == np.float32
    assert loss(short, short_y) == pytest.approx(loss(x, y), rel=1e-5)
    assert relative_error(gradient(short, short_y), gradient(x, y)) < 1e-5


@pytest.mark.parametrize("name", EVERY_LOSS)
def test_neither_predictions_nor_labels_are_changed(name: str) -> None:
    loss, gradient, prediction, label = EVERY_LOSS[name]
    x, y = predictions_and_labels(prediction, label, np.random.default_rng(3), 5, 4)
    before_x, before_y = x.copy(), y.copy()
    loss(x, y)
    gradient(x, y)
    assert np.array_equal(x, before_x)
    assert np.array_equal(y, before_y)


def test_probabilities_are_made_to_sum_to_1_first() -> None:
    y = np.array([[0.0, 1.0, 0.0]])
    assert losses.crossentropy_from_probabilities(np.array([[1.0, 2.0, 1.0]]), y)[0] == math.log(2)


def test_certain_and_wrong_costs_16_and_teaches_nothing_from_probabilities_alone() -> None:
    y = np.array([[1.0, 0.0]])
    p = np.array([[0.0, 1.0]])
    assert losses.crossentropy_from_probabilities(p, y)[0] == pytest.approx(-math.log(1e-7), rel=1e-15)
    assert not losses.crossentropy_probabilities_gradient(p, y).any()
    z = np.array([[0.0, 60.0]])
    assert losses.crossentropy_from_logits(z, y)[0] == 60.0
    assert losses.crossentropy_logits_gradient(z, y)[0] == pytest.approx([-1.0, 1.0], abs=1e-15)


def test_sparse_labels_name_the_class_that_one_hot_labels_mark() -> None:
    rng = np.random.default_rng(4)
    z, classes = rng.standard_normal((6, 5)), rng.integers(0, 5, 6)
    one_hot = np.eye(5)[classes]
    assert np.array_equal(
        losses.sparse_crossentropy_from_logits(z, classes), losses.crossentropy_from_logits(z, one_hot)
    )
    assert np.array_equal(
        losses.sparse_crossentropy_logits_gradient(z, classes), losses.crossentropy_logits_gradient(z, one_hot)
    )


def test_binary_crossentropy_by_hand() -> None:
    p, y = np.array([[0.25, 0.5]]), np.array([[1.0, 0.0]])
    assert losses.binary_crossentropy_from_probabilities(p, y)[0] == pytest.approx(
        (math.log(4) + math.log(2)) / 2, rel=1e-15
    )
    assert losses.binary_crossentropy_probabilities_gradient(p, y)[0] == pytest.approx([-2.0, 1.0], rel=1e-15)


def test_squared_error_by_hand() -> None:
    p, y = np.array([[1.0, 2.0], [0.0, 4.0]]), np.array([[0.0, 4.0], [0.0, 1.0]])
    assert losses.mean_squared_error(p, y).tolist() == [2.5, 4.5]
    assert losses.mean_squared_error_gradient(p, y).tolist() == [[0.5, -1.0], [0.0, 1.5]]


def test_the_l2_penalty_has_no_half_in_it() -> None:
    w = np.array([[1.0, -2.0], [3.0, 0.0]])
    assert losses.l2_penalty(w, 0.5) == 7.0
    assert losses.l2_gradient(w, 0.5).tolist() == [[1.0, -2.0], [3.0, 0.0]]


AGAINST_KERAS = """
    import json

    import keras
    import numpy as np
    import tensorflow as tf

    from tutor.engine import losses as ours

    LOSSES = (
        (ours.crossentropy_from_logits, ours.crossentropy_logits_gradient,
         keras.losses.CategoricalCrossentropy(from_logits=True), "logits", "one-hot"),
        (ours.crossentropy_from_probabilities, ours.crossentropy_probabilities_gradient,
         keras.losses.CategoricalCrossentropy(), "probabilities", "one-hot"),
        (ours.sparse_crossentropy_from_logits, ours.sparse_crossentropy_logits_gradient,
         keras.losses.SparseCategoricalCrossentropy(from_logits=True), "logits", "classes"),
        (ours.sparse_crossentropy_from_probabilities, ours.sparse_crossentropy_probabilities_gradient,
         keras.losses.SparseCategoricalCrossentropy(), "probabilities", "classes"),
        (ours.binary_crossentropy_from_logits, ours.binary_crossentropy_logits_gradient,
         keras.losses.BinaryCrossentropy(from_logits=True), "logits", "bits"),
        (ours.binary_crossentropy_from_probabilities, ours.binary_crossentropy_probabilities_gradient,
         keras.losses.BinaryCrossentropy(), "probabilities", "bits"),
        (ours.mean_squared_error, ours.mean_squared_error_gradient,
         keras.losses.MeanSquaredError(), "logits", "numbers"),
    )
    rng = np.random.default_rng(0)
    np.seterr(all="ignore")

    def distribution(logits):
        e = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)

    def cases(prediction, batch, width):
        ordinary = rng.standard_normal((batch, width)) * 3
        one_sided = np.where(rng.random((batch, width)) < 0.5, -1.0, 1.0)
        if prediction == "logits":
            yield "ordinary", ordinary
            yield "±1e4", one_sided * 1e4
            yield "all 0", np.zeros((batch, width))
            yield "one 1e4", np.where(np.arange(width) == 0, 1e4, 0.0) + np.zeros((batch, 1))
        else:
            yield "distribution", distribution(ordinary)
            yield "exactly 0 and 1", np.eye(width)[rng.integers(0, width, batch)]
            yield "all exactly 1", np.ones((batch, width))
            yield "all exactly 0", np.zeros((batch, width))
            yield "not a distribution", rng.random((batch, width))
            yield "with exact zeros", rng.random((batch, width)) * (one_sided > 0) + np.eye(width)[0] * 0.5
            yield "steep", distribution(ordinary * 20)
            yield "at the clip's own ends", np.where(one_sided > 0, 1e-7, 1 - 1e-7)

    def labels_for(kind, batch, width, dtype):
        classes = rng.integers(0, width, batch)
        return {
            "one-hot": np.eye(width, dtype=dtype)[classes],
            "classes": classes,
            "bits": rng.integers(0, 2, (batch, width)).astype(dtype),
            "numbers": rng.standard_normal((batch, width)).astype(dtype),
        }[kind]

    def apart(a, b, floor):
        a, b = np.asarray(a), np.asarray(b)
        if np.isnan(b).any():
            return 0.0 if np.array_equal(a, b, equal_nan=True) else float("nan")
        return float(np.abs(a - b).max() / max(floor, float(np.abs(b).max())))

    def compare(what, value, slope, their_value, their_slope):
        # A loss near 0 is the logarithm of nearly 1, which knows no more digits than that 1.
        print(json.dumps([what, dtype == "float64", apart(value, their_value, 1e-3), apart(slope, their_slope, 1e-12)]))

    for dtype in ("float64", "float32"):
        keras.config.set_floatx(dtype)
        for loss, gradient, keras_class, prediction, label in LOSSES:
            theirs = type(keras_class).from_config(keras_class.get_config() | {"dtype": dtype})
            for batch, width in ((1, 1), (1, 4), (5, 4), (7, 10)):
                for case, x in cases(prediction, batch, width):
                    x, y = x.astype(dtype), labels_for(label, batch, width, dtype)
                    variable = tf.constant(x)
                    with tf.GradientTape() as tape:
                        tape.watch(variable)
                        value = theirs(y, variable)
                    assert value.dtype == dtype
                    what = f"{dtype} {loss.__name__} {case} {batch}x{width}"
                    compare(what, loss(x, y).mean(), gradient(x, y), value, tape.gradient(value, variable))
        for factor in (0.01, 0.1, 1e-4):
            w = rng.standard_normal((7, 5)).astype(dtype)
            variable = tf.constant(w)
            with tf.GradientTape() as tape:
                tape.watch(variable)
                value = keras.regularizers.L2(factor)(variable)
            slope = tape.gradient(value, variable)
            compare(f"{dtype} L2 {factor}", ours.l2_penalty(w, factor), ours.l2_gradient(w, factor), value, slope)
"""


@pytest.mark.tensorflow
def test_every_loss_and_its_gradient_are_those_of_keras(keras_process: KerasProcess) -> None:
    rows = keras_process.lines(AGAINST_KERAS)
    assert len(rows) == 2 * (4 * (4 * 4 + 3 * 8) + 3)
    wrong = []
    for what, float64, value_apart, slope_apart in rows:
        bound = 1e-10 if float64 else 1e-5
        if not (value_apart <= bound and slope_apart <= bound):
            wrong.append((what, value_apart, slope_apart))
    assert not wrong
