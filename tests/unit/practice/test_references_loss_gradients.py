"""Cross-entropy from logits, its gradient, a graph backwards and measured gradients, against independent formulas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.unit.practice.test_references_foundations import returned, steps
from tutor.practice.references import right_for
from tutor.practice.right import arithmetic
from tutor.practice.runner.values import Code

Z = np.array([[0.5, -1.0, 2.0], [0.0, 3.0, 1.0]])
LABELS = np.array([2, 0])


def central(f: Callable[[Any], Any], x: Any, h: float = 1e-6) -> Any:
    found = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        found[place] = (f(x + step) - f(x - step)) / (2 * h)
    return found


def test_cross_entropy_from_logits_is_that_of_the_shares() -> None:
    p = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    (loss,) = returned("cross_entropy_logits", z=Z, labels=LABELS)
    assert loss == pytest.approx(-(np.log(p[0, 2]) + np.log(p[1, 0])) / 2)
    worked = steps("cross_entropy_logits", z=Z, labels=LABELS)
    assert worked["losses"].mean() == pytest.approx(float(loss))
    assert worked["m"].tolist() == [2, 3]
    right = right_for("cross_entropy_logits", {"z": Z, "labels": LABELS})
    assert "ln(" in arithmetic(right.steps[2][1], (0,))
    assert arithmetic(right.returns[0][1], ()) == "(0.2413 + 3.17) / 2"


def test_cross_entropy_from_logits_of_any_size() -> None:
    """ln(e^1000 + e^0) − 0 is 1000 to the last digit."""
    assert returned("cross_entropy_logits", z=np.array([[1000.0, 0.0]]), labels=np.array([1]))[0] == 1000


def test_the_gradient_by_the_logits_is_the_slope_of_the_loss() -> None:
    measured = central(lambda z: returned("cross_entropy_logits", z=z, labels=LABELS)[0], Z)
    assert returned("cross_entropy_gradient", z=Z, labels=LABELS)[0] == pytest.approx(measured, abs=1e-8)


def test_the_graph_by_hand_and_by_central_differences() -> None:
    """At (2, 3): c = 6, d = 9, e = 54; by b, 6 + 15·2."""
    assert [float(each) for each in returned("graph_gradients", a=2, b=3)] == [54, 45, 36]
    steps_by_hand = {"c": "2·3", "d": "3 + 6", "e": "6·9", "dc": "9 + 6"}
    for name, cells in right_for("graph_gradients", {"a": 2, "b": 3}).steps:
        assert arithmetic(cells, ()) == steps_by_hand.get(name, "6")
    at = np.array([-1.5, 0.7])
    measured = central(lambda x: x[0] * x[1] * (x[1] + x[0] * x[1]), at)
    assert returned("graph_gradients", a=at[0], b=at[1])[1:] == pytest.approx(list(measured))


def test_a_numerical_gradient_by_hand() -> None:
    """Of x0²·x1, quadratic in x0 and linear in x1: central differences are exact, 2·x0·x1 and x0²."""
    f = Code("def f(x):\n    return x[0] ** 2 * x[1]\n", "f")
    right = right_for("numerical_gradient", {"f": f, "x": np.array([3.0, 0.5]), "h": 0.25})
    assert right.returns[0][1].values == pytest.approx([3, 9])
    assert arithmetic(right.returns[0][1], (1,)) == "(6.75 − 2.25) / 0.5"


def test_a_central_difference_of_a_cube_is_off_by_the_square_of_the_step() -> None:
    f = Code("def f(x):\n    return (x ** 3).sum()\n", "f")
    (found,) = returned("numerical_gradient", f=f, x=np.array([2.0]), h=0.125)
    assert found == pytest.approx([12 + 0.125**2])


def test_relative_difference_by_hand() -> None:
    (found,) = returned("relative_difference", a=np.array([1.0, -4.0, 0.0, 2.0]), b=np.array([2.0, -3.0, 0.0, -2.0]))
    assert found.tolist() == [0.5, 0.25, 0, 2]
