"""What is right in the first exercises, against hand calculation and NumPy formulas written another way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tutor.practice.references import right_for
from tutor.practice.right import arithmetic


def returned(reference: str, **inputs: Any) -> list[Any]:
    return [cells.values for _, cells in right_for(reference, inputs).returns]


def steps(reference: str, **inputs: Any) -> dict[str, Any]:
    return {name: cells.values for name, cells in right_for(reference, inputs).steps}


def test_flatten_reads_row_by_row_and_unflatten_undoes_it() -> None:
    drawing = np.arange(25).reshape(5, 5)
    (pixels,) = returned("drawing_to_row", drawing=drawing)
    assert pixels.tolist() == list(range(25))
    assert np.array_equal(returned("row_to_drawing", pixels=pixels)[0], drawing)
    assert arithmetic(right_for("drawing_to_row", {"drawing": drawing}).returns[0][1], (13,)) == "drawing[2, 3]"
    assert arithmetic(right_for("row_to_drawing", {"pixels": pixels}).returns[0][1], (2, 3)) == "pixels[13]"


def test_relu_by_hand() -> None:
    a, slope = returned("relu", z=np.array([-2.0, 0.0, 0.5]))
    assert a.tolist() == [0, 0, 0.5]
    assert slope.tolist() == [0, 0, 1]
    assert arithmetic(right_for("relu", {"z": np.array([-2.0])}).returns[0][1], (0,)) == "max(0, −2)"


def test_sigmoid_is_half_of_one_more_than_tanh_of_the_half() -> None:
    z = np.array([-1000.0, -3.0, 0.0, 0.25, 1000.0])
    (p,) = returned("sigmoid", z=z)
    assert p == pytest.approx((1 + np.tanh(z / 2)) / 2)
    assert arithmetic(right_for("sigmoid", {"z": z}).returns[0][1], (3,)) == "1 / (1 + e^(−0.25))"


def test_tanh_backward_is_the_slope_that_central_differences_measure() -> None:
    z, da, h = np.array([[-1.5, 0.0, 0.75]]), np.array([[2.0, -1.0, 0.5]]), 1e-6
    measured = da * (np.tanh(z + h) - np.tanh(z - h)) / (2 * h)
    assert returned("tanh_backward", da=da, a=np.tanh(z))[0] == pytest.approx(measured, abs=1e-9)


def test_sides_and_points_right_by_hand() -> None:
    """The line x1 + x2 = 2, with points above it, on it and below it."""
    points, w, b = np.array([[2, 1], [1, 1], [0, 0], [3, 0]]), np.array([1, 1]), -2
    assert returned("sides", points=points, w=w, b=b)[0].tolist() == [1, 0, -1, 1]
    side = right_for("sides", {"points": points, "w": w, "b": b}).returns[0][1]
    assert arithmetic(side, (1,)) == "sign(1·1 + 1·1 + (−2))"
    for labels, count in (([1, 1, 0, 0], 2), ([0, 0, 0, 1], 2), ([1, 0, 0, 1], 3), ([0, 1, 1, 0], 0)):
        assert returned("points_right", points=points, labels=np.array(labels), w=w, b=b)[0] == count


def test_one_hot_by_hand() -> None:
    assert returned("one_hot", labels=np.array([2, 0]), classes=4)[0].tolist() == [[0, 0, 1, 0], [1, 0, 0, 0]]


def test_two_layers_by_hand() -> None:
    """The hidden sums are 1 and −1, so h is (1, 0); the logits are ln 3 and 0, so the shares are 3/4 and 1/4."""
    inputs = {
        "X": np.array([[1.0, 2.0]]), "W1": np.array([[1.0, 0.0], [0.0, -1.0]]), "b1": np.array([0.0, 1.0]),
        "W2": np.array([[np.log(3), 1.0], [5.0, 5.0]]), "b2": np.array([0.0, -1.0]),
    }  # fmt: skip
    assert returned("two_layers", **inputs)[0] == pytest.approx(np.array([[0.75, 0.25]]))
    worked = steps("two_layers", **inputs)
    assert worked["Z1"].tolist() == [[1, -1]]
    assert worked["H"].tolist() == [[1, 0]]


def test_scores_and_cosines_by_hand() -> None:
    query, keys = np.array([3.0, 4.0]), np.array([[4.0, 3.0], [-6.0, -8.0], [8.0, -6.0]])
    assert returned("scores", query=query, keys=keys)[0].tolist() == [24, -50, 0]
    assert returned("cosines", query=query, keys=keys)[0] == pytest.approx([0.96, -1, 0])
    assert steps("cosines", query=query, keys=keys)["key_lengths"].tolist() == [5, 10, 10]
