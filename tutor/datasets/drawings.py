"""Changes to drawings: each takes a drawing (5, 5) of values from 0 to 1 and returns a new one.

Flipping a pixel changes its value v to 1 − v.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Drawing = NDArray[np.float64]


def shifted(drawing: Drawing, down: int, right: int) -> Drawing:
    """The drawing shifted; negative is up and left. Pixels shifted out are lost, pixels shifted in are empty."""
    height, width = drawing.shape
    moved = np.zeros((height, width))
    if abs(down) < height and abs(right) < width:
        rows, columns = height - abs(down), width - abs(right)
        top, left = max(-down, 0), max(-right, 0)
        kept = drawing[top : top + rows, left : left + columns]
        top, left = max(down, 0), max(right, 0)
        moved[top : top + rows, left : left + columns] = kept
    return moved


def inverted(drawing: Drawing) -> Drawing:
    """Every pixel flipped."""
    return 1.0 - drawing


def broken(drawing: Drawing, rng: np.random.Generator, pixels: int = 2) -> Drawing:
    """The drawing with ``pixels`` different pixels flipped, chosen by ``rng``.

    Raises ``ValueError`` for a negative number, or more than the drawing has.
    """
    if not 0 <= pixels <= drawing.size:
        raise ValueError(f"a drawing of {drawing.size} pixels cannot have {pixels} of them flipped")
    flips = np.zeros(drawing.size, dtype=bool)
    flips[rng.choice(drawing.size, size=pixels, replace=False)] = True
    return np.where(flips.reshape(drawing.shape), 1.0 - drawing, drawing)


def noisy(drawing: Drawing, rng: np.random.Generator, amount: float = 0.15) -> Drawing:
    """Each pixel flipped with the probability ``amount``. Raises ``ValueError`` unless that is from 0 to 1."""
    if not 0.0 <= amount <= 1.0:
        raise ValueError(f"a probability lies from 0 to 1; got {amount}")
    return np.where(rng.random(drawing.shape) < amount, 1.0 - drawing, drawing)
