"""The reference form of a training step where there is no fast one, under the same calls as ``FastNetwork``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tutor.engine.batch_normalization import moved
from tutor.engine.fast.network import FastNetwork
from tutor.engine.fast.sequence.network import SequenceNetwork, supports
from tutor.engine.fast.workers import Workers
from tutor.engine.layers import BatchNormalization
from tutor.engine.network import backward, forward, logits_name, mean_loss, output_name
from tutor.engine.objective import correct_rows
from tutor.engine.parameters import Array, Parameters, layout, views
from tutor.engine.sequence_layers import SequenceLayer
from tutor.engine.spec import NetworkSpec


class PlainNetwork:
    """Computes the gradient of batches of any size by ``network.forward`` and ``network.backward``."""

    def __init__(self, spec: NetworkSpec, parameters: Parameters, size: int, workers: Workers) -> None:
        self._spec, self._parameters, self.workers = spec, parameters, workers
        self.gradient = np.zeros(size, spec.dtype)
        self._gradients = views(spec, self.gradient)

    def differentiate(self, inputs: Array, labels: Array, masks: Sequence[Array]) -> tuple[float, int]:
        """Run a training pass and return its loss and the number of right answers.

        Writes ``gradient`` and updates the moving averages. ``masks`` has one (rows, size) per dropout layer.
        """
        spec, parameters = self._spec, self._parameters
        values = forward(spec, parameters, inputs, masks, training=True)
        found = backward(spec, parameters, values, labels)
        for entry in layout(spec):
            self._gradients[entry.name][...] = found[entry.name]
        for name, layer in spec.named_layers:
            if isinstance(layer, BatchNormalization):
                for part in ("mean", "variance"):
                    moving = parameters[f"{name}.moving_{part}"]
                    moving[...] = moved(moving, values[f"{name}.{part}"], layer.momentum)
        return mean_loss(spec, parameters, values, labels), correct_rows(spec, values[output_name(spec)], labels)

    def answer(self, inputs: Array) -> tuple[Array, Array]:
        """Logits and output of the rows, without dropout and with the moving averages."""
        values = forward(self._spec, self._parameters, inputs)
        return values[logits_name(self._spec)], values[output_name(self._spec)]


def stepped_network(
    spec: NetworkSpec, parameters: Parameters, size: int, batch: int, workers: Workers
) -> FastNetwork | SequenceNetwork | PlainNetwork:
    """What computes the gradients of the network: a fast form, or the plain one where neither knows a layer."""
    if supports(spec):
        return SequenceNetwork(spec, parameters)
    if works_on_sequences(spec):
        return PlainNetwork(spec, parameters, size, workers)
    return FastNetwork(spec, parameters, size, batch, workers)


def works_on_sequences(spec: NetworkSpec) -> bool:
    """Whether a layer of the network is one for sequences, or acts at each place of one."""
    return any(isinstance(layer, SequenceLayer) for layer in spec.layers) or any(
        len(shape) == 2 and len(out) == 2 for shape, out in zip(spec.shapes, spec.shapes[1:], strict=False)
    )
