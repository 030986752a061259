"""Fast layers of a batch step: arrays allocated once and used in place, the halves of the batch on two cores.

A stage takes an array that the stage before it owns and returns one of its own, valid until the next call. Forward, it
may overwrite its input only if the stage before ``gives_away`` its output; backward, it may overwrite the incoming
gradient. ``operations`` has the plain form of the same mathematics.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from tutor.engine.activations import ELEMENTWISE, as_float32
from tutor.engine.fast.convolution import FastConvolution
from tutor.engine.fast.pooling import FastMaxPool
from tutor.engine.fast.workers import Workers, halved
from tutor.engine.layers import Conv2D, Dense, LayerSpec, LeakyReLU, MaxPooling2D
from tutor.engine.operations.contract import Array, Pass, Shape, Step
from tutor.engine.operations.table import operation_of
from tutor.engine.parameters import Parameters


class Stage(Protocol):
    """One layer of a step."""

    gives_away: bool
    """Whether the next stage may overwrite this one's output, because nothing else reads it, not even this stage."""

    def forward(self, x: Array) -> Array:
        """The layer's output for a batch."""

    def backward(self, dy: Array, need_dx: bool) -> Array | None:
        """Write the gradients of the layer's parameters; return that of its input if ``need_dx``."""


class DenseStage:
    """x · kernel + bias, the rows of the batch on two cores; the kernel's gradient by halves of its rows."""

    gives_away = True

    def __init__(self, name: str, layer: Dense, shape: Shape, batch: int, p: Parameters, g: Parameters, w: Workers):
        self._kernel, self._bias = p[f"{name}.kernel"], p.get(f"{name}.bias")
        self._dkernel, self._dbias = g[f"{name}.kernel"], g.get(f"{name}.bias")
        self._workers = w
        self._z = np.empty((batch, layer.units), self._kernel.dtype)
        self._dx = np.empty((batch, *shape), self._kernel.dtype)
        self._x = self._dx

    def forward(self, x: Array) -> Array:
        """The output."""
        self._x, z = x, self._z[: len(x)]

        def half(_part: int, rows: slice) -> None:
            np.matmul(x[rows], self._kernel, out=z[rows])
            if self._bias is not None:
                np.add(z[rows], self._bias, out=z[rows])

        self._workers.halves(len(x), half)
        return z

    def backward(self, dy: Array, need_dx: bool) -> Array | None:
        """Back again."""
        x, dx = self._x, self._dx[: len(dy)]
        inputs_of = halved(x.shape[1])

        def half(part: int, rows: slice) -> None:
            inputs = inputs_of[part]
            np.matmul(x[:, inputs].T, dy, out=self._dkernel[inputs])
            if need_dx:
                np.matmul(dy[rows], self._kernel.T, out=dx[rows])

        self._workers.halves(len(x), half)
        if self._dbias is not None:
            np.sum(dy, axis=0, out=self._dbias)
        return dx if need_dx else None


class ConvolutionStage:
    """A convolution by ``FastConvolution``."""

    gives_away = True

    def __init__(self, name: str, layer: Conv2D, shape: Shape, batch: int, p: Parameters, g: Parameters, w: Workers):
        self._kernel, self._bias = p[f"{name}.kernel"], p.get(f"{name}.bias")
        self._dkernel, self._dbias = g[f"{name}.kernel"], g.get(f"{name}.bias")
        height, width, channels = shape
        self._convolution = FastConvolution(
            (batch, height, width, channels),
            (*layer.kernel_size, channels, layer.filters),
            layer.strides, layer.padding, str(self._kernel.dtype), w,
        )  # fmt: skip
        self._x: Array = np.empty(0)

    def forward(self, x: Array) -> Array:
        """The output."""
        self._x = x
        return self._convolution.forward(x, self._kernel, self._bias)

    def backward(self, dy: Array, need_dx: bool) -> Array | None:
        """Back again."""
        dx, dkernel, dbias = self._convolution.backward(dy, self._x, self._kernel, need_dx)
        self._dkernel[...] = dkernel
        if self._dbias is not None:
            self._dbias[...] = dbias
        return dx


class MaxPoolingStage:
    """Maximum pooling by ``FastMaxPool``."""

    gives_away = True

    def __init__(self, layer: MaxPooling2D, shape: Shape, batch: int, dtype: str, workers: Workers) -> None:
        height, width, channels = shape
        strides = layer.strides or layer.pool_size
        images = (batch, height, width, channels)
        self._pool = FastMaxPool(images, layer.pool_size, strides, layer.padding, dtype, workers)
        self._x: Array = np.empty(0)

    def forward(self, x: Array) -> Array:
        """The output."""
        self._x = x
        return self._pool.forward(x)

    def backward(self, dy: Array, _need_dx: bool) -> Array | None:
        """Back again."""
        return self._pool.backward(dy, self._x)


