"""The shipped names as rows to train on and to test with, and how well counting alone does on them."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import TrainingData
from tutor.datasets.texts.rows import NO_LABEL, divided_rows
from tutor.datasets.texts.shipped import names
from tutor.datasets.texts.vocabulary import NAMES

UNIFORM_LOSS = math.log(len(NAMES))
"""In nats a letter, of one who knows nothing: ln 27."""


@cache
def names_data(time: int) -> TrainingData:
    """Rows of ``time`` tokens: inputs (names, time), and class numbers with −1 after a name's end; a tenth held out."""
    taught, held_out = divided_rows(names(), NAMES, time)
    return TrainingData(*taught, *held_out)


@cache
def pair_counts(time: int) -> NDArray[np.float64]:
    """How often each token (column) follows each other token (row) in the training rows, (27, 27)."""
    data = names_data(time)
    judged = data.labels != NO_LABEL
    counts = np.zeros((len(NAMES), len(NAMES)))
    np.add.at(counts, (data.inputs[judged], data.labels[judged]), 1)
    return counts


@cache
def counting_loss(time: int, *, held_out: bool = True) -> float:
    """The mean −ln p of the next letter, in nats, by counts of pairs in the training rows, each count plus 1."""
    data = names_data(time)
    tokens, labels = (data.held_out_inputs, data.held_out_labels) if held_out else (data.inputs, data.labels)
    p = pair_counts(time) + 1
    p /= p.sum(axis=1, keepdims=True)
    judged = labels != NO_LABEL
    return float(-np.log(p[tokens[judged], labels[judged]]).mean())
