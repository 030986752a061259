"""The studio's network, its weights, its losses and its training in Keras, in lines that fit beside a step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields

from tutor.engine.connections import sources
from tutor.engine.initializers import Constant, TruncatedNormal
from tutor.engine.layers import LayerSpec
from tutor.engine.objective import NO_LABEL
from tutor.engine.optimizer_specs import SGD, OptimizerSpec
from tutor.engine.parameters import layout, moving_layout
from tutor.engine.sequence_layers import Add, MultiHeadAttention, PositionEmbedding
from tutor.engine.spec import NetworkSpec
from tutor.labs.studio.machine import Machine
from tutor.studio.affordable import MOST, affordable_rows
from tutor.studio.building import training_data
from tutor.training.keras_program import KerasProgram

_WIDEST = 42
_IN_ORDER = {
    "units", "input_dim", "output_dim", "num_heads", "key_dim", "filters", "kernel_size", "rate", "target_shape",
    "negative_slope", "activation",
}  # fmt: skip
"""Settings that Keras takes without their name, where no other comes before."""
_INITIALIZERS = {"Constant": "C", "TruncatedNormal": "TN"}
"""Those with a number, and their names in the lines."""


def program(machine: Machine) -> KerasProgram:
    """The network with its weights of this moment, on its rows; and how it is trained."""
    spec, experiment = machine.spec, machine.experiment
    data = training_data(experiment.data, experiment.loss)
    entries = [*layout(spec), *moving_layout(spec)]
    layers = dict.fromkeys(entry.layer for entry in entries)
    ordered = [entry.name for layer in layers for entry in entries if entry.layer == layer]
    weights = {f"w{i}": machine.parameters[name] for i, name in enumerate(ordered)}
    text = spec.ends_in_places
    built = "\n".join(_functional(spec) if text or sources(spec.layers) else _sequential(spec))
    listed = "\n".join(_wrapped(f"net.set_weights([{', '.join(weights)}])"))
    optimizer = "\n".join(_wrapped(f"    keras.optimizers.{_optimizer(experiment.optimizer, machine.rate)},"))
    # All rows of a text at once: in a mean of batches, one with fewer letters would count as much.
    at_once = MOST if text else 32
    tested = f"net.evaluate(x_test, t_test, {at_once}, 0)" if len(data.held_out_inputs) else "np.nan"
    most = affordable_rows(spec) if text else None
    loss = "\n".join(_loss_of_places()) if text else f'    "{spec.loss}")'
    own = "".join(f"{line}\n" for line in _needed_first(spec))
    source = f"""\
import keras
import numpy as np
from keras import layers as L

{own}{built}
net.compile(
{optimizer}
{loss}
{listed}

losses = [
    net.evaluate(x, t, {at_once}, 0),
    {tested}]

def train():
    net.fit(x, t, epochs=100,
            batch_size={experiment.batch_now})
"""
    taught, tested_rows = data.inputs[:most], data.held_out_inputs[:most]
    rows = {
        "x": (taught * data.scale).reshape(len(taught), *spec.input_shape), "t": data.labels[:most],
        "x_test": (tested_rows * data.scale).reshape(len(tested_rows), *spec.input_shape),
        "t_test": data.held_out_labels[:most],
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
        if isinstance(layer, MultiHeadAttention):
            taken = f"h, h, use_causal_mask={layer.use_causal_mask}"
        yield from _wrapped(f"h = {_layer(layer)}({taken})")
    yield "net = keras.Model(inputs, h)"


def _needed_first(spec: NetworkSpec) -> Iterator[str]:
    """Names of Keras that would be too long in their lines, and the one layer that it does not have."""
    if spec.ends_in_places:
        yield "from keras.losses import ("
        yield "    SparseCategoricalCrossentropy)"
    used = {type(value).__name__ for layer in spec.layers for value in vars(layer).values()} & set(_INITIALIZERS)
    for name in sorted(used):
        yield f"{_INITIALIZERS[name]} = keras.initializers.{name}"
    if used or spec.ends_in_places:
        yield ""
    if not any(isinstance(layer, PositionEmbedding) for layer in spec.layers):
        return
    yield "class Positions(L.Layer):"
    yield "    def build(self, shape):"
    yield "        self.table = self.add_weight("
    yield "            shape=shape[1:])"
    yield "    def call(self, h):"
    yield "        return h + self.table"
    yield ""


def _loss_of_places() -> Iterator[str]:
    """From logits, without the places after a name's end."""
    yield "    SparseCategoricalCrossentropy("
    yield "        from_logits=True,"
    yield f"        ignore_class={NO_LABEL}))"


def _layer(layer: LayerSpec) -> str:
    given = []
    # What an Add spans is said by what it is called with.
    if isinstance(layer, PositionEmbedding):
        return "Positions()"
    for field in fields(layer) if not isinstance(layer, Add) else ():
        # A mask is said where attention is called.
        if field.name == "use_causal_mask":
            continue
        value = getattr(layer, field.name)
        if field.default is not MISSING and value == field.default:
            continue
        if field.name == "l2":
            given.append(f"kernel_regularizer=keras.regularizers.L2({value})")
        elif isinstance(value, Constant | TruncatedNormal):
            number = value.value if isinstance(value, Constant) else value.stddev
            given.append(f"{field.name}={_INITIALIZERS[type(value).__name__]}({number})")
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
