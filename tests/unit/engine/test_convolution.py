"""The plain convolution by hand and against central differences; the fast one against the plain one."""

from __future__ import annotations

import tracemalloc
from contextlib import closing

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.engine.central_differences import central_differences, relative_error
from tutor.engine.convolution import conv2d, conv2d_gradients
from tutor.engine.fast.columns import Geometry
from tutor.engine.fast.convolution import FastConvolution
from tutor.engine.fast.minimal_filtering import MinimalFiltering
from tutor.engine.fast.workers import Workers
from tutor.engine.padding import WindowError, output_size, same_padding

IMAGE = np.arange(1.0, 10.0).reshape(1, 3, 3, 1)  # 1 2 3 / 4 5 6 / 7 8 9
KERNEL = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(2, 2, 1, 1)


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "before", "after"),
    [(50, 12, 1, 5, 6), (25, 6, 1, 2, 3), (25, 6, 2, 2, 3), (28, 5, 2, 1, 2), (12, 12, 3, 4, 5), (25, 2, 2, 0, 1)],
)
def test_same_padding_puts_the_odd_row_last(size: int, kernel: int, stride: int, before: int, after: int) -> None:
    assert same_padding(size, kernel, stride) == (before, after)


def test_output_sizes() -> None:
    assert output_size(28, 5, 1, "valid") == 24
    assert output_size(25, 2, 2, "valid") == 12
    assert output_size(25, 2, 2, "same") == 13
    assert output_size(5, 5, 3, "valid") == 1
    assert output_size(2, 9, 1, "same") == 2


def test_a_kernel_larger_than_the_image_is_explained() -> None:
    with pytest.raises(WindowError, match="a window 4 wide does not fit into an input 3 wide"):
        conv2d(IMAGE, np.ones((4, 2, 1, 1)), None, (1, 1), "valid")


def test_valid_by_hand() -> None:
    y = conv2d(IMAGE, KERNEL, np.array([10.0]))
    # 1·1 + 2·2 + 3·4 + 4·5 = 37 at the top left; each step right adds 10, each step down 30.
    assert y[0, :, :, 0].tolist() == [[47.0, 57.0], [77.0, 87.0]]


def test_same_by_hand() -> None:
    y = conv2d(IMAGE, KERNEL, None, (1, 1), "same")
    # The added row and column are last: below 7 8 9, and right of 3 6 9.
    assert y[0, :, :, 0].tolist() == [[37.0, 47.0, 21.0], [67.0, 77.0, 33.0], [23.0, 26.0, 9.0]]


def test_strides_by_hand() -> None:
    assert conv2d(IMAGE, KERNEL, None, (2, 2), "same")[0, :, :, 0].tolist() == [[37.0, 21.0], [23.0, 9.0]]
    assert conv2d(IMAGE, KERNEL, None, (1, 2))[0, :, :, 0].tolist() == [[37.0], [67.0]]


def test_gradients_by_hand() -> None:
    dy = np.array([[1.0, 0.0], [0.0, 2.0]]).reshape(1, 2, 2, 1)
    dx, dkernel, dbias = conv2d_gradients(dy, IMAGE, KERNEL)
    assert dbias.tolist() == [3.0]
    # The top left window once, the bottom right one twice.
    assert dkernel[:, :, 0, 0].tolist() == [[1 + 2 * 5, 2 + 2 * 6], [4 + 2 * 8, 5 + 2 * 9]]
    assert dx[0, :, :, 0].tolist() == [[1, 2, 0], [3, 4 + 2 * 1, 2 * 2], [0, 2 * 3, 2 * 4]]


def test_channels_are_summed_and_filters_are_not() -> None:
    x = np.array([[[[1.0, 10.0]]]])
    kernel = np.array([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]])
    assert conv2d(x, kernel, None)[0, 0, 0].tolist() == [41.0, 52.0, 63.0]


