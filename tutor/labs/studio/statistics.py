"""What to look at when a network does not learn: where activations lie, how large gradients are, what is confused."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from tutor.backends.rows import answers, as_inputs, as_labels
from tutor.engine.layers import LayerSpec
from tutor.engine.network import Pass, backward, forward
from tutor.engine.objective import NO_LABEL
from tutor.engine.sequence_layers import PositionEmbedding
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.charts import BarPanel, Bars
from tutor.labs.kit.sheet import Sheet
from tutor.labs.studio.machine import Machine
from tutor.labs.studio.network_view import dense_layers
from tutor.labs.studio.writing_view import visible
from tutor.studio.affordable import affordable_rows
from tutor.studio.building import training_data
from tutor.studio.layer_editing import kind_of
from tutor.studio.problem import problem_of
from tutor.studio.text_layers import FOR_SEQUENCES
from tutor.training.data_sets import class_numbers

BINS = 9
_PLAIN = 5
"""How many times as long the plain form of a pass takes, at least."""
_WEIGHTS = ("kernel", "embeddings")
_SAME = 1e-6
"""Outputs that differ by a smaller part of themselves are the same number but for float32's rounding."""
VANISHING = 1e-3
"""The gradient of the first layer as a part of the last one's, below which it is called vanishing."""


def fill_statistics(sheet: Sheet, machine: Machine) -> None:
    """Histograms of activations, gradients layer by layer, a sentence about what is wrong, and the confusions."""
    measured: list[tuple[Pass, Pass]] = []

    def passes() -> tuple[Pass, Pass]:
        if not measured:
            measured.append(_passes(machine))
        return measured[0]

    sheet.show("activations", lambda: _activations(machine, passes), counted=True)
    sheet.show("gradients", lambda: _gradients(machine, passes), counted=True)
    sheet.text("warnings", "what is striking", lambda: _warnings(machine, passes))
    _fill_confusion(sheet, machine)


