"""A network as stages, each a weighted sum and an activation: layers that only scale or add are folded into them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tutor.complete_map.drawings import PIXELS, Numbers, pixels_of
from tutor.engine.activations import LEAKY_RELU_SLOPE, as_float32
from tutor.engine.batch_normalization import normalize_with
from tutor.engine.layers import (
    Activation,
    BatchNormalization,
    Dense,
    Dropout,
    Flatten,
    LayerSpec,
    LeakyReLU,
)
from tutor.engine.network import forward, logits_name
from tutor.engine.parameters import Array, Parameters
from tutor.engine.spec import NetworkSpec

MOST_CLASSES = 255
"""An answer is one byte."""
MOST_UNITS = 1_000
"""In one layer: a block of drawings then takes 16 MB."""
Weights = NDArray[np.float64]


class CannotMap(ValueError):
    """A network of another kind; the message says what is different about it."""


@dataclass(frozen=True, eq=False)
class Stage:
    """f(kernelᵀ·x + bias), with ``kernel`` (inputs, units) and ``bias`` (units,) in float64.

    ``slope`` is that of a leaky ReLU.
    """

    kernel: Weights
    bias: Weights
    activation: str
    slope: float = 0.0


@dataclass(frozen=True, eq=False)
class StagedNetwork:
    """A network from 25 pixels to the logits of its classes: the stages, and the layers that they come from."""

    stages: tuple[Stage, ...]
    spec: NetworkSpec
    parameters: Parameters

    @cached_property
    def _reference(self) -> tuple[NetworkSpec, Parameters]:
        exact = {name: array.astype(np.float64) for name, array in self.parameters.items()}
        return replace(self.spec, dtype="float64"), exact

    @property
    def classes(self) -> int:
        """How many classes it tells apart."""
        return len(self.stages[-1].bias)

    def logits(self, inputs: Array) -> Array:
        """The logits (rows, classes) of ``inputs`` (rows, 25) by the engine's reference, in float64."""
        spec, parameters = self._reference
        return forward(spec, parameters, inputs)[logits_name(spec)]

    def logits_of(self, numbers: Numbers | list[int] | int) -> Array:
        """The logits of drawings by number: (rows, classes), or (classes,) for a single one."""
        pixels = pixels_of(numbers)
        logits = self.logits(np.atleast_2d(pixels))
        return logits if pixels.ndim > 1 else logits[0]


def staged(spec: NetworkSpec, parameters: Parameters) -> StagedNetwork:
    """The network as stages. Raises ``CannotMap``."""
    if spec.input_shape != (PIXELS,):
        takes = " × ".join(map(str, spec.input_shape))
        raise CannotMap(f"a complete map needs a network of {PIXELS} pixels, but {spec.name} takes {takes} numbers")
    if not 2 <= spec.output_size <= MOST_CLASSES:
        raise CannotMap(f"a complete map needs from 2 to {MOST_CLASSES} classes; {spec.name} has {spec.output_size}")
    if spec.last_activation != "softmax" and not (spec.from_logits and spec.loss.endswith("categorical_crossentropy")):
        raise CannotMap(f"a complete map needs a network that ends in a softmax; {spec.name} ends otherwise")
    if not all(np.isfinite(array).all() for array in parameters.values()):
        raise CannotMap(f"{spec.name} has a weight that is not a finite number")
    stages: list[Stage] = []
    kernel, bias = np.eye(PIXELS), np.zeros(PIXELS)
    for place, (name, layer) in enumerate(spec.named_layers):
        kernel, bias = _folded(spec, name, layer, parameters, kernel, bias)
        activation, slope = _activation(layer)
        if place == len(spec.layers) - 1 and activation == "softmax":
            activation = "linear"
        if activation != "linear":
            stages.append(Stage(kernel, bias, activation, slope))
            kernel, bias = np.eye(len(bias)), np.zeros(len(bias))
    return StagedNetwork((*stages, Stage(kernel, bias, "linear")), spec, parameters)


def _folded(
    spec: NetworkSpec, name: str, layer: LayerSpec, parameters: Parameters, kernel: Weights, bias: Weights
) -> tuple[Weights, Weights]:
    """The sum kernelᵀ·x + bias after what ``layer`` adds and scales."""
    if isinstance(layer, Dense):
        if layer.units > MOST_UNITS:
            raise CannotMap(f"a complete map takes layers of at most {MOST_UNITS:,} units; {name} has {layer.units:,}")
        own = parameters[f"{name}.kernel"].astype(np.float64)
        added = parameters.get(f"{name}.bias", np.zeros(layer.units)).astype(np.float64)
        return kernel @ own, bias @ own + added
    if isinstance(layer, BatchNormalization):
        gamma, beta, mean, variance = (
            parameters[f"{name}.{part}"].astype(np.float64)
            for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        nothing = np.zeros(len(bias))
        scale = normalize_with(nothing + 1, gamma, nothing, nothing, variance, layer.epsilon)
        shift = normalize_with(nothing, gamma, beta, mean, variance, layer.epsilon)
        return kernel * scale, bias * scale + shift
    if isinstance(layer, Dropout | Activation | LeakyReLU | Flatten):
        return kernel, bias
    raise CannotMap(f"a complete map needs a network of Dense layers; {spec.name} has {name}")


def _activation(layer: LayerSpec) -> tuple[str, float]:
    if isinstance(layer, LeakyReLU):
        return "leaky_relu", as_float32(layer.negative_slope)
    if isinstance(layer, Dense | Activation):
        return layer.activation, as_float32(LEAKY_RELU_SLOPE)
    return "linear", 0.0
