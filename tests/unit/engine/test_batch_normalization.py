"""Batch normalization by hand, against central differences, and where there is nothing to normalize."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.engine.central_differences import central_differences
from tutor.engine.batch_normalization import (
    batch_normalize,
    batch_normalize_gradients,
    moved,
    normalize_with,
    normalize_with_gradients,
)

EPSILON = 1e-3
ONE, ZERO = np.ones(1), np.zeros(1)


def test_by_hand() -> None:
    x = np.array([[1.0], [3.0]])
    y, x_hat, mean, variance = batch_normalize(x, np.array([2.0]), np.array([10.0]), EPSILON)
    assert (mean.tolist(), variance.tolist()) == ([2.0], [1.0])  # biased: (1 + 1) / 2, not / 1
    assert x_hat.ravel().tolist() == pytest.approx([-1 / math.sqrt(1.001), 1 / math.sqrt(1.001)])
    assert y.ravel().tolist() == pytest.approx([10 - 2 / math.sqrt(1.001), 10 + 2 / math.sqrt(1.001)])


def test_moving_statistics_by_hand() -> None:
    assert moved(np.array([1.0]), np.array([3.0]), 0.99).tolist() == pytest.approx([1.02])
    y = normalize_with(np.array([[5.0]]), np.array([2.0]), np.array([1.0]), np.array([1.0]), np.array([4.0]), 0.0)
    assert y.tolist() == [[5.0]]  # 2 · (5 − 1) / 2 + 1


def test_channels_are_normalized_apart_over_rows_and_pixels() -> None:
    x = np.random.default_rng(0).normal([5.0, -7.0], [2.0, 0.1], (6, 4, 3, 2))
    y, _, mean, variance = batch_normalize(x, np.ones(2), np.zeros(2), 0.0)
    assert mean == pytest.approx([x[..., 0].mean(), x[..., 1].mean()])
    assert variance == pytest.approx([x[..., 0].var(), x[..., 1].var()])
    assert y.reshape(-1, 2).mean(axis=0) == pytest.approx([0, 0], abs=1e-12)
    assert y.reshape(-1, 2).std(axis=0) == pytest.approx([1, 1])


@pytest.mark.parametrize("x", [np.full((4, 1), 1e4), np.array([[123.0]]), np.zeros((3, 1))])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_constant_batch_and_a_batch_of_one_give_beta(x: np.ndarray, dtype: str) -> None:
    x = x.astype(dtype)
    one, beta = np.ones(1, dtype), np.full(1, 0.5, dtype)
    y, x_hat, _, variance = batch_normalize(x, one, beta, EPSILON)
    assert y.tolist() == np.full(x.shape, 0.5).tolist()
    dx, dgamma, dbeta = batch_normalize_gradients(
        np.arange(len(x), dtype=dtype)[:, None], x_hat, one, variance, EPSILON
    )
    assert np.isfinite(dx).all()
    assert dgamma.tolist() == [0.0]
    assert dbeta.tolist() == [len(x) * (len(x) - 1) / 2]
    assert y.dtype == dx.dtype == dgamma.dtype == dtype


@settings(max_examples=25, deadline=None)
@given(
    shape=st.one_of(
        st.tuples(st.integers(1, 5), st.integers(1, 3)),
        st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)),
    ),
    seed=st.integers(0, 10_000),
)
def test_gradients_are_the_central_differences(shape: tuple[int, ...], seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, weights = rng.standard_normal(shape), rng.standard_normal(shape)
    gamma, beta, mean, spread = (rng.standard_normal(shape[-1]) for _ in range(4))
    variance = spread**2 + 0.1

    def training(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray) -> float:
        return float((weights * batch_normalize(x, gamma, beta, 0.1)[0]).sum())

    def inference(x: np.ndarray, gamma: np.ndarray, beta: np.ndarray) -> float:
        return float((weights * normalize_with(x, gamma, beta, mean, variance, 0.1)).sum())

    _, x_hat, _, batch_variance = batch_normalize(x, gamma, beta, 0.1)
    both = (
        (training, batch_normalize_gradients(weights, x_hat, gamma, batch_variance, 0.1)),
        (inference, normalize_with_gradients(weights, x, gamma, mean, variance, 0.1)),
    )
    for loss, exact in both:
        numeric = (
            central_differences(lambda v, loss=loss: loss(v, gamma, beta), x),
            central_differences(lambda v, loss=loss: loss(x, v, beta), gamma),
            central_differences(lambda v, loss=loss: loss(x, gamma, v), beta),
        )
        scale = max(float(np.abs(part).max()) for part in numeric)
        for ours, theirs in zip(exact, numeric, strict=True):
            assert np.abs(ours - theirs).max() < 1e-7 * max(1.0, scale)
