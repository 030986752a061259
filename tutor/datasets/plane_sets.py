"""Sets of points on a plane for two inputs: six of two classes, two of numbers.

Circle, XOR, gauss, spiral and the two of numbers are as TensorFlow Playground draws them (``src/dataset.ts``): points
up to 5 from the middle, classes −1 and 1, numbers from −1 to 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tutor.engine.randomness import drawing_generator

Array = NDArray[np.float64]
Set = tuple[Array, Array]
"""Points (count, 2) and targets (count,)."""

RADIUS, EDGE = 5.0, 6.0
"""The farthest points without noise, and the edge of what a map shows."""
_BLOCK = 40
"""Apart from what lessons draw at the same seed."""
_HILLS = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))
_HILL_RADIUS = 2.0
_RINGS = 4


def _polar(radius: Array, angle: Array) -> Array:
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1)


def _circle(count: int, noise: float, rng: np.random.Generator) -> Set:
    inside = np.arange(count) % 2 == 0
    radius = np.where(inside, rng.uniform(0, 0.5 * RADIUS, count), rng.uniform(0.7 * RADIUS, RADIUS, count))
    points = _polar(radius, rng.uniform(0, 2 * math.pi, count))
    seen = points + noise * rng.uniform(-RADIUS, RADIUS, (count, 2))
    return points, np.where(np.hypot(*seen.T) < 0.5 * RADIUS, 1.0, -1.0)


def _xor(count: int, noise: float, rng: np.random.Generator) -> Set:
    points = rng.uniform(-RADIUS, RADIUS, (count, 2))
    points += np.where(points > 0, 0.3, -0.3)
    seen = points + noise * rng.uniform(-RADIUS, RADIUS, (count, 2))
    return points, np.where(seen.prod(axis=1) >= 0, 1.0, -1.0)


def _gauss(count: int, noise: float, rng: np.random.Generator) -> Set:
    targets = np.where(np.arange(count) % 2 == 0, 1.0, -1.0)
    # The variance is 0.5 without noise and 4 at a noise of one half.
    spread = math.sqrt(0.5 + 7 * noise)
    return 2 * targets[:, None] + rng.normal(0, spread, (count, 2)), targets


def _spiral(count: int, noise: float, rng: np.random.Generator) -> Set:
    along = (np.arange(count) // 2) / max(1, count // 2)
    targets = np.where(np.arange(count) % 2 == 0, 1.0, -1.0)
    angle = 1.75 * 2 * math.pi * along + np.where(targets > 0, 0.0, math.pi)
    return _polar(RADIUS * along, angle) + noise * rng.uniform(-1, 1, (count, 2)), targets


def _moons(count: int, noise: float, rng: np.random.Generator) -> Set:
    targets = np.where(np.arange(count) % 2 == 0, 1.0, -1.0)
    angle = rng.uniform(0, math.pi, count)
    x = np.where(targets > 0, np.cos(angle), 1 - np.cos(angle)) - 0.5
    y = np.where(targets > 0, np.sin(angle), 0.5 - np.sin(angle)) - 0.25
    return 0.6 * RADIUS * np.stack([x, y], axis=1) + noise * rng.normal(0, RADIUS / 2, (count, 2)), targets


def _rings(count: int, noise: float, rng: np.random.Generator) -> Set:
    """Rings around each other, their classes in turn."""
    ring = np.arange(count) % _RINGS
    width = RADIUS / _RINGS
    radius = width * (ring + rng.uniform(0.15, 0.85, count))
    points = _polar(radius, rng.uniform(0, 2 * math.pi, count))
    return points + noise * rng.uniform(-width, width, (count, 2)), np.where(ring % 2 == 0, 1.0, -1.0)


def _slope(count: int, noise: float, rng: np.random.Generator) -> Set:
    """The mean of both numbers, −1 to 1 from corner to corner."""
    points = rng.uniform(-EDGE, EDGE, (count, 2))
    seen = points + noise * rng.uniform(-EDGE, EDGE, (count, 2))
    return points, np.clip(seen.sum(axis=1) / (2 * RADIUS), -1, 1)


def _hills(count: int, noise: float, rng: np.random.Generator) -> Set:
    """Three hills and three hollows; a point has the height of the nearest."""
    points = rng.uniform(-EDGE, EDGE, (count, 2))
    seen = points + noise * rng.uniform(-EDGE, EDGE, (count, 2))
    places = np.array(_HILLS, dtype=float)
    distance = np.hypot(seen[:, None, 0] - places[:, 0], seen[:, None, 1] - places[:, 1])  # (points, hills)
    heights = places[:, 2] * np.clip(1 - distance / _HILL_RADIUS, 0, 1)
    highest = np.abs(heights).argmax(axis=1)
    return points, heights[np.arange(count), highest]


CLASSES: dict[str, Callable[[int, float, np.random.Generator], Set]] = {
    "circle": _circle, "xor": _xor, "gauss": _gauss, "spiral": _spiral, "moons": _moons, "rings": _rings,
}  # fmt: skip
NUMBERS: dict[str, Callable[[int, float, np.random.Generator], Set]] = {"slope": _slope, "hills": _hills}
SETS = {**CLASSES, **NUMBERS}

FEATURES: dict[str, Callable[[Array], Array]] = {
    "x1": lambda p: p[:, 0],
    "x2": lambda p: p[:, 1],
    "x1^2": lambda p: p[:, 0] * p[:, 0],
    "x2^2": lambda p: p[:, 1] * p[:, 1],
    "x1x2": lambda p: p[:, 0] * p[:, 1],
    "sin x1": lambda p: np.sin(p[:, 0]),
    "sin x2": lambda p: np.sin(p[:, 1]),
}
"""What a network may be given of a point, by name."""


def plane_set(name: str, count: int, noise: float, seed: int) -> Set:
    """``count`` points of the set ``name`` in a random order. ``noise`` is from 0 to 0.5.

    Raises ``KeyError`` for a name that is not in ``SETS``.
    """
    rng = drawing_generator(seed, _BLOCK)
    points, targets = SETS[name](count, noise, rng)
    order = rng.permutation(count)
    return points[order], targets[order]


def features(names: tuple[str, ...], points: Array) -> Array:
    """The chosen features (count, features) of points (count, 2)."""
    return np.stack([FEATURES[name](points) for name in names], axis=1)
