"""Dense at each place, LayerNormalization, Add, and all other layers by their plain form."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tutor.engine.activations import activate, activation_gradient
from tutor.engine.fast.sequence.contract import Setting
from tutor.engine.layers import Dense, LayerSpec
from tutor.engine.losses import l2_gradient
from tutor.engine.operations.contract import Array, Pass, Step
from tutor.engine.operations.table import operation_of
from tutor.engine.sequence_layers import LayerNormalization


class DenseStage:
    """activation(x · kernel + bias). ``ends_in_logits`` leaves the activation to the loss."""

    def __init__(self, at: Setting, layer: Dense, *, ends_in_logits: bool) -> None:
        self._layer = replace(layer, activation="linear") if ends_in_logits else layer
        self._kernel, self._dkernel = at.own("kernel"), at.gradient("kernel")
        self._bias = at.own("bias") if layer.use_bias else None
        self._dbias = at.gradient("bias") if layer.use_bias else None
        self._z, self._dx = at.empty(at.places, layer.units), at.empty(at.places, at.shape[-1])
        self._dz, self._positive = np.empty_like(self._z), np.empty(self._z.shape, bool)
        self._out, self._x = np.empty_like(self._z), self._dx
        self._ones = at.ones(at.places)

    def forward(self, x: Array) -> Array:
        """The output."""
        self._x = x
        np.matmul(x, self._kernel, out=self._z)
        if self._bias is not None:
            np.add(self._z, self._bias, out=self._z)
        if self._layer.activation == "linear":
            return self._z
        if self._layer.activation == "relu":
            return np.maximum(self._z, 0, out=self._out)
        self._out = activate(self._layer.activation, self._z)
        return self._out

    def backward(self, dy: Array) -> Array:
        """Back again."""
        dz = dy
        if self._layer.activation == "relu":
            np.greater(self._z, 0, out=self._positive)
            dz = np.multiply(dy, self._positive, out=self._dz)
        elif self._layer.activation != "linear":
            dz = activation_gradient(self._layer.activation, dy, self._z, self._out)
        np.matmul(self._x.T, dz, out=self._dkernel)
        if self._layer.l2:
            self._dkernel += l2_gradient(self._kernel, self._layer.l2)
        if self._dbias is not None:
            np.matmul(self._ones, dz, out=self._dbias)
        return np.matmul(dz, self._kernel.T, out=self._dx)


class LayerNormalizationStage:
    """Layer normalization; sums over a place are products with a vector."""

    def __init__(self, at: Setting, layer: LayerNormalization) -> None:
        places, width = at.places, at.shape[-1]
        self._gamma, self._beta = at.own("gamma"), at.own("beta")
        self._dgamma, self._dbeta = at.gradient("gamma"), at.gradient("beta")
        self._epsilon = at.dtype.type(layer.epsilon)
        self._average = np.full(width, 1 / width, at.dtype)
        self._ones = at.ones(places)
        self._x_hat, self._out, self._g, self._scratch, self._dx = (at.empty(places, width) for _ in range(5))
        self._mean, self._deviation, self._along = (at.empty(places) for _ in range(3))

    def forward(self, x: Array) -> Array:
        """The output."""
        np.matmul(x, self._average, out=self._mean)
        centred = np.subtract(x, self._mean[:, None], out=self._x_hat)
        np.multiply(centred, centred, out=self._scratch)
        np.matmul(self._scratch, self._average, out=self._deviation)
        self._deviation += self._epsilon
        np.sqrt(self._deviation, out=self._deviation)
        np.divide(centred, self._deviation[:, None], out=self._x_hat)
        np.multiply(self._x_hat, self._gamma, out=self._out)
        return np.add(self._out, self._beta, out=self._out)

    def backward(self, dy: Array) -> Array:
        """Back again."""
        np.multiply(dy, self._x_hat, out=self._scratch)
        np.matmul(self._ones, self._scratch, out=self._dgamma)
        np.matmul(self._ones, dy, out=self._dbeta)
        g = np.multiply(dy, self._gamma, out=self._g)
        np.multiply(self._scratch, self._gamma, out=self._scratch)
        np.matmul(self._scratch, self._average, out=self._along)
        np.matmul(g, self._average, out=self._mean)
        g -= self._mean[:, None]
        np.multiply(self._x_hat, self._along[:, None], out=self._scratch)
        g -= self._scratch
        return np.divide(g, self._deviation[:, None], out=self._dx)


class AddStage:
    """The sum with an earlier output, which ``source`` holds before the call. Back, the network passes dy to both."""

    def __init__(self, at: Setting) -> None:
        self.source = self._out = at.empty(at.places, at.shape[-1])
        if len(at.shape) == 1:
            self._out = at.empty(at.batch, *at.shape)

    def forward(self, x: Array) -> Array:
        """The output."""
        return np.add(x, self.source, out=self._out)

    def backward(self, dy: Array) -> Array:
        """Back again."""
        return dy


class PlainStage:
    """Any other layer, by its plain form."""

    def __init__(self, at: Setting, layer: LayerSpec) -> None:
        self._at, self._layer = at, layer
        self.values: Pass = {}
        self._x: Array = np.empty(0)
        self.mask: Array | None = None

    def forward(self, x: Array) -> Array:
        """The output."""
        self._x = x.reshape(self._at.batch, *self._at.shape)
        self.values.clear()
        step = Step(self._at.name, self._at.parameters, self.values, True, self.mask)
        out = operation_of(self._layer).forward(self._layer, self._x, step)
        self.values[f"{self._at.name}.out"] = out
        return flat(out)

    def backward(self, dy: Array) -> Array:
        """Back again."""
        gradients: Pass = {}
        out = self.values[f"{self._at.name}.out"]
        step = Step(self._at.name, self._at.parameters, self.values, True)
        dx = operation_of(self._layer).backward(self._layer, dy.reshape(out.shape), self._x, step, gradients)
        for name, gradient in gradients.items():
            if name in self._at.gradients:
                self._at.gradients[name][...] = gradient
        return flat(dx)


def flat(values: Array) -> Array:
    """(batch, time, width) as (batch·time, width); anything else as it is."""
    return values.reshape(-1, values.shape[-1]) if values.ndim == 3 else values
