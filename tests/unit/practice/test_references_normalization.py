"""What is right for batch normalization, against a hand calculation, plain formulas and central differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor.practice.references import right_for
from tutor.practice.right import arithmetic

RNG = np.random.default_rng(14)
X = RNG.normal(size=(5, 3))
GAMMA, BETA = np.array([1.5, 0.5, 2.0]), np.array([0.25, -1.0, 0.0])


def returned(name: str, **inputs: Any) -> tuple[NDArray[Any], ...]:
    return tuple(cells.values for _, cells in right_for(name, inputs).returns)


def central(function: Callable[[NDArray[Any]], float], at: NDArray[Any], step: float = 1e-6) -> NDArray[Any]:
    """The gradient of a function of an array, by differences on both sides."""
    found = np.zeros(at.shape)
    for index in np.ndindex(at.shape):
        up, down = at.copy(), at.copy()
        up[index] += step
        down[index] -= step
        found[index] = (function(up) - function(down)) / (2 * step)
    return found


def test_two_rows_by_hand() -> None:
    """Mean 3, variance 1: x̂ is ∓1 with ε = 0, so y is 0.5 ∓ 2."""
    given = {"x": np.array([[2.0], [4.0]]), "gamma": np.array([2.0]), "beta": np.array([0.5]), "epsilon": 0.0}
    assert returned("batch_norm", **given)[0] == pytest.approx(np.array([[-1.5], [2.5]]))
    right = right_for("batch_norm", given)
    assert [name for name, _ in right.steps] == ["mean", "variance", "x_hat"]
    assert arithmetic(right.steps[0][1], (0,)) == "(2 + 4) / 2"
    assert arithmetic(right.returns[0][1], (1, 0)) == "2·1 + 0.5"


def test_training_brings_each_unit_to_its_own_shift_and_scale() -> None:
    (y,) = returned("batch_norm", x=X, gamma=GAMMA, beta=BETA, epsilon=1e-12)
    assert y.mean(axis=0) == pytest.approx(BETA)
    assert np.sqrt(np.square(y - BETA).sum(axis=0) / 5) == pytest.approx(GAMMA)


def test_inference_of_one_row_is_that_among_others() -> None:
    mean, variance = np.array([1.0, 0, 2]), np.array([4.0, 1, 9])
    given = {"gamma": GAMMA, "beta": BETA, "moving_mean": mean, "moving_variance": variance}
    (all_rows,) = returned("batch_norm_inference", x=X, epsilon=0.0, **given)
    (one,) = returned("batch_norm_inference", x=X[2:3], epsilon=0.0, **given)
    assert one[0] == pytest.approx(all_rows[2])
    assert one[0, 0] == pytest.approx(1.5 * (X[2, 0] - 1) / 2 + 0.25)


def test_moving_averages_by_hand() -> None:
    """The lesson's unit A: mean 4, variance 5, of which 1 % comes in."""
    x = np.array([[1.0], [3], [5], [7]])
    mean, variance = returned(
        "moving_averages", moving_mean=np.zeros(1), moving_variance=np.ones(1), x=x, momentum=0.99
    )  # fmt: skip
    assert (mean[0], variance[0]) == pytest.approx((0.04, 0.99 + 0.05))


def test_gradients_are_the_slopes_of_the_forward_pass() -> None:
    dy, epsilon = RNG.normal(size=X.shape), 0.01

    def loss(x: NDArray[Any], gamma: NDArray[Any], beta: NDArray[Any]) -> float:
        spread = np.sqrt(np.square(x - x.mean(axis=0)).mean(axis=0) + epsilon)
        return float((dy * (gamma * (x - x.mean(axis=0)) / spread + beta)).sum())

    dx, dgamma, dbeta = returned("batch_norm_backward", dy=dy, x=X, gamma=GAMMA, epsilon=epsilon)
    assert dx == pytest.approx(central(lambda x: loss(x, GAMMA, BETA), X), abs=1e-7)
    assert dgamma == pytest.approx(central(lambda gamma: loss(X, gamma, BETA), GAMMA), abs=1e-7)
    assert dbeta == pytest.approx(central(lambda beta: loss(X, GAMMA, beta), BETA), abs=1e-7)


def test_the_arithmetic_of_dx_gives_its_value() -> None:
    right = right_for("batch_norm_backward", {"dy": X, "x": X**2, "gamma": GAMMA, "epsilon": 0.01})
    (_, dx), *_ = right.returns
    text = arithmetic(dx, (0, 1)).replace("·", "*").replace("−", "-").replace("√", "np.sqrt")
    assert eval(text, {"np": np}) == pytest.approx(dx.values[0, 1], rel=1e-2)
