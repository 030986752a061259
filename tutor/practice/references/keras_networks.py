"""The networks of the sources, as the engine trains them: what a learner's Keras model should be, and its fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.engine.layers import Dense
from tutor.practice.readings.keras_fit import Rows, described_fit, numbers_of
from tutor.practice.readings.keras_model import described
from tutor.practice.right import Plain, Right
from tutor.training.models import find_model


def _network(name: str) -> Callable[[], Right]:
    def right() -> Right:
        return Right((("model", Plain(described(find_model(name).spec))),))

    return right


def fit_digits(pictures: NDArray[Any], labels: NDArray[Any]) -> Right:
    """The network of two hidden Dense layers, fit to the pictures as rows from 0 to 1, with the last tenth held out."""
    model = find_model("digits-dense")
    # Keras rounds the rows to train on down (``train_validation_split`` in ``array_slicing.py``).
    held = len(labels) - int(np.floor(len(labels) * (1 - model.validation_split)))
    x = pictures.reshape(len(labels), *model.spec.input_shape) / 255
    y = np.eye(model.spec.output_size)[labels]
    fit = described_fit(Rows(len(labels) - held, held, numbers_of(x), numbers_of(y)), model.epochs, model.batch_size)
    return Right((("model", Plain(described(model.spec, fits=[fit]))),))


def fit_classes(x: NDArray[Any], labels: NDArray[Any]) -> Right:
    """Softmax regression fit to class numbers; it ends in logits, which the loss is told."""
    model = find_model("digits-softmax")
    loss, ends = "sparse_categorical_crossentropy", (Dense(model.spec.output_size),)
    spec = replace(model.spec, layers=ends, loss=loss, from_logits=True)
    fit = described_fit(Rows(len(x), 0, numbers_of(x), numbers_of(labels)), model.epochs, model.batch_size)
    return Right((("model", Plain(described(spec, fits=[fit]))),))


REFERENCES: dict[str, Callable[..., Right]] = {
    "keras_shapes": _network("shapes-mlp"), "keras_dense": _network("digits-dense"),
    "keras_dropout": _network("digits-mlp"), "keras_cnn": _network("digits-cnn"),
    "keras_letters": _network("letters-cnn"), "keras_fit": fit_digits, "keras_logits": fit_classes,
}  # fmt: skip
