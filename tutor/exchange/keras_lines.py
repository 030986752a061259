"""The lines of a Keras program that build a network and set its trained weights."""

from __future__ import annotations

from dataclasses import MISSING, fields
from typing import Any

from tutor.engine import layers
from tutor.engine.fast.pooled_first import as_specified
from tutor.engine.initializers import Constant, TruncatedNormal
from tutor.engine.optimizer_specs import OptimizerSpec
from tutor.engine.parameters import layout, moving_layout
from tutor.engine.schedules import Schedule
from tutor.engine.spec import NetworkSpec
from tutor.exchange.numpy_lines import last_functions

LOSS_CLASSES = {
    "categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "binary_crossentropy": "BinaryCrossentropy",
}


def keras_lines(spec: NetworkSpec) -> list[str]:
    """The lines that create ``model``, the network with its weights, and ``answer``, a function of its output.

    The weights are in ``W``, by name.
    """
    lines = [f'keras.config.set_floatx("{spec.dtype}")'] if spec.dtype != "float32" else []
    lines += ["model = keras.Sequential(", "    [", f"        keras.Input({spec.input_shape}),"]
    lines += [f"        {_layer(entry.layer, entry.name)}," for entry in as_specified(spec)]
    lines += ["    ]", ")"]
    entries = [*layout(spec), *moving_layout(spec)]
    for name in dict.fromkeys(entry.layer for entry in entries):
        own = ", ".join(f'W["{entry.name}"]' for entry in entries if entry.layer == name)
        lines.append(f'model.get_layer("{name}").set_weights([{own}])')
    ends = last_functions(spec)
    lines.append(f"answer = {f'keras.ops.{ends[0]}' if ends else 'np.asarray'}")
    return lines


def compile_lines(spec: NetworkSpec) -> list[str]:
    """The line that compiles it, so that ``fit`` continues the training."""
    loss = repr(spec.loss)
    if spec.from_logits and spec.loss in LOSS_CLASSES:
        loss = f"keras.losses.{LOSS_CLASSES[spec.loss]}(from_logits=True)"
    return [
        "# Not needed for answers; it enables more training with fit, and evaluate.",
        f"model.compile(optimizer={_optimizer(spec.optimizer)}, loss={loss}, metrics=['accuracy'])",
    ]


def _layer(layer: layers.LayerSpec, name: str) -> str:
    kind = type(layer).__name__
    given = []
    for field in fields(layer):
        value = getattr(layer, field.name)
        if field.default is not MISSING and value == field.default:
            continue
        if field.name == "l2":
            given.append(f"kernel_regularizer=keras.regularizers.L2({value})")
        elif isinstance(value, Constant | TruncatedNormal):
            number = value.value if isinstance(value, Constant) else value.stddev
            given.append(f"{field.name}=keras.initializers.{type(value).__name__}({_first(value)}={number})")
        else:
            given.append(f"{field.name}={value!r}")
    if isinstance(layer, layers.MaxPooling2D | layers.AveragePooling2D) and layer.pool_size == (2, 2):
        given.insert(0, "pool_size=(2, 2)")
    return f"keras.layers.{kind}({', '.join([*given, f'name={name!r}'])})"


def _first(value: Constant | TruncatedNormal) -> str:
    return "value" if isinstance(value, Constant) else "stddev"


def _optimizer(optimizer: OptimizerSpec) -> str:
    return f"keras.optimizers.{type(optimizer).__name__}({_settings(optimizer)})"


def _settings(described: Any) -> str:
    """The settings of an optimizer or a schedule that differ from its defaults."""
    given = []
    for field in fields(described):
        value = getattr(described, field.name)
        if isinstance(value, Schedule):
            kind = type(value).__name__
            given.append(f"{field.name}=keras.optimizers.schedules.{kind}({_settings(value)})")
        elif field.default is MISSING or value != field.default:
            given.append(f"{field.name}={value!r}")
    return ", ".join(given)
