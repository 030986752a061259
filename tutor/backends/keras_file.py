"""A trained network as a ``.keras`` file, written by Keras itself. Importing this loads TensorFlow."""

from __future__ import annotations

import re
import tempfile
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import keras

from tutor.backends.keras_layers import built_layers, output_of
from tutor.engine.connections import sources
from tutor.engine.fast.pooled_first import as_specified
from tutor.engine.initializers import Initializer, initializer_to_plain
from tutor.engine.layers import Dropout, LayerSpec
from tutor.engine.objective import NO_LABEL
from tutor.engine.optimizer_specs import OptimizerSpec
from tutor.engine.parameters import Array, layout, moving_layout, views
from tutor.engine.schedules import Schedule
from tutor.engine.sequence_layers import CALLED_WITH_MORE, LSTM, Embedding, MultiHeadAttention, SimpleRNN
from tutor.engine.spec import NetworkSpec


def keras_file(spec: NetworkSpec, theta: Array, moving: Array) -> bytes:
    """The bytes of a ``.keras`` file of this network: compiled, so that ``fit`` and ``evaluate`` work."""
    keras.config.set_floatx(spec.dtype)
    model = compiled_model(spec)
    values = views(spec, theta, moving)
    entries = [*layout(spec), *moving_layout(spec)]
    for layer in model.layers:
        numbers = [weight for weight in layer.weights if "seed" not in weight.path]
        for entry, weight in zip([e for e in entries if e.layer == layer.name], numbers, strict=True):
            weight.assign(values[entry.name])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.keras"
        model.save(file)
        return file.read_bytes()


def compiled_model(spec: NetworkSpec) -> Any:
    """The Keras model of a specification, with Keras's own dropout and initial weights, ready for ``fit``."""
    model = _model(spec)
    model.compile(optimizer=_optimizer(spec.optimizer), loss=_loss(spec), metrics=["accuracy"])
    return model


def _keras_name(name: str) -> str:
    """A name that Keras accepts: without the characters that it reserves."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name) or "network"


def _model(spec: NetworkSpec) -> Any:
    """The model: a line where Keras can call one layer after the other, else a graph."""
    tokens = "int32" if isinstance(spec.layers[0], Embedding) else None
    inputs, name = keras.Input(spec.input_shape, dtype=tokens), _keras_name(spec.name)
    made = _layers(spec)
    if not any(isinstance(layer, CALLED_WITH_MORE) for layer in spec.layers):
        return keras.Sequential([inputs, *made], name=name)
    reads, outputs = sources(spec.layers), [inputs]
    for place, (layer, its) in enumerate(zip(spec.layers, made, strict=True)):
        source = outputs[reads[place]] if place in reads else None
        outputs.append(output_of(layer, its, outputs[-1], source=source, training=None))
    return keras.Model(inputs, outputs[-1], name=name)


def _layers(spec: NetworkSpec) -> list[Any]:
    entries = as_specified(spec)
    made = built_layers(entries, spec.dtype)
    for place, entry in enumerate(entries):
        if isinstance(entry.layer, Dropout):
            made[place] = keras.layers.Dropout(entry.layer.rate, name=entry.name, dtype=spec.dtype)
        else:
            _remember_initializers(entry.layer, made[place])
    return made


def _remember_initializers(layer: LayerSpec, made: Any) -> None:
    """Into the description; the weights come later."""
    owner, hidden = made, ""
    match layer:
        case SimpleRNN() | LSTM():
            owner = made.cell
        case MultiHeadAttention():
            hidden = "_"
    for field in fields(layer):
        if field.name.endswith("_initializer"):
            setattr(owner, hidden + field.name, _initializer(getattr(layer, field.name)))


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
    if spec.ends_in_places:
        return keras.losses.SparseCategoricalCrossentropy(spec.from_logits, ignore_class=NO_LABEL)
    if not spec.from_logits:
        return spec.loss
    classes = {
        "categorical_crossentropy": keras.losses.CategoricalCrossentropy,
        "sparse_categorical_crossentropy": keras.losses.SparseCategoricalCrossentropy,
        "binary_crossentropy": keras.losses.BinaryCrossentropy,
    }
    return classes[spec.loss](from_logits=True) if spec.loss in classes else spec.loss
