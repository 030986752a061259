"""Where the numbers of steps on small batches lie: each of a few steps has its own rows, (rows, batch).

From the top: room for the squares of the outputs of layers with tanh, the output, each layer below it with a row of
ones, the input with a row of ones, the logits if the loss is computed from them. One multiplication gives the squares;
one subtraction, of the squares and the output behind them, from ones and labels, gives all slopes 1 − out² and the
difference label − output.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutor.engine.fast.small_activations import IN_PLACE
from tutor.engine.fast.small_plan import Plan
from tutor.engine.parameters import Array

# So many steps have rows of their own, and fewer if those are more numbers than this.
MOST_STEPS = 32
MOST_NUMBERS = 1 << 18


@dataclass(frozen=True, slots=True)
class LayerArrays:
    """What a layer's calls read and write: its input ``x``, with a row of ones if there is a bias, then (units, batch).

    ``down`` is the gradient that comes from above, first of ``out``, then of ``z``.
    """

    x: Array
    z: Array
    out: Array
    slope: Array
    down: Array


@dataclass(frozen=True, slots=True)
class StepArrays:
    """The arrays of one step: its layers, and the operands of the multiplication and the subtraction."""

    layers: tuple[LayerArrays, ...]
    squared: Array
    squares: Array
    subtrahend: Array
    minuend: Array
    difference: Array


class SmallMemory:
    """The rows of up to ``steps`` steps on batches of one size."""

    def __init__(self, plan: Plan, batch: int, dtype: str) -> None:
        self._plan, self._batch = plan, batch
        units = [layer.units for layer in plan.layers]
        width = units[-1]
        squares = sum(units[number] + (number < plan.top) for number in plan.alike)
        below = [count + 1 for count in (*units[-2::-1], plan.spec.input_shape[0])]
        ends = np.cumsum([squares, width, *below, width if plan.fused else 0]).tolist()
        self._at = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
        self.steps = max(2, min(MOST_STEPS, MOST_NUMBERS // (ends[-1] * batch)))
        self._rows = np.ones((self.steps, ends[-1], batch), dtype)
        self._minuends = np.ones((self.steps, squares + width, batch), dtype)
        self._inputs = self._rows[:, self._at[-2]][:, :-1]
        self._labels = self._minuends[:, squares:]
        self._answers = self._rows[:, self._at[-1] if plan.fused else self._at[1]]
        # All steps share what none leaves to be read.
        self._difference = np.empty((squares + width, batch), dtype)
        self._z, self._slopes, self._down = ([np.empty((count, batch), dtype) for count in units] for _ in range(3))
        self._down[-1] = self._difference[squares:]

    def fill(self, inputs: Array, labels: Array) -> None:
        """Write the inputs and labels of the next steps, one batch after the other: (rows, width)."""
        for ours, given in ((self._inputs, inputs), (self._labels, labels)):
            batches = given.reshape(-1, self._batch, given.shape[1])
            ours[: len(batches)] = batches.transpose(0, 2, 1)

    def read_answers(self, out: Array) -> None:
        """Write the answers of the last steps to ``out`` (rows, outputs).

        They are the logits if the loss is computed from them, else the output.
        """
        batches = out.reshape(-1, self._batch, out.shape[1])
        batches[...] = self._answers[: len(batches)].transpose(0, 2, 1)

    def arrays(self, step: int) -> StepArrays:
        """The arrays of a step, from 0."""
        plan, rows = self._plan, self._rows[step]
        squares, output, *below, logits = (rows[at] for at in self._at)
        inputs = below[::-1]
        outs = [*(x[:-1] for x in inputs[1:]), output]
        slopes = list(self._slopes)
        # The layers with common slopes lie in memory as their squares do, each with its ones.
        start = 0
        for number in plan.alike:
            slopes[number] = self._difference[start : start + len(outs[number])]
            start += len(outs[number]) + (number < plan.top)
        first = self._at[1].start if plan.top in plan.alike else self._at[1].stop
        layers = []
        for number, layer in enumerate(plan.layers):
            x, out, z = inputs[number], outs[number], self._z[number]
            if number == plan.top and plan.fused:
                z = logits
            elif layer.activation in IN_PLACE:
                z = out
            layers.append(LayerArrays(x if layer.use_bias else x[:-1], z, out, slopes[number], self._down[number]))
        return StepArrays(
            tuple(layers),
            rows[first : first + start],
            squares,
            rows[: self._at[1].stop],
            self._minuends[step],
            self._difference,
        )
