"""Experiments to begin with: TensorFlow Playground's first screen and the classics on the plane, and the sources'."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.engine.layers import Dense, Reshape
from tutor.engine.optimizer_specs import SGD, Adam
from tutor.studio.experiment import TEXTS, DataChoice, Experiment
from tutor.studio.own_data import TEST_OF_TEXT
from tutor.training.models import MODELS


def _dense(*units: int, activation: str = "tanh") -> tuple[Dense, ...]:
    return tuple(Dense(each, activation) for each in units)


def _source(name: str) -> Experiment:
    """A network of the sources, on its data, with its settings."""
    model = MODELS[name]
    spec = model.spec
    picture = (Reshape(spec.input_shape),) if len(spec.input_shape) > 1 else ()
    data = DataChoice(model.data, test=TEST_OF_TEXT) if model.data in TEXTS else DataChoice(model.data)
    return Experiment(data, (*picture, *spec.layers[:-1]), spec.loss, spec.optimizer, model.batch_size)


PRESETS: Mapping[str, Experiment] = {
    "playground": Experiment(),
    "one neuron": Experiment(DataChoice("gauss", noise=10), ()),
    "xor": Experiment(DataChoice("xor"), _dense(4), optimizer=SGD(0.1)),
    "spiral": Experiment(DataChoice("spiral"), _dense(8, 8), optimizer=Adam(0.01)),
    "deep spiral": Experiment(DataChoice("spiral"), _dense(8, 8, 8, 8, 8, 8), optimizer=Adam(0.003)),
    "circle of squares": Experiment(DataChoice("circle", features=("x1^2", "x2^2")), ()),
    "rings": Experiment(DataChoice("rings", count=300), _dense(8, 8), optimizer=Adam(0.01)),
    "moons": Experiment(DataChoice("moons", noise=20), _dense(8, activation="relu"), optimizer=SGD(0.1)),
    "slope": Experiment(DataChoice("slope"), (), optimizer=SGD(0.01)),
    "hills": Experiment(DataChoice("hills", count=500), _dense(8, 8, activation="relu"), optimizer=Adam(0.01)),
    "iris": Experiment(
        DataChoice("iris", test=30), _dense(6), "categorical_crossentropy", Adam(0.01), batch=10
    ),
    "shapes": _source("shapes-mlp"),
    "shapes CNN": _source("shapes-cnn"),
    "digits softmax": _source("digits-softmax"),
    "digits Dense": _source("digits-dense"),
    "digits MLP": _source("digits-mlp"),
    "digits CNN": _source("digits-cnn"),
    "letters MLP": _source("letters-mlp"),
    "letters CNN": _source("letters-cnn"),
    "gpt-names": _source("gpt-names"),
    "rnn-names": _source("rnn-names"),
    "lstm-names": _source("lstm-names"),
}  # fmt: skip
"""By name."""
USUAL: Mapping[str, str] = {
    "iris": "iris", "shapes": "shapes", "digits": "digits softmax", "letters": "letters MLP", "names": "gpt-names",
}  # fmt: skip
"""The preset with which another kind of data is begun."""
