"""The references of backward passes, dropout and parameters, against central differences and the engine's layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor.engine.derivations.forms import Writer
from tutor.engine.layers import Dense
from tutor.engine.parameters import count
from tutor.engine.spec import NetworkSpec
from tutor.practice.references import right_for

Array = NDArray[np.float64]


def returned(name: str, **inputs: Any) -> dict[str, Array]:
    return {name: cells.values for name, cells in right_for(name, inputs).returns}


def slopes(loss: Callable[[Array], float], at: Array) -> Array:
    """Central differences of ``loss`` by each number of ``at``."""
    found = np.zeros(at.shape)
    for index in np.ndindex(at.shape):
        there = [at.copy(), at.copy()]
        there[0][index] += 1e-5
        there[1][index] -= 1e-5
        found[index] = (loss(there[0]) - loss(there[1])) / 2e-5
    return found


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def test_the_way_back_through_a_layer(rng: np.random.Generator) -> None:
    X, W, b, dZ = (rng.normal(size=shape) for shape in ((3, 4), (4, 2), (2,), (3, 2)))

    def loss(X: Array, W: Array, b: Array) -> float:
        return float(((X @ W + b) * dZ).sum())

    found = returned("dense_backward", dZ=dZ, X=X, W=W)
    assert found["dW"] == pytest.approx(slopes(lambda at: loss(X, at, b), W), abs=1e-8)
    assert found["db"] == pytest.approx(slopes(lambda at: loss(X, W, at), b), abs=1e-8)
    assert found["dX"] == pytest.approx(slopes(lambda at: loss(at, W, b), X), abs=1e-8)


def test_the_way_back_through_two_layers(rng: np.random.Generator) -> None:
    inputs = {
        "X": rng.normal(size=(3, 4)), "Y": np.eye(3)[[2, 0, 1]], "W1": rng.normal(size=(4, 2)),
        "b1": rng.normal(size=2), "W2": rng.normal(size=(2, 3)), "b2": rng.normal(size=3),
    }  # fmt: skip

    def loss(X: Array, Y: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> float:
        z = np.tanh((X @ W1 + b1) / 2) / 2 + 0.5
        z = z @ W2 + b2
        return float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[Y == 1]))

    found = returned("two_layer_backward", **inputs)
    assert list(found) == ["dW1", "db1", "dW2", "db2"]
    for name in ("W1", "b1", "W2", "b2"):
        wanted = slopes(lambda at, name=name: loss(**{**inputs, name: at}), inputs[name])  # type: ignore[misc]
        assert found[f"d{name}"] == pytest.approx(wanted, abs=1e-8), name


def test_each_step_back_is_written_from_the_one_before() -> None:
    inputs = {"X": [[1.0]], "Y": [[1.0, 0.0]], "W1": [[0.0]], "b1": [0.0], "W2": [[1.0, 1.0]], "b2": [0.0, 0.0]}
    steps = dict(right_for("two_layer_backward", {name: np.array(value) for name, value in inputs.items()}).steps)
    assert steps["dZ2"].write(Writer(4), (0, 1)).text == "(0.5 − 0) / 1"
    assert steps["dZ1"].write(Writer(4), (0, 0)).text == "0·0.5·(1 − 0.5)"


def test_dropout_by_hand() -> None:
    h, u = np.array([[2.0, 4.0, -6.0]]), np.array([[0.1, 0.3, 0.9]])
    assert returned("dropout", h=h, u=u, rate=0.25, training=True)["out"] == pytest.approx(
        np.array([[0.0, 16 / 3, -8.0]])
    )
    assert returned("dropout", h=h, u=u, rate=0.25, training=False)["out"] == pytest.approx(h)
    assert returned("dropout", h=h, u=np.zeros((1, 3)), rate=0.0, training=True)["out"] == pytest.approx(h)


def test_dropout_changes_nothing_on_average(rng: np.random.Generator) -> None:
    h, u = np.ones((200, 500)), rng.uniform(size=(200, 500))
    assert returned("dropout", h=h, u=u, rate=0.8, training=True)["out"].mean() == pytest.approx(1.0, abs=0.03)


def test_parameters_are_those_of_the_engine() -> None:
    found = returned("dense_parameters", inputs=25, units=[25, 20, 15, 10, 5])["count"]
    spec = NetworkSpec("five layers", (25,), tuple(Dense(units) for units in (25, 20, 15, 10, 5)))
    assert found == count(spec) == 1700
