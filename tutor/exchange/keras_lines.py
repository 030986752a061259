"""The lines of a Keras program that build a network and set its trained weights."""

from __future__ import annotations

import ast
from dataclasses import MISSING, fields
from importlib.abc import SourceLoader
from importlib.util import find_spec
from typing import Any

from tutor.engine import layers
from tutor.engine.connections import sources
from tutor.engine.fast.pooled_first import as_specified
from tutor.engine.initializers import Constant, TruncatedNormal
from tutor.engine.objective import NO_LABEL
from tutor.engine.optimizer_specs import OptimizerSpec
from tutor.engine.parameters import layout, moving_layout
from tutor.engine.schedules import Schedule
from tutor.engine.sequence_layers import (
    CALLED_WITH_MORE,
    Add,
    Embedding,
    MultiHeadAttention,
    PositionEmbedding,
    TiedProjection,
)
from tutor.engine.spec import NetworkSpec
from tutor.exchange.numpy_lines import before, last_functions

OWN_LAYERS = "tutor.backends.keras_own_layers"
SAID_IN_CALLS = ("over", "use_causal_mask")
"""Settings that a layer in Keras gets with its inputs."""
LOSS_CLASSES = {
    "categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy",
    "binary_crossentropy": "BinaryCrossentropy",
}


def keras_lines(spec: NetworkSpec) -> list[str]:
    """The lines that create ``model``, the network with its weights, and ``answer``, a function of its output.

    The weights are in ``W``, by name. The classes of ``keras_classes`` must be there.
    """
    lines = [f'keras.config.set_floatx("{spec.dtype}")'] if spec.dtype != "float32" else []
    in_line = not any(isinstance(layer, CALLED_WITH_MORE) for layer in spec.layers)
    lines += _sequential(spec) if in_line else _functional(spec)
    entries = [*layout(spec), *moving_layout(spec)]
    for name in dict.fromkeys(entry.layer for entry in entries):
        own = ", ".join(f'W["{entry.name}"]' for entry in entries if entry.layer == name)
        lines.append(f'model.get_layer("{name}").set_weights([{own}])')
    ends = last_functions(spec)
    lines.append(f"answer = {f'keras.ops.{ends[0]}' if ends else 'np.asarray'}")
    return lines


def keras_classes(spec: NetworkSpec) -> list[str]:
    """The source of the layers in the network that Keras does not have. It is read as text: Keras is not loaded."""
    needed = {_class(spec, layer) for layer in spec.layers}
    found = find_spec(OWN_LAYERS)
    assert found is not None
    assert isinstance(found.loader, SourceLoader)
    source = found.loader.get_source(OWN_LAYERS) or ""
    return [
        "\n".join(source.splitlines()[part.decorator_list[0].lineno - 1 : part.end_lineno])
        for part in ast.parse(source).body
        if isinstance(part, ast.ClassDef) and part.name in needed
    ]


def _sequential(spec: NetworkSpec) -> list[str]:
    made = [f"        {_layer(spec, entry.layer, entry.name)}," for entry in as_specified(spec)]
    return ["model = keras.Sequential(", "    [", f"        {_input(spec)},", *made, "    ]", ")"]


def _functional(spec: NetworkSpec) -> list[str]:
    """The layers as functions of ``x``, with names for what is used again."""
    lines, reads = [f"inputs = x = {_input(spec)}"], sources(spec.layers)
    names = [name for name, _ in spec.named_layers]
    for place, (name, layer) in enumerate(spec.named_layers):
        if place in reads.values():
            lines.append(f"{before(name)} = x")
        made = _layer(spec, layer, name)
        match layer:
            case TiedProjection():
                lines.append("x = embedding(x, reverse=True)")
            case Embedding() if name == "embedding" and _is_tied(spec):
                lines += [f"embedding = {made}", "x = embedding(x)"]
            case Add():
                lines.append(f"x = {made}([x, {before(names[reads[place]])}])")
            case MultiHeadAttention():
                causal = ", use_causal_mask=True" if layer.use_causal_mask else ""
                lines.append(f"x = {made}(x, x{causal})")
            case _:
                lines.append(f"x = {made}(x)")
    return [*lines, "model = keras.Model(inputs, x)"]


def _input(spec: NetworkSpec) -> str:
    return f"keras.Input({spec.input_shape}" + (', dtype="int32")' if isinstance(spec.layers[0], Embedding) else ")")


def _is_tied(spec: NetworkSpec) -> bool:
    return any(isinstance(layer, TiedProjection) for layer in spec.layers)


def _class(spec: NetworkSpec, layer: layers.LayerSpec) -> str:
    """The name of a layer's class in the program; those of Keras begin with its name."""
    if isinstance(layer, Embedding) and _is_tied(spec):
        return "keras.layers.ReversibleEmbedding"
    return ("" if isinstance(layer, PositionEmbedding) else "keras.layers.") + type(layer).__name__


def compile_lines(spec: NetworkSpec) -> list[str]:
    """The line that compiles it, so that ``fit`` continues the training."""
    loss = repr(spec.loss)
    if spec.ends_in_places:
        logits = "from_logits=True, " if spec.from_logits else ""
        loss = f"keras.losses.{LOSS_CLASSES[spec.loss]}({logits}ignore_class={NO_LABEL})"
    elif spec.from_logits and spec.loss in LOSS_CLASSES:
        loss = f"keras.losses.{LOSS_CLASSES[spec.loss]}(from_logits=True)"
    return [
        "# Not needed for answers; it enables more training with fit, and evaluate.",
        f"model.compile(optimizer={_optimizer(spec.optimizer)}, loss={loss}, metrics=['accuracy'])",
    ]


def _layer(spec: NetworkSpec, layer: layers.LayerSpec, name: str) -> str:
    given = []
    for field in fields(layer):
        value = getattr(layer, field.name)
        if field.name in SAID_IN_CALLS:
            continue
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
    return f"{_class(spec, layer)}({', '.join([*given, f'name={name!r}'])})"


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
