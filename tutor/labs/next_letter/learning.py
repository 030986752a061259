"""The table learned: one Dense layer without a bias on one-hot letters, by gradient descent.

A one-hot row times the weights W (27, 27) is a row of W, and its softmax the probabilities of the next letter. All rows
of the list with the same letter have the same output, so the mean loss and its gradient follow from the counts N:

L = Σᵢⱼ Nᵢⱼ·(−ln pᵢⱼ) / Σ N,  ∂L/∂wᵢⱼ = (nᵢ·pᵢⱼ − Nᵢⱼ) / Σ N,  nᵢ = Σⱼ Nᵢⱼ
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from tutor.engine.activations import softmax
from tutor.labs.next_letter.counting import TOKENS, Floats, all_counted

MOST_STEPS = 300


def loss_of(weights: Floats) -> float:
    """The mean loss in nats over all pairs of the list."""
    table = all_counted()
    return float(-(table * np.log(softmax(weights))).sum() / table.sum())


def gradient_of(weights: Floats) -> Floats:
    """The gradient (27, 27) of that loss by the weights."""
    table = all_counted()
    return np.asarray((table.sum(axis=1, keepdims=True) * softmax(weights) - table) / table.sum())


@lru_cache(maxsize=8)
def descent(rate: float) -> tuple[tuple[Floats, ...], tuple[float, ...]]:
    """The weights (27, 27) from 0 on after each of ``MOST_STEPS`` steps, and their losses."""
    weights = np.zeros((TOKENS, TOKENS))
    every, losses = [weights], [loss_of(weights)]
    for _ in range(MOST_STEPS):
        weights = weights - rate * gradient_of(weights)
        every.append(weights)
        losses.append(loss_of(weights))
    return tuple(every), tuple(losses)
