"""Derivations against calculations on paper: what is written, and which cells it leads to."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.engine.shown_arithmetic import evaluated
from tutor.engine.derivations.trace import derive, record
from tutor.engine.layers import BatchNormalization, Conv2D, Dense, Flatten, MaxPooling2D
from tutor.engine.parameters import views
from tutor.engine.spec import NetworkSpec


def test_a_convolution_by_hand() -> None:
    """A 2×2 kernel under 'same' has its padding below and to the right: the last place sees one pixel."""
    layers = (Conv2D(1, (2, 2), padding="same"), Flatten())
    spec = NetworkSpec("hand", (2, 2, 1), layers, "mean_squared_error", dtype="float64")
    theta = np.array([1.0, 2.0, 3.0, -4.0, 0.5])
    x = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1)
    trace = record(spec, views(spec, theta), x, np.zeros((1, 4)))
    whole = derive(trace, "conv2d.z", 0, 0, 0, 0)
    assert (whole.value, whole.numbers) == (-1.5, "1·1 + 2·2 + 3·3 + 4·(−4) + 0.5")
    assert whole.formula == "Σ x·w + b, the patch under the kernel"
    assert [operand.label for operand in whole.operands[:2]] == ["input[0,0,0,0]", "conv2d.kernel[0,0,0,0]"]
    corner = derive(trace, "conv2d.z", 0, 1, 1, 0)
    assert (corner.value, corner.numbers) == (4.5, "4·1 + 0.5")
    assert "padding" in corner.formula
    # ∂z is 2·z / 4; the pixel in the middle of nothing was seen from above and from the left as well.
    z = trace.array("conv2d.z")[0, :, :, 0]
    back = derive(trace, "grad:input", 0, 1, 1, 0)
    assert back.value == pytest.approx(float((z * np.array([[-4.0, 3.0], [2.0, 1.0]])).sum()) / 2)
    assert len(back.operands) == 8
    kernel = derive(trace, "grad:conv2d.kernel", 1, 1, 0, 0)
    assert (kernel.value, kernel.numbers) == (4.0 * -0.75, "4·(−0.75)")


def test_a_batch_normalization_by_hand() -> None:
    """1 and 3 have the mean 2 and the variance 1."""
    layers = (BatchNormalization(momentum=0.9, epsilon=0.21),)
    spec = NetworkSpec("hand", (1,), layers, "mean_squared_error", dtype="float64")
    trace = record(spec, views(spec, np.array([2.2, 0.5])), np.array([[1.0], [3.0]]), np.zeros((2, 1)), training=True)
    name = "batch_normalization"
    assert derive(trace, f"{name}.mean", 0).numbers == "(1 + 3) / 2"
    assert derive(trace, f"{name}.variance", 0).numbers == "((1 − 2)·(1 − 2) + (3 − 2)·(3 − 2)) / 2"
    x_hat = derive(trace, f"{name}.x_hat", 1, 0)
    assert (x_hat.numbers, x_hat.value) == ("(3 − 2) / √(1 + 0.21)", pytest.approx(1 / 1.1))
    out = derive(trace, f"{name}.out", 0, 0)
    assert out.value == pytest.approx(-1.5)
    assert [operand.name for operand in out.operands] == [f"{name}.gamma", f"{name}.x_hat", f"{name}.beta"]
    moved = derive(trace, f"new:{name}.moving_mean", 0)
    assert (moved.value, moved.numbers) == (pytest.approx(0.2), "0.9·0 + (1 − 0.9)·2")
    # ∂y is y: −1.5 and 2.5. Its mean 0.5 goes, and of what is left, ±2, the part along x_hat: all but ε's share.
    gradient = derive(trace, f"grad:{name}.out", 0, 0)
    assert gradient.value == pytest.approx(-1.5)
    back = derive(trace, "grad:input", 1, 0)
    assert back.value == pytest.approx(2.2 / 1.1 * (2.0 - (4.0 / 1.1) / 2 * (1 / 1.1)))
    assert evaluated(back.numbers) == pytest.approx(back.value, rel=2e-5)
    at_rest = record(spec, trace.parameters, trace.values["input"])
    assert derive(at_rest, f"{name}.out", 0, 0).numbers == "2.2·((1 − 0) / √(1 + 0.21)) + 0.5"


def test_a_tie_in_a_window_names_the_first() -> None:
    layers = (MaxPooling2D((1, 3)), Flatten())
    spec = NetworkSpec("tie", (1, 3, 1), layers, "mean_squared_error", dtype="float64")
    trace = record(spec, {}, np.array([1.0, 5.0, 5.0]).reshape(1, 1, 3, 1), np.zeros((1, 1)))
    assert derive(trace, "max_pooling2d.out", 0, 0, 0, 0).formula.endswith("input[0,0,1,0]")
    assert [derive(trace, "grad:input", 0, 0, i, 0).value for i in range(3)] == [0.0, 10.0, 0.0]


def test_numbers_that_nearly_cancel_are_written_out() -> None:
    spec = NetworkSpec("close", (2,), (Dense(1),), "mean_squared_error", dtype="float64")
    theta = np.array([1.0, -1.0, 0.0])
    trace = record(spec, views(spec, theta), np.array([[1.0000000001, 1.0]]))
    derivation = derive(trace, "dense.z", 0, 0)
    assert "1.0000000001" in derivation.numbers
    assert evaluated(derivation.numbers) == pytest.approx(derivation.value, rel=1e-5)
