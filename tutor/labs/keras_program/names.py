"""The same recipe for names: a network on sequences in Keras, and its parameters with their arithmetic."""

from __future__ import annotations

import math

import numpy as np

from tutor.datasets.texts.vocabulary import NAMES
from tutor.engine.derivations.cells import Cells, stacked
from tutor.engine.layers import Dense
from tutor.engine.sequence_layers import LSTM, Embedding, SimpleRNN
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.readouts import Code, Edge, Node
from tutor.labs.kit.sheet import Sheet
from tutor.training.models import NAME_PLACES

KINDS = {"SimpleRNN": 1, "LSTM": 4}
"""The layers, and how many sums each of their units has: one, or one for each of three gates and the new value."""


def names_spec(kind: str, letter_numbers: int, units: int) -> NetworkSpec:
    """Letters as tokens, to the logits of the next one at each place."""
    layer = LSTM(units, return_sequences=True) if kind == "LSTM" else SimpleRNN(units, return_sequences=True)
    layers = (Embedding(len(NAMES), letter_numbers), layer, Dense(len(NAMES)))
    return NetworkSpec("names", (NAME_PLACES,), layers, "sparse_categorical_crossentropy", from_logits=True)


def names_lines(kind: str, letter_numbers: int, units: int) -> str:
    """Build and compile, each line of at most 42 characters."""
    return f"""\
letters = keras.Sequential([
    keras.layers.Input(({NAME_PLACES},)),
    keras.layers.Embedding({len(NAMES)}, {letter_numbers}),
    keras.layers.{kind}({units},
        return_sequences=True),
    keras.layers.Dense({len(NAMES)})])
letters.compile(
    optimizer="adam",
    loss=keras.losses
        .SparseCategoricalCrossentropy(
        from_logits=True,
        ignore_class=-1))
"""


def counted_lines(kind: str, letter_numbers: int, units: int) -> str:
    """The same, and what Keras counts in it."""
    return names_lines(kind, letter_numbers, units) + "layer = letters.layers[1]\nrecurrent = layer.count_params()\n"


def fill_names(sheet: Sheet, kind: str, letter_numbers: int, units: int) -> None:
    """The lines, the parameters of each layer, and the layers as a graph."""
    spec = names_spec(kind, letter_numbers, units)
    width, state, tokens = sheet["letter_numbers"], sheet["recurrent_units"], len(NAMES)
    embedding = sheet.number(
        "embedding_parameters", "parameters of Embedding", width * tokens, "tokens·numbers", digits=0
    )
    one = sheet.number("unit_parameters", "parameters of one sum", width + state + 1, "numbers + units + 1", digits=0)
    layer = one * state * KINDS[kind]
    recurrent = sheet.number(
        "recurrent_parameters", f"parameters of {kind}", layer, "sums of a unit·units·(…)", digits=0
    )
    out = (state + 1) * tokens
    dense = sheet.number("dense_parameters", "parameters of Dense", out, "(units + 1)·tokens", digits=0)
    sheet.show("names_lines", lambda: Code("names_lines", "names in Keras", names_lines(kind, letter_numbers, units)))
    labels = ("tokens", "Embedding", kind, "Dense")
    sizes = sheet.give("numbers of names", np.array([math.prod(shape) for shape in spec.shapes], dtype=float))
    columns: list[list[tuple[Node, Cells | None, Cells | None]]] = [
        [(Node(label), sizes[i], None)] for i, label in enumerate(labels)
    ]
    held = stacked([embedding, recurrent, dense])
    edges: list[tuple[Edge, Cells | None, Cells | None]] = [
        (Edge(labels[i], labels[i + 1]), held[i], None) for i in range(3)
    ]
    sheet.graph("names_net", "numbers out, parameters between", columns, edges, digits=0)
