"""The network of the lab: a table of letters, a layer that hands its state on, logits of the next letter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.texts.rows import rows
from tutor.datasets.texts.vocabulary import NAMES
from tutor.engine.layers import Dense
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import Parameters
from tutor.engine.sequence_layers import LSTM, Embedding, SimpleRNN
from tutor.engine.spec import NetworkSpec

TIME = 13
"""The mark and the longest of the names, of 12 letters."""
WIDTH = 8
"""The numbers that stand for a letter."""
TOKENS = len(NAMES)
LOSS = "sparse_categorical_crossentropy"


def network(cell: str, units: int, forget_bias: bool, rate: float, seed: int) -> NetworkSpec:
    """The network as it is trained: token numbers (13,) to logits (13, 27)."""
    layer = (
        SimpleRNN(units, return_sequences=True)
        if cell == "SimpleRNN"
        else LSTM(units, return_sequences=True, unit_forget_bias=forget_bias)
    )
    layers = (Embedding(TOKENS, WIDTH), layer, Dense(TOKENS))
    return NetworkSpec("names", (TIME,), layers, LOSS, Adam(rate), from_logits=True, seed=seed, dtype="float64")


def on_name(spec: NetworkSpec, name: str) -> NetworkSpec:
    """The same network for one name and its mark, with a softmax at its end: probabilities, and the same gradients."""
    layers = (*spec.layers[:-1], Dense(TOKENS, "softmax"))
    return replace(spec, input_shape=(len(name) + 1,), layers=layers, from_logits=False)


def scaled(spec: NetworkSpec, parameters: Parameters, scale: float) -> Parameters:
    """The parameters with the recurrent kernel multiplied by ``scale``."""
    name = f"{spec.named_layers[1][0]}.recurrent_kernel"
    return {**parameters, name: parameters[name] * scale}


def radius(recurrent: NDArray[np.floating]) -> float:
    """The spectral radius of a matrix: the size of its largest eigenvalue."""
    return float(np.abs(np.linalg.eigvals(recurrent)).max())


def name_row(name: str) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The tokens of a name after the mark, (1, places), and those that follow, (1, places)."""
    return rows((name,), NAMES, len(name) + 1)


def twice(name: str) -> tuple[int, int]:
    """The places, counted from 0 for the mark, at which the first letter that occurs twice stands.

    Of a name without such a letter, those of its first letter and its last.

    >>> twice("maria"), twice("bo")
    ((2, 5), (1, 2))
    """
    for place, letter in enumerate(name):
        again = name.find(letter, place + 1)
        if again >= 0:
            return place + 1, again + 1
    return 1, len(name)
