"""A network's trainable numbers: one flat vector, and named views into it.

One vector makes the optimizer, the snapshots and the comparison of two engines one operation each; the views
keep the names (``dense.kernel``, ``dense.bias``) that people use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.engine.initializers import initialize
from tutor.engine.randomness import weights_generator
from tutor.engine.spec import Dense, NetworkSpec

Array = NDArray[np.floating]
Parameters = Mapping[str, Array]


@dataclass(frozen=True)
class Parameter:
    """One kernel or bias: where it lies in the flat vector and how it begins."""

    name: str
    shape: tuple[int, ...]
    start: int
    stop: int
    initializer: str
    fan_in: int
    fan_out: int


@lru_cache(maxsize=64)
def layout(spec: NetworkSpec) -> tuple[Parameter, ...]:
    """Every parameter of the network, in Keras's order: each layer's kernel, then its bias."""
    parameters: list[Parameter] = []
    start = 0
    for (name, layer), fan_in in zip(spec.named_layers, spec.widths, strict=False):
        if not isinstance(layer, Dense):
            continue
        for part, shape, initializer in (
            ("kernel", (fan_in, layer.units), layer.kernel_initializer),
            ("bias", (layer.units,), layer.bias_initializer),
        ):
            stop = start + int(np.prod(shape))
            parameters.append(Parameter(f"{name}.{part}", shape, start, stop, initializer, fan_in, layer.units))
            start = stop
    return tuple(parameters)


def count(spec: NetworkSpec) -> int:
    """How many trainable numbers the network has."""
    return layout(spec)[-1].stop


def views(spec: NetworkSpec, theta: Array) -> dict[str, Array]:
    """The flat vector ``theta`` (count,) as named arrays that share its memory."""
    return {p.name: theta[p.start : p.stop].reshape(p.shape) for p in layout(spec)}


def initial_theta(spec: NetworkSpec) -> Array:
    """The initial parameters, a function of the specification (its seed included) alone.

    Drawn in float64 and rounded, so that float32 and float64 runs start from the same numbers.
    """
    rng = weights_generator(spec.seed)
    theta = np.empty(count(spec), dtype=spec.dtype)
    for p in layout(spec):
        theta[p.start : p.stop] = initialize(p.initializer, rng, p.shape, p.fan_in, p.fan_out).ravel()
    return theta
