"""A recorded forward and backward pass, every number of which can say where it comes from.

Names are those of ``network``: ``dense.z``, ``dense.out``, ``dropout.mask``, …, and ``loss``. The gradient of the
mean loss with respect to anything is ``grad:`` and its name; a parameter after the update is ``new:`` and its
name. A cell is a name and an index into that array; the first index of values and their gradients is the row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tutor.engine.activations import ELEMENTWISE
from tutor.engine.derivation import Cell, Derivation, in_sum, show
from tutor.engine.losses import crossentropy_from_logits
from tutor.engine.network import Pass, backward, forward, logits_name, output_name
from tutor.engine.parameters import Array, Parameters
from tutor.engine.spec import Dense, NetworkSpec

GRADIENT, UPDATED = "grad:", "new:"


class NoSuchCellError(LookupError):
    """The trace has no such cell; the message says what it has."""


@dataclass(frozen=True)
class Trace:
    """All numbers of one pass. ``labels`` (rows, classes) and gradients are there when labels were given."""

    spec: NetworkSpec
    parameters: Parameters
    values: Pass
    labels: Array | None
    gradients: Pass
    learning_rate: float

    def names(self) -> tuple[str, ...]:
        """Every name that has cells."""
        names = [*self.values, *self.parameters]
        if self.labels is not None:
            names += [
                "labels",
                "loss",
                *(GRADIENT + n for n in self.gradients),
                *(UPDATED + n for n in self.parameters),
            ]
        return tuple(names)

    def array(self, name: str) -> Array:
        """The array of a name; ``loss`` is a single number. Raises ``NoSuchCellError``."""
        if name in self.values:
            return self.values[name]
        if name in self.parameters:
            return self.parameters[name]
        if self.labels is not None:
            if name == "labels":
                return self.labels
            if name == "loss":
                losses = crossentropy_from_logits(self.values[logits_name(self.spec)], self.labels)
                return np.asarray(losses.mean())
            if name.startswith(GRADIENT) and name.removeprefix(GRADIENT) in self.gradients:
                return self.gradients[name.removeprefix(GRADIENT)]
            if name.startswith(UPDATED) and name.removeprefix(UPDATED) in self.parameters:
                return self._updated(name.removeprefix(UPDATED))
        raise NoSuchCellError(f"there is no {name!r} in this pass; there are {', '.join(self.names())}")

    def cell(self, name: str, *index: int) -> Cell:
        """One number of the trace. Raises ``NoSuchCellError``."""
        array = self.array(name)
        if len(index) != array.ndim or any(not 0 <= i < n for i, n in zip(index, array.shape, strict=False)):
            raise NoSuchCellError(f"{name} has the shape {array.shape}; there is no place {index} in it")
        return Cell(name, index, float(array[index]))

    def clip_factor(self, parameter: str) -> float:
        """What clipnorm multiplies this parameter's gradient by: 1 where it is short enough."""
        clipnorm = self.spec.optimizer.clipnorm
        norm = float(np.linalg.norm(self.gradients[parameter]))
        return 1.0 if clipnorm is None or norm <= clipnorm else clipnorm / norm

    def _updated(self, parameter: str) -> Array:
        scale = self.learning_rate * self.clip_factor(parameter)
        dtype = self.spec.dtype
        return (self.parameters[parameter] - scale * self.gradients[parameter]).astype(dtype, copy=False)


def record(
    spec: NetworkSpec,
    parameters: Parameters,
    inputs: Array,
    labels: Array | None = None,
    masks: Sequence[Array] | None = None,
) -> Trace:
    """Run ``inputs`` (rows, width) forward, and backward where there are ``labels`` (rows, classes); keep it all."""
    values = forward(spec, parameters, inputs, masks)
    gradients: Pass = {}
    if labels is not None:
        labels = labels.astype(spec.dtype, copy=False)
        gradients = backward(spec, parameters, values, labels)
    return Trace(spec, parameters, values, labels, gradients, spec.optimizer.learning_rate)


