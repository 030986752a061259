"""Optimizer updates, in place on flat vectors.

The arithmetic follows Keras (``keras/src/optimizers``) in order and rounding: in a float64 network Keras rounds the
momentum of SGD, the weight decay, the betas inside Adam's powers and the value of a schedule to float32, and nothing
else. With the same rounding, float64 weights stay within 1e-10 of Keras's after 50 steps; with a schedule they stay as
close as its float32 rates, 1e-7.

One step is ``clip``, then ``update``. ``update`` treats every number alike, so a slice of the vectors can be updated
separately, for instance in another thread, with the same result.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import as_float32
from tutor.engine.optimizer_specs import SGD, Adam, OptimizerSpec, RMSprop

Array = NDArray[np.floating]

# Long vectors are updated in blocks, so that one block's operands and scratch space stay in the processor's cache.
BLOCK = 1 << 15


def memory_names(optimizer: OptimizerSpec) -> tuple[str, ...]:
    """The vectors that the optimizer keeps from step to step, each as long as the parameters and initially 0.

    ``velocity`` belongs to momentum; ``m`` and ``v`` are Adam's moments; ``mean_square`` and ``mean_gradient`` are the
    averages of RMSprop. Keras calls them momentum; momentum and velocity; velocity and average_gradient.
    """
    match optimizer:
        case Adam():
            return ("m", "v")
        case RMSprop():
            names = ("mean_square", "mean_gradient") if optimizer.centered else ("mean_square",)
            return (*names, "velocity") if optimizer.momentum else names
        case SGD():
            return ("velocity",) if optimizer.momentum else ()


def clip(optimizer: OptimizerSpec, parts: Sequence[Array], gradient: Array) -> None:
    """Clip the flat ``gradient`` (count,) in place as the optimizer specifies.

    ``parts`` are its flat slices ``gradient[start:stop]``, one per parameter. An infinite or NaN norm has the same
    result as in Keras: NaN for an infinite global norm, 0 for the finite numbers of a part whose own norm overflows.
    """
    if optimizer.clipnorm is not None:
        for part in parts:
            norm = math.sqrt(part.dot(part))
            # Negated, so that NaN does not pass as short enough.
            if not norm <= optimizer.clipnorm:
                np.multiply(part, optimizer.clipnorm / norm, out=part)
    elif optimizer.global_clipnorm is not None:
        norm = math.sqrt(gradient.dot(gradient))
        if not norm <= optimizer.global_clipnorm:
            scale = optimizer.global_clipnorm / norm if math.isfinite(norm) else math.nan
            np.multiply(gradient, scale, out=gradient)
    elif optimizer.clipvalue is not None:
        np.minimum(gradient, optimizer.clipvalue, out=gradient)
        np.maximum(gradient, -optimizer.clipvalue, out=gradient)


def update(
    optimizer: OptimizerSpec,
    theta: Array,
    gradient: Array,
    memory: Mapping[str, Array],
    step: int,
    learning_rate: float,
) -> None:
    """Apply one update to ``theta`` (count,) and the ``memory`` in place; ``gradient`` (count,) does not change.

    ``memory`` has a vector like ``theta`` for each of ``memory_names``. ``step`` is the number of updates before this
    one, and ``learning_rate`` is that of this step: ``schedules.rate(optimizer.learning_rate, step)``.
    """
    vectors = (theta, gradient, *(memory[name] for name in memory_names(optimizer)))
    decay = 0.0 if optimizer.weight_decay is None else as_float32(optimizer.weight_decay) * learning_rate
    match optimizer:
        case Adam():
            alpha = adam_step_size(optimizer, theta.dtype, step, learning_rate)
            for p, g, m, v, scratch in _blocks(vectors):
                _decay(p, decay, scratch)
                _adam(optimizer, alpha, p, g, m, v, scratch)
        case RMSprop():
            for p, g, *averages, scratch in _blocks(vectors):
                _decay(p, decay, scratch)
                _rmsprop(optimizer, learning_rate, p, g, averages, scratch)
        case SGD():
            momentum = as_float32(optimizer.momentum)
            for p, g, *velocity, scratch in _blocks(vectors):
                _decay(p, decay, scratch)
                _sgd(learning_rate, momentum, optimizer.nesterov, p, g, velocity, scratch)


def adam_step_size(optimizer: Adam, dtype: np.dtype[np.floating], step: int, learning_rate: float) -> float:
    """α = lr·√(1 − β₂ᵗ) / (1 − β₁ᵗ) at t = step + 1, from betas rounded to float32 and powers rounded to ``dtype``.

    The rounding matters: 1 − 0.999 is 0.00099998713 in float32, which makes α 6.7e-6 smaller at the first step.
    """
    power_1, power_2 = (
        float(dtype.type(as_float32(beta) ** (step + 1))) for beta in (optimizer.beta_1, optimizer.beta_2)
    )
    return learning_rate * math.sqrt(1 - power_2) / (1 - power_1)


def _blocks(vectors: tuple[Array, ...]) -> Iterator[tuple[Array, ...]]:
    """For each block, that slice of every vector and scratch space of the same length."""
    size = len(vectors[0])
    scratch = np.empty(min(size, BLOCK), dtype=vectors[0].dtype)
    if size <= BLOCK:
        yield (*vectors, scratch)
        return
    for start in range(0, size, BLOCK):
        stretch = [vector[start : start + BLOCK] for vector in vectors]
        yield (*stretch, scratch[: len(stretch[0])])


def _decay(p: Array, amount: float, scratch: Array) -> None:
    """p ← p − p·amount."""
    if amount:
        np.multiply(p, amount, out=scratch)
        np.subtract(p, scratch, out=p)


def _sgd(
    rate: float, momentum: float, nesterov: bool, p: Array, g: Array, velocity: Sequence[Array], scratch: Array
) -> None:
    np.multiply(g, rate, out=scratch)
    if not velocity:
        np.subtract(p, scratch, out=p)
        return
    (m,) = velocity
    np.multiply(m, momentum, out=m)
    np.subtract(m, scratch, out=m)  # m ← μ·m − lr·g
    if nesterov:
        np.subtract(p, scratch, out=p)
        np.multiply(m, momentum, out=scratch)
        np.add(p, scratch, out=p)  # p ← p + μ·m − lr·g
    else:
        np.add(p, m, out=p)


def _rmsprop(optimizer: RMSprop, rate: float, p: Array, g: Array, averages: Sequence[Array], scratch: Array) -> None:
    rho, waiting = optimizer.rho, iter(averages)
    mean_square = next(waiting)
    np.multiply(mean_square, rho, out=mean_square)
    np.multiply(g, g, out=scratch)
    np.multiply(scratch, 1 - rho, out=scratch)
    np.add(mean_square, scratch, out=mean_square)
    if optimizer.centered:
        mean_gradient = next(waiting)
        np.multiply(mean_gradient, rho, out=mean_gradient)
        np.multiply(g, 1 - rho, out=scratch)
        np.add(mean_gradient, scratch, out=mean_gradient)
        np.multiply(mean_gradient, mean_gradient, out=scratch)
        np.subtract(mean_square, scratch, out=scratch)
        np.add(scratch, optimizer.epsilon, out=scratch)
    else:
        np.add(mean_square, optimizer.epsilon, out=scratch)
    np.sqrt(scratch, out=scratch)
    np.divide(g, scratch, out=scratch)
    np.multiply(scratch, rate, out=scratch)  # lr·g / √(s + ε)
    if optimizer.momentum:
        velocity = next(waiting)
        np.multiply(velocity, optimizer.momentum, out=velocity)
        np.add(velocity, scratch, out=velocity)
        np.subtract(p, velocity, out=p)
    else:
        np.subtract(p, scratch, out=p)


def _adam(optimizer: Adam, alpha: float, p: Array, g: Array, m: Array, v: Array, scratch: Array) -> None:
    np.subtract(g, m, out=scratch)
    np.multiply(scratch, 1 - optimizer.beta_1, out=scratch)
    np.add(m, scratch, out=m)  # m ← m + (g − m)·(1 − β₁)
    np.multiply(g, g, out=scratch)
    np.subtract(scratch, v, out=scratch)
    np.multiply(scratch, 1 - optimizer.beta_2, out=scratch)
    np.add(v, scratch, out=v)  # v ← v + (g² − v)·(1 − β₂)
    np.sqrt(v, out=scratch)
    np.add(scratch, optimizer.epsilon, out=scratch)
    np.divide(m, scratch, out=scratch)
    np.multiply(scratch, alpha, out=scratch)
    np.subtract(p, scratch, out=p)  # p ← p − α·m / (√v + ε)
