"""Embedding, PositionEmbedding and TiedProjection."""

from __future__ import annotations

import numpy as np

from tutor.engine.fast.sequence.contract import Setting
from tutor.engine.operations.contract import Array
from tutor.engine.operations.sequences import TABLE, token_numbers

MOST_BY_PRODUCT = 512
"""Up to so many tokens, a product with the one-hot rows adds the gradients faster than ``np.add.at``."""


class EmbeddingStage:
    """The rows of the table; back, the sum of the gradients of each token."""

    def __init__(self, at: Setting, *, shared: bool) -> None:
        self._table, self._gradient, self._shared = at.own("embeddings"), at.gradient("embeddings"), shared
        places = at.batch * at.shape[0]
        tokens, width = self._table.shape
        self._out = at.empty(places, width)
        self._one_hot = np.zeros((places, tokens) if tokens <= MOST_BY_PRODUCT else (0, 0), at.dtype)
        self._all = np.arange(places)
        self._tokens = np.zeros(places, np.intp)
        self._nothing = np.zeros((at.batch, *at.shape), at.dtype)

    def forward(self, x: Array) -> Array:
        """The output."""
        if self._one_hot.size:
            self._one_hot[self._all, self._tokens] = 0
        self._tokens = token_numbers(x, len(self._table)).ravel()
        return np.take(self._table, self._tokens, axis=0, out=self._out)

    def backward(self, dy: Array) -> Array:
        """Back again. Where a TiedProjection shares the table, its part is there already."""
        if self._one_hot.size:
            self._one_hot[self._all, self._tokens] = 1
            if self._shared:
                self._gradient += self._one_hot.T @ dy
            else:
                np.matmul(self._one_hot.T, dy, out=self._gradient)
        else:
            if not self._shared:
                self._gradient[...] = 0
            np.add.at(self._gradient, self._tokens, dy)
        return self._nothing


class PositionStage:
    """Adds a row for each position, of as many as there are places in the batch."""

    def __init__(self, at: Setting) -> None:
        used = at.shape[0]
        self._table, gradient = at.own("embeddings")[:used].ravel(), at.gradient("embeddings")
        self._gradient, self._unused = gradient[:used].ravel(), gradient[used:]
        self._batch, self._ones = at.batch, at.ones(at.batch)
        self._out = at.empty(at.places, at.shape[-1])

    def forward(self, x: Array) -> Array:
        """The output."""
        np.add(x.reshape(self._batch, -1), self._table, out=self._out.reshape(self._batch, -1))
        return self._out

    def backward(self, dy: Array) -> Array:
        """Back again."""
        np.matmul(self._ones, dy.reshape(self._batch, -1), out=self._gradient)
        self._unused[...] = 0
        return dy


class TiedStage:
    """A product with the table of the Embedding."""

    def __init__(self, at: Setting) -> None:
        self._table, self._gradient = at.parameters[TABLE], at.gradients[TABLE]
        self._out, self._dx = at.empty(at.places, len(self._table)), at.empty(at.places, at.shape[-1])
        self._x = self._dx

    def forward(self, x: Array) -> Array:
        """The output."""
        self._x = x
        return np.matmul(x, self._table.T, out=self._out)

    def backward(self, dy: Array) -> Array:
        """Back again."""
        np.matmul(dy.T, self._x, out=self._gradient)
        return np.matmul(dy, self._table, out=self._dx)