def derive(trace: Trace, name: str, *index: int) -> Derivation:
    """Where a cell comes from. What was given (inputs, labels, masks, present parameters) has no operands.

    Raises ``NoSuchCellError``.
    """
    cell = trace.cell(name, *index)
    if name == "loss":
        return _loss(trace, cell)
    if name.startswith(UPDATED):
        return _updated_parameter(trace, cell)
    if name.startswith(GRADIENT):
        return _gradient(trace, cell)
    layer, _, part = name.partition(".")
    if part == "z":
        return _weighted_sum(trace, cell, layer)
    if part == "out":
        return _output(trace, cell, layer)
    return Derivation(cell, "given", show(cell.value), ())


def _position(trace: Trace, layer: str) -> int:
    return [name for name, _ in trace.spec.named_layers].index(layer)


def _name_before(trace: Trace, layer: str) -> str:
    position = _position(trace, layer)
    return "input" if position == 0 else f"{trace.spec.named_layers[position - 1][0]}.out"


def _sum_of_products(pairs: Sequence[tuple[Cell, Cell]], more: str = "") -> str:
    products = [f"{in_sum(a.value)}·{in_sum(b.value)}" for a, b in pairs]
    return " + ".join([*products, *([more] if more else [])])


def _weighted_sum(trace: Trace, cell: Cell, layer: str) -> Derivation:
    row, unit = cell.index
    before = _name_before(trace, layer)
    inputs = trace.array(before).shape[1]
    pairs = [(trace.cell(before, row, i), trace.cell(f"{layer}.kernel", i, unit)) for i in range(inputs)]
    bias = trace.cell(f"{layer}.bias", unit)
    return Derivation(
        cell,
        "Σᵢ xᵢ·wᵢ + b",
        _sum_of_products(pairs, in_sum(bias.value)),
        (*(c for pair in pairs for c in pair), bias),
    )


def _output(trace: Trace, cell: Cell, layer: str) -> Derivation:
    spec = trace.spec.layers[_position(trace, layer)]
    if not isinstance(spec, Dense):
        return _dropped_out(trace, cell, layer)
    row, unit = cell.index
    if spec.activation == "softmax":
        logits = [trace.cell(f"{layer}.z", row, j) for j in range(spec.units)]
        powers = " + ".join(f"e^({show(z.value)})" for z in logits)
        return Derivation(cell, "e^(zⱼ) / Σₖ e^(zₖ)", f"e^({show(logits[unit].value)}) / ({powers})", tuple(logits))
    z = trace.cell(f"{layer}.z", *cell.index)
    return Derivation(cell, ELEMENTWISE[spec.activation].formula, _ACTIVATED[spec.activation](z.value), (z,))


_ACTIVATED: dict[str, Callable[[float], str]] = {
    "linear": show,
    "relu": lambda z: f"max(0, {show(z)})",
    "sigmoid": lambda z: f"1 / (1 + e^({show(-z)}))",
    "tanh": lambda z: f"tanh({show(z)})",
}

_SLOPES: dict[str, Callable[[float], str]] = {
    "linear": lambda _: "1",
    "relu": lambda out: "1" if out > 0 else "0",
    "sigmoid": lambda out: f"{show(out)}·(1 − {show(out)})",
    "tanh": lambda out: f"(1 − {in_sum(out)}·{in_sum(out)})",
}


def activated(activation: str, z: float) -> str:
    """The arithmetic of one activation with its number in it: ``1 / (1 + e^(−3))``."""
    return _ACTIVATED[activation](z)


def _dropped_out(trace: Trace, cell: Cell, layer: str) -> Derivation:
    x = trace.cell(_name_before(trace, layer), *cell.index)
    if f"{layer}.mask" not in trace.values:
        return Derivation(cell, "x (dropout is off outside training)", show(x.value), (x,))
    mask = trace.cell(f"{layer}.mask", *cell.index)
    return Derivation(cell, "x·mask", f"{in_sum(x.value)}·{in_sum(mask.value)}", (x, mask))


