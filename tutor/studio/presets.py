"""Experiments to begin with: TensorFlow Playground's first screen and the classics on the plane, and the sources'."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.engine.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D, Reshape
from tutor.engine.optimizer_specs import SGD, Adam
from tutor.studio.experiment import DataChoice, Experiment
from tutor.training.models import SHAPES_DROPOUT, SHAPES_RATE

_SHAPES = SGD(SHAPES_RATE, clipnorm=1.0)


def _dense(*units: int, activation: str = "tanh") -> tuple[Dense, ...]:
    return tuple(Dense(each, activation) for each in units)


PRESETS: Mapping[str, Experiment] = {
    "playground": Experiment(),
    "one neuron": Experiment(DataChoice("gauss", noise=10), ()),
    "xor": Experiment(DataChoice("xor"), _dense(4), optimizer=SGD(0.1)),
    "spiral": Experiment(DataChoice("spiral"), _dense(8, 8), optimizer=Adam(0.01)),
    "spiral, deep": Experiment(DataChoice("spiral"), _dense(8, 8, 8, 8, 8, 8), optimizer=Adam(0.003)),
    "circle, squares": Experiment(DataChoice("circle", features=("x1^2", "x2^2")), ()),
    "rings": Experiment(DataChoice("rings", count=300), _dense(8, 8), optimizer=Adam(0.01)),
    "moons": Experiment(DataChoice("moons", noise=20), _dense(8, activation="relu"), optimizer=SGD(0.1)),
    "slope": Experiment(DataChoice("slope"), (), optimizer=SGD(0.01)),
    "hills": Experiment(DataChoice("hills", count=500), _dense(8, 8, activation="relu"), optimizer=Adam(0.01)),
    "iris": Experiment(
        DataChoice("iris", test=30), _dense(6), "categorical_crossentropy", Adam(0.01), batch=10
    ),
    "shapes": Experiment(
        DataChoice("shapes"),
        tuple(
            layer for units in (25, 20, 15, 10) for layer in (Dense(units, "relu"), Dropout(SHAPES_DROPOUT))
        ),
        "categorical_crossentropy", _SHAPES, batch=1,
    ),
    "shapes, CNN": Experiment(
        DataChoice("shapes"),
        (Reshape((5, 5, 1)), Conv2D(8, (3, 3), padding="same", activation="relu"), MaxPooling2D(padding="same"),
         Flatten()),
        "categorical_crossentropy", _SHAPES, batch=1,
    ),
}  # fmt: skip
"""By name."""
