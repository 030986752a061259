"""The first number that is not finite is found where it was put, and the likely cause told with its numbers."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.engine.derivations.diagnosis import explain_bad_number, first_bad_number
from tutor.engine.layers import Conv2D, Dense, Flatten
from tutor.engine.parameters import initial_theta, views
from tutor.engine.spec import NetworkSpec

SPEC = NetworkSpec("n", (4, 4, 1), (Conv2D(2, (2, 2), activation="relu"), Flatten(), Dense(3, "softmax")), seed=1)


def found(spoil: str, value: float, index: tuple[int, ...]) -> str:
    theta = initial_theta(SPEC)
    parameters = views(SPEC, theta)
    inputs = np.random.default_rng(0).standard_normal((2, 4, 4, 1)).astype("float32")
    (inputs if spoil == "input" else parameters[spoil])[index] = value
    bad = first_bad_number(SPEC, parameters, inputs, np.eye(3)[[0, 1]], ())
    assert bad is not None
    return f"{bad.where}: {explain_bad_number(bad, 0.5, 7, 'float32')}"


def test_finite_numbers_give_no_finding() -> None:
    parameters = views(SPEC, initial_theta(SPEC))
    assert first_bad_number(SPEC, parameters, np.ones((2, 4, 4, 1)), np.eye(3)[[0, 1]], ()) is None


@pytest.mark.parametrize(
    ("spoil", "value", "index", "words"),
    [
        (
            "input",
            float("nan"),
            (1, 2, 3, 0),
            "input[1,2,3,0]: step 7: input[1,2,3,0] is not a number. It is in the data",
        ),
        (
            "conv2d.kernel",
            float("inf"),
            (1, 0, 0, 1),
            "conv2d.kernel[1,0,0,1]: step 7: conv2d.kernel[1,0,0,1] is infinite",
        ),
        ("conv2d.kernel", 3e38, (0, 0, 0, 0), "conv2d.z["),
        ("dense.bias", float("-inf"), (2,), "dense.bias[2]: step 7: dense.bias[2] is infinite"),
    ],
)
def test_the_first_bad_number_is_named(spoil: str, value: float, index: tuple[int, ...], words: str) -> None:
    assert found(spoil, value, index).startswith(words)


def test_runaway_weights_are_laid_to_the_learning_rate() -> None:
    told = found("conv2d.kernel", 3e38, (0, 0, 0, 0))
    assert "With a learning rate of 0.5 the weights have run away" in told
    assert "to 3e+38, beyond the range of float32. Lower the learning rate and reset." in told