def _loss(trace: Trace, cell: Cell) -> Derivation:
    assert trace.labels is not None
    rows, classes = trace.labels.shape
    terms, operands = [], []
    for row in range(rows):
        for k in range(classes):
            if trace.labels[row, k]:
                y, p = trace.cell("labels", row, k), trace.cell(output_name(trace.spec), row, k)
                terms.append(f"{in_sum(y.value)}·ln({show(p.value)})")
                operands += [y, p]
    return Derivation(cell, "−(1/N)·Σ y·ln(p)", f"−(1/{rows})·({' + '.join(terms)})", tuple(operands))


def _gradient(trace: Trace, cell: Cell) -> Derivation:
    target = cell.name.removeprefix(GRADIENT)
    layer, _, part = target.partition(".")
    if part in ("kernel", "bias"):
        return _parameter_gradient(trace, cell, layer, part)
    if target == logits_name(trace.spec):
        p, y = trace.cell(output_name(trace.spec), *cell.index), trace.cell("labels", *cell.index)
        rows = len(trace.values["input"])
        return Derivation(cell, "(p − y) / N", f"({show(p.value)} − {show(y.value)}) / {rows}", (p, y))
    if part == "z":
        spec = trace.spec.layers[_position(trace, layer)]
        assert isinstance(spec, Dense)
        above, out = trace.cell(f"{GRADIENT}{layer}.out", *cell.index), trace.cell(f"{layer}.out", *cell.index)
        slope = _SLOPES[spec.activation](out.value)
        formula = f"∂out·f′, f′ = {ELEMENTWISE[spec.activation].slope_formula}"
        return Derivation(cell, formula, f"{in_sum(above.value)}·{slope}", (above, out))
    return _gradient_from_above(trace, cell, target, layer)


def _parameter_gradient(trace: Trace, cell: Cell, layer: str, part: str) -> Derivation:
    rows = len(trace.values["input"])
    if part == "bias":
        terms = [trace.cell(f"{GRADIENT}{layer}.z", row, cell.index[0]) for row in range(rows)]
        return Derivation(cell, "Σ ∂z over the rows", " + ".join(in_sum(t.value) for t in terms), tuple(terms))
    i, j = cell.index
    before = _name_before(trace, layer)
    pairs = [(trace.cell(before, r, i), trace.cell(f"{GRADIENT}{layer}.z", r, j)) for r in range(rows)]
    return Derivation(cell, "Σ x·∂z over the rows", _sum_of_products(pairs), tuple(c for pair in pairs for c in pair))


def _gradient_from_above(trace: Trace, cell: Cell, target: str, layer: str) -> Derivation:
    position = -1 if target == "input" else _position(trace, layer)
    name, above = trace.spec.named_layers[position + 1]
    row, unit = cell.index
    if isinstance(above, Dense):
        pairs = [
            (trace.cell(f"{GRADIENT}{name}.z", row, j), trace.cell(f"{name}.kernel", unit, j))
            for j in range(above.units)
        ]
        return Derivation(cell, "Σⱼ ∂zⱼ·wⱼ", _sum_of_products(pairs), tuple(c for pair in pairs for c in pair))
    passed = trace.cell(f"{GRADIENT}{name}.out", row, unit)
    if f"{name}.mask" not in trace.values:
        return Derivation(cell, "∂out (dropout is off)", show(passed.value), (passed,))
    mask = trace.cell(f"{name}.mask", row, unit)
    return Derivation(cell, "∂out·mask", f"{in_sum(passed.value)}·{in_sum(mask.value)}", (passed, mask))


def _updated_parameter(trace: Trace, cell: Cell) -> Derivation:
    parameter = cell.name.removeprefix(UPDATED)
    old = trace.cell(parameter, *cell.index)
    gradient = trace.cell(GRADIENT + parameter, *cell.index)
    factor = trace.clip_factor(parameter)
    rate = show(trace.learning_rate)
    if factor == 1.0:
        return Derivation(cell, "w − lr·∂w", f"{show(old.value)} − {rate}·{in_sum(gradient.value)}", (old, gradient))
    return Derivation(
        cell,
        "w − lr·c·∂w, c = clipnorm / ‖∂w‖",
        f"{show(old.value)} − {rate}·{show(factor)}·{in_sum(gradient.value)}",
        (old, gradient),
    )
