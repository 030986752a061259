"""Many rows are answered by the fast stages as few are by the plain form; the confusion matrix counts them."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.backends.rows import WORTH_FAST_STAGES, as_inputs, as_labels
from tutor.engine.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, LayerSpec, LeakyReLU, MaxPooling2D
from tutor.engine.network import evaluate, forward, output_name
from tutor.engine.parameters import initial_theta, views
from tutor.engine.spec import NetworkSpec
from tutor.training.evaluation import evaluate_network

END = (Flatten(), Dropout(0.5), Dense(6, "relu", l2=0.01), Dense(3, "softmax"))
START = (Conv2D(4, (3, 3), activation="relu"), MaxPooling2D(), Dropout(0.3), Conv2D(2, (2, 2)), LeakyReLU(0.1))


def rows(count: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    return rng.integers(0, 256, (count, 9, 9)).astype(np.uint8), rng.integers(0, 3, count)


@pytest.mark.parametrize(
    ("layers", "loss", "from_logits"),
    [
        ((*START, *END), "categorical_crossentropy", False),
        ((*START, *END), "sparse_categorical_crossentropy", False),
        ((*START, *END), "mean_squared_error", False),
        ((*START, *END[:-1], Dense(3, "sigmoid")), "binary_crossentropy", False),
        ((*START, *END[:-1], Dense(3)), "categorical_crossentropy", True),
        ((*START, BatchNormalization(), *END), "categorical_crossentropy", False),
    ],
)
def test_many_rows_come_to_what_the_plain_form_says(
    layers: tuple[LayerSpec, ...], loss: str, from_logits: bool
) -> None:
    spec = NetworkSpec("t", (9, 9, 1), layers, loss, seed=2, from_logits=from_logits)
    parameters = views(spec, initial_theta(spec))
    images, classes = rows(WORTH_FAST_STAGES + 1)
    found = evaluate_network(spec, parameters, images, classes, 1 / 255)
    inputs = as_inputs(images, spec, 1 / 255)
    loss_plain, accuracy = evaluate(spec, parameters, inputs, as_labels(classes, spec))
    assert found.loss == pytest.approx(loss_plain, rel=1e-5)
    assert found.accuracy == pytest.approx(accuracy)
    guesses = forward(spec, parameters, inputs)[output_name(spec)].argmax(axis=1)
    assert found.confusion.sum() == len(images)
    for c in range(3):
        assert found.confusion[c].tolist() == [int(((classes == c) & (guesses == k)).sum()) for k in range(3)]


def test_nothing_to_evaluate_is_not_a_number() -> None:
    spec = NetworkSpec("t", (9, 9, 1), (*START, *END))
    found = evaluate_network(spec, views(spec, initial_theta(spec)), *(part[:0] for part in rows(1)))
    assert np.isnan([found.loss, found.accuracy]).all()
    assert (found.rows, found.right, found.confusion.sum()) == (0, 0, 0)
