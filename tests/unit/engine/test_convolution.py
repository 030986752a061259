"""The plain convolution by hand and against central differences; the fast one against the plain one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.engine.central_differences import central_differences, relative_error
from tutor.engine.convolution import conv2d, conv2d_gradients
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
