"""The references of the optimizers' steps, against hand calculations and the engine's own updates."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tutor.engine.optimizer_specs import SGD, Adam, OptimizerSpec, RMSprop
from tutor.engine.updates import memory_names, update
from tutor.practice.references import right_for
from tutor.practice.right import arithmetic

W, G = np.array([1.0, -2.0, 0.5]), np.array([3.0, -1.0, 0.25])


def returned(name: str, **inputs: Any) -> list[np.ndarray]:
    return [cells.values for _, cells in right_for(name, inputs).returns]


def step_of(name: str, variable: str, /, **inputs: Any) -> np.ndarray:
    return dict(right_for(name, inputs).steps)[variable].values


def updated(optimizer: OptimizerSpec, *memory: np.ndarray, step: int = 0) -> list[np.ndarray]:
    """The weights and the memory after the engine's own update from ``W`` and ``G``."""
    w, kept = W.copy(), [each.copy() for each in memory]
    update(optimizer, w, G, dict(zip(memory_names(optimizer), kept, strict=True)), step, float(optimizer.learning_rate))  # type: ignore[arg-type]
    return [w, *kept]


def test_a_gradient_step_by_hand() -> None:
    (w,) = returned("gradient_step", w=W, g=G, rate=0.1)
    assert w == pytest.approx([0.7, -1.9, 0.475])
    assert step_of("gradient_step", "step", w=W, g=G, rate=0.1) == pytest.approx([-0.3, 0.1, -0.025])


def test_momentum_by_hand_and_by_the_engine() -> None:
    v = np.array([0.5, 0.0, -1.0])
    found = returned("momentum_step", w=W, v=v, g=G, rate=0.1, momentum=0.9)
    assert found[1] == pytest.approx([0.9 * 0.5 - 0.3, 0.1, -0.9 - 0.025])
    for one, other in zip(found, updated(SGD(0.1, 0.9), v), strict=True):
        assert one == pytest.approx(other, rel=1e-6)


def test_rmsprop_by_hand_and_by_the_engine() -> None:
    s = np.array([4.0, 0.0, 1.0])
    w, new = returned("rmsprop_step", w=W, s=s, g=G, rate=0.2)
    assert new == pytest.approx([0.9 * 4 + 0.1 * 9, 0.1, 0.9 + 0.00625])
    assert w[0] == pytest.approx(1 - 0.2 * 3 / math.sqrt(4.5 + 1e-7), abs=1e-12)
    for one, other in zip((w, new), updated(RMSprop(0.2), s), strict=True):
        assert one == pytest.approx(other, rel=1e-9)


def test_the_epsilon_of_rmsprop_stands_inside_the_root() -> None:
    tiny = np.array([1e-4])
    (w, _) = returned("rmsprop_step", w=np.zeros(1), s=np.zeros(1), g=tiny, rate=1.0)
    assert w[0] == pytest.approx(-1e-4 / math.sqrt(1e-9 + 1e-7), rel=1e-12)


@pytest.mark.parametrize("t", [1, 2, 10, 1000])
def test_adam_is_the_engines_where_slopes_are_not_tiny(t: int) -> None:
    m, v = np.array([0.5, -1.0, 0.1]), np.array([2.0, 1.0, 0.5])
    found = returned("adam_step", w=W, m=m, v=v, g=G, t=t, rate=0.05)
    for one, other in zip(found, updated(Adam(0.05), m, v, step=t - 1), strict=True):
        assert one == pytest.approx(other, rel=1e-5)


def test_the_first_step_of_adam_is_the_rate_in_each_weight() -> None:
    zero = np.zeros(3)
    inputs = {"w": W, "m": zero, "v": zero, "g": G, "t": 1, "rate": 0.01}
    w, m, v = returned("adam_step", **inputs)
    assert w == pytest.approx(W - 0.01 * np.sign(G), abs=1e-8)
    assert step_of("adam_step", "m_hat", **inputs) == pytest.approx(G)
    assert step_of("adam_step", "v_hat", **inputs) == pytest.approx(G**2)
    assert m == pytest.approx(G / 10)
    assert v == pytest.approx(G**2 / 1000)


def test_clipping_by_hand() -> None:
    long = np.array([[3.0, 0.0], [0.0, 4.0]])
    assert returned("clip_norm", g=long, c=1.0)[0] == pytest.approx(long / 5)
    assert returned("clip_norm", g=long, c=5.5)[0] == pytest.approx(long)
    assert step_of("clip_norm", "norm", g=long, c=1.0) == pytest.approx(5.0)
    assert long[0, 0] == 3.0
    right = right_for("clip_norm", {"g": long, "c": 1.0})
    assert arithmetic(right.returns[0][1], (1, 1)) == "4·1 / 5"


def test_a_rate_that_decays_by_hand() -> None:
    inputs = {"step": 5, "initial": 0.4, "decay_steps": 2, "decay_rate": 0.5}
    assert returned("decayed_rate", **inputs, staircase=False)[0] == pytest.approx(0.4 * 0.5**2.5, rel=1e-6)
    assert returned("decayed_rate", **inputs, staircase=True)[0] == pytest.approx(0.1, rel=1e-6)
    assert step_of("decayed_rate", "exponent", **inputs, staircase=True) == 2.0
    stairs, smooth = (right_for("decayed_rate", {**inputs, "staircase": each}) for each in (True, False))
    assert arithmetic(stairs.steps[0][1], ()) == "⌊5 / 2⌋"
    assert arithmetic(stairs.returns[0][1], ()) == "0.4·0.5^⌊5 / 2⌋"
    assert arithmetic(smooth.returns[0][1], ()) == "0.4·0.5^(5 / 2)"
