"""The autoencoder in Keras, with the lab's weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.engine.parameters import Parameters
from tutor.engine.spec import NetworkSpec
from tutor.training.keras_program import KerasProgram
from tutor.training.models import AUTOENCODER_EPOCHS, AUTOENCODER_RATE

Array = NDArray[np.floating]


def program(spec: NetworkSpec, parameters: Parameters, shapes: Array) -> KerasProgram:
    """The network on the five ``shapes``: their codes and the loss; and a function that trains it."""
    source = f"""\
import keras
from keras.layers import Dense

encoder = keras.Sequential([
    keras.Input((25,)),
    Dense(16, "tanh"), Dense(2)])
decoder = keras.Sequential([
    keras.Input((2,)),
    Dense(16, "tanh"),
    Dense(25, "sigmoid")])
net = keras.Sequential([encoder, decoder])
net.compile(
    keras.optimizers.Adam({AUTOENCODER_RATE}),
    "binary_crossentropy")
net.set_weights([W1, b1, W2, b2,
                 W3, b3, W4, b4])

codes = encoder(x)
# The drawings are their own targets.
loss = net.evaluate(x, x, verbose=0)

def train():
    net.fit(x, x, epochs={AUTOENCODER_EPOCHS},
            batch_size=5)
"""
    names = [f"{part}{number}" for number in range(1, 5) for part in ("W", "b")]
    held = (parameters[f"{name}.{part}"] for name, _ in spec.named_layers for part in ("kernel", "bias"))
    weights = dict(zip(names, held, strict=True))
    given = {"x": np.asarray(shapes, "float32"), **weights}
    return KerasProgram(source, {"codes": "codes", "code_loss": "loss"}, given)
