"""A fast form of the training step of ``network`` and ``updates`` for small batches and small networks.

What a step does is bound beforehand: a list of NumPy calls for each of a few steps (``small_step``), made one after the
other, with nothing in between. Losses and right answers of all steps are computed at the end, together. The test oracle
is the plain form of the same mathematics, ``network.forward`` and ``backward``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import activate, as_float32
from tutor.engine.fast.small_activations import Call
from tutor.engine.fast.small_memory import SmallMemory
from tutor.engine.fast.small_plan import MOST_ROWS, Plan, supports, weights_in
from tutor.engine.fast.small_step import (
    backward_calls,
    forward_calls,
    penalty_calls,
    slopes_and_difference,
)
from tutor.engine.fast.small_updates import Rates, update_calls
from tutor.engine.objective import right_rows, row_losses
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import Array, count, layout
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import adam_step_size

__all__ = ["MOST_ROWS", "SmallBatchStepper", "supports"]


class _Steps:
    """The calls of up to ``memory.steps`` steps on batches of one size.

    The parameters and, in the same array (2, count), their gradient are in ``numbers``. For plain descent there are two
    such arrays, and steps alternate: the product of (1, −lr) with one is the parameters of the other. Then the ``down``
    of the last layer needs no factor, which is a factor of the learning rate.
    """

    def __init__(self, plan: Plan, batch: int, numbers: Sequence[Array], memory: Mapping[str, Array]) -> None:
        self._plan, self._numbers, self._optimizer_memory = plan, numbers, memory
        dtype = numbers[0].dtype
        self.memory = SmallMemory(plan, batch, plan.spec.dtype)
        self._factor = plan.factor(batch)
        self._weighting = np.ones((self.memory.steps, 2), dtype)
        self._rates = np.zeros((3, self.memory.steps), dtype)
        self.squares = np.zeros((self.memory.steps, sum(layer.l2 > 0 for layer in plan.layers)), dtype)
        self._calls: list[list[Call]] = []

    def take(self, first: int, rates: NDArray[np.float64]) -> None:
        """Take a step with each of the learning rates; the first has the number ``first``. ``numbers[0]`` changes."""
        steps = len(rates)
        self._set(first, rates)
        while len(self._calls) < steps:
            self._calls.append(self._made(len(self._calls)))
        for calls in self._calls[:steps]:
            for function, arguments in calls:
                function(*arguments)
        if steps % len(self._numbers):
            self._numbers[0][0] = self._numbers[1][0]

    def _set(self, first: int, rates: NDArray[np.float64]) -> None:
        steps, optimizer = len(rates), self._plan.spec.optimizer
        if self._plan.descends:
            self._weighting[:steps, 1] = rates * -self._factor
            return
        self._rates[0, :steps] = rates
        if isinstance(optimizer, Adam):
            dtype = self._rates.dtype
            self._rates[1, :steps] = [
                adam_step_size(optimizer, dtype, first + i, rate) for i, rate in enumerate(rates.tolist())
            ]
        if optimizer.weight_decay:
            self._rates[2, :steps] = rates * as_float32(optimizer.weight_decay)

    def _made(self, step: int) -> list[Call]:
        plan, arrays = self._plan, self.memory.arrays(step)
        here, there = (self._numbers[(step + i) % len(self._numbers)] for i in (0, 1))
        theta, gradient = here
        weights, gradients = weights_in(plan, theta), weights_in(plan, gradient)
        calls = [*forward_calls(plan, arrays, weights), *slopes_and_difference(plan, arrays)]
        if plan.descends:
            calls += backward_calls(plan, arrays, weights, gradients, 1.0)
            return [*calls, (self._weighting[step].dot, (here, there[0]))]
        calls += backward_calls(plan, arrays, weights, gradients, self._factor)
        calls += penalty_calls(plan, weights, gradients, self.squares[step])
        parts = [gradient[part.start : part.stop] for part in layout(plan.spec)]
        rates = Rates(*(row[step, ...] for row in self._rates))
        return calls + update_calls(plan.spec.optimizer, theta, gradient, self._optimizer_memory, parts, rates)


class SmallBatchStepper:
    """Takes training steps in place on the flat ``theta`` and the optimizer's ``memory``.

    ``supports`` must accept the specification.
    """

    def __init__(self, spec: NetworkSpec, theta: Array, memory: Mapping[str, Array]) -> None:
        self._plan, self._theta, self._memory = Plan(spec), theta, memory
        self._numbers = [np.zeros((2, count(spec)), theta.dtype) for _ in range(1 + self._plan.descends)]
        self._one_hot = np.eye(spec.output_size, dtype=theta.dtype)
        # Keras rounds an L2 factor to float32.
        self._penalties = np.array([np.float32(layer.l2) for layer in self._plan.layers if layer.l2], theta.dtype)
        self._steps: dict[int, _Steps] = {}

    def run(
        self, inputs: Array, labels: NDArray[Any], batches: Sequence[NDArray[np.intp]], first: int,
        rates: Sequence[float],
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:  # fmt: skip
        """Take a step with each of the ``batches``: the numbers of at most ``MOST_ROWS`` rows of the data.

        ``first`` is the number of the first step, from 0, and ``rates`` has a learning rate for each. Returns the loss
        of each step before its update, and how many of its rows were answered right.
        """
        sizes, rows = list(map(len, batches)), np.concatenate(batches)
        given, wanted = inputs.take(rows, 0), labels.take(rows, 0)
        targets = self._one_hot.take(wanted, 0) if wanted.ndim == 1 else wanted
        answers, penalties = np.empty(targets.shape, self._theta.dtype), np.zeros(len(sizes))
        self._numbers[0][0] = self._theta
        learning_rates = np.array(rates)
        step = row = 0
        for size, group in groupby(sizes):
            left, steps = len(list(group)), self._steps_of(size)
            while left:
                taken = min(left, steps.memory.steps)
                now, part = slice(step, step + taken), slice(row, row + taken * size)
                steps.memory.fill(given[part], targets[part])
                steps.take(first + step, learning_rates[now])
                steps.memory.read_answers(answers[part])
                if len(self._penalties):
                    penalties[now] = steps.squares[:taken].dot(self._penalties)
                step, row, left = now.stop, part.stop, left - taken
        self._theta[:] = self._numbers[0][0]
        losses, right = self._judged(answers, wanted, np.array(sizes))
        return losses + penalties, right

    def _steps_of(self, size: int) -> _Steps:
        if size not in self._steps:
            self._steps[size] = _Steps(self._plan, size, self._numbers, self._memory)
        return self._steps[size]

    def _judged(
        self, answers: Array, wanted: NDArray[Any], sizes: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """The mean loss of each batch, and how many of its rows are right."""
        spec, starts = self._plan.spec, sizes.cumsum() - sizes
        output = activate(spec.last_activation, answers) if self._plan.fused else answers
        losses = np.add.reduceat(row_losses(spec, answers, output, wanted), starts, dtype=np.float64)
        return losses / sizes, np.add.reduceat(right_rows(spec, output, wanted), starts, dtype=np.int64)
