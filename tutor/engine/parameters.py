"""A network's numbers: a flat vector of trained parameters, a flat vector of moving averages, and named views of both.

With one vector, an optimizer step, a snapshot and a comparison of two engines are one operation each; the views keep
the usual names (``dense.kernel``, ``batch_normalization.moving_mean``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.engine.initializers import Initializer, fans, initialize
from tutor.engine.operations.contract import Shape
from tutor.engine.operations.table import operation_of
from tutor.engine.randomness import weights_generator
from tutor.engine.spec import NetworkSpec

MOST_PARAMETERS = 10_000_000
"""For a network from a file; a network of this size takes some 200 MB on disk with its run."""

Array = NDArray[np.floating]
Parameters = Mapping[str, Array]


@dataclass(frozen=True)
class Parameter:
    """One array of numbers: its slice of the flat vector and its initializer."""

    name: str
    shape: Shape
    start: int
    stop: int
    initializer: Initializer

    @property
    def layer(self) -> str:
        """The layer that owns it."""
        return self.name.rpartition(".")[0]


@lru_cache(maxsize=64)
def _layouts(spec: NetworkSpec) -> tuple[tuple[Parameter, ...], tuple[Parameter, ...]]:
    layouts: dict[bool, list[Parameter]] = {True: [], False: []}
    for (name, layer), shape in zip(spec.named_layers, spec.shapes, strict=False):
        for part in operation_of(layer).parameters(layer, shape):
            entries = layouts[part.trainable]
            start = entries[-1].stop if entries else 0
            stop = start + math.prod(part.shape)
            entries.append(Parameter(f"{name}.{part.part}", part.shape, start, stop, part.initializer))
    return tuple(layouts[True]), tuple(layouts[False])


def layout(spec: NetworkSpec) -> tuple[Parameter, ...]:
    """Every trained parameter, in Keras's order: each layer's kernel, then its bias."""
    return _layouts(spec)[0]


def moving_layout(spec: NetworkSpec) -> tuple[Parameter, ...]:
    """Every moving average, which no gradient trains: batch normalization's mean, then its variance."""
    return _layouts(spec)[1]


def count(spec: NetworkSpec) -> int:
    """The number of trained parameters."""
    entries = layout(spec)
    return entries[-1].stop if entries else 0


def moving_count(spec: NetworkSpec) -> int:
    """The number of moving averages, which Keras's summary calls non-trainable parameters."""
    entries = moving_layout(spec)
    return entries[-1].stop if entries else 0


def views(spec: NetworkSpec, theta: Array, moving: Array | None = None) -> dict[str, Array]:
    """Named arrays that share the memory of the flat vectors ``theta`` (count,) and ``moving`` (moving_count,)."""
    named = {p.name: theta[p.start : p.stop].reshape(p.shape) for p in layout(spec)}
    if moving is None:
        moving = initial_moving(spec)
    return named | {p.name: moving[p.start : p.stop].reshape(p.shape) for p in moving_layout(spec)}


def initial_theta(spec: NetworkSpec) -> Array:
    """The initial parameters, which depend only on the specification and its seed.

    They are drawn in float64 and rounded, so that float32 and float64 runs start from the same numbers.
    """
    rng = weights_generator(spec.seed)
    theta = np.empty(count(spec), dtype=spec.dtype)
    for p in layout(spec):
        fan_in, fan_out = fans(p.shape)
        theta[p.start : p.stop] = initialize(p.initializer, rng, p.shape, fan_in, fan_out).ravel()
    return theta


def initial_moving(spec: NetworkSpec) -> Array:
    """The moving averages before any batch: means 0, variances 1."""
    moving = np.zeros(moving_count(spec), dtype=spec.dtype)
    for p in moving_layout(spec):
        moving[p.start : p.stop] = float(p.initializer == "ones")
    return moving