class RectifierStage:
    """ReLU and leaky ReLU: z·slope forward, dy·slope backward. The output has the sign of z.

    ``in_place`` overwrites z with the output, which saves a pass over memory; it requires that z was given away.
    """

    gives_away = False

    def __init__(
        self, slope: float, shape: Shape, batch: int, dtype: str, workers: Workers, *, in_place: bool = False
    ) -> None:
        self._slope = np.dtype(dtype).type(slope)
        self._workers = workers
        self._scaled = np.empty((batch, *shape) if slope else (0,), dtype)
        self._positive = np.empty((batch, *shape), bool)
        self._y = None if in_place else np.empty((batch, *shape), dtype)
        self._out: Array = np.empty(0)

    def forward(self, x: Array) -> Array:
        """The output."""
        self._out = out = x if self._y is None else self._y[: len(x)]

        def half(_part: int, rows: slice) -> None:
            if self._slope:
                np.multiply(x[rows], self._slope, out=self._scaled[rows])
                np.maximum(x[rows], self._scaled[rows], out=out[rows])
            else:
                np.maximum(x[rows], 0, out=out[rows])

        self._workers.halves(len(x), half)
        return out

    def backward(self, dy: Array, _need_dx: bool) -> Array | None:
        """Back again."""

        def half(_part: int, rows: slice) -> None:
            positive = self._positive[rows]
            np.greater(self._out[rows], 0, out=positive)
            if self._slope:
                np.multiply(dy[rows], self._slope, out=self._scaled[rows])
                np.copyto(self._scaled[rows], dy[rows], where=positive)
            else:
                np.multiply(dy[rows], positive, out=dy[rows])

        self._workers.halves(len(dy), half)
        return self._scaled[: len(dy)] if self._slope else dy


class DropoutStage:
    """Multiplies by the mask both ways, forward into its own array. Set the mask (rows, size) before each step."""

    gives_away = True

    def __init__(self, shape: Shape, batch: int, dtype: str, workers: Workers) -> None:
        self._workers = workers
        self._y = np.empty((batch, *shape), dtype)
        self.mask: Array = np.empty(0)

    def forward(self, x: Array) -> Array:
        """The output."""
        return self._times_mask(x, self._y[: len(x)])

    def backward(self, dy: Array, _need_dx: bool) -> Array | None:
        """Back again."""
        return self._times_mask(dy, dy)

    def _times_mask(self, x: Array, out: Array) -> Array:
        mask = self.mask.reshape(x.shape)

        def half(_part: int, rows: slice) -> None:
            np.multiply(x[rows], mask[rows], out=out[rows])

        self._workers.halves(len(x), half)
        return out


class PlainStage:
    """Any layer by its plain operation: for layers in which no network of the course spends much time."""

    gives_away = False

    def __init__(self, name: str, layer: LayerSpec, parameters: Parameters, gradients: Parameters) -> None:
        self._name, self._layer = name, layer
        self._parameters, self._gradients = parameters, gradients
        self.values: Pass = {}
        self._x: Array = np.empty(0)

    def forward(self, x: Array) -> Array:
        """The output."""
        self._x, self.values = x, {}
        out = operation_of(self._layer).forward(self._layer, x, self._step())
        self.values[f"{self._name}.out"] = out
        return out

    def backward(self, dy: Array, _need_dx: bool) -> Array | None:
        """Back again."""
        found: Pass = {}
        dx = operation_of(self._layer).backward(self._layer, dy, self._x, self._step(), found)
        for name, gradient in found.items():
            if name in self._gradients:
                self._gradients[name][...] = gradient
        return dx

    def _step(self) -> Step:
        return Step(self._name, self._parameters, self.values, training=True)


class ElementwiseStage:
    """Any other elementwise activation."""

    gives_away = False

    def __init__(self, activation: str) -> None:
        self._activation = ELEMENTWISE[activation]
        self._z: Array = np.empty(0)
        self._out: Array = np.empty(0)

    def forward(self, x: Array) -> Array:
        """The output."""
        self._z, self._out = x, self._activation.function(x)
        return self._out

    def backward(self, dy: Array, _need_dx: bool) -> Array | None:
        """Back again."""
        np.multiply(dy, self._activation.slope(self._z, self._out), out=dy)
        return dy


def activation_stage(
    activation: str, shape: Shape, batch: int, dtype: str, workers: Workers, *, in_place: bool
) -> Stage | None:
    """The stage of a named activation; None for linear, which does nothing."""
    if activation == "linear":
        return None
    if activation == "relu":
        return RectifierStage(0.0, shape, batch, dtype, workers, in_place=in_place)
    return ElementwiseStage(activation)


def leaky_stage(layer: LeakyReLU, shape: Shape, batch: int, dtype: str, workers: Workers, *, in_place: bool) -> Stage:
    """The stage of a LeakyReLU layer, which equals max(z, slope·z) only up to a slope of 1."""
    assert layer.negative_slope <= 1.0
    return RectifierStage(as_float32(layer.negative_slope), shape, batch, dtype, workers, in_place=in_place)
