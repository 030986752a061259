"""``updates.update`` as lists of NumPy calls on given arrays, for ``small_batch``: the same arithmetic in its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tutor.engine.activations import as_float32
from tutor.engine.fast.small_activations import Call
from tutor.engine.optimizer_specs import SGD, Adam, OptimizerSpec, RMSprop
from tutor.engine.parameters import Array
from tutor.engine.updates import clip


@dataclass(frozen=True)
class Rates:
    """What changes from step to step, as arrays without axes: a Python number would be converted in each call.

    ``alpha`` is Adam's step size; ``decay`` is that of the weights.
    """

    rate: Array
    alpha: Array
    decay: Array


def is_clipped(optimizer: OptimizerSpec) -> bool:
    """Whether the optimizer clips gradients."""
    return not (optimizer.clipnorm is None and optimizer.global_clipnorm is None and optimizer.clipvalue is None)


def is_plain_descent(optimizer: OptimizerSpec) -> bool:
    """Whether the update is p ← p − lr·g, and nothing else."""
    return isinstance(optimizer, SGD) and not (optimizer.momentum or optimizer.weight_decay or is_clipped(optimizer))


def update_calls(
    optimizer: OptimizerSpec, p: Array, g: Array, memory: Mapping[str, Array], parts: Sequence[Array], rates: Rates
) -> list[Call]:
    """Clip the gradient ``g`` (count,), whose ``parts`` are slices by parameter, and change ``p`` and ``memory``."""
    scratch = np.empty_like(p)
    calls: list[Call] = []
    if is_clipped(optimizer):
        calls.append((clip, (optimizer, parts, g)))
    if optimizer.weight_decay:
        calls += [(np.multiply, (p, rates.decay, scratch)), (np.subtract, (p, scratch, p))]
    match optimizer:
        case Adam():
            return calls + _adam(optimizer, rates.alpha, p, g, memory, scratch)
        case RMSprop():
            return calls + _rmsprop(optimizer, rates.rate, p, g, memory, scratch)
        case SGD():
            return calls + _sgd(optimizer, rates.rate, p, g, memory, scratch)


def _sgd(optimizer: SGD, rate: Array, p: Array, g: Array, memory: Mapping[str, Array], scratch: Array) -> list[Call]:
    calls: list[Call] = [(np.multiply, (g, rate, scratch))]
    if not optimizer.momentum:
        return [*calls, (np.subtract, (p, scratch, p))]
    m, momentum = memory["velocity"], _constant(as_float32(optimizer.momentum), p)
    calls += [(np.multiply, (m, momentum, m)), (np.subtract, (m, scratch, m))]
    if not optimizer.nesterov:
        return [*calls, (np.add, (p, m, p))]
    return [
        *calls,
        (np.subtract, (p, scratch, p)),
        (np.multiply, (m, momentum, scratch)),
        (np.add, (p, scratch, p)),
    ]


def _rmsprop(
    optimizer: RMSprop, rate: Array, p: Array, g: Array, memory: Mapping[str, Array], scratch: Array
) -> list[Call]:
    rho, rest = _constant(optimizer.rho, p), _constant(1 - optimizer.rho, p)
    epsilon, mean_square = _constant(optimizer.epsilon, p), memory["mean_square"]
    calls: list[Call] = [
        (np.multiply, (mean_square, rho, mean_square)),
        (np.multiply, (g, g, scratch)),
        (np.multiply, (scratch, rest, scratch)),
        (np.add, (mean_square, scratch, mean_square)),
    ]
    if optimizer.centered:
        mean = memory["mean_gradient"]
        calls += [
            (np.multiply, (mean, rho, mean)),
            (np.multiply, (g, rest, scratch)),
            (np.add, (mean, scratch, mean)),
            (np.multiply, (mean, mean, scratch)),
            (np.subtract, (mean_square, scratch, scratch)),
            (np.add, (scratch, epsilon, scratch)),
        ]
    else:
        calls.append((np.add, (mean_square, epsilon, scratch)))
    calls += [
        (np.sqrt, (scratch, scratch)),
        (np.divide, (g, scratch, scratch)),
        (np.multiply, (scratch, rate, scratch)),
    ]
    if not optimizer.momentum:
        return [*calls, (np.subtract, (p, scratch, p))]
    velocity, momentum = memory["velocity"], _constant(optimizer.momentum, p)
    return [
        *calls,
        (np.multiply, (velocity, momentum, velocity)),
        (np.add, (velocity, scratch, velocity)),
        (np.subtract, (p, velocity, p)),
    ]


def _adam(optimizer: Adam, alpha: Array, p: Array, g: Array, memory: Mapping[str, Array], scratch: Array) -> list[Call]:
    m, v, epsilon = memory["m"], memory["v"], _constant(optimizer.epsilon, p)
    return [
        (np.subtract, (g, m, scratch)),
        (np.multiply, (scratch, _constant(1 - optimizer.beta_1, p), scratch)),
        (np.add, (m, scratch, m)),
        (np.multiply, (g, g, scratch)),
        (np.subtract, (scratch, v, scratch)),
        (np.multiply, (scratch, _constant(1 - optimizer.beta_2, p), scratch)),
        (np.add, (v, scratch, v)),
        (np.sqrt, (v, scratch)),
        (np.add, (scratch, epsilon, scratch)),
        (np.divide, (m, scratch, scratch)),
        (np.multiply, (scratch, alpha, scratch)),
        (np.subtract, (p, scratch, p)),
    ]


def _constant(number: float, like: Array) -> Array:
    return np.array(number, like.dtype)
