"""A network's numbers: one flat vector of those that are trained, one of moving averages, and named views into both.

One vector makes the optimizer, the snapshots and the comparison of two engines one operation each; the views
keep the names (``dense.kernel``, ``batch_normalization.moving_mean``) that people use.
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
"""Of a network from a file; with its run a network of so many takes some 200 MB on the disk."""

Array = NDArray[np.floating]
Parameters = Mapping[str, Array]


@dataclass(frozen=True)
class Parameter:
    """One array of numbers: where it lies in its flat vector and how it begins."""

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
    laid: dict[bool, list[Parameter]] = {True: [], False: []}
    for (name, layer), shape in zip(spec.named_layers, spec.shapes, strict=False):
        for part in operation_of(layer).parameters(layer, shape):
            place = laid[part.trainable]
            start = place[-1].stop if place else 0
            stop = start + math.prod(part.shape)
            place.append(Parameter(f"{name}.{part.part}", part.shape, start, stop, part.initializer))
    return tuple(laid[True]), tuple(laid[False])


def layout(spec: NetworkSpec) -> tuple[Parameter, ...]:
    """Every trained parameter, in Keras's order: each layer's kernel, then its bias."""
    return _layouts(spec)[0]


def moving_layout(spec: NetworkSpec) -> tuple[Parameter, ...]:
    """Every moving average, which no gradient trains: batch normalization's mean, then its variance."""
    return _layouts(spec)[1]


def count(spec: NetworkSpec) -> int:
    """How many numbers are trained."""
    places = layout(spec)
    return places[-1].stop if places else 0


def moving_count(spec: NetworkSpec) -> int:
    """How many moving averages there are. Keras's summary calls them non-trainable parameters."""
    places = moving_layout(spec)
    return places[-1].stop if places else 0


def views(spec: NetworkSpec, theta: Array, moving: Array | None = None) -> dict[str, Array]:
    """The flat vectors ``theta`` (count,) and ``moving`` (moving_count,) as named arrays that share their memory."""
    named = {p.name: theta[p.start : p.stop].reshape(p.shape) for p in layout(spec)}
    if moving is None:
        moving = initial_moving(spec)
    return named | {p.name: moving[p.start : p.stop].reshape(p.shape) for p in moving_layout(spec)}


def initial_theta(spec: NetworkSpec) -> Array:
    """The initial parameters, a function of the specification (its seed included) alone.

    Drawn in float64 and rounded, so that float32 and float64 runs start from the same numbers.
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