@settings(max_examples=25, deadline=None)
@given(
    image=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    size=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    strides=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    padding=st.sampled_from(["same", "valid"]),
    batch=st.integers(1, 2),
    channels=st.integers(1, 2),
    filters=st.integers(1, 2),
    seed=st.integers(0, 10_000),
)
def test_gradients_are_the_central_differences(image, size, strides, padding, batch, channels, filters, seed) -> None:  # type: ignore[no-untyped-def]
    if padding == "valid":
        size = (min(size[0], image[0]), min(size[1], image[1]))
    rng = np.random.default_rng(seed)
    x, bias = rng.standard_normal((batch, *image, channels)), rng.standard_normal(filters)
    kernel = rng.standard_normal((*size, channels, filters))
    weights = rng.standard_normal(conv2d(x, kernel, bias, strides, padding).shape)
    exact = conv2d_gradients(weights, x, kernel, strides, padding)

    def loss(x: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> float:
        return float((weights * conv2d(x, kernel, bias, strides, padding)).sum())

    numeric = (
        central_differences(lambda v: loss(v, kernel, bias), x),
        central_differences(lambda v: loss(x, v, bias), kernel),
        central_differences(lambda v: loss(x, kernel, v), bias),
    )
    for ours, theirs in zip(exact, numeric, strict=True):
        assert relative_error(ours, theirs) < 1e-7


GEOMETRY = {
    "size": st.tuples(st.integers(1, 7), st.integers(1, 7)),
    "more": st.tuples(st.integers(0, 9), st.integers(0, 9)),
    "strides": st.sampled_from([(1, 1), (1, 1), (2, 2), (1, 3), (2, 1)]),
    "padding": st.sampled_from(["same", "valid"]),
    "batch": st.integers(1, 7),
    # Both layouts: up to 7 channels and from 8.
    "channels": st.sampled_from([1, 2, 3, 7, 8, 9, 16]),
    "filters": st.integers(1, 9),
    "seed": st.integers(0, 10_000),
}


@settings(max_examples=60, deadline=None)
@given(dtype=st.sampled_from(["float32", "float64"]), **GEOMETRY)
def test_the_fast_form_is_the_plain_one(  # type: ignore[no-untyped-def]
    size, more, strides, padding, batch, channels, filters, seed, dtype
) -> None:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((batch, size[0] + more[0], size[1] + more[1], channels)).astype(dtype)
    kernel = rng.standard_normal((*size, channels, filters)).astype(dtype)
    bias = rng.standard_normal(filters).astype(dtype)
    plain = conv2d(x, kernel, bias, strides, padding)
    dy = rng.standard_normal(plain.shape).astype(dtype)
    gradients = conv2d_gradients(dy, x, kernel, strides, padding)
    results = []
    for threads in (1, 2):
        with closing(Workers(threads)) as workers:
            fast = FastConvolution(x.shape, kernel.shape, strides, padding, dtype, workers)
            for _ in range(2):
                y = fast.forward(x, kernel, bias)
                results.append([part.copy() for part in (y, *fast.backward(dy, x, kernel))])
            last = fast.forward(x[:1], kernel, None)
            assert relative_error(last, conv2d(x[:1], kernel, None, strides, padding)) < 1e-5
            assert fast.backward(dy, x, kernel, need_dx=False)[0] is None
    bound = 1e-10 if dtype == "float64" else 1e-5
    assert {str(part.dtype) for part in results[0]} == {dtype}
    for ours, theirs in zip(results[0][:-1], (plain, *gradients[:-1]), strict=True):
        assert relative_error(ours, theirs) < bound
    # The bias's is a bare sum, which may cancel to nearly nothing: what is lost is measured by what was added.
    assert np.abs(results[0][-1] - gradients[-1]).max() < bound * np.abs(dy).sum(axis=(0, 1, 2)).max()
    # Again, and on the other number of threads: the same bits.
    for again in results[1:]:
        for ours, theirs in zip(results[0], again, strict=True):
            assert np.array_equal(ours, theirs)


@settings(max_examples=40, deadline=None)
@given(
    half=st.integers(1, 4),
    width=st.integers(1, 4),
    more=st.tuples(st.integers(0, 9), st.integers(0, 4)),
    padding=st.sampled_from(["same", "valid"]),
    samples=st.integers(1, 3),
    seed=st.integers(0, 10_000),
)
def test_three_convolutions_do_for_four(half, width, more, padding, samples, seed) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((samples, 2 * half + more[0], width + more[1], 3))
    kernel, bias = rng.standard_normal((2 * half, width, 3, 2)), rng.standard_normal(2)
    plain = conv2d(x, kernel, bias, (1, 1), padding)
    dy = rng.standard_normal(plain.shape)
    size = (2 * half, width)
    geometry = Geometry((x.shape[1], x.shape[2]), 3, size, 2, (1, 1), padding)
    layout = MinimalFiltering(geometry, 3, np.dtype("float64"))
    for _ in range(2):
        y, dx = np.empty_like(plain), np.empty_like(x)
        dkernel, dbias = np.ones_like(kernel), np.ones_like(bias)
        layout.forward(x, kernel, bias, y)
        layout.backward(dy, x, kernel, dkernel, dbias, dx)
        ours = (y, dx, dkernel - 1, dbias - 1)
        for value, expected in zip(ours, (plain, *conv2d_gradients(dy, x, kernel, (1, 1), padding)), strict=True):
            assert np.abs(value - expected).max() < 1e-11


@pytest.mark.parametrize(
    ("image", "kernel", "padding"),
    [((64, 25, 25, 32), (6, 6, 32, 64), "same"), ((100, 28, 28, 1), (5, 5, 1, 32), "valid")],
)
def test_the_fast_form_over_a_whole_batch(image, kernel, padding) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(0)
    x, weights = rng.standard_normal(image, dtype="float32"), rng.standard_normal(kernel, dtype="float32")
    bias = np.ones(kernel[3], "float32")
    with closing(Workers()) as workers:
        fast = FastConvolution(image, kernel, (1, 1), padding, "float32", workers)
        y = fast.forward(x, weights, bias)
        dy = rng.standard_normal(y.shape, dtype="float32")
        ours = (y, *fast.backward(dy, x, weights))
    # In float64, as over so many products the plain form rounds as well.
    wide = [v.astype("float64") for v in (x, weights, bias, dy)]
    plain = (
        conv2d(*wide[:3], (1, 1), padding),
        *conv2d_gradients(wide[3], wide[0], wide[1], (1, 1), padding),
    )
    for fast_value, plain_value in zip(ours, plain, strict=True):
        assert relative_error(fast_value, plain_value) < 1e-5


def test_the_fast_form_keeps_its_buffers() -> None:
    rng = np.random.default_rng(0)
    x, kernel = rng.standard_normal((6, 20, 20, 8)), rng.standard_normal((3, 3, 8, 8))
    with closing(Workers()) as workers:
        fast = FastConvolution(x.shape, kernel.shape, (1, 1), "same", "float64", workers)

        def step() -> None:
            fast.backward(fast.forward(x, kernel, None), x, kernel)

        step()
        tracemalloc.start()
        try:
            step()
            before, _ = tracemalloc.get_traced_memory()
            for _ in range(50):
                step()
            after, _ = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    # Not the size of one row of one sample, after fifty steps.
    assert after - before < 10_000
