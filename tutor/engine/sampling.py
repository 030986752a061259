"""From logits to the next token: temperature, the likeliest few, and a draw.

``top_k`` and ``top_p`` are those of KerasHub's samplers ``TopKSampler`` and ``TopPSampler``: what is left out gets the
probability 0, and the rest is divided by its sum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import softmax
from tutor.engine.randomness import drawing_generator

Array = NDArray[np.floating]
_BLOCK = 44
"""Apart from what data sets and lessons draw at the same seed."""


def next_probabilities(logits: Array, temperature: float = 1.0, top_k: int = 0, top_p: float = 1.0) -> Array:
    """The probability of each token (tokens,) from its logits (tokens,).

    A softmax of logits / ``temperature``; at 0 the likeliest token alone, the first of several. Then only the
    ``top_k`` likeliest tokens (0: all), and of those the fewest whose probabilities sum to at least ``top_p``.
    """
    if temperature <= 0:
        likeliest = np.zeros_like(logits)
        likeliest[int(logits.argmax())] = 1
        return likeliest
    p: Array = softmax(logits / logits.dtype.type(temperature))
    order = np.argsort(-p, kind="stable")
    kept = len(p) if top_k <= 0 else min(top_k, len(p))
    if top_p < 1:
        sums = np.cumsum(p[order[:kept]] / p[order[:kept]].sum())
        kept = min(kept, int(np.searchsorted(sums, top_p)) + 1)
    p[order[kept:]] = 0
    return p / p.sum()


def drawn_token(probabilities: Array, u: float) -> int:
    """The token at which the cumulated probability first exceeds ``u``, a number from 0 to below 1."""
    sums = np.cumsum(probabilities, dtype=np.float64)
    token = int(np.searchsorted(sums, u * sums[-1], side="right"))
    return min(token, int(np.flatnonzero(probabilities)[-1]))


def drawn_numbers(seed: int, sample: int, length: int) -> NDArray[np.float64]:
    """The ``length`` numbers from 0 to below 1 that decide the tokens of a sample, the same for every network."""
    return drawing_generator(seed, _BLOCK, sample).random(length)