def _passes(machine: Machine) -> tuple[Pass, Pass]:
    """A pass of the training rows without dropout, and its gradients."""
    spec, parameters = machine.spec, machine.parameters
    data = training_data(machine.experiment.data, machine.experiment.loss)
    count = max(2, affordable_rows(spec) // _PLAIN)
    inputs = as_inputs(data.inputs[:count], spec, data.scale)
    with np.errstate(all="ignore"):
        values = forward(spec, parameters, inputs)
        return values, backward(spec, parameters, values, as_labels(data.labels[:count], spec))


def _activations(machine: Machine, passes: Callable[[], tuple[Pass, Pass]]) -> Bars:
    panels = []
    for label, name, _ in _layers_with_weights(machine.spec):
        out = passes()[0][f"{name}.out"]
        size = out.size
        out = out[np.isfinite(out)].astype(float)
        low, high = (float(out.min()), float(out.max())) if out.size else (0.0, 0.0)
        if high - low <= _SAME * max(abs(low), abs(high)):
            # No bins are so narrow.
            wide = max(0.5, abs(low) / 2)
            low, high = low - wide, high + wide
        counts, edges = np.histogram(out, BINS, (low, high))
        middles = tuple(f"{(a + b) / 2:.2g}".replace("-", "−") for a, b in pairwise(edges))
        shares = tuple((100 * counts / max(1, size)).tolist())
        panels.append(BarPanel(f"{label}, in %", middles, shares, digits=0))
    return Bars("activations", "how often each output of a layer is near", tuple(panels))


def _gradients(machine: Machine, passes: Callable[[], tuple[Pass, Pass]]) -> Bars:
    layers = _layers_with_weights(machine.spec)
    sizes = [_size(passes()[1], name) for _, name, _ in layers]
    largest = max((size for size in sizes if np.isfinite(size)), default=0.0) or 1.0
    labels = tuple(label for label, _, _ in layers)
    shares = tuple(100 * size / largest for size in sizes)
    return Bars("gradients", "", (BarPanel("mean |∂ weight|, in % of the largest", labels, shares, digits=1),))


def _size(gradients: Pass, name: str) -> float:
    """The mean absolute gradient of a layer's weights, without its biases."""
    named = [each for each in gradients if each.startswith(f"{name}.") and each.endswith(_WEIGHTS)]
    with np.errstate(all="ignore"):
        return float(np.abs(np.concatenate([gradients[each].ravel() for each in named])).mean())


def _layers_with_weights(spec: NetworkSpec) -> list[tuple[str, str, LayerSpec]]:
    """Title, name and layer of each layer whose weights mix what it takes: the Dense ones, and those for sequences."""
    dense = {name: title for title, name, _ in dense_layers(spec)}
    return [
        (dense.get(name) or f"{kind_of(layer)} {number}", name, layer)
        for number, (name, layer) in enumerate(spec.named_layers, 1)
        if name in dense or (isinstance(layer, FOR_SEQUENCES) and not isinstance(layer, PositionEmbedding))
    ]


def _warnings(machine: Machine, passes: Callable[[], tuple[Pass, Pass]]) -> str:
    """Dead units and vanishing gradients, in a sentence each."""
    values, gradients = passes()
    said = []
    seen = len(values["input"])
    rows = "every training row" if seen == machine.rows else f"each of the first {seen:,} training rows"
    layers, all_layers = dense_layers(machine.spec), _layers_with_weights(machine.spec)
    for label, name, _ in all_layers:
        if not np.isfinite(values[f"{name}.out"]).all():
            return f"In {label} there are outputs that are no finite numbers: the weights have run away."
    for label, name, layer in layers[:-1]:
        out = values[f"{name}.out"]
        if layer.activation == "relu" and (dead := int((out <= 0).all(axis=_but_units(out)).sum())):
            verb = "is" if dead == 1 else "are"
            said.append(f"In {label}, {dead} of {layer.units} units {verb} dead: 0 for {rows}.")
        if layer.activation in ("sigmoid", "tanh"):
            low = 0.0 if layer.activation == "sigmoid" else -1.0
            full = ((out > 1 - 0.02) | (out < low + 0.02)).mean(axis=_but_units(out)) > 0.95
            if full.any():
                said.append(
                    f"In {label}, {int(full.sum())} of {layer.units} units are saturated: their slope is near 0."
                )
    if len(all_layers) > 1:
        first, last = (_size(gradients, name) for _, name, _ in (all_layers[0], all_layers[-1]))
        if last > 0 and first < VANISHING * last:
            said.append(f"The gradient vanishes: in the first layer it is {first / last:.1e} of the last one's.")
    return " ".join(said) or "nothing: no dead or saturated unit, no vanishing gradient"


def _but_units(out: np.ndarray) -> tuple[int, ...]:
    """The axes of an output that are not its units: the rows, of a text the places too."""
    return tuple(range(out.ndim - 1))


def _fill_confusion(sheet: Sheet, machine: Machine) -> None:
    """How many training and test rows of each class get each answer."""
    experiment = machine.experiment
    data = training_data(experiment.data, experiment.loss)
    classes = problem_of(experiment.data).classes
    # Of numbers it is the side of 0 that is right or wrong, as in the readout of what is right.
    names = tuple(map(visible, classes or ())) if machine.spec.ends_in_places else classes or ("below 0", "above 0")

    def counts() -> list[list[int]]:
        spec = machine.spec
        count = affordable_rows(spec)
        table = np.zeros((len(names), len(names)), dtype=int)
        rows, labels = (
            (data.held_out_inputs, data.held_out_labels) if len(data.held_out_inputs) else (data.inputs, data.labels)
        )
        parts = answers(spec, machine.parameters, rows[:count], data.scale)
        outputs = np.concatenate([output.copy() for _, _, output in parts])
        if spec.ends_in_places:
            judged = labels[:count] != NO_LABEL
            np.add.at(table, (labels[:count][judged], outputs.argmax(axis=-1)[judged]), 1)
            return table.tolist()
        np.add.at(table, (_classes(labels[:count], spec.loss), _classes(outputs, spec.loss)), 1)
        return table.tolist()

    what = "test" if len(data.held_out_inputs) else "training"
    kind = "token" if machine.spec.ends_in_places else "class" if classes else "side"
    sheet.matrix("confusion", f"{what} rows: right {kind} down, answer across", names, names, counts, digits=0)


def _classes(numbers: np.ndarray, loss: str) -> np.ndarray:
    """The class of each row of labels or outputs."""
    if loss == "mean_squared_error" and numbers.ndim > 1 and numbers.shape[1] == 1:
        return (numbers[:, 0] > 0).astype(int)
    if loss == "binary_crossentropy" and numbers.ndim > 1 and numbers.shape[1] == 1:
        return (numbers[:, 0] > 0.5).astype(int)
    return class_numbers(numbers)
