"""The NumPy reference engine as a backend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import EngineState, StepBlock, StepResults, TrainingData
from tutor.backends.rows import EVALUATED_AT_ONCE, as_inputs, as_labels, evaluate_rows, is_streamed
from tutor.engine.fast.network import FastNetwork, worth_two_threads
from tutor.engine.fast.plain_network import PlainNetwork, stepped_network
from tutor.engine.fast.sequence.network import SequenceNetwork
from tutor.engine.fast.single_row import SingleRowStepper, supports
from tutor.engine.fast.small_batch import MOST_ROWS, SmallBatchStepper
from tutor.engine.fast.small_batch import supports as supports_small
from tutor.engine.fast.small_pass import SmallPass
from tutor.engine.fast.small_plan import is_small
from tutor.engine.fast.workers import Workers
from tutor.engine.network import forward, output_name, penalty
from tutor.engine.objective import correct_rows, row_losses
from tutor.engine.optimizer_specs import LearningRate
from tutor.engine.parameters import Array, layout, views
from tutor.engine.schedules import rates
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import clip, update


class NumpyBackend:
    """Trains with the engine's fast steps: for single rows, for small batches of small networks, for all others."""

    def __init__(self, spec: NetworkSpec, data: TrainingData, state: EngineState) -> None:
        self._spec = spec
        self._data = data
        self._ready: tuple[Array, NDArray[Any]] | None = None
        self._held_out = data.held_out_inputs, data.held_out_labels, data.scale
        if not is_streamed(data.inputs):
            self._ready = as_inputs(data.inputs, spec, data.scale), as_labels(data.labels, spec)
            held_out = as_inputs(data.held_out_inputs, spec, data.scale)
            self._held_out = held_out, as_labels(data.held_out_labels, spec), 1.0
        self._theta = state.theta.astype(spec.dtype)
        self._memory = {name: vector.astype(spec.dtype) for name, vector in state.memory.items()}
        self._moving = state.moving.astype(spec.dtype)
        self._parameters = views(spec, self._theta, self._moving)
        self._fast: FastNetwork | SequenceNetwork | PlainNetwork | None = None
        self._largest = 0
        self._single = SingleRowStepper(spec, self._theta, self._memory) if supports(spec) else None
        self._small: SmallBatchStepper | None = None
        self._small_pass: SmallPass | None = None
        if self._ready is not None and is_small(spec):
            if supports_small(spec):
                self._small = SmallBatchStepper(spec, self._theta, self._memory)
            if 0 < len(self._held_out[0]) <= EVALUATED_AT_ONCE:
                self._small_pass = SmallPass(spec, self._theta, self._held_out[0])

    def run(self, block: StepBlock, learning_rate: LearningRate) -> StepResults:
        """Take the block's steps. The results may contain a loss that is not finite; the caller must stop then."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return self._run(block, learning_rate)

    def _run(self, block: StepBlock, learning_rate: LearningRate) -> StepResults:
        steps, evaluates = len(block.batches), len(self._held_out[0]) > 0
        losses, correct = np.zeros(steps), np.zeros(steps, np.int64)
        held_out = np.full((2, steps), np.nan)
        learning_rates = rates(learning_rate, block.first, steps)
        ends = (np.flatnonzero(block.epoch_ends) + 1).tolist() if evaluates else []
        for start, end in pairwise([0, *ends] if steps in ends else [0, *ends, steps]):
            for small, part in self._parts(block, start, end):
                take = self._small_steps if small else self._other_steps
                losses[part], correct[part] = take(block, part, learning_rates[part])
            if evaluates and block.epoch_ends[end - 1]:
                held_out[:, end - 1] = self._evaluate_held_out()
        return StepResults(losses, correct, held_out[0], held_out[1])

    def _evaluate_held_out(self) -> tuple[float, float]:
        inputs, labels, scale = self._held_out
        if self._small_pass is None:
            return evaluate_rows(self._spec, self._parameters, inputs, labels, scale)
        logits, output = self._small_pass.answers()
        loss = float(row_losses(self._spec, logits, output, labels).sum(dtype=np.float64)) / len(inputs)
        return loss + penalty(self._spec, self._parameters), correct_rows(self._spec, output, labels) / len(inputs)

    def _parts(self, block: StepBlock, start: int, end: int) -> Iterator[tuple[bool, slice]]:
        """Steps ``start`` to ``end`` in parts of small steps and of others.

        Whether a step is small depends on it alone, so that a run cut in pieces has the same bits.
        """
        sizes = list(map(len, block.batches[start:end]))
        if self._small is None or max(sizes) <= MOST_ROWS:
            yield self._small is not None, slice(start, end)
            return
        for small, group in groupby(size <= MOST_ROWS for size in sizes):
            stop = start + len(list(group))
            yield small, slice(start, stop)
            start = stop

    def _small_steps(self, block: StepBlock, part: slice, rates: list[float]) -> tuple[Array, NDArray[np.int64]]:
        assert self._small is not None
        assert self._ready is not None
        return self._small.run(*self._ready, block.batches[part], block.first + part.start, rates)

    def _other_steps(self, block: StepBlock, part: slice, rates: list[float]) -> tuple[Array, NDArray[np.int64]]:
        losses, correct, single = [], [], self._single
        masks_of_step = zip(*(layer[part] for layer in block.masks), strict=True) if block.masks else repeat(())
        numbers = range(block.first + part.start, block.first + part.stop)
        for rows, masks, number, rate in zip(block.batches[part], masks_of_step, numbers, rates, strict=False):
            if single is not None and len(rows) == 1:
                row, label = self._row(rows[0])
                loss, right = single.step(row, label, [mask[0] for mask in masks], number, rate)
            else:
                loss, right = self._batch_step(rows, masks, number, rate)
            losses.append(loss)
            correct.append(right)
        return np.array(losses), np.array(correct, dtype=np.int64)

    def gradient(self, rows: NDArray[np.intp], masks: tuple[Array, ...]) -> tuple[float, Array]:
        """Loss and flat, unclipped gradient of one training pass on these rows; moving averages do not change."""
        moving = self._moving.copy()
        loss, _ = self._differentiate(rows, masks)
        self._moving[:] = moving
        assert self._fast is not None
        return loss, self._fast.gradient.copy()

    def evaluate(self, inputs: NDArray[Any], labels: NDArray[Any]) -> tuple[float, float]:
        """Mean loss and accuracy without dropout, with the moving averages."""
        return evaluate_rows(self._spec, self._parameters, inputs, labels, self._data.scale)

    def predict(self, inputs: NDArray[Any]) -> Array:
        """The output (rows, classes) without dropout, with the moving averages."""
        rows = as_inputs(inputs, self._spec, self._data.scale)
        return forward(self._spec, self._parameters, rows)[output_name(self._spec)]

    def state(self) -> EngineState:
        """A copy of the current state."""
        memory = {name: vector.copy() for name, vector in self._memory.items()}
        return EngineState(self._theta.copy(), memory, self._moving.copy())

    def set_state(self, state: EngineState) -> None:
        """Continue from ``state``."""
        self._theta[:] = state.theta
        self._moving[:] = state.moving
        for name, vector in self._memory.items():
            vector[:] = state.memory[name]

    def _batch_step(
        self, rows: NDArray[np.intp], masks: Sequence[Array], number: int, learning_rate: float
    ) -> tuple[float, int]:
        loss, correct = self._differentiate(rows, masks)
        assert self._fast is not None
        gradient = self._fast.gradient
        clip(self._spec.optimizer, [gradient[p.start : p.stop] for p in layout(self._spec)], gradient)

        def half(_part: int, numbers: slice) -> None:
            memory = {name: vector[numbers] for name, vector in self._memory.items()}
            update(self._spec.optimizer, self._theta[numbers], gradient[numbers], memory, number, learning_rate)

        self._fast.workers.halves(len(self._theta), half)
        return loss, correct

    def _differentiate(self, rows: NDArray[np.intp], masks: Sequence[Array]) -> tuple[float, int]:
        """Loss and rows answered right; writes the gradient in the fast network and updates the moving averages."""
        if self._fast is None or (len(rows) > self._largest and isinstance(self._fast, FastNetwork)):
            self._largest = max(len(rows), self._largest)
            threads = 2 if worth_two_threads(self._spec, self._largest) else 1
            self._fast = stepped_network(
                self._spec, self._parameters, len(self._theta), self._largest, Workers(threads)
            )
        short = [mask[: len(rows)] for mask in masks]
        return self._fast.differentiate(*self._rows(rows), short)

    def _row(self, row: np.intp) -> tuple[Array, NDArray[Any]]:
        """One row and its label, in the network's form."""
        if self._ready is not None:
            return self._ready[0][row], self._ready[1][row]
        inputs, labels = self._rows(np.array([row]))
        return inputs[0], labels[0]

    def _rows(self, rows: NDArray[np.intp]) -> tuple[Array, NDArray[Any]]:
        """The inputs and labels of a batch, in the network's form."""
        if self._ready is not None:
            return self._ready[0][rows], self._ready[1][rows]
        inputs = as_inputs(self._data.inputs[rows], self._spec, self._data.scale)
        return inputs, as_labels(self._data.labels[rows], self._spec)
