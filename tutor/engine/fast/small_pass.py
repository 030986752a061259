"""The outputs of all layers of a small network for the same rows, again and again while its weights change.

For held-out rows at the end of each epoch, and for maps: the answer of every neuron at every place of a plane.
"""

from __future__ import annotations

import numpy as np

from tutor.engine.fast.small_activations import IN_PLACE, Call, activation_calls, softmax_calls
from tutor.engine.fast.small_plan import Plan, weights_in
from tutor.engine.parameters import Array
from tutor.engine.spec import NetworkSpec


class SmallPass:
    """A forward pass with arrays that are allocated once; ``small_plan.is_small`` must accept the specification.

    ``theta`` (count,) is the flat vector of parameters, read anew in each pass; ``rows`` is (rows, inputs). The dtype
    is that of ``theta``: in float32 a map takes a third of the time.
    """

    def __init__(self, spec: NetworkSpec, theta: Array, rows: Array) -> None:
        plan, dtype = Plan(spec), theta.dtype
        x = np.ones((rows.shape[1] + 1, len(rows)), dtype)
        x[:-1] = rows.T
        self._calls: list[Call] = []
        outputs: list[Array] = []
        for layer, weights in zip(plan.layers, weights_in(plan, theta), strict=True):
            above = np.ones((layer.units + 1, len(rows)), dtype)
            out = above[:-1]
            is_last, in_place = len(outputs) == plan.top, layer.activation in IN_PLACE
            z = np.empty_like(out) if is_last or not in_place else out
            self._calls.append((weights.both.T.dot, (x if layer.use_bias else x[:-1], z)))
            if layer.activation == "softmax":
                self._calls += softmax_calls(z, out)
            elif layer.activation == "linear" and z is not out:
                self._calls.append((np.copyto, (out, z)))
            else:
                self._calls += activation_calls(layer.activation, z, out, np.empty_like(out))
            outputs.append(out)
            x = above
        self._outputs, self._logits = tuple(outputs), z

    def outputs(self) -> tuple[Array, ...]:
        """Each layer's output (units, rows) with the parameters as they are now; the next call overwrites them."""
        # e^−z of a sigmoid may overflow; 1/(1 + ∞) is right.
        with np.errstate(over="ignore"):
            for function, arguments in self._calls:
                function(*arguments)
        return self._outputs

    def answers(self) -> tuple[Array, Array]:
        """Logits and output, (rows, outputs); the next call overwrites them."""
        self.outputs()
        return self._logits.T, self._outputs[-1].T
