"""The studio's network, its weights, its losses and its training in Keras, in lines that fit beside a step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields

from tutor.engine.connections import sources
from tutor.engine.layers import LayerSpec
from tutor.engine.optimizer_specs import SGD, OptimizerSpec
from tutor.engine.parameters import layout, moving_layout
from tutor.engine.sequence_layers import Add
from tutor.engine.spec import NetworkSpec
from tutor.labs.studio.machine import Machine
from tutor.studio.building import training_data
from tutor.training.keras_program import KerasProgram

_WIDEST = 42
_IN_ORDER = {"units", "filters", "kernel_size", "rate", "target_shape", "negative_slope", "activation"}
"""Settings that Keras takes without their name, where no other comes before."""


def program(machine: Machine) -> KerasProgram:
    """The network with its weights of this moment, on its rows; and how it is trained."""
    spec, experiment = machine.spec, machine.experiment
    data = training_data(experiment.data, experiment.loss)
    entries = [*layout(spec), *moving_layout(spec)]
    layers = dict.fromkeys(entry.layer for entry in entries)
    ordered = [entry.name for layer in layers for entry in entries if entry.layer == layer]
    weights = {f"w{i}": machine.parameters[name] for i, name in enumerate(ordered)}
    built = "\n".join(_functional(spec) if sources(spec.layers) else _sequential(spec))
    listed = "\n".join(_wrapped(f"net.set_weights([{', '.join(weights)}])"))
    optimizer = "\n".join(_wrapped(f"    keras.optimizers.{_optimizer(experiment.optimizer, machine.rate)},"))
    tested = "net.evaluate(x_test, t_test, 32, 0)" if len(data.held_out_inputs) else "np.nan"
    source = f"""\
import keras
import numpy as np
from keras import layers as L

{built}
net.compile(
{optimizer}
    "{spec.loss}")
{listed}

losses = [
    net.evaluate(x, t, 32, 0),
    {tested}]

def train():
    net.fit(x, t, epochs=100,
            batch_size={experiment.batch_now})
"""
    rows = {
        "x": (data.inputs * data.scale).reshape(len(data.inputs), *spec.input_shape), "t": data.labels,
        "x_test": (data.held_out_inputs * data.scale).reshape(len(data.held_out_inputs), *spec.input_shape),
        "t_test": data.held_out_labels,
    }  # fmt: skip
    return KerasProgram(source, {"losses": "losses"}, {**rows, **weights})


def _sequential(spec: NetworkSpec) -> Iterator[str]:
    yield from ("net = keras.Sequential([", f"    keras.Input({spec.input_shape}),")
    for layer in spec.layers:
        yield from _wrapped(f"    {_layer(layer)},")
    yield "])"


def _functional(spec: NetworkSpec) -> Iterator[str]:
    """Layers as functions of h, for x is the rows; what an Add reads later has a name of its own."""
    reads = sources(spec.layers)
    yield f"inputs = h = keras.Input({spec.input_shape})"
    for place, layer in enumerate(spec.layers):
        if place in reads.values():
            yield f"h{place} = h"
        taken = f"[h, h{reads[place]}]" if place in reads else "h"
        yield from _wrapped(f"h = {_layer(layer)}({taken})")
    yield "net = keras.Model(inputs, h)"


def _layer(layer: LayerSpec) -> str:
    given = []
    # What an Add spans is said by what it is called with.
    for field in fields(layer) if not isinstance(layer, Add) else ():
        value = getattr(layer, field.name)
        if field.default is not MISSING and value == field.default:
            continue
        if field.name == "l2":
            given.append(f"kernel_regularizer=keras.regularizers.L2({value})")
        elif field.name in _IN_ORDER and not any("=" in each for each in given) and _comes_next(layer, field.name):
            given.append(repr(value).replace("'", '"'))
        else:
            given.append(f"{field.name}={value!r}".replace("'", '"'))
    return f"L.{type(layer).__name__}({', '.join(given)})"


def _comes_next(layer: LayerSpec, name: str) -> bool:
    """Whether Keras's own order has this setting where the engine's has it: not behind others with defaults."""
    return name != "activation" or type(layer).__name__ in ("Dense", "Activation")


def _optimizer(optimizer: OptimizerSpec, rate: float) -> str:
    """The optimizer at the rate of this moment, and what else is not as usual; the names are Keras's."""
    given = [f"{rate:g}"]
    for field in fields(optimizer):
        value = getattr(optimizer, field.name)
        if field.name == "learning_rate" or value == field.default:
            continue
        second = isinstance(optimizer, SGD) and field.name == "momentum" and len(given) == 1
        given.append(f"{value:g}" if second else f"{field.name}={value!r}")
    return f"{type(optimizer).__name__}({', '.join(given)})"


def _wrapped(line: str) -> Iterator[str]:
    """A line of arguments, broken after commas where it is too long."""
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    while len(line) > _WIDEST and (at := line.rfind(", ", 0, _WIDEST - 1)) > len(indent):
        yield line[: at + 1]
        line = indent + line[at + 2 :]
    yield line
