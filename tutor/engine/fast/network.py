"""A fast form of the training step of ``network`` for batches: the same numbers, in stages that own their arrays.

Its test oracle is the plain form of the same mathematics, ``network.forward`` and ``network.backward``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from tutor.engine.activations import activate
from tutor.engine.batch_normalization import moved
from tutor.engine.fast.pooled_first import pooled_first
from tutor.engine.fast.stages import (
    ConvolutionStage,
    DenseStage,
    DropoutStage,
    MaxPoolingStage,
    PlainStage,
    Stage,
    activation_stage,
    leaky_stage,
)
from tutor.engine.fast.workers import Workers
from tutor.engine.layers import (
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    LayerSpec,
    LeakyReLU,
    MaxPooling2D,
)
from tutor.engine.losses import l2_gradient
from tutor.engine.network import penalty
from tutor.engine.objective import correct_rows, is_fused, output_gradient, row_losses
from tutor.engine.operations.contract import Shape
from tutor.engine.parameters import Array, Parameters, views
from tutor.engine.spec import NetworkSpec

# Waking the other thread takes as long as one pass over this many numbers.
WORTH_HANDING_OVER = 300_000


class FastNetwork:
    """Computes the gradient of batches of up to ``batch`` rows, in place.

    ``parameters`` are views of the numbers that the optimizer changes. ``differentiate`` writes the flat ``gradient``,
    which the caller may clip in place. ``workers`` process the halves of a batch.
    """

    def __init__(self, spec: NetworkSpec, parameters: Parameters, size: int, batch: int, workers: Workers) -> None:
        self._spec, self._parameters, self._batch, self.workers = spec, parameters, batch, workers
        self._alone = Workers(1)
        self.gradient = np.zeros(size, spec.dtype)
        self._gradients = views(spec, self.gradient)
        self._stages: list[Stage] = []
        self._dropouts: list[DropoutStage] = []
        self._normalized: list[tuple[str, BatchNormalization, PlainStage]] = []
        layers = pooled_first(spec)
        for position, (name, layer, shape, out) in enumerate(layers, 1):
            ends_in_logits = position == len(layers) and is_fused(spec)
            self._stages += self._stages_of(name, layer, shape, out, ends_in_logits)

    def differentiate(self, inputs: Array, labels: Array, masks: Sequence[Array]) -> tuple[float, int]:
        """Run a training pass and return its loss and the number of rows answered right.

        Writes ``gradient`` and updates the moving averages. ``inputs`` is (rows, *input_shape); ``masks`` has one
        (rows, size) per dropout layer.
        """
        for dropout, mask in zip(self._dropouts, masks, strict=True):
            dropout.mask = mask
        x = inputs
        for stage in self._stages:
            x = stage.forward(x)
        spec = self._spec
        output = activate(spec.last_activation, x) if is_fused(spec) and spec.last_activation != "linear" else x
        loss = float(row_losses(spec, x, output, labels).mean()) + penalty(spec, self._parameters)
        dy: Array | None = output_gradient(spec, x, output, labels)
        for position in range(len(self._stages) - 1, -1, -1):
            assert dy is not None
            dy = self._stages[position].backward(dy, position > 0)
        self._add_penalties()
        self._move_averages()
        return loss, correct_rows(spec, output, labels)

    def answer(self, inputs: Array) -> tuple[Array, Array]:
        """Logits and output of up to ``batch`` rows, for a network without dropout and batch normalization.

        The next call overwrites both. If the loss is not computed from the logits, both are the output.
        """
        x = inputs
        for stage in self._stages:
            x = stage.forward(x)
        return x, activate(self._spec.last_activation, x) if is_fused(self._spec) else x

    def _stages_of(self, name: str, layer: LayerSpec, shape: Shape, out: Shape, ends_in_logits: bool) -> list[Stage]:
        spec, batch = self._spec, self._batch
        numbers = batch * math.prod(out)
        workers = self.workers if numbers > WORTH_HANDING_OVER else self._alone
        parameters, gradients = self._parameters, self._gradients
        # The input rows belong to the caller.
        in_place = bool(self._stages) and self._stages[-1].gives_away
        match layer:
            case Dense() | Conv2D():
                products = numbers * math.prod(shape)
                hands = self.workers if products > WORTH_HANDING_OVER * 20 else self._alone
                made: Stage = (
                    DenseStage(name, layer, shape, batch, parameters, gradients, hands)
                    if isinstance(layer, Dense)
                    else ConvolutionStage(name, layer, shape, batch, parameters, gradients, self.workers)
                )
                if ends_in_logits:
                    return [made]
                if layer.activation == "softmax":
                    return [made, PlainStage(name, Activation("softmax"), parameters, gradients)]
                follower = activation_stage(layer.activation, out, batch, spec.dtype, workers, in_place=made.gives_away)
                return [made] if follower is None else [made, follower]
            case Activation() if ends_in_logits:
                return []
            case Activation(activation="softmax"):
                return [PlainStage(name, layer, parameters, gradients)]
            case Activation():
                follower = activation_stage(layer.activation, out, batch, spec.dtype, workers, in_place=in_place)
                return [] if follower is None else [follower]
            case LeakyReLU() if layer.negative_slope <= 1.0:
                return [leaky_stage(layer, out, batch, spec.dtype, workers, in_place=in_place)]
            case MaxPooling2D():
                return [MaxPoolingStage(layer, shape, batch, spec.dtype, workers)]
            case Dropout():
                self._dropouts.append(DropoutStage(shape, batch, spec.dtype, workers))
                return [self._dropouts[-1]]
        plain = PlainStage(name, layer, parameters, gradients)
        if isinstance(layer, BatchNormalization):
            self._normalized.append((name, layer, plain))
        return [plain]

    def _add_penalties(self) -> None:
        for name, layer in self._spec.named_layers:
            if isinstance(layer, Dense | Conv2D) and layer.l2:
                kernel = self._parameters[f"{name}.kernel"]
                self._gradients[f"{name}.kernel"][...] += l2_gradient(kernel, layer.l2)

    def _move_averages(self) -> None:
        for name, layer, stage in self._normalized:
            for part in ("mean", "variance"):
                moving = self._parameters[f"{name}.moving_{part}"]
                moving[...] = moved(moving, stage.values[f"{name}.{part}"], layer.momentum)


def worth_two_threads(spec: NetworkSpec, batch: int) -> bool:
    """Whether a step is long enough, about a million multiplications per layer, to gain from a second thread."""
    return batch * pairs_of_units(spec) > 1_000_000 * len(spec.layers)


def pairs_of_units(spec: NetworkSpec) -> int:
    """The number of pairs of a unit and one of the layer before: an upper bound on the multiplications for a row."""
    sizes = [math.prod(shape) for shape in spec.shapes]
    return sum(before * after for before, after in pairwise(sizes))
