"""What is right for pictures as inputs of networks, against hand calculations and other formulas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor.practice.references import right_for
from tutor.practice.right import arithmetic


def returned(name: str, **inputs: Any) -> NDArray[Any]:
    ((_, cells),) = right_for(name, inputs).returns
    return cells.values


def test_parameters_by_hand() -> None:
    """5×5 pixels, 4 filters of 3×3, pooled to 3×3: 9·4 + 4, and 36·5 + 5."""
    right = right_for("cnn_parameters", {"side": 5, "channels": 1, "filters": 4, "k": 3, "classes": 5})
    assert right.returns[0][1].number == 40 + 185
    assert {name: cells.number for name, cells in right.steps} == {"convolution": 40, "pooled": 3, "dense": 185}
    assert arithmetic(right.returns[0][1], ()) == "(3·3·1 + 1)·4 + (3·3·4 + 1)·5"


@pytest.mark.parametrize("sizes", [(28, 1, 32, 5, 10), (9, 3, 7, 2, 4), (4, 2, 2, 4, 3)])
def test_the_arithmetic_agrees_with_the_engines_count(sizes: tuple[int, ...]) -> None:
    given = dict(zip(("side", "channels", "filters", "k", "classes"), sizes, strict=True))
    total = right_for("cnn_parameters", given).returns[0][1]
    assert eval(arithmetic(total, ()).replace("·", "*")) == total.number


@pytest.mark.parametrize(("down", "right"), [(0, 0), (1, 0), (-1, 0), (0, 1), (1, -1), (-1, 1)])
def test_a_shift_is_a_roll_without_what_wrapped(down: int, right: int) -> None:
    x = np.arange(1.0, 13).reshape(3, 4)
    rolled = np.roll(np.pad(x, 1), (down, right), axis=(0, 1))[1:-1, 1:-1]
    assert np.array_equal(returned("shift", x=x, down=down, right=right), rolled)


def test_black_is_one_and_white_is_zero() -> None:
    x = returned("prepare", images=np.array([[[255, 0], [51, 204]]]))
    assert x.shape == (1, 2, 2, 1)
    assert x.ravel() == pytest.approx([0, 1, 0.8, 0.2])
