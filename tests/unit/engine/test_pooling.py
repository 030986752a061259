"""Pooling by hand and against central differences; the fast form against the plain one."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.engine.central_differences import central_differences, relative_error
from tutor.engine.fast.pooling import FastMaxPool
from tutor.engine.fast.workers import Workers
from tutor.engine.padding import Padding, WindowError
from tutor.engine.pooling import (
    average_pool,
    average_pool_gradient,
    global_average_pool,
    global_average_pool_gradient,
    max_pool,
    max_pool_gradient,
)

IMAGE = np.array([[1.0, 5.0, 2.0], [4.0, 3.0, 9.0], [8.0, 7.0, 6.0]]).reshape(1, 3, 3, 1)
GEOMETRY = {
    "image": st.tuples(st.integers(1, 7), st.integers(1, 7)),
    "pool": st.tuples(st.integers(1, 4), st.integers(1, 4)),
    "strides": st.tuples(st.integers(1, 4), st.integers(1, 4)),
    "padding": st.sampled_from(["same", "valid"]),
    "batch": st.integers(1, 3),
    "channels": st.integers(1, 3),
    "seed": st.integers(0, 10_000),
}


def fitting(pool: tuple[int, int], image: tuple[int, int], padding: Padding) -> tuple[int, int]:
    return pool if padding == "same" else (min(pool[0], image[0]), min(pool[1], image[1]))


def test_maximum_by_hand() -> None:
    assert max_pool(IMAGE, (2, 2), (2, 2))[0, :, :, 0].tolist() == [[5.0]]
    assert max_pool(IMAGE, (2, 2), (2, 2), "same")[0, :, :, 0].tolist() == [[5.0, 9.0], [8.0, 6.0]]
    assert max_pool(IMAGE, (2, 2), (1, 1))[0, :, :, 0].tolist() == [[5.0, 9.0], [8.0, 9.0]]


def test_padding_is_never_the_maximum() -> None:
    assert max_pool(-IMAGE, (2, 2), (2, 2), "same")[0, :, :, 0].tolist() == [[-1.0, -2.0], [-7.0, -6.0]]


def test_gradient_goes_to_the_maximum_and_overlaps_add() -> None:
    dy = np.array([[1.0, 2.0], [4.0, 8.0]]).reshape(1, 2, 2, 1)
    dx = max_pool_gradient(dy, IMAGE, (2, 2), (1, 1))
    assert dx[0, :, :, 0].tolist() == [[0, 1, 0], [0, 0, 10], [4, 0, 0]]


@pytest.mark.parametrize("values", [[1, 1, 1, 1], [0, 1, 1, 1], [0, 0, 1, 1], [0, 1, 0, 1], [1, 0, 0, 1]])
def test_the_first_of_equal_maxima_gets_the_gradient(values: list[int]) -> None:
    x = np.array(values, dtype=float).reshape(1, 2, 2, 1)
    dx = max_pool_gradient(np.full((1, 1, 1, 1), 3.0), x, (2, 2), (2, 2))
    expected = [0.0] * 4
    expected[values.index(1)] = 3.0
    assert dx.ravel().tolist() == expected


def test_average_by_hand_counts_only_the_image() -> None:
    averages = average_pool(IMAGE, (2, 2), (2, 2), "same")[0, :, :, 0]
    assert averages.tolist() == [[13 / 4, 11 / 2], [15 / 2, 6.0]]
    dx = average_pool_gradient(np.ones((1, 2, 2, 1)), IMAGE, (2, 2), (2, 2), "same")
    assert dx[0, :, :, 0].tolist() == [[0.25, 0.25, 0.5], [0.25, 0.25, 0.5], [0.5, 0.5, 1.0]]


def test_global_average_by_hand() -> None:
    assert global_average_pool(IMAGE).tolist() == [[5.0]]
    assert global_average_pool_gradient(np.array([[9.0]]), IMAGE).tolist() == np.ones((1, 3, 3, 1)).tolist()


def test_a_window_larger_than_the_image_is_explained() -> None:
    with pytest.raises(WindowError, match="a window 4 wide does not fit into an input 3 wide"):
        max_pool(IMAGE, (2, 4), (2, 2))


@settings(max_examples=30, deadline=None)
@given(**GEOMETRY)
def test_gradients_are_the_central_differences(image, pool, strides, padding, batch, channels, seed) -> None:  # type: ignore[no-untyped-def]
    pool = fitting(pool, image, padding)
    rng = np.random.default_rng(seed)
    # All different by far more than the step of the differences: at a tie the maximum has no derivative.
    x = rng.permutation(batch * image[0] * image[1] * channels).reshape(batch, *image, channels) / 7.0
    for forward, backward in ((max_pool, max_pool_gradient), (average_pool, average_pool_gradient)):
        weights = rng.standard_normal(forward(x, pool, strides, padding).shape)

        def loss(v: np.ndarray, forward=forward, weights=weights) -> float:  # type: ignore[no-untyped-def]
            return float((weights * forward(v, pool, strides, padding)).sum())

        numeric = central_differences(loss, x)
        assert np.abs(backward(weights, x, pool, strides, padding) - numeric).max() < 1e-7
    weights = rng.standard_normal((batch, channels))
    numeric = central_differences(lambda v: float((weights * global_average_pool(v)).sum()), x)
    assert relative_error(global_average_pool_gradient(weights, x), numeric) < 1e-7


@settings(max_examples=60, deadline=None)
@given(dtype=st.sampled_from(["float32", "float64"]), halving=st.booleans(), **GEOMETRY)
def test_the_fast_maximum_is_the_plain_one(  # type: ignore[no-untyped-def]
    image, pool, strides, padding, batch, channels, seed, dtype, halving
) -> None:
    if halving:
        pool = strides = (2, 2)
        image = (max(image[0], 2), max(image[1], 2)) if padding == "valid" else image
    pool = fitting(pool, image, padding)
    rng = np.random.default_rng(seed)
    # Few different values: many windows have their maximum more than once.
    x = rng.integers(-2, 3, (batch, *image, channels)).astype(dtype)
    plain = max_pool(x, pool, strides, padding)
    dy = rng.standard_normal(plain.shape).astype(dtype)
    with closing(Workers()) as workers:
        fast = FastMaxPool(x.shape, pool, strides, padding, dtype, workers)
        for rows in (batch, 1, batch):
            assert np.array_equal(fast.forward(x[:rows]), plain[:rows])
            gradient = max_pool_gradient(dy[:rows], x[:rows], pool, strides, padding)
            assert np.array_equal(fast.backward(dy[:rows], x[:rows]), gradient)
