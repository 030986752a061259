"""What is right for convolution, against hand calculations, plain sums and central differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor.engine.derivations.forms import Writer
from tutor.practice.references import right_for
from tutor.practice.right import arithmetic

RNG = np.random.default_rng(15)
X, W, B = RNG.normal(size=(5, 4, 2)), RNG.normal(size=(2, 2, 2, 3)), RNG.normal(size=3)


def returned(name: str, **inputs: Any) -> tuple[NDArray[Any], ...]:
    return tuple(cells.values for _, cells in right_for(name, inputs).returns)


def summed(x: NDArray[Any], w: NDArray[Any], b: NDArray[Any], stride: int) -> NDArray[Any]:
    """A convolution, one product at a time."""
    k, _, channels, filters = w.shape
    down, across = (len(range(0, n - k + 1, stride)) for n in x.shape[:2])
    y = np.zeros((down, across, filters))
    for i, j, f in np.ndindex(y.shape):
        y[i, j, f] = b[f]
        for p, q, c in np.ndindex(k, k, channels):
            y[i, j, f] += x[i * stride + p, j * stride + q, c] * w[p, q, c, f]
    return y


@pytest.mark.parametrize(
    ("n", "k", "stride", "padding", "side"),
    [
        (28, 5, 1, "valid", 24), (8, 3, 2, "valid", 3), (6, 6, 2, "valid", 1), (50, 12, 1, "same", 50),
        (25, 2, 2, "same", 13),
    ],
)  # fmt: skip
def test_sides_of_the_lessons(n: int, k: int, stride: int, padding: str, side: int) -> None:
    assert returned("conv_side", n=n, k=k, stride=stride, padding=padding) == (side,)


@pytest.mark.parametrize("stride", [1, 2])
def test_convolution_is_the_sum_of_its_products(stride: int) -> None:
    assert returned("convolution", x=X, w=W, b=B, stride=stride)[0] == pytest.approx(summed(X, W, B, stride))


def test_a_place_and_its_arithmetic_by_hand() -> None:
    """The patch 1 2 / 3 4 under the kernel 1 0 / −1 2: 1 + 0 − 3 + 8, and a bias of 0.5."""
    x, w = np.array([[1.0, 2], [3, 4]]).reshape(2, 2, 1), np.array([[1.0, 0], [-1, 2]]).reshape(2, 2, 1, 1)
    right = right_for("convolution", {"x": x, "w": w, "b": np.array([0.5]), "stride": 1})
    assert right.returns[0][1].values.tolist() == [[[6.5]]]
    assert arithmetic(right.returns[0][1], (0, 0, 0)) == "1·1 + 2·0 + 3·(−1) + 4·2 + 0.5"
    assert [cells.values.item() for _, cells in right.steps] == [1, 1]


def test_the_gradients_are_written_as_what_they_are() -> None:
    """Every number of a large picture, and one by hand: a pixel under two kernels of one weight."""
    inputs = {"dy": RNG.normal(size=(4, 3, 3)), "x": X, "w": W}
    for _, cells in right_for("convolution_backward", inputs).returns:
        for index in np.ndindex(cells.values.shape):
            assert cells.write(Writer(12), index).value == pytest.approx(cells.values[index], rel=1e-9, abs=1e-9)
    one = {"dy": np.array([[[2.0, -1.0]]]), "x": np.zeros((1, 1, 1)), "w": np.array([[[[3.0, 0.5]]]])}
    assert arithmetic(right_for("convolution_backward", one).returns[1][1], (0, 0, 0)) == "2·3 + (−1)·0.5"


@pytest.mark.parametrize(("stride", "padding", "written"), [(2, "valid", "⌊(8 − 3) / 2⌋ + 1"), (3, "same", "⌈8 / 3⌉")])
def test_the_side_is_written_with_its_rounding(stride: int, padding: str, written: str) -> None:
    ((_, side),) = right_for("conv_side", {"n": 8, "k": 3, "stride": stride, "padding": padding}).returns
    assert arithmetic(side, ()) == written
    assert side.write(Writer(6), ()).value == side.values == 3


def test_patches_in_reading_order_with_the_channels_of_a_pixel_together() -> None:
    x = np.array([[[1, 10], [2, 20], [3, 30]], [[4, 40], [5, 50], [6, 60]]], dtype=float)
    (cols,) = returned("im2col", x=x, k=2)
    assert cols.tolist() == [[1, 10, 2, 20, 4, 40, 5, 50], [2, 20, 3, 30, 5, 50, 6, 60]]


def test_the_product_of_matrices_is_the_convolution() -> None:
    right = right_for("convolution_by_matrix", {"x": X, "w": W, "b": B})
    assert right.returns[0][1].values == pytest.approx(summed(X, W, B, 1))
    steps = {name: cells.values for name, cells in right.steps}
    assert steps["table"][:, 1] == pytest.approx(np.array([W[p, q, c, 1] for p, q, c in np.ndindex(2, 2, 2)]))
    assert steps["product"].ravel() == pytest.approx(summed(X, W, B, 1).ravel())


def test_gradients_are_the_slopes_of_the_forward_pass() -> None:
    dy = RNG.normal(size=(4, 3, 3))
    dw, dx = returned("convolution_backward", dy=dy, x=X, w=W)
    for gradient, array in ((dw, W), (dx, X)):
        assert gradient.shape == array.shape
        for index in np.ndindex(array.shape):
            losses = []
            for step in (1e-6, -1e-6):
                moved = array.copy()
                moved[index] += step
                x, w = (moved, W) if array is X else (X, moved)
                losses.append(float((dy * summed(x, w, B, 1)).sum()))
            assert gradient[index] == pytest.approx((losses[0] - losses[1]) / 2e-6, abs=1e-6)


def test_the_arithmetic_of_a_weights_gradient_gives_its_value() -> None:
    dy = RNG.normal(size=(4, 3, 3))
    dw = right_for("convolution_backward", {"dy": dy[:2, :2], "x": X[:3, :3], "w": W}).returns[0][1]
    text = arithmetic(dw, (1, 0, 1, 2)).replace("·", "*").replace("−", "-")
    assert eval(text) == pytest.approx(dw.values[1, 0, 1, 2], abs=1e-2)
