"""A trained network as a ``.keras`` file, written by Keras itself. Importing this loads TensorFlow."""

from __future__ import annotations

import re
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras

from tutor.backends.keras_layers import built_layers
from tutor.engine.fast.pooled_first import as_specified
from tutor.engine.initializers import Initializer, initializer_to_plain
from tutor.engine.layers import Conv2D, Dense, Dropout
from tutor.engine.optimizer_specs import OptimizerSpec
from tutor.engine.parameters import Array, views
from tutor.engine.schedules import Schedule
from tutor.engine.spec import NetworkSpec


def keras_file(spec: NetworkSpec, theta: Array, moving: Array) -> bytes:
    """The bytes of a ``.keras`` file of this network: compiled, so that ``fit`` and ``evaluate`` work."""
    keras.config.set_floatx(spec.dtype)
    model = keras.Sequential([keras.Input(spec.input_shape), *_layers(spec)], name=_keras_name(spec.name))
    values = views(spec, theta, moving)
    for layer in model.layers:
        numbers = [weight for weight in layer.weights if "seed" not in weight.path]
        for weight in numbers:
            weight.assign(values[f"{layer.name}.{weight.name}"])
    model.compile(optimizer=_optimizer(spec.optimizer), loss=_loss(spec), metrics=["accuracy"])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.keras"
        model.save(file)
        return file.read_bytes()


def _keras_name(name: str) -> str:
    """A name that Keras accepts: without the characters that it reserves."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name) or "network"


def _layers(spec: NetworkSpec) -> list[Any]:
    made = []
    for entry in as_specified(spec):
        layer = entry.layer
        if isinstance(layer, Dropout):
            made.append(keras.layers.Dropout(layer.rate, name=entry.name, dtype=spec.dtype))
            continue
        (built,) = built_layers((entry,), spec.dtype)
        if isinstance(layer, Dense | Conv2D):
            built.kernel_initializer = _initializer(layer.kernel_initializer)
            built.bias_initializer = _initializer(layer.bias_initializer)
        made.append(built)
    return made


def _initializer(initializer: Initializer) -> Any:
    plain = initializer_to_plain(initializer)
    if isinstance(plain, str):
        return keras.initializers.get(plain)
    settings = {name: value for name, value in plain.items() if name != "kind"}
    return getattr(keras.initializers, type(initializer).__name__)(**settings)


def _optimizer(optimizer: OptimizerSpec) -> Any:
    settings = asdict(optimizer)
    if isinstance(rate := optimizer.learning_rate, Schedule):
        settings["learning_rate"] = getattr(keras.optimizers.schedules, type(rate).__name__)(**asdict(rate))
    return getattr(keras.optimizers, type(optimizer).__name__)(**settings)


def _loss(spec: NetworkSpec) -> Any:
    if not spec.from_logits:
        return spec.loss
    classes = {
        "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
        "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
        "binary_crossentropy": keras.losses.BinaryCrossentropy,
    }
    return classes[spec.loss](from_logits=True) if spec.loss in classes else spec.loss
