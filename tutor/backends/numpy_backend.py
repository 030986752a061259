"""The NumPy reference engine as a backend."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import EngineState, StepBlock, StepResults, TrainingData
from tutor.engine.losses import crossentropy_from_logits
from tutor.engine.network import backward, evaluate, forward, logits_name, output_name
from tutor.engine.optimizers import sgd_step
from tutor.engine.parameters import Array, layout, views
from tutor.engine.single_row import SingleRowStepper, supports
from tutor.engine.spec import NetworkSpec


class NumpyBackend:
    """Trains with the engine's own functions; batches of one row take its fast path."""

    def __init__(self, spec: NetworkSpec, data: TrainingData, state: EngineState) -> None:
        self._spec = spec
        self._inputs = data.inputs.astype(spec.dtype)
        self._labels = data.labels.astype(spec.dtype)
        self._held_out_inputs = data.held_out_inputs.astype(spec.dtype)
        self._held_out_labels = data.held_out_labels.astype(spec.dtype)
        self._theta = state.theta.astype(spec.dtype)
        self._velocity = state.velocity.astype(spec.dtype)
        self._parameters = views(spec, self._theta)
        self._gradient = np.empty_like(self._theta)
        self._single = SingleRowStepper(spec, self._theta, self._velocity) if supports(spec) else None

    def run(self, block: StepBlock, learning_rate: float) -> StepResults:
        """Take the block's steps. A loss that is not finite is in the results; it is the caller's to stop."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            return self._run(block, learning_rate)

    def _run(self, block: StepBlock, learning_rate: float) -> StepResults:
        steps = len(block.batches)
        losses, correct = [0.0] * steps, [0] * steps
        held_out = np.full((2, steps), np.nan)
        masks_of_step = list(zip(*block.masks, strict=True)) if block.masks else [()] * steps
        ends = block.epoch_ends.tolist()
        single = self._single
        for i, rows in enumerate(block.batches):
            if single is not None and len(rows) == 1:
                row = rows[0]
                masks = [mask[0] for mask in masks_of_step[i]]
                losses[i], correct[i] = single.step(self._inputs[row], self._labels[row], masks, learning_rate)
            else:
                losses[i], correct[i] = self._batch_step(rows, masks_of_step[i], learning_rate)
            if ends[i] and len(self._held_out_inputs):
                held_out[:, i] = self.evaluate(self._held_out_inputs, self._held_out_labels)
        return StepResults(np.array(losses), np.array(correct, dtype=np.int64), held_out[0], held_out[1])

    def gradient(self, rows: NDArray[np.intp], masks: tuple[Array, ...]) -> tuple[float, Array]:
        """Loss and flat, unclipped gradient of one training pass on these rows."""
        loss, _ = self._differentiate(rows, masks)
        return loss, self._gradient.copy()

    def evaluate(self, inputs: Array, labels: Array) -> tuple[float, float]:
        """Mean loss and accuracy without dropout."""
        return evaluate(self._spec, self._parameters, inputs, labels)

    def predict(self, inputs: Array) -> Array:
        """The probabilities (rows, classes) without dropout."""
        return forward(self._spec, self._parameters, inputs)[output_name(self._spec)]

    def state(self) -> EngineState:
        """A copy of the present state."""
        return EngineState(self._theta.copy(), self._velocity.copy())

    def set_state(self, state: EngineState) -> None:
        """Go on from ``state``."""
        self._theta[:] = state.theta
        self._velocity[:] = state.velocity

    def _batch_step(self, rows: NDArray[np.intp], masks: tuple[Array, ...], learning_rate: float) -> tuple[float, int]:
        loss, correct = self._differentiate(rows, masks)
        sgd_step(self._spec, self._theta, self._gradient, self._velocity, learning_rate)
        return loss, correct

    def _differentiate(self, rows: NDArray[np.intp], masks: tuple[Array, ...]) -> tuple[float, int]:
        """Loss and rows answered right; leaves the flat gradient in ``self._gradient``."""
        labels = self._labels[rows]
        short = [mask[: len(rows)] for mask in masks]
        values = forward(self._spec, self._parameters, self._inputs[rows], short)
        gradients = backward(self._spec, self._parameters, values, labels)
        for p in layout(self._spec):
            self._gradient[p.start : p.stop] = gradients[p.name].ravel()
        logits = values[logits_name(self._spec)]
        correct = int((logits.argmax(axis=1) == labels.argmax(axis=1)).sum())
        return float(crossentropy_from_logits(logits, labels).mean()), correct
