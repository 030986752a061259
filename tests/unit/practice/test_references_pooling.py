"""What is right for pooling and flatten, against hand calculations and other formulas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor.engine.derivations.forms import Writer
from tutor.practice.references import right_for
from tutor.practice.right import arithmetic

RNG = np.random.default_rng(16)
X = RNG.normal(size=(7, 6, 2))


def returned(name: str, **inputs: Any) -> NDArray[Any]:
    ((_, cells),) = right_for(name, inputs).returns
    return cells.values


def windows(x: NDArray[Any], k: int, stride: int) -> NDArray[Any]:
    return np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(0, 1))[::stride, ::stride]


@pytest.mark.parametrize(("k", "stride"), [(2, 2), (3, 1), (2, 3), (3, 2)])
def test_largest_and_mean_of_each_window(k: int, stride: int) -> None:
    under = windows(X, k, stride)
    assert np.array_equal(returned("max_pooling", x=X, k=k, stride=stride), under.max(axis=(3, 4)))
    assert returned("average_pooling", x=X, k=k, stride=stride) == pytest.approx(under.mean(axis=(3, 4)))


def test_a_mean_and_its_arithmetic_by_hand() -> None:
    right = right_for("average_pooling", {"x": np.array([[1.0, 2], [4, 5]])[..., None], "k": 2, "stride": 2})
    assert right.returns[0][1].values.tolist() == [[[3.0]]]
    assert arithmetic(right.returns[0][1], (0, 0, 0)) == "(1 + 2 + 4 + 5) / 4"


def test_the_first_of_two_equal_ones_gets_all() -> None:
    x = np.array([[7.0, 7, 1, 2], [7, 0, 5, 5]])[..., None]
    dx = returned("max_pooling_backward", dy=np.array([[[2.0], [3.0]]]), x=x, k=2, stride=2)
    assert dx[..., 0].tolist() == [[2, 0, 0, 0], [0, 0, 3, 0]]


@pytest.mark.parametrize(("k", "stride"), [(2, 2), (3, 1), (2, 3)])
def test_the_gradient_is_the_slope_where_nothing_is_equal(k: int, stride: int) -> None:
    dy = RNG.normal(size=windows(X, k, stride).shape[:3])
    dx = returned("max_pooling_backward", dy=dy, x=X, k=k, stride=stride)
    for index in np.ndindex(X.shape):
        up, down = X.copy(), X.copy()
        up[index] += 1e-6
        down[index] -= 1e-6
        change = windows(up, k, stride).max(axis=(3, 4)) - windows(down, k, stride).max(axis=(3, 4))
        assert dx[index] == pytest.approx(float((dy * change).sum()) / 2e-6, abs=1e-6)


@pytest.mark.parametrize(("k", "stride"), [(2, 2), (3, 1), (2, 3)])
def test_each_pixel_gets_as_much_as_it_moves_the_means(k: int, stride: int) -> None:
    dy = RNG.normal(size=windows(X, k, stride).shape[:3])
    dx = returned("average_pooling_backward", dy=dy, h=7, w=6, k=k, stride=stride)
    for index in np.ndindex(X.shape):
        more = np.zeros_like(X)
        more[index] = 1
        assert dx[index] == pytest.approx(float((dy * windows(more, k, stride).mean(axis=(3, 4))).sum()))


def test_what_a_pixel_gets_is_written_window_by_window() -> None:
    dy = np.array([[[1.0], [2.0]], [[3.0], [4.0]]])
    overlapping = right_for("average_pooling_backward", {"dy": dy, "h": 3, "w": 3, "k": 2, "stride": 1})
    assert arithmetic(overlapping.returns[0][1], (1, 1, 0)) == "1 / 4 + 2 / 4 + 3 / 4 + 4 / 4"
    apart = right_for("average_pooling_backward", {"dy": dy, "h": 5, "w": 5, "k": 2, "stride": 2})
    assert arithmetic(apart.returns[0][1], (4, 4, 0)) == "0"


@pytest.mark.parametrize(("k", "stride"), [(2, 2), (3, 1), (2, 3)])
def test_pooling_is_written_as_what_it_is(k: int, stride: int) -> None:
    dy = RNG.normal(size=windows(X, k, stride).shape[:3])
    for name, inputs in (("max_pooling", {}), ("max_pooling_backward", {"dy": dy})):
        ((_, cells),) = right_for(name, {**inputs, "x": X, "k": k, "stride": stride}).returns
        for index in np.ndindex(cells.values.shape):
            assert cells.write(Writer(12), index).value == pytest.approx(cells.values[index], rel=1e-9, abs=1e-9)


def test_a_pixel_that_is_the_largest_of_two_windows_by_hand() -> None:
    x, dy = np.array([[1.0, 7, 2], [0, 3, 4]])[..., None], np.array([[[2.0], [0.5]]])
    ((_, dx),) = right_for("max_pooling_backward", {"dy": dy, "x": x, "k": 2, "stride": 1}).returns
    assert arithmetic(dx, (0, 1, 0)) == "2 + 0.5"
    ((_, y),) = right_for("max_pooling", {"x": x, "k": 2, "stride": 1}).returns
    assert arithmetic(y, (0, 1, 0)) == "max(7, 2, 3, 4)"


def test_flatten_writes_the_channels_of_a_pixel_together() -> None:
    x = np.array([[[[1, 10], [2, 20]], [[3, 30], [4, 40]]], [[[5, 50], [6, 60]], [[7, 70], [8, 80]]]], dtype=float)
    assert returned("flatten", x=x).tolist() == [[1, 10, 2, 20, 3, 30, 4, 40], [5, 50, 6, 60, 7, 70, 8, 80]]
