"""A fast form of the training step of ``network`` and ``updates``, for one row at a time.

For small networks a NumPy call takes longer than its arithmetic, so the step uses as few calls as possible: every
array is allocated once, each kernel and its bias are one matrix (a constant 1 in the input multiplies the bias row),
and a ReLU and the dropout mask after it are one factor. Its test oracle is the plain form of the same mathematics,
``network.forward`` and ``backward``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tutor.engine.activations import ELEMENTWISE
from tutor.engine.layers import Dense, Dropout
from tutor.engine.optimizer_specs import SGD
from tutor.engine.parameters import Array, layout
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import clip, update

# Bound once: at forty calls a step, looking up each in NumPy takes a twentieth of the time. Calling ``np.dot`` instead
# of the method ``dot`` would cost as much.
greater, multiply, subtract = np.greater, np.multiply, np.subtract


@dataclass(frozen=True, slots=True)
class _Stage:
    """One Dense layer with the dropout after it, and all arrays that a step needs for it.

    ``x`` (inputs + 1,) is the layer's input followed by the constant 1; ``weights`` (inputs + 1, units) is the kernel
    with the bias below it; ``gate`` (units,) is the factor between the output's gradient and dz: mask times slope.
    """

    activation: str
    masked: bool
    x: Array
    x_column: Array
    weights: Array
    kernel: Array
    gradient: Array
    z: Array
    dz: Array
    dz_row: Array
    gate: Array
    positive: np.ndarray
    out: Array


def supports(spec: NetworkSpec) -> bool:
    """Whether the fast step supports the network.

    That is: Dense layers with biases on rows of numbers, each followed by at most one dropout, with softmax and
    categorical cross-entropy at the end and nowhere else.
    """
    kinds = [isinstance(layer, Dense) for layer in spec.layers]
    dense = [layer for layer in spec.layers if isinstance(layer, Dense)]
    others = [layer for layer in spec.layers if not isinstance(layer, Dense | Dropout)]
    if others or not dense or len(spec.input_shape) > 1 or spec.loss != "categorical_crossentropy":
        return False
    return (
        kinds[0]
        and kinds[-1]
        and all(a or b for a, b in pairwise(kinds))
        and all(layer.use_bias and not layer.l2 for layer in dense)
        and [layer.activation == "softmax" for layer in dense] == [False] * (len(dense) - 1) + [True]
    )


class SingleRowStepper:
    """Runs training steps on one row each, in place on the flat ``theta`` and the optimizer's ``memory``.

    ``supports`` must accept the specification.
    """

    def __init__(self, spec: NetworkSpec, theta: Array, memory: Mapping[str, Array]) -> None:
        self._theta, self._memory = theta, memory
        self._optimizer = spec.optimizer
        self._gradient = np.empty_like(theta)
        self._scaled = np.empty_like(theta)
        self._parts = tuple(self._gradient[p.start : p.stop] for p in layout(spec))
        self._plain_descent = isinstance(spec.optimizer, SGD) and not (
            spec.optimizer.momentum or spec.optimizer.weight_decay
        )
        self._stages = self._build(spec)
        self._hidden = self._stages[:-1]
        self._hidden_from_above = self._hidden[::-1]
        self._first_input = self._stages[0].x[:-1]
        self._top = self._stages[-1]

    def _build(self, spec: NetworkSpec) -> tuple[_Stage, ...]:
        dtype = self._theta.dtype
        stages: list[_Stage] = []
        start = 0
        x = np.ones(spec.input_shape[0] + 1, dtype=dtype)
        followers = (*spec.layers[1:], None)
        for layer, follower in zip(spec.layers, followers, strict=True):
            if not isinstance(layer, Dense):
                continue
            units = layer.units
            stop = start + len(x) * units
            weights = self._theta[start:stop].reshape(len(x), units)
            above = np.ones(units + 1, dtype=dtype)
            dz = np.empty(units, dtype=dtype)
            stages.append(
                _Stage(
                    activation=layer.activation,
                    masked=isinstance(follower, Dropout),
                    x=x,
                    x_column=x[:, None],
                    weights=weights,
                    kernel=weights[:-1],
                    gradient=self._gradient[start:stop].reshape(len(x), units),
                    z=np.empty(units, dtype=dtype),
                    dz=dz,
                    dz_row=dz[None, :],
                    gate=np.ones(units, dtype=dtype),
                    positive=np.empty(units, dtype=bool),
                    out=above[:-1],
                )
            )
            start, x = stop, above
        return tuple(stages)

    def step(
        self, row: Array, label: Array, masks: Sequence[Array], number: int, learning_rate: float
    ) -> tuple[float, int]:
        """Run step ``number``, from 0, on ``row`` (width,) with one-hot ``label``.

        ``masks`` has one (width,) per dropout layer. Returns the loss before the update, and 1 if the answer was right,
        else 0.
        """
        loss, correct = self.differentiate(row, label, masks)
        clip(self._optimizer, self._parts, self._gradient)
        if self._plain_descent:
            # Equals ``update`` without its overhead, which takes as long as a layer.
            multiply(self._gradient, learning_rate, self._scaled)
            subtract(self._theta, self._scaled, self._theta)
        else:
            update(self._optimizer, self._theta, self._gradient, self._memory, number, learning_rate)
        return loss, correct

    def differentiate(self, row: Array, label: Array, masks: Sequence[Array]) -> tuple[float, int]:
        """The forward and backward half of ``step``; writes the flat, unclipped gradient to ``gradient``."""
        self._first_input[...] = row
        waiting = iter(masks)
        for s in self._hidden:
            z, gate = s.z, s.gate
            s.x.dot(s.weights, z)
            if s.activation == "relu":
                if s.masked:
                    multiply(greater(z, 0, s.positive), next(waiting), gate)
                else:
                    np.copyto(gate, greater(z, 0, s.positive))
                multiply(z, gate, s.out)
            else:
                activation = ELEMENTWISE[s.activation]
                np.copyto(s.out, activation.function(z))
                np.copyto(gate, activation.slope(z, s.out))
                if s.masked:
                    mask = next(waiting)
                    multiply(gate, mask, gate)
                    multiply(s.out, mask, s.out)
        loss, correct = self._top_forward_and_backward(label)
        above = self._top
        for s in self._hidden_from_above:
            above.x_column.dot(above.dz_row, above.gradient)
            dz = s.dz
            multiply(above.kernel.dot(above.dz, dz), s.gate, dz)
            above = s
        above.x_column.dot(above.dz_row, above.gradient)
        return loss, correct

    @property
    def gradient(self) -> Array:
        """The flat gradient of the last step, clipped if the optimizer clips."""
        return self._gradient

    def _top_forward_and_backward(self, label: Array) -> tuple[float, int]:
        """Softmax, cross-entropy and their gradient p − y: for a handful of classes Python is faster than NumPy."""
        top = self._top
        top.x.dot(top.weights, top.z)
        logits, wanted = top.z.tolist(), label.tolist()
        largest = max(logits)
        exponentials = [math.exp(logit - largest) for logit in logits]
        total = sum(exponentials)
        top.dz[:] = [e / total - y for e, y in zip(exponentials, wanted, strict=True)]
        log_total = math.log(total)
        loss = sum(y * (log_total + largest - z) for z, y in zip(logits, wanted, strict=True) if y)
        return loss, int(logits.index(largest) == wanted.index(max(wanted)))
