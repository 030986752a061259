"""Derivatives without calculus: what the tests hold gradients against."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def central_differences(f: Callable[[np.ndarray], float], x: np.ndarray, h: float = 1e-4) -> np.ndarray:
    """∂f/∂x for each element of ``x``, shaped like ``x``, exact to about h⁴.

    From differences over h and over 2h the error in h² cancels, so h may be large enough to lose few digits.
    """
    out = np.empty_like(x)
    for index in np.ndindex(x.shape):

        def difference(step: float, index: tuple[int, ...] = index) -> float:
            up, down = x.copy(), x.copy()
            up[index] += step
            down[index] -= step
            return (f(up) - f(down)) / (2 * step)

        out[index] = (4 * difference(h) - difference(2 * h)) / 3
    return out


def relative_error(exact: np.ndarray, other: np.ndarray) -> float:
    """The largest difference, as a part of the largest value."""
    assert exact.shape == other.shape
    return float(np.abs(exact - other).max() / max(1e-30, float(np.abs(other).max())))
