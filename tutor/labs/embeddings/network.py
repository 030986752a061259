"""Bengio's language model on letters, its rows, and such networks after a training of their own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.datasets.texts.rows import NO_LABEL
from tutor.datasets.texts.shipped import names
from tutor.datasets.texts.vocabulary import NAMES
from tutor.engine.layers import Dense, Flatten
from tutor.engine.network import evaluate
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import Parameters, views
from tutor.engine.sequence_layers import Embedding
from tutor.engine.spec import NetworkSpec
from tutor.labs.sequences.names import names_data
from tutor.training.run import start_inline
from tutor.training.settings import RunSettings

Array = NDArray[np.float64]
TOKENS = tuple(NAMES.characters)
LETTERS = TOKENS[1:]
MOST_CONTEXT = 3
UNITS, BATCH, RATE, EPOCHS = 32, 256, 0.01, 20
"""Of all networks here. With ten numbers a letter, more epochs raise the loss on names that are held out."""
LONGEST = max(map(len, names())) + 1
"""Places for the longest name and its end."""
TABLE = "embedding.embeddings"


@cache
def context_rows(context: int) -> TrainingData:
    """Of every name, each place as a row: the ``context`` tokens before it (rows, context) and its token (rows,).

    Where there are fewer letters before it, the mark stands for them. A tenth of the names is held out.
    """
    whole = names_data(LONGEST)

    def of(tokens: NDArray[Any], labels: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        padded = np.pad(tokens, ((0, 0), (context - 1, 0)))
        judged = labels != NO_LABEL
        return np.lib.stride_tricks.sliding_window_view(padded, context, axis=1)[judged], labels[judged]

    return TrainingData(*of(whole.inputs, whole.labels), *of(whole.held_out_inputs, whole.held_out_labels))


def spec_of(size: int, context: int, seed: int) -> NetworkSpec:
    """Token numbers → their rows of the table → a hidden layer → a confidence for every token.

    After Bengio, Ducharme, Vincent and Jauvin, A Neural Probabilistic Language Model (2003), without its direct
    connections from the table to the output.
    """
    layers = (Embedding(len(TOKENS), size), Flatten(), Dense(UNITS, "tanh"), Dense(len(TOKENS), "softmax"))
    loss = "sparse_categorical_crossentropy"
    return NetworkSpec("letters", (context,), layers, loss, Adam(RATE), seed, "float64")


@dataclass(frozen=True, eq=False)
class Trained:
    """A network after its training: its table (tokens, size), and its losses on taught and on held-out names."""

    table: Array
    losses: tuple[float, float]


@lru_cache(maxsize=64)
def run_settings(size: int, seed: int) -> RunSettings:
    """The training of a network with the longest context, for ``EPOCHS`` epochs."""
    return RunSettings(spec_of(size, MOST_CONTEXT, seed), EPOCHS, BATCH)


@lru_cache(maxsize=64)
def trained(size: int, seed: int) -> Trained:
    """Such a network after its training, at once."""
    settings = run_settings(size, seed)
    run = start_inline(settings, context_rows(MOST_CONTEXT), None)
    run.play()
    run.poll()
    return trained_from(settings.spec, views(settings.spec, run.snapshot.checkpoint.engine.theta))


def trained_from(spec: NetworkSpec, parameters: Parameters) -> Trained:
    """The table of a network with these parameters, and its losses."""
    data = context_rows(MOST_CONTEXT)
    taught, _ = evaluate(spec, parameters, data.inputs, data.labels)
    held_out, _ = evaluate(spec, parameters, data.held_out_inputs, data.held_out_labels)
    return Trained(np.asarray(parameters[TABLE], np.float64), (taught, held_out))
