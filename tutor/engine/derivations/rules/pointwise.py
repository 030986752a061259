"""Activation, LeakyReLU and Dropout, and the activation of Dense and Conv2D."""

from __future__ import annotations

from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.forms import Form, derived, identity
from tutor.engine.derivations.rules import activated
from tutor.engine.derivations.rules.contract import LayerDerivation
from tutor.engine.derivations.rules.recorded import GRADIENT, RecordedLayer
from tutor.engine.layers import Activation, LeakyReLU


def activation_output(at: RecordedLayer, cell: Cell, activation: str, z_name: str) -> Derivation:
    """The layer's output from the array ``z_name``, for any activation."""
    z = at.trace.cell(z_name, *cell.index)
    if activation == "softmax":
        return activated.softmax_output(cell, z, at.trace.cells(z_name, *cell.index[:-1]))
    return activated.output(cell, activation, z)


def activation_gradient(at: RecordedLayer, cell: Cell, activation: str, z_name: str) -> Derivation:
    """The gradient of the array ``z_name`` from that of the layer's output, for any activation."""
    if activation == "softmax":
        *row, j = cell.index
        above = at.trace.cells(f"{GRADIENT}{at.name}.out", *row)
        return activated.softmax_gradient(cell, j, above, at.trace.cells(f"{at.name}.out", *row))
    z, above_z = at.trace.cell(z_name, *cell.index), at.gradient("out", *cell.index)
    return activated.gradient(cell, activation, above_z, z, at.own("out", *cell.index))


def _activate(at: RecordedLayer, cell: Cell) -> Derivation:
    assert isinstance(at.layer, Activation)
    return activation_output(at, cell, at.layer.activation, at.before)


def _activate_back(at: RecordedLayer, cell: Cell) -> Derivation:
    assert isinstance(at.layer, Activation)
    return activation_gradient(at, cell, at.layer.activation, at.before)


def _leak(at: RecordedLayer, cell: Cell) -> Derivation:
    assert isinstance(at.layer, LeakyReLU)
    return activated.leaky_output(cell, at.layer.negative_slope, at.input(*cell.index))


def _leak_back(at: RecordedLayer, cell: Cell) -> Derivation:
    assert isinstance(at.layer, LeakyReLU)
    above, z = at.gradient("out", *cell.index), at.input(*cell.index)
    return activated.leaky_gradient(cell, at.layer.negative_slope, above, z)


def _drop(at: RecordedLayer, cell: Cell) -> Derivation:
    x = at.input(*cell.index)
    if not at.has("mask"):
        return identity(cell, "x (dropout is off outside training)", x)
    mask = at.own("mask", *cell.index)
    return derived(cell, Form("x·mask", lambda n: n(x) * n(mask)))


def _drop_back(at: RecordedLayer, cell: Cell) -> Derivation:
    above = at.gradient("out", *cell.index)
    if not at.has("mask"):
        return identity(cell, "∂out (dropout is off)", above)
    mask = at.own("mask", *cell.index)
    return derived(cell, Form("∂out·mask", lambda n: n(above) * n(mask)))


ACTIVATION = LayerDerivation(_activate, _activate_back)
LEAKY_RELU = LayerDerivation(_leak, _leak_back)
DROPOUT = LayerDerivation(_drop, _drop_back)
