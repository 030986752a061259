"""What all steps of a small network have in common: which networks are taken, and how their layers lie in memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tutor.engine.fast.small_updates import is_plain_descent
from tutor.engine.layers import Dense
from tutor.engine.objective import is_fused
from tutor.engine.parameters import Array, count
from tutor.engine.spec import NetworkSpec

MOST_WEIGHTS = 5_000
MOST_ROWS = 128


def is_small(spec: NetworkSpec) -> bool:
    """Whether the network has only Dense layers, on rows of numbers, and few weights."""
    dense = all(isinstance(layer, Dense) for layer in spec.layers)
    return dense and len(spec.input_shape) == 1 and count(spec) <= MOST_WEIGHTS


def supports(spec: NetworkSpec) -> bool:
    """Whether there are small steps for the network: it is small, and its loss is not a sparse one of probabilities."""
    return is_small(spec) and (is_fused(spec) or spec.loss != "sparse_categorical_crossentropy")


@dataclass(frozen=True)
class Plan:
    """The layers, counted from 0, of which ``top`` is the last."""

    spec: NetworkSpec

    @cached_property
    def layers(self) -> tuple[Dense, ...]:
        """The layers."""
        return tuple(layer for layer in self.spec.layers if isinstance(layer, Dense))

    @cached_property
    def top(self) -> int:
        """The number of the last layer."""
        return len(self.layers) - 1

    @cached_property
    def fused(self) -> bool:
        """Whether the loss is computed from the logits, so that the last activation has no slope of its own."""
        return is_fused(self.spec)

    @cached_property
    def compares(self) -> bool:
        """Whether the gradient at the end is a factor times label − output."""
        return self.fused or self.spec.loss == "mean_squared_error"

    def factor(self, batch: int) -> float:
        """That factor, for the gradient of the mean loss of ``batch`` rows."""
        if not self.compares:
            return 1.0
        if self.spec.loss == "mean_squared_error":
            return -2.0 / (batch * self.spec.output_size)
        return -1.0 / (batch * (self.spec.output_size if self.spec.loss == "binary_crossentropy" else 1))

    @cached_property
    def descends(self) -> bool:
        """Whether the update is p ← p − lr·g, so that the factor and the learning rate can be one number."""
        return is_plain_descent(self.spec.optimizer) and not any(layer.l2 for layer in self.layers)

    def activation(self, number: int) -> str:
        """The activation whose slope multiplies the gradient of a layer's output."""
        return "linear" if number == self.top and self.fused else self.layers[number].activation

    @cached_property
    def alike(self) -> tuple[int, ...]:
        """The layers with tanh that follow each other, from the last or the one below it, downwards."""
        found: list[int] = []
        for number in range(self.top, -1, -1):
            if self.activation(number) == "tanh":
                found.append(number)
            elif number < self.top:
                break
        return tuple(found)

    def inputs(self, number: int) -> int:
        """The number of a layer's inputs."""
        return self.layers[number - 1].units if number else self.spec.input_shape[0]


@dataclass(frozen=True, slots=True)
class Weights:
    """A layer's kernel (inputs, units), and the same with the bias, if there is one, below it."""

    both: Array
    kernel: Array


def weights_in(plan: Plan, flat: Array) -> tuple[Weights, ...]:
    """Each layer's part of a flat vector of parameters or of their gradient."""
    found, start = [], 0
    for number, layer in enumerate(plan.layers):
        inputs = plan.inputs(number)
        stop = start + (inputs + layer.use_bias) * layer.units
        both = flat[start:stop].reshape(-1, layer.units)
        found.append(Weights(both, both[:inputs]))
        start = stop
    return tuple(found)
