"""The networks of the plane, their training, and what a single line can do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.plane import LOGIC, circle, corners, moons
from tutor.engine.layers import Dense
from tutor.engine.network import backward, forward, mean_loss, output_name
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import initial_theta, layout, views
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import memory_names, update

Array = NDArray[np.float64]

DATA = (*LOGIC, "moons", "circle")
MOST_HIDDEN = 4
RATE = 0.1
SURVEY_STEPS = 300
_COUNT, _NOISE = 40, 0.1
_OPTIMIZER = Adam(RATE)
# Half degrees, so that no two corners are exactly beside each other in any of the directions.
_DIRECTIONS = np.radians(np.arange(0.5, 360.0))


@lru_cache(maxsize=16)
def rows_of(data: str, seed: int) -> tuple[Array, Array]:
    """The points (rows, 2) and their targets (rows, 1), −1 or 1; those with −1 first."""
    if data in LOGIC:
        points, classes = corners(data)
    else:
        points, classes = moons(_COUNT, _NOISE, seed, 0) if data == "moons" else circle(_COUNT, seed, 0)
    order = np.argsort(classes[:, 1], kind="stable")
    return points[order], 2 * classes[order, 1:] - 1


@lru_cache(maxsize=32)
def spec_of(hidden: int, activation: str, seed: int) -> NetworkSpec:
    """Two inputs, a layer of ``hidden`` units if there are any, and one output, between −1 and 1."""
    layers = (*([Dense(hidden, activation)] if hidden else []), Dense(1, "tanh"))
    return NetworkSpec("the network", (2,), layers, "mean_squared_error", _OPTIMIZER, seed, "float64")


@dataclass(frozen=True)
class Training:
    """How far a training has come: the loss before each step, and the optimizer's memory."""

    losses: tuple[float, ...]
    memory: Mapping[str, Array]


def untrained(theta: Array) -> Training:
    """A training that has not begun."""
    return Training((), {name: np.zeros_like(theta) for name in memory_names(_OPTIMIZER)})


def trained(
    spec: NetworkSpec, theta: Array, rows: tuple[Array, Array], before: Training, steps: int
) -> tuple[Array, Training]:
    """The parameters after so many more steps, each with all rows."""
    theta, losses = theta.copy(), list(before.losses)
    memory = {name: vector.copy() for name, vector in before.memory.items()}
    inputs, targets = rows
    for _ in range(steps):
        parameters = views(spec, theta)
        values = forward(spec, parameters, inputs)
        losses.append(mean_loss(spec, parameters, values, targets))
        gradients = backward(spec, parameters, values, targets)
        gradient = np.concatenate([gradients[part.name].ravel() for part in layout(spec)])
        update(_OPTIMIZER, theta, gradient, memory, len(losses) - 1, RATE)
    return theta, Training(tuple(losses), memory)


@lru_cache(maxsize=64)
def right_after_training(data: str, hidden: int, activation: str, seed: int) -> int:
    """How many points are right after ``SURVEY_STEPS`` steps from the first weights of the seed."""
    spec, rows = spec_of(hidden, activation, seed), rows_of(data, seed)
    theta = np.asarray(initial_theta(spec), dtype=np.float64)
    theta, _ = trained(spec, theta, rows, untrained(theta), SURVEY_STEPS)
    return right(spec, theta, rows)


def right(spec: NetworkSpec, theta: Array, rows: tuple[Array, Array]) -> int:
    """How many points have an output on their side of 0; 0 itself is on neither."""
    inputs, targets = rows
    outputs = forward(spec, views(spec, theta), inputs)[output_name(spec)]
    return int((outputs * targets > 0).sum())


@lru_cache(maxsize=16)
def most_right(data: str, seed: int) -> int:
    """The most points that a straight line has on their right sides, of lines in 360 directions at every place."""
    points, targets = rows_of(data, seed)
    return max(_right_along(points, targets[:, 0] > 0))


def _right_along(points: Array, yes: NDArray[np.bool_]) -> Iterator[int]:
    for direction in np.stack([np.cos(_DIRECTIONS), np.sin(_DIRECTIONS)], axis=1):
        ordered = yes[np.argsort(points @ direction)]
        before = np.concatenate([[0], np.cumsum(~ordered)])
        after = ordered.sum() - np.concatenate([[0], np.cumsum(ordered)])
        yield int((before + after).max())
