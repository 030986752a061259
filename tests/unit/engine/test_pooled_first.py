"""ReLU behind the pooling: the same numbers as in the order that the specification says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tutor.engine.fast.network import FastNetwork
from tutor.engine.fast.pooled_first import as_specified, pooled_first
from tutor.engine.fast.workers import Workers
from tutor.engine.layers import Activation, Conv2D, Dense, Dropout, Flatten, LayerSpec, LeakyReLU, MaxPooling2D
from tutor.engine.network import backward, forward, output_name
from tutor.engine.parameters import initial_theta, views
from tutor.engine.spec import NetworkSpec


def network(*layers: LayerSpec) -> NetworkSpec:
    return NetworkSpec("t", (7, 6, 2), (*layers, Flatten(), Dense(3, "softmax")), seed=4, dtype="float64")


def kinds(spec: NetworkSpec) -> list[str]:
    return [type(placed.layer).__name__ for placed in pooled_first(spec)][:-2]


def test_rectifiers_move_behind_the_pooling_and_others_stay() -> None:
    conv = Conv2D(2, (2, 2), activation="relu")
    assert kinds(network(conv, MaxPooling2D())) == ["Conv2D", "MaxPooling2D", "Activation"]
    assert kinds(network(LeakyReLU(0.1), MaxPooling2D())) == ["MaxPooling2D", "LeakyReLU"]
    assert kinds(network(Activation("tanh"), MaxPooling2D())) == ["Activation", "MaxPooling2D"]
    assert kinds(network(LeakyReLU(0.1), Dropout(0.5), MaxPooling2D())) == ["LeakyReLU", "Dropout", "MaxPooling2D"]


def test_shapes_and_names_go_along() -> None:
    spec = network(Conv2D(4, (2, 2), activation="relu"), MaxPooling2D())
    conv, pool, relu = pooled_first(spec)[:3]
    assert (conv.out, pool.shape, pool.out) == ((6, 5, 4), (6, 5, 4), (3, 2, 4))
    assert (relu.shape, relu.out, relu.name) == ((3, 2, 4), (3, 2, 4), conv.name)
    assert [placed.name for placed in as_specified(spec)] == [name for name, _ in spec.named_layers]


@pytest.mark.parametrize(
    "layers",
    [
        (Conv2D(3, (3, 3), padding="same", activation="relu"), MaxPooling2D(padding="same")),
        (Conv2D(3, (2, 2)), LeakyReLU(0.1), MaxPooling2D()),
        (Conv2D(3, (2, 2)), LeakyReLU(0.0), MaxPooling2D((3, 2), (1, 2))),
        (Conv2D(3, (2, 2)), Activation("relu"), MaxPooling2D(), Conv2D(2, (1, 1), activation="relu"), MaxPooling2D()),
    ],
)
def test_output_and_gradients_are_those_of_the_order_specified(layers: tuple[Any, ...]) -> None:
    spec = network(*layers)
    theta = initial_theta(spec)
    rng = np.random.default_rng(2)
    # Many windows are equal throughout or zero throughout, where a choice of the largest could go another way.
    inputs = rng.integers(-1, 2, (5, 7, 6, 2)).astype("float64")
    inputs[0], inputs[1] = 0.0, -1.0
    labels = np.eye(3)[[0, 1, 2, 0, 1]]
    fast = FastNetwork(spec, views(spec, theta), len(theta), 5, Workers(1))
    loss, _ = fast.differentiate(inputs, labels, ())
    values = forward(spec, views(spec, theta), inputs, masks=[])
    wanted = backward(spec, views(spec, theta), values, labels)
    probabilities = values[output_name(spec)]
    assert loss == pytest.approx(-np.log(probabilities[labels == 1]).mean(), rel=1e-12)
    found = views(spec, fast.gradient)
    for name, gradient in wanted.items():
        if name in found:
            np.testing.assert_allclose(found[name], gradient, rtol=1e-12, atol=1e-14)
