"""The NumPy reference engine as a backend."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import EngineState, StepBlock, StepResults, TrainingData
from tutor.engine.batch_normalization import moved
from tutor.engine.layers import BatchNormalization
from tutor.engine.network import (
    Pass,
    backward,
    evaluate,
    forward,
    has_batch_statistics,
    mean_loss,
    output_name,
)
from tutor.engine.objective import correct_rows
from tutor.engine.optimizer_specs import LearningRate
from tutor.engine.parameters import Array, layout, views
from tutor.engine.schedules import rate
from tutor.engine.single_row import SingleRowStepper, supports
from tutor.engine.spec import NetworkSpec
from tutor.engine.updates import clip, update


class NumpyBackend:
    """Trains with the engine's own functions; batches of one row take its fast path."""

    def __init__(self, spec: NetworkSpec, data: TrainingData, state: EngineState) -> None:
        self._spec = spec
        self._inputs = data.inputs.astype(spec.dtype)
        self._labels = data.labels
        self._held_out = (data.held_out_inputs.astype(spec.dtype), data.held_out_labels)
        self._theta = state.theta.astype(spec.dtype)
        self._memory = {name: vector.astype(spec.dtype) for name, vector in state.memory.items()}
        self._moving = state.moving.astype(spec.dtype)
        self._parameters = views(spec, self._theta, self._moving)
        self._gradient = np.empty_like(self._theta)
        self._parts = tuple(self._gradient[p.start : p.stop] for p in layout(spec))
        self._single = SingleRowStepper(spec, self._theta, self._memory) if supports(spec) else None

    def run(self, block: StepBlock, learning_rate: LearningRate) -> StepResults:
        """Take the block's steps. A loss that is not finite is in the results; it is the caller's to stop."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return self._run(block, learning_rate)

    def _run(self, block: StepBlock, learning_rate: LearningRate) -> StepResults:
        steps = len(block.batches)
        losses, correct = [0.0] * steps, [0] * steps
        held_out = np.full((2, steps), np.nan)
        masks_of_step = list(zip(*block.masks, strict=True)) if block.masks else [()] * steps
        ends = block.epoch_ends.tolist()
        single = self._single
        scheduled = not isinstance(learning_rate, float | int)
        rate_now = 0.0 if scheduled else float(learning_rate)
        for i, rows in enumerate(block.batches):
            number = block.first + i
            if scheduled:
                rate_now = rate(learning_rate, number)
            if single is not None and len(rows) == 1:
                row = rows[0]
                masks = [mask[0] for mask in masks_of_step[i]]
                losses[i], correct[i] = single.step(self._inputs[row], self._labels[row], masks, number, rate_now)
            else:
                losses[i], correct[i] = self._differentiate(rows, masks_of_step[i])
                clip(self._spec.optimizer, self._parts, self._gradient)
                update(self._spec.optimizer, self._theta, self._gradient, self._memory, number, rate_now)
            if ends[i] and len(self._held_out[0]):
                held_out[:, i] = self.evaluate(*self._held_out)
        return StepResults(np.array(losses), np.array(correct, dtype=np.int64), held_out[0], held_out[1])

    def gradient(self, rows: NDArray[np.intp], masks: tuple[Array, ...]) -> tuple[float, Array]:
        """Loss and flat, unclipped gradient of one training pass on these rows; moving averages stay."""
        moving = self._moving.copy()
        loss, _ = self._differentiate(rows, masks)
        self._moving[:] = moving
        return loss, self._gradient.copy()

    def evaluate(self, inputs: Array, labels: Array) -> tuple[float, float]:
        """Mean loss and accuracy without dropout, by the moving averages."""
        return evaluate(self._spec, self._parameters, inputs, labels)

    def predict(self, inputs: Array) -> Array:
        """The output (rows, classes) without dropout, by the moving averages."""
        return forward(self._spec, self._parameters, inputs)[output_name(self._spec)]

    def state(self) -> EngineState:
        """A copy of the present state."""
        memory = {name: vector.copy() for name, vector in self._memory.items()}
        return EngineState(self._theta.copy(), memory, self._moving.copy())

    def set_state(self, state: EngineState) -> None:
        """Go on from ``state``."""
        self._theta[:] = state.theta
        self._moving[:] = state.moving
        for name, vector in self._memory.items():
            vector[:] = state.memory[name]

    def _differentiate(self, rows: NDArray[np.intp], masks: tuple[Array, ...]) -> tuple[float, int]:
        """Loss and rows answered right; leaves the flat gradient in ``self._gradient`` and moves the averages."""
        spec, labels = self._spec, self._labels[rows]
        values = forward(spec, self._parameters, self._inputs[rows], [mask[: len(rows)] for mask in masks])
        gradients = backward(spec, self._parameters, values, labels)
        for p in layout(spec):
            self._gradient[p.start : p.stop] = gradients[p.name].ravel()
        if has_batch_statistics(spec):
            self._move_averages(values)
        loss = mean_loss(spec, self._parameters, values, labels)
        return loss, correct_rows(spec, values[output_name(spec)], labels)

    def _move_averages(self, values: Pass) -> None:
        for name, layer in self._spec.named_layers:
            if isinstance(layer, BatchNormalization):
                for part in ("mean", "variance"):
                    moving = self._parameters[f"{name}.moving_{part}"]
                    moving[...] = moved(moving, values[f"{name}.{part}"], layer.momentum)
