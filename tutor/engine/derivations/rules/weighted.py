"""Dense and Conv2D: the weighted sums and their gradients."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tutor.engine.activations import as_float32
from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.expressions import Expression, total
from tutor.engine.derivations.forms import Form, Writer, derived
from tutor.engine.derivations.rules.contract import LayerDerivation
from tutor.engine.derivations.rules.pointwise import activation_gradient, activation_output
from tutor.engine.derivations.rules.recorded import GRADIENT, RecordedLayer
from tutor.engine.derivations.rules.windows import windows_of
from tutor.engine.layers import Conv2D, Dense

Pairs = Sequence[tuple[Cell, Cell]]


def _layer(at: RecordedLayer) -> Dense | Conv2D:
    assert isinstance(at.layer, Dense | Conv2D)
    return at.layer


def _products(n: Writer, pairs: Pairs) -> list[Expression]:
    return [n(a) * n(b) for a, b in pairs]


def _sum_of_products(cell: Cell, formula: str, pairs: Pairs) -> Derivation:
    return derived(cell, Form(formula, lambda n: total(_products(n, pairs))))


def _weighted_sum(at: RecordedLayer, cell: Cell, formula: str, pairs: Pairs, over: str = "") -> Derivation:
    if not at.has("bias"):
        return _sum_of_products(cell, f"{formula}{over}", pairs)
    bias = at.own("bias", cell.index[-1])
    return derived(cell, Form(f"{formula} + b{over}", lambda n: total([*_products(n, pairs), n(bias)])))


def _kernel_gradient(at: RecordedLayer, cell: Cell, formula: str, pairs: Pairs) -> Derivation:
    """The sum, plus 2·λ·w for an L2 penalty λ·Σw²."""
    penalty = as_float32(_layer(at).l2)
    if not penalty:
        return _sum_of_products(cell, formula, pairs)
    w = at.own("kernel", *cell.index)
    return derived(
        cell,
        Form(f"{formula} + 2·λ·w", lambda n: total([*_products(n, pairs), n(2) * n(penalty) * n(w)])),
    )


def _output(at: RecordedLayer, cell: Cell) -> Derivation:
    return activation_output(at, cell, _layer(at).activation, f"{at.name}.z")


def _z_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    return activation_gradient(at, cell, _layer(at).activation, f"{at.name}.z")


def _bias_gradient(formula: str) -> Callable[[RecordedLayer, Cell], Derivation]:
    def derive(at: RecordedLayer, cell: Cell) -> Derivation:
        terms = at.trace.channel(f"{GRADIENT}{at.name}.z", cell.index[0])
        return derived(cell, Form(formula, lambda n: total(n.each(terms))))

    return derive


def _dense_z(at: RecordedLayer, cell: Cell) -> Derivation:
    *place, unit = cell.index
    pairs = [(x, at.own("kernel", i, unit)) for i, x in enumerate(at.trace.cells(at.before, *place))]
    return _weighted_sum(at, cell, "Σᵢ xᵢ·wᵢ", pairs)


def _dense_kernel(at: RecordedLayer, cell: Cell) -> Derivation:
    i, j = cell.index
    pairs = [(at.input(*place, i), at.gradient("z", *place, j)) for place in np.ndindex(at.input_shape[:-1])]
    over = "rows" if len(at.input_shape) == 2 else "rows and places"
    return _kernel_gradient(at, cell, f"Σ x·∂z over the {over}", pairs)


def _dense_back(at: RecordedLayer, cell: Cell) -> Derivation:
    *place, i = cell.index
    pairs = [(at.gradient("z", *place, j), at.own("kernel", i, j)) for j in range(at.output_shape[-1])]
    return _sum_of_products(cell, "Σⱼ ∂zⱼ·wⱼ", pairs)


def _conv_z(at: RecordedLayer, cell: Cell) -> Derivation:
    row, h, w, f = cell.index
    windows, channels = windows_of(at), range(at.input_shape[3])
    pairs = [
        (at.input(row, y, x, c), at.own("kernel", i, j, c, f)) for i, j, y, x in windows.pixels(h, w) for c in channels
    ]
    patch = ", the patch under the kernel"
    if windows.clipped_at(h, w):
        patch += " (its part in the padding is 0 and left out)"
    return _weighted_sum(at, cell, "Σ x·w", pairs, patch)


def _conv_kernel(at: RecordedLayer, cell: Cell) -> Derivation:
    i, j, c, f = cell.index
    under = list(windows_of(at).under(i, j))
    pairs = [
        (at.input(row, y, x, c), at.gradient("z", row, h, w, f)) for row in range(at.trace.rows) for h, w, y, x in under
    ]
    return _kernel_gradient(at, cell, "Σ x·∂z over the rows and the kernel's positions", pairs)


def _conv_back(at: RecordedLayer, cell: Cell) -> Derivation:
    row, y, x, c = cell.index
    pairs = [
        (at.gradient("z", row, h, w, f), at.own("kernel", i, j, c, f))
        for i, j, h, w in windows_of(at).over(y, x)
        for f in range(at.output_shape[3])
    ]
    return _sum_of_products(cell, "Σ ∂z·w over the outputs that the pixel reached", pairs)


DENSE = LayerDerivation(
    _output,
    _dense_back,
    {
        "z": _dense_z,
        "grad:z": _z_gradient,
        "grad:kernel": _dense_kernel,
        "grad:bias": _bias_gradient("Σ ∂z over the rows"),
    },
)
CONV2D = LayerDerivation(
    _output,
    _conv_back,
    {
        "z": _conv_z,
        "grad:z": _z_gradient,
        "grad:kernel": _conv_kernel,
        "grad:bias": _bias_gradient("Σ ∂z over the rows and positions"),
    },
)
