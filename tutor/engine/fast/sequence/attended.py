"""MultiHeadAttention: one product for queries, keys and values, and views of it for the heads."""

from __future__ import annotations

import numpy as np

from tutor.engine.attention import hidden, scale
from tutor.engine.fast.sequence.contract import Setting
from tutor.engine.operations.attended import ASKED
from tutor.engine.operations.contract import Array
from tutor.engine.sequence_layers import MultiHeadAttention


class AttentionStage:
    """Self-attention. ``_heads`` of an array (places, 3·heads·width) are views (batch, heads, time, width)."""

    def __init__(self, at: Setting, layer: MultiHeadAttention) -> None:
        self._batch, (self._time, width) = at.batch, at.shape
        self._layer, self._inner = layer, layer.num_heads * layer.key_dim
        self._kernels = [at.own(f"{name}_kernel").reshape(width, -1) for name in ASKED.values()]
        self._dkernels = [at.gradient(f"{name}_kernel").reshape(width, -1) for name in ASKED.values()]
        biases = ASKED.values() if layer.use_bias else ()
        self._biases = [at.own(f"{name}_bias").ravel() for name in biases]
        self._dbiases = [at.gradient(f"{name}_bias").ravel() for name in biases]
        self._end, self._dend = (each("output_kernel").reshape(-1, width) for each in (at.own, at.gradient))
        self._end_bias = at.own("output_bias") if layer.use_bias else None
        self._dend_bias = at.gradient("output_bias") if layer.use_bias else None
        self._scale = scale(layer.key_dim, at.dtype)
        mask = np.where(hidden(self._time), -np.inf, 0).astype(at.dtype)
        self._mask = mask if layer.use_causal_mask else None
        self._allocate(at, width)

    def _allocate(self, at: Setting, width: int) -> None:
        inner, places = self._inner, at.places
        self._kernel, self._dkernel = at.empty(width, 3 * inner), at.empty(width, 3 * inner)
        self._asked, self._dasked = at.empty(places, 3 * inner), at.empty(places, 3 * inner)
        self._q, self._k, self._v = (self._heads(self._asked, part) for part in range(3))
        self._dq, self._dk, self._dv = (self._heads(self._dasked, part) for part in range(3))
        of_weights = (at.batch, self._layer.num_heads, self._time, self._time)
        self._weights, self._dweights, self._scratch = (at.empty(*of_weights) for _ in range(3))
        self._mixed, self._dmixed = at.empty(places, inner), at.empty(places, inner)
        self._out, self._dx = at.empty(places, width), at.empty(places, width)
        self._ones, self._ones_of_time = at.ones(places), at.ones(self._time)
        self._sums = at.empty(*of_weights[:-1])
        self._x = self._dx

    def _heads(self, values: Array, part: int = 0) -> Array:
        parts = values.reshape(self._batch, self._time, -1, self._layer.num_heads, self._layer.key_dim)
        return parts[:, :, part].transpose(0, 2, 1, 3)

    def forward(self, x: Array) -> Array:
        """The output."""
        self._x = x
        np.concatenate(self._kernels, axis=1, out=self._kernel)
        np.matmul(x, self._kernel, out=self._asked)
        if self._biases:
            self._asked += np.concatenate(self._biases)
        self._asked[:, : self._inner] *= self._scale
        weights = np.matmul(self._q, self._k.transpose(0, 1, 3, 2), out=self._weights)
        if self._mask is not None:
            weights += self._mask
        weights -= weights.max(axis=-1, keepdims=True)
        np.exp(weights, out=weights)
        np.matmul(weights, self._ones_of_time, out=self._sums)
        weights /= self._sums[..., None]
        self._heads(self._mixed)[...] = weights @ self._v
        np.matmul(self._mixed, self._end, out=self._out)
        if self._end_bias is not None:
            self._out += self._end_bias
        return self._out

    def backward(self, dy: Array) -> Array:
        """Back again."""
        np.matmul(self._mixed.T, dy, out=self._dend)
        if self._dend_bias is not None:
            np.matmul(self._ones, dy, out=self._dend_bias)
        np.matmul(dy, self._end.T, out=self._dmixed)
        dmixed, weights, dweights = self._heads(self._dmixed), self._weights, self._dweights
        self._dv[...] = weights.transpose(0, 1, 3, 2) @ dmixed
        np.matmul(dmixed, self._v.transpose(0, 1, 3, 2), out=dweights)
        np.multiply(dweights, weights, out=self._scratch)
        np.matmul(self._scratch, self._ones_of_time, out=self._sums)
        dweights -= self._sums[..., None]
        dweights *= weights
        # The queries are scaled already, and so pass the factor on to the keys' gradient.
        self._dk[...] = dweights.transpose(0, 1, 3, 2) @ self._q
        self._dq[...] = dweights @ self._k
        self._dasked[:, : self._inner] *= self._scale
        np.matmul(self._x.T, self._dasked, out=self._dkernel)
        for part, dkernel in enumerate(self._dkernels):
            dkernel[...] = self._dkernel[:, part * self._inner : (part + 1) * self._inner]
        if self._dbiases:
            sums = self._ones @ self._dasked
            for part, dbias in enumerate(self._dbiases):
                dbias[...] = sums[part * self._inner : (part + 1) * self._inner]
        return np.matmul(self._dasked, self._kernel.T, out=self._dx)
