"""The network on a name in Keras."""

from __future__ import annotations

from tutor.engine.parameters import Parameters
from tutor.labs.recurrent.network import TOKENS, WIDTH
from tutor.training.keras_program import KerasProgram


def program(cell: str, units: int, parameters: Parameters, name: str) -> KerasProgram:
    """The network with these parameters on a name: its loss there, and how it would be trained."""
    weights = {f"w{number}": array for number, array in enumerate(parameters.values(), start=1)}
    source = f"""\
import keras
import numpy as np
net = keras.Sequential([
    keras.Input((None,)),
    keras.layers.Embedding({TOKENS}, {WIDTH}),
    keras.layers.{cell}(
        {units}, return_sequences=True),
    keras.layers.Dense({TOKENS}, "softmax")])
net.set_weights(
    [{", ".join(weights)}])
# what follows the mark and each letter
y = np.array([[ord(letter) - 96 for letter
    in "{name}"] + [0]])
x = np.roll(y, 1)
net.compile("adam",
    "sparse_categorical_crossentropy")
loss = net.evaluate(x, y, verbose=0)
p = net.predict(x, verbose=0)[0]
def train(names, following):
    net.fit(names, following, 32,
        epochs=10)
"""
    return KerasProgram(source, {"name_loss": "loss"}, weights)
