"""The network: its layers in a table, its picture, and with few units every weight of it."""

from __future__ import annotations

import math

import numpy as np

from tutor.engine.derivations.cells import constant
from tutor.engine.layers import Dense, Dropout, Flatten
from tutor.engine.parameters import count, layout
from tutor.engine.spec import NetworkSpec
from tutor.engine.validation import SpecError
from tutor.labs.kit.pass_graph import SIGNS, UnitNames, show_pass
from tutor.labs.kit.readouts import LayerView, Table
from tutor.labs.kit.sheet import Sheet
from tutor.labs.studio.machine import Machine
from tutor.studio.layer_editing import kind_of
from tutor.studio.problem import problem_of

MOST_DRAWN = 8
"""Units of a layer that are boxes with numbers, at most."""
MOST_EDGES = 2000


def fill_layers(sheet: Sheet, machine: Machine, in_hand: int) -> None:
    """A row for each layer: what goes out of it, and its parameters."""
    spec = machine.spec
    sizes = {name: 0 for name, _ in spec.named_layers}
    for part in layout(spec):
        sizes[part.name.rpartition(".")[0]] += math.prod(part.shape)
    rows = []
    for i, ((name, layer), shape) in enumerate(zip(spec.named_layers, spec.shapes[1:], strict=True)):
        mark = "▸" if i == in_hand and i < len(spec.layers) - 1 else ""
        what = "output" if i == len(spec.layers) - 1 else f"{i + 1} {kind_of(layer)}"
        activation = getattr(layer, "activation", "")
        rows.append((f"{mark}{what}", activation, " × ".join(map(str, shape)), float(sizes[name])))
    table = Table("layers", "layer by layer", ("layer", "activation", "numbers out", "parameters"), tuple(rows), 0)
    sheet.show("layers", lambda: table, counted=True)
    sheet.number("parameters", "parameters", count(spec), digits=0)


def fill_network_of_text(sheet: Sheet, spec: NetworkSpec, place: int) -> None:
    """The network as a drawing: the numbers that each layer gives at one place of the word, from 0."""
    words = [*(f"{number} {kind_of(layer)}" for number, layer in enumerate(spec.layers[:-1], 1)), "out"]
    views = [
        (LayerView(word, ()), sheet[f"{name}.out"][0, place])
        for word, (name, _) in zip(words, spec.named_layers, strict=True)
    ]
    sheet.network("network", "the numbers of the word's last place, layer by layer", views, [], joined=False)
    sheet.graph("graph", "of a text, what goes from unit to unit is not drawn: places tell each other too", [])


def fill_network(sheet: Sheet, machine: Machine, in_hand: int) -> None:
    """The network as a drawing: layers of units with what they say to the point looked at, and the weights between."""
    spec, inputs = machine.spec, problem_of(machine.experiment.data).inputs
    named = dense_layers(spec)
    views, weights = [(LayerView("in", (), inputs if len(inputs) <= MOST_DRAWN else ()), sheet["input"][0])], []
    plain = len(spec.input_shape) == 1 and all(len(shape) == 1 for shape in spec.shapes)
    if plain:
        for title, name, layer in named:
            units = tuple(_unit(title, u) for u in range(layer.units)) if layer.units <= MOST_DRAWN else ()
            views.append((LayerView(title, (), units), sheet[f"{name}.out"][0]))
            weights.append(sheet[f"{name}.kernel"])
        kernels = {f"{name}.kernel" for _, name, _ in named}
        edges = sum(math.prod(part.shape) for part in layout(spec) if part.name in kernels)
        sheet.network("network", "", views, weights if edges <= MOST_EDGES else [])
    else:
        sizes = [math.prod(shape) for shape in spec.shapes]
        names = ["in", *(name for name, _ in spec.named_layers)]
        sheet.network(
            "network", "", [(LayerView(n, ()), constant(np.zeros(s))) for n, s in zip(names, sizes, strict=True)], []
        )
    few = plain and named and all(layer.units <= MOST_DRAWN for _, _, layer in named) and len(inputs) <= MOST_DRAWN
    if not few or not inputs:
        sheet.graph("graph", f"up to {MOST_DRAWN} units a layer are drawn one by one", [])
        return
    other = next((layer for layer in spec.layers if not isinstance(layer, Dense | Dropout | Flatten)), None)
    if other is not None:
        # What goes along an edge would not be what the unit before it says.
        sheet.graph(
            "graph", f"networks of Dense layers are drawn unit by unit; this one has another: {kind_of(other)}", []
        )
        return
    layers = [
        UnitNames(
            name, tuple(_unit(title, u) for u in range(layer.units)), SIGNS.get(layer.activation, layer.activation)
        )
        for title, name, layer in named
    ]
    del in_hand
    show_pass(sheet, "graph", "", inputs, layers, backward=False, digits=3)


def weight_place(spec: NetworkSpec, layer: int, source: int, unit: int) -> int:
    """The place in the flat parameters of a weight, all counted from 0. Raises ``SpecError`` if there is none."""
    name, what = spec.named_layers[layer]
    first = 0
    for part in layout(spec):
        if part.name == f"{name}.kernel" and len(part.shape) == 2:
            ins, units = part.shape
            if not (source < ins and unit < units):
                raise SpecError(
                    f"layer {layer + 1} has weights from {ins} to {units} units; there is no {source + 1} → {unit + 1}"
                )
            return first + source * units + unit
        first += math.prod(part.shape)
    raise SpecError(f"a layer of the kind {kind_of(what)} has no weights to set by hand")


def edges_of(spec: NetworkSpec, layer: int) -> tuple[int, int] | None:
    """How many units the weights of a layer, from 0, lead from and to; None if there are none to set by hand."""
    name = spec.named_layers[layer][0]
    shapes = (part.shape for part in layout(spec) if part.name == f"{name}.kernel" and len(part.shape) == 2)
    return next(((ins, units) for ins, units in shapes), None)


def dense_layers(spec: NetworkSpec) -> list[tuple[str, str, Dense]]:
    """Title, name and layer of each Dense layer; titles count all layers, as the table of the layers does."""
    named = spec.named_layers
    return [
        ("out" if i == len(named) - 1 else f"layer {i + 1}", name, layer)
        for i, (name, layer) in enumerate(named)
        if isinstance(layer, Dense)
    ]


def _unit(title: str, unit: int) -> str:
    return f"y{unit + 1}" if title == "out" else f"{title.removeprefix('layer ')}.{unit + 1}"
