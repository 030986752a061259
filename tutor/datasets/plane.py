"""Points on a plane in two classes: the corners of a square, two moons, a disc inside a ring."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.engine.randomness import drawing_generator

Points = tuple[NDArray[np.float64], NDArray[np.float64]]
"""Points (count, 2), and their classes as one-hot rows (count, 2)."""

CORNERS = ((-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0))
LOGIC = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "XOR": (0, 1, 1, 0)}
"""The class of each of ``CORNERS``, with −1 for no and 1 for yes."""
_DISC, _RING = (0.1, 0.55), (0.95, 1.35)


def corners(name: str) -> Points:
    """The four corners with the classes of a logical operation of ``LOGIC``."""
    return np.array(CORNERS), np.eye(2)[list(LOGIC[name])]


@lru_cache(maxsize=4)
def moons(count: int, noise: float, seed: int, block: int) -> Points:
    """Points on two interleaving half circles, moved by ``noise``."""
    rng = drawing_generator(seed, block)
    classes = rng.permutation(np.arange(count) % 2)
    angle = rng.uniform(0, np.pi, count)
    x = np.where(classes == 0, np.cos(angle), 1 - np.cos(angle)) - 0.5
    y = np.where(classes == 0, np.sin(angle), 0.5 - np.sin(angle)) - 0.25
    return np.stack([x, y], axis=1) + rng.normal(0, noise, (count, 2)), np.eye(2)[classes]


@lru_cache(maxsize=4)
def circle(count: int, seed: int, block: int) -> Points:
    """Points of class 1 in a disc, and of class 0 in a ring around it."""
    rng = drawing_generator(seed, block)
    classes = rng.permutation(np.arange(count) % 2)
    angle = rng.uniform(0, 2 * np.pi, count)
    radius = np.where(classes == 1, rng.uniform(*_DISC, count), rng.uniform(*_RING, count))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1), np.eye(2)[classes]
