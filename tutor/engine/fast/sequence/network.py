"""The step of a network on sequences: a list of stages for each batch size, and the loss at their end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import activate
from tutor.engine.connections import sources
from tutor.engine.fast.sequence.attended import AttentionStage
from tutor.engine.fast.sequence.contract import Setting, Stage
from tutor.engine.fast.sequence.embedded import EmbeddingStage, PositionStage, TiedStage
from tutor.engine.fast.sequence.weighted import AddStage, DenseStage, LayerNormalizationStage, PlainStage, flat
from tutor.engine.fast.workers import Workers
from tutor.engine.layers import Activation, BatchNormalization, Dense, Dropout, LayerSpec
from tutor.engine.network import penalty
from tutor.engine.objective import NO_LABEL, correct_rows, is_fused, output_gradient, row_losses
from tutor.engine.operations.contract import Array
from tutor.engine.parameters import Parameters, count, views
from tutor.engine.sequence_layers import (
    LSTM,
    Add,
    Embedding,
    LayerNormalization,
    MultiHeadAttention,
    PositionEmbedding,
    SequenceLayer,
    SimpleRNN,
    TiedProjection,
)
from tutor.engine.spec import NetworkSpec

SIZES = 8
"""The lengths of a batch for which stages are kept."""


def has_places(spec: NetworkSpec) -> bool:
    """Whether the network works on sequences: it has a layer for them, or a Dense layer at each place."""
    dense = zip(spec.layers, spec.shapes, strict=False)
    return any(
        isinstance(layer, SequenceLayer) or (isinstance(layer, Dense) and len(shape) > 1) for layer, shape in dense
    )


def looks_only_back(spec: NetworkSpec) -> bool:
    """Whether no place knows of a later one, so that places after the last label of a batch can be left out."""
    layers = spec.layers[:-1] if isinstance(spec.layers[-1], Activation) else spec.layers
    return spec.ends_in_places and all(
        isinstance(layer, Embedding | PositionEmbedding | LayerNormalization | Add | Dense | TiedProjection)
        or (isinstance(layer, MultiHeadAttention) and layer.use_causal_mask)
        or (isinstance(layer, SimpleRNN | LSTM) and layer.return_sequences)
        for layer in layers
    )


class SequenceNetwork:
    """Computes the gradient of batches, in place.

    Where no place looks ahead, a batch ends at its last label: names of at most eleven letters take a quarter less time
    than all sixteen places would.

    ``parameters`` are views of the numbers that the optimizer changes. ``differentiate`` writes the flat ``gradient``,
    which the caller may clip in place. Networks with batch normalization are not taken: nothing moves their averages.
    """

    def __init__(self, spec: NetworkSpec, parameters: Parameters) -> None:
        assert not any(isinstance(layer, BatchNormalization) for layer in spec.layers)
        self._spec, self._parameters = spec, parameters
        self.workers = Workers(1)
        self.gradient = np.zeros(count(spec), spec.dtype)
        self._gradients = views(spec, self.gradient)
        self._stages_of: dict[tuple[int, int], list[Stage]] = {}
        self._places = spec.input_shape[0] if looks_only_back(spec) else 0
        self._reads = sources(spec.layers)
        self._fused = is_fused(spec)

    def differentiate(self, inputs: Array, labels: NDArray[Any], masks: Sequence[Array]) -> tuple[float, int]:
        """Run a training pass and return its loss and the number of right answers; writes ``gradient``.

        ``inputs`` is (rows, *input_shape); ``masks`` has one (rows, size) per dropout layer.
        """
        places = self._judged_places(labels)
        if places < self._places:
            inputs, labels = inputs[:, :places], labels[:, :places]
        stages = self._stages(len(inputs), places)
        waiting = iter(masks)
        for stage, layer in zip(stages, self._spec.layers, strict=True):
            if isinstance(stage, PlainStage) and isinstance(layer, Dropout):
                stage.mask = next(waiting)
        outputs = self._outputs(stages, inputs)
        loss, right, dy = self._judged(outputs[-1], len(inputs), labels)
        around: dict[int, Array] = {}
        for position in range(len(stages) - 1, -1, -1):
            if position in self._reads:
                source = self._reads[position]
                around[source] = around[source] + dy if source in around else dy
            dy = stages[position].backward(dy)
            if position in around:
                dy = dy + around[position]
        return loss, right

    def answer(self, inputs: Array) -> tuple[Array, Array]:
        """Logits and output of the rows, without dropout; the next call overwrites both."""
        x = self._outputs(self._stages(len(inputs), self._places), inputs)[-1]
        whole = x.reshape(len(inputs), *self._spec.shapes[-1])
        return whole, activate(self._spec.last_activation, whole) if self._fused else whole

    def _outputs(self, stages: list[Stage], inputs: Array) -> list[Array]:
        """The input, then the output of each stage."""
        outputs = [inputs if inputs.ndim != 3 else flat(inputs)]
        for position, stage in enumerate(stages):
            if isinstance(stage, AddStage):
                stage.source = outputs[self._reads[position]]
            outputs.append(stage.forward(outputs[-1]))
        return outputs

    def _judged(self, x: Array, rows: int, labels: NDArray[Any]) -> tuple[float, int, Array]:
        """The loss, the number of right answers and the gradient of the last stage's output."""
        spec = self._spec
        if self._fused and spec.loss == "sparse_categorical_crossentropy":
            loss, right, dy = _judged_classes(x, labels.ravel())
            return loss + penalty(spec, self._parameters), right, dy
        logits = x.reshape(rows, *spec.shapes[-1])
        output = activate(spec.last_activation, logits) if self._fused else logits
        loss = float(row_losses(spec, logits, output, labels).mean()) + penalty(spec, self._parameters)
        return loss, correct_rows(spec, output, labels), flat(output_gradient(spec, logits, output, labels))

    def _judged_places(self, labels: NDArray[Any]) -> int:
        """The places up to the last label, rounded up so that few sets of stages are kept; 0 where all count."""
        if not self._places:
            return 0
        judged = np.flatnonzero((labels != NO_LABEL).any(axis=0))
        last = int(judged[-1]) + 1 if len(judged) else 1
        step = max(1, self._places // SIZES)
        return min(self._places, -(-last // step) * step)

    def _stages(self, rows: int, places: int) -> list[Stage]:
        if (rows, places) not in self._stages_of:
            self._stages_of[rows, places] = self._made(rows, places)
        return self._stages_of[rows, places]

    def _made(self, rows: int, places: int) -> list[Stage]:
        """``places`` is 0 where each layer has its own number of them."""
        named, last = self._spec.named_layers, len(self._spec.layers) - 1
        dtype, shapes = np.dtype(self._spec.dtype), self._spec.shapes
        if places:
            shapes = tuple((places, *shape[1:]) for shape in shapes)
        return [
            self._stage(
                Setting(name, rows, shape, self._parameters, self._gradients, dtype), layer, place == last
            )
            for place, ((name, layer), shape) in enumerate(zip(named, shapes, strict=False))
        ]  # fmt: skip

    def _stage(self, at: Setting, layer: LayerSpec, last: bool) -> Stage:
        match layer:
            case Dense():
                return DenseStage(at, layer, ends_in_logits=last and self._fused)
            case Activation() if last and self._fused:
                return PlainStage(at, Activation("linear"))
            case LayerNormalization() if len(at.shape) <= 2:
                return LayerNormalizationStage(at, layer)
            case Embedding():
                tied = any(isinstance(each, TiedProjection) for each in self._spec.layers)
                return EmbeddingStage(at, shared=tied and at.name == "embedding")
            case PositionEmbedding():
                return PositionStage(at)
            case MultiHeadAttention():
                return AttentionStage(at, layer)
            case Add() if len(at.shape) <= 2:
                return AddStage(at)
            case TiedProjection():
                return TiedStage(at)
        return PlainStage(at, layer)


def supports(spec: NetworkSpec) -> bool:
    """Whether there is a step for the network: it works on sequences, and normalizes no batch."""
    pictures = any(len(shape) > 2 for shape in spec.shapes)
    return has_places(spec) and not pictures and not any(isinstance(each, BatchNormalization) for each in spec.layers)


def _judged_classes(logits: Array, labels: NDArray[np.integer]) -> tuple[float, int, Array]:
    """Mean loss, right answers and gradient of logits (places, classes) for class numbers (places,)."""
    judged = labels != NO_LABEL
    number = int(judged.sum())
    places = np.arange(len(labels))
    wanted = np.where(judged, labels, 0)
    right = int(((logits.argmax(axis=1) == labels) & judged).sum())
    p = logits - logits.max(axis=1, keepdims=True)
    of_class = p[places, wanted]
    np.exp(p, out=p)
    sums = p @ np.ones(p.shape[1], p.dtype)
    losses = np.log(sums) - of_class
    p /= sums[:, None]
    p[places, wanted] -= 1
    share = judged.astype(p.dtype)
    share /= p.dtype.type(number or np.nan)
    p *= share[:, None]
    return float((losses * share).sum()), right, p
