"""The plane's network and its training in Keras."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.engine.layers import Dense
from tutor.engine.parameters import views
from tutor.engine.spec import NetworkSpec
from tutor.labs.plane.controls import MANY
from tutor.labs.plane.network import RATE
from tutor.training.keras_program import KerasProgram

Array = NDArray[np.float64]


def program(spec: NetworkSpec, theta: Array, rows: tuple[Array, Array]) -> KerasProgram:
    """The network with these parameters at the corners and on the points, and a function that trains it."""
    layers = [layer for layer in spec.layers if isinstance(layer, Dense)]
    dense = "".join(f'    keras.layers.Dense({each.units}, "{each.activation}"),\n' for each in layers)
    names = ("W1", "b1", "W2", "b2")[: 2 * len(layers)]
    source = f"""\
import keras
import numpy as np

net = keras.Sequential([
    keras.Input((2,)),
{dense[:-2]}])
net.compile(
    keras.optimizers.Adam({RATE}),
    "mean_squared_error")
net.set_weights([{", ".join(names)}])

corners = np.array([[-1, -1], [-1, 1],
                    [1, -1], [1, 1]])
y = net(corners)[:, 0]
loss = net.evaluate(x, t, 32, 0)

def train():
    net.fit(x, t, epochs={MANY},
            batch_size=len(x))
"""
    weights = dict(zip(names, views(spec, theta).values(), strict=True))
    points, targets = rows
    return KerasProgram(source, {"corner_y": "y", "loss": "loss"}, {"x": points, "t": targets, **weights})
