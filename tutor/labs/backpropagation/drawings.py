"""What is drawn of backpropagation besides the network: errors, slopes, blame, layers side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tutor.engine.activations import ELEMENTWISE, activate
from tutor.engine.derivations.cells import Cells, stacked
from tutor.labs.backpropagation.walk import SmallNetwork
from tutor.labs.kit.charts import BarPanel, DotRow
from tutor.labs.kit.pass_graph import GRADIENT, SIGNS
from tutor.labs.kit.readouts import Curve, Edge, Node, Series
from tutor.labs.kit.sheet import Sheet

CURVE_Z = np.linspace(-6.0, 6.0, 61)


def draw_errors(sheet: Sheet, network: SmallNetwork) -> None:
    """Outputs beside their targets, and how far apart they are, squared."""
    outputs, last = network.units(len(network.widths) - 1), network.layers[-1]
    outs, labels = sheet[f"{last}.out"][0], sheet["labels"][0]
    squares = sheet.vector("squares", "(o − t)²", outputs, (outs - labels) * (outs - labels), "(o − t)·(o − t)")
    # On one scale, for they are compared.
    both = [0.0, *outs.values.tolist(), *labels.values.tolist()]
    out, target = (
        (BarPanel(label, outputs, low=min(both), high=max(both)), cells)
        for label, cells in (("out", outs), ("target", labels))
    )
    sheet.bars("compared", "outputs and targets", [out, target])
    sheet.bars("errors", "outputs, targets, errors", [out, target, (BarPanel("(o − t)²", outputs), squares)])


def draw_blame(sheet: Sheet, network: SmallNetwork) -> None:
    """The way back: every ∂out and ∂z, and what the outputs hand to the last hidden layer along each weight."""
    layers, last = range(len(network.widths)), len(network.widths) - 1
    parts = {"out": "∂out of each unit", "z": "∂z of each unit"}
    for part, label in parts.items():
        found = [(layer, f"{GRADIENT}{network.layers[layer]}.{part}") for layer in layers]
        if sheet.trace is not None:
            found = [(layer, name) for layer, name in found if name in sheet.trace.arrays]
        units = tuple(unit for layer, _ in found for unit in network.units(layer))
        cells = [sheet[name][0, u] for layer, name in found for u in range(network.widths[layer])]
        sheet.vector(f"blame_{part}", label, units, stacked(cells), digits=6)
    hidden, outputs = network.units(last - 1), network.units(last)
    name, after = network.layers[last - 1], network.layers[last]
    handed = sheet[f"{GRADIENT}{name}.out"]
    sheet.vector("blamed", "∂out of the hidden units", hidden, stacked([handed[0, i] for i in range(len(hidden))]))
    columns = [
        [(Node(unit), sheet[f"{name}.out"][0, i], handed[0, i]) for i, unit in enumerate(hidden)],
        [(Node(unit), sheet[f"{after}.out"][0, j], sheet[f"{GRADIENT}{after}.z"][0, j])
         for j, unit in enumerate(outputs)],
    ]  # fmt: skip
    edges = [
        (Edge(source, target), sheet[f"{after}.kernel"][i, j], sheet["carried"][i * len(outputs) + j])
        for i, source in enumerate(hidden)
        for j, target in enumerate(outputs)
    ]
    sheet.graph("blame", "∂z·w goes back, ∂out adds it up", columns, edges)


def draw_layers(sheet: Sheet, network: SmallNetwork, activation: str) -> None:
    """The layers side by side: the size of each one's gradient, and what its units send."""
    layers = tuple(str(layer + 1) for layer in range(len(network.widths)))
    sizes = BarPanel("gradient's size by layer", layers)
    sheet.bars("layer_gradients", "", [(sizes, sheet["gradient_sizes"])])
    low, high = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}.get(activation, (None, None))
    rows: list[tuple[DotRow, Cells, Cells | None, Cells | None]] = [
        (DotRow(f"layer {layer + 1}", network.units(layer)), sheet[f"{name}.out"][0], None, None)
        for layer, name in enumerate(network.layers)
    ]
    sheet.dots("outs", "what each unit sends", rows, low=low, high=high)


def draw_moves(sheet: Sheet, labels: Sequence[str], now: Cells, new: Cells) -> None:
    """The weights of a layer after an update, in front of what they are now."""
    before = tuple(now.values.tolist())
    panel = BarPanel("new, with ░ as it is now", tuple(labels), low=None, before=before)
    sheet.bars("moves", "each weight, against its gradient", [(panel, new)])


def slope_curve(activation: str, unit: str, z: float, slope: float) -> Curve:
    """The activation and its slope over z, with the slope of one ``unit`` marked."""
    xs = CURVE_Z if abs(z) <= CURVE_Z[-1] else np.linspace(-abs(z), abs(z), len(CURVE_Z))
    ys = activate(activation, xs)
    slopes = np.broadcast_to(ELEMENTWISE[activation].slope(xs, ys), xs.shape)
    sign = SIGNS.get(activation) or activation
    lines = tuple(
        Series(label, tuple(xs.tolist()), tuple(np.asarray(line).tolist()))
        for label, line in ((f"{sign}(z)", ys), ("its slope", slopes))
    )
    return Curve("slope_curve", f"slope at {unit}", "z", lines, marker=(z, slope))


def loss_curve(losses: Sequence[float]) -> Curve:
    """The loss before each update, and as it is now."""
    line = Series("loss", tuple(map(float, range(len(losses)))), tuple(losses))
    return Curve("loss_curve", "loss", "update", (line,), low=0.0, marker=(float(len(losses) - 1), losses[-1]))
