"""The network on one context in Keras."""

from __future__ import annotations

import numpy as np

from tutor.engine.layers import Dense
from tutor.engine.parameters import Parameters
from tutor.engine.sequence_layers import Embedding
from tutor.engine.spec import NetworkSpec
from tutor.labs.embeddings.network import BATCH, RATE, TABLE, context_rows
from tutor.training.keras_program import KerasProgram


def program(spec: NetworkSpec, parameters: Parameters, tokens: list[int], target: int, epochs: int) -> KerasProgram:
    """The network with these parameters on a context, and a function that trains it on the names."""
    table, _, hidden, output = spec.layers
    assert isinstance(table, Embedding)
    assert isinstance(hidden, Dense)
    assert isinstance(output, Dense)
    loss = "sparse_categorical_crossentropy"
    source = f"""\
import keras
import numpy as np
from keras.layers import (
    Dense, Embedding, Flatten)

net = keras.Sequential([
    keras.Input(({len(tokens)},), dtype="int32"),
    Embedding({table.input_dim}, {table.output_dim}),
    Flatten(),
    Dense({hidden.units}, "tanh"),
    Dense({output.units}, "softmax")])
net.compile(
    keras.optimizers.Adam({RATE}),
    "{loss}")
net.set_weights([E, W1, b1, W2, b2])

context = np.array([{tokens}])
confidences = net(context)[0]
row_loss = net.evaluate(
    context, np.array([{target}]), 1, 0)

held_out = x_test, y_test
def train():
    net.fit(x, y, batch_size={BATCH},
            epochs={epochs},
            validation_data=held_out)
"""
    data = context_rows(len(tokens))
    given = {
        "E": parameters[TABLE], "W1": parameters["dense.kernel"], "b1": parameters["dense.bias"],
        "W2": parameters["dense_1.kernel"], "b2": parameters["dense_1.bias"],
        "x": data.inputs, "y": data.labels, "x_test": data.held_out_inputs, "y_test": data.held_out_labels,
    }  # fmt: skip
    given = {name: np.asarray(array) for name, array in given.items()}
    return KerasProgram(source, {"confidences": "confidences", "row_loss": "row_loss"}, given)
