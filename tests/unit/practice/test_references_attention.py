"""What is right for attention and layer normalization, against hand calculation, the engine and central differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.unit.practice.test_references_normalization import central, returned
from tutor.engine.attention import attention_gradients, attention_scores, attention_weights, mixed_values
from tutor.engine.layer_normalization import layer_normalize
from tutor.practice.references import right_for
from tutor.practice.right import arithmetic

RNG = np.random.default_rng(27)
Q, K, V, DO = RNG.normal(size=(4, 4, 3))


def plainly(q: NDArray[Any], k: NDArray[Any], v: NDArray[Any]) -> NDArray[Any]:
    """Causal attention, place by place and without a table."""
    rows = []
    for t in range(len(q)):
        powers = [np.exp(q[t] @ k[j] / np.sqrt(q.shape[1])) for j in range(t + 1)]
        rows.append(sum(power * v[j] for j, power in enumerate(powers)) / sum(powers))
    return np.array(rows)


def test_two_places_by_hand() -> None:
    """d = 4: the scores of the second place are 2/2 and (2 + 2·ln 3)/2, so its weights are as 1 to 3."""
    q = np.array([[0.0, 0, 0, 0], [1, 1, 0, 0]])
    k = np.array([[2.0, 0, 5, 0], [2, 2 * np.log(3), 0, 7]])
    v = np.array([[4.0, 8, 0, 0], [0, 4, 4, 0]])
    weights, o = returned("attention", q=q, k=k, v=v)
    assert weights == pytest.approx(np.array([[1, 0], [0.25, 0.75]]))
    assert o == pytest.approx(np.array([[4, 8, 0, 0], [1, 5, 3, 0]]))
    right = right_for("attention", {"q": q, "k": k, "v": v})
    assert right.steps[0][1].values[0, 1] == -np.inf
    assert arithmetic(right.returns[0][1], (0, 1)) == "0"
    assert arithmetic(right.returns[0][1], (1, 0)) == "e^(1) / (e^(1) + e^(2.099))"
    assert arithmetic(right.returns[1][1], (1, 1)) == "0.25·8 + 0.75·4"


def test_attention_is_that_of_the_engine() -> None:
    weights, o = returned("attention", q=Q, k=K, v=V)
    q, k, v = (each[None, :, None, :] for each in (Q, K, V))
    by_engine = attention_weights(attention_scores(q, k), causal=True)
    assert weights == pytest.approx(by_engine[0, 0], rel=1e-6)
    assert o == pytest.approx(mixed_values(by_engine, v)[0, :, 0], rel=1e-6)
    assert o == pytest.approx(plainly(Q, K, V))


def test_several_heads_are_those_of_the_engine_side_by_side() -> None:
    q, k, v = RNG.normal(size=(3, 4, 6))
    split_up = [part.reshape(1, 4, 3, 2) for part in (q, k, v)]
    weights = attention_weights(attention_scores(*split_up[:2]), causal=False)
    (o,) = returned("multi_head", q=q, k=k, v=v, heads=3)
    assert o == pytest.approx(mixed_values(weights, split_up[2]).reshape(4, 6), rel=1e-6)


def test_attention_backward_is_the_slope_of_the_forward_pass() -> None:
    weights = returned("attention", q=Q, k=K, v=V)[0]
    dq, dk, dv = returned("attention_backward", do=DO, q=Q, k=K, v=V, weights=weights)
    assert dq == pytest.approx(central(lambda q: float((DO * plainly(q, K, V)).sum()), Q), abs=1e-7)
    assert dk == pytest.approx(central(lambda k: float((DO * plainly(Q, k, V)).sum()), K), abs=1e-7)
    assert dv == pytest.approx(central(lambda v: float((DO * plainly(Q, K, v)).sum()), V), abs=1e-7)


def test_the_steps_back_are_those_of_the_engine() -> None:
    weights = returned("attention", q=Q, k=K, v=V)[0]
    right = right_for("attention_backward", {"do": DO, "q": Q, "k": K, "v": V, "weights": weights})
    do, q, k, v = (each[None, :, None, :] for each in (DO, Q, K, V))
    by_engine = attention_gradients(do, q, k, v, weights[None, None])
    for name, step in right.steps:
        expected = by_engine[name.removeprefix("d")]
        assert step.values == pytest.approx(expected[0, :, 0] if name == "dv" else expected[0, 0])


def test_a_place_is_normalized_by_hand() -> None:
    """Of 2 and 4 the mean is 3 and the variance 1; of 0 and 10 they are 5 and 25."""
    given = {"x": np.array([[2.0, 4], [0, 10]]), "gamma": np.array([2.0, 1]), "beta": np.array([0.5, 0])}
    assert returned("layer_norm", **given, epsilon=0.0)[0] == pytest.approx(np.array([[-1.5, 1], [-1.5, 1]]))
    y = right_for("layer_norm", {**given, "epsilon": 0.0}).returns[0][1]
    assert arithmetic(y, (1, 0)) == "2·(−1) + 0.5"


def test_layer_normalization_backward_is_the_slope_of_the_engine_s_forward_pass() -> None:
    gamma, beta, epsilon = np.array([1.5, 0.5, 2.0]), np.array([0.25, -1.0, 0.0]), 0.01

    def loss(x: NDArray[Any], gamma: NDArray[Any], beta: NDArray[Any]) -> float:
        return float((DO * layer_normalize(x, gamma, beta, epsilon)[0]).sum())

    dx, dgamma, dbeta = returned("layer_norm_backward", dy=DO, x=Q, gamma=gamma, epsilon=epsilon)
    assert dx == pytest.approx(central(lambda x: loss(x, gamma, beta), Q), abs=1e-7)
    assert dgamma == pytest.approx(central(lambda gamma: loss(Q, gamma, beta), gamma), abs=1e-7)
    assert dbeta == pytest.approx(central(lambda beta: loss(Q, gamma, beta), beta), abs=1e-7)


def test_a_block_by_hand() -> None:
    """h = 3 + 10·(3 + 1) = 43 and y = 43 + (43 − 2)²."""
    (y,) = returned(
        "block", x=np.array([[3.0]]), norm1=lambda x: x + 1, attention=lambda x: 10 * x, norm2=lambda x: x - 2,
        mlp=lambda x: x * x,
    )  # fmt: skip
    assert y.tolist() == [[43 + 41**2]]


def test_the_arithmetic_of_dx_gives_its_value() -> None:
    given = {"dy": DO, "x": Q, "gamma": np.array([1.5, 0.5, 2.0]), "epsilon": 0.01}
    (_, dx), *_ = right_for("layer_norm_backward", given).returns
    for at in ((0, 1), (2, 0)):
        text = arithmetic(dx, at).replace("·", "*").replace("−", "-").replace("√", "np.sqrt")
        assert eval(text, {"np": np}) == pytest.approx(dx.values[at], rel=1e-2)
