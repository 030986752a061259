"""MultiHeadAttention: queries, keys, values, scores, weights, and the way back through all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tutor.engine.attention import hidden
from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.expressions import Expression, root, total
from tutor.engine.derivations.forms import Form, Writer, derived
from tutor.engine.derivations.rules import activated
from tutor.engine.derivations.rules.contract import Derive, LayerDerivation
from tutor.engine.derivations.rules.recorded import GRADIENT, RecordedLayer
from tutor.engine.operations.attended import ASKED
from tutor.engine.sequence_layers import MultiHeadAttention

Pairs = Sequence[tuple[Cell, Cell]]


def _layer(at: RecordedLayer) -> MultiHeadAttention:
    assert isinstance(at.layer, MultiHeadAttention)
    return at.layer


def _products(n: Writer, pairs: Pairs) -> list[Expression]:
    return [n(a) * n(b) for a, b in pairs]


def _sum(cell: Cell, formula: str, pairs: Pairs) -> Derivation:
    return derived(cell, Form(formula, lambda n: total(_products(n, pairs))))


def _places(at: RecordedLayer) -> range:
    return range(at.input_shape[1])


def _seen(at: RecordedLayer, asking: int) -> list[int]:
    """The places that the place ``asking`` may look at."""
    return [s for s in _places(at) if not (_layer(at).use_causal_mask and hidden(len(_places(at)))[asking, s])]


def _asked(parameter: str) -> Derive:
    def derive(at: RecordedLayer, cell: Cell) -> Derivation:
        row, t, head, k = cell.index
        xs = at.trace.cells(at.before, row, t)
        pairs = [(x, at.own(f"{parameter}_kernel", i, head, k)) for i, x in enumerate(xs)]
        if not at.has(f"{parameter}_bias"):
            return _sum(cell, "Σᵢ xᵢ·wᵢ", pairs)
        bias = at.own(f"{parameter}_bias", head, k)
        return derived(cell, Form("Σᵢ xᵢ·wᵢ + b", lambda n: total([*_products(n, pairs), n(bias)])))

    return derive


def _score(at: RecordedLayer, cell: Cell) -> Derivation:
    row, head, t, s = cell.index
    q, k = at.trace.cells(f"{at.name}.q", row, t, head), at.trace.cells(f"{at.name}.k", row, s, head)
    pairs = list(zip(q, k, strict=True))
    return derived(cell, Form("q·k / √width", lambda n: total(_products(n, pairs)) / root(n(len(pairs)))))


def _weight(at: RecordedLayer, cell: Cell) -> Derivation:
    row, head, t, s = cell.index
    seen = _seen(at, t)
    own = at.own("scores", row, head, t, s)
    if s not in seen:
        return derived(cell, Form("0: the mask hides later places", lambda n: n(0.0 * n.read(own))))
    return activated.softmax_output(cell, own, [at.own("scores", row, head, t, each) for each in seen])


def _mixed(at: RecordedLayer, cell: Cell) -> Derivation:
    row, t, head, k = cell.index
    pairs = [(at.own("weights", row, head, t, s), at.own("v", row, s, head, k)) for s in _seen(at, t)]
    return _sum(cell, "Σ weight·v over the places it looks at", pairs)


def _output(at: RecordedLayer, cell: Cell) -> Derivation:
    row, t, i = cell.index
    mixed = at.trace.cells(f"{at.name}.mixed", row, t)
    pairs = [(m, at.own("output_kernel", *m.index[2:], i)) for m in mixed]
    if not at.has("output_bias"):
        return _sum(cell, "Σ mixed·w over all heads", pairs)
    bias = at.own("output_bias", i)
    return derived(cell, Form("Σ mixed·w + b over all heads", lambda n: total([*_products(n, pairs), n(bias)])))


def _mixed_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    row, t, head, k = cell.index
    pairs = [(dy, at.own("output_kernel", head, k, i)) for i, dy in enumerate(_above(at, row, t))]
    return _sum(cell, "Σ ∂out·w", pairs)


def _above(at: RecordedLayer, row: int, t: int) -> list[Cell]:
    return at.trace.cells(f"{GRADIENT}{at.name}.out", row, t)


def _weight_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    row, head, t, s = cell.index
    widths = range(_layer(at).key_dim)
    pairs = [(at.gradient("mixed", row, t, head, k), at.own("v", row, s, head, k)) for k in widths]
    return _sum(cell, "Σ ∂mixed·v", pairs)


def _score_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    row, head, t, s = cell.index
    p = at.own("weights", row, head, t, s)
    seen = _seen(at, t)
    if s not in seen:
        return derived(cell, Form("0: the mask hides later places", lambda n: n(0.0 * n.read(p))))
    above = [at.gradient("weights", row, head, t, each) for each in seen]
    return activated.softmax_gradient(
        cell, seen.index(s), above, [at.own("weights", row, head, t, each) for each in seen]
    )


def _query_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    row, t, head, k = cell.index
    pairs = [(at.gradient("scores", row, head, t, s), at.own("k", row, s, head, k)) for s in _seen(at, t)]
    return _scaled(at, cell, "Σ ∂score·k / √width", pairs)


def _key_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    row, s, head, k = cell.index
    asking = [t for t in _places(at) if s in _seen(at, t)]
    pairs = [(at.gradient("scores", row, head, t, s), at.own("q", row, t, head, k)) for t in asking]
    return _scaled(at, cell, "Σ ∂score·q / √width over the places that look here", pairs)


def _scaled(at: RecordedLayer, cell: Cell, formula: str, pairs: Pairs) -> Derivation:
    width = _layer(at).key_dim
    return derived(cell, Form(formula, lambda n: total(_products(n, pairs)) / root(n(width))))


def _value_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    row, s, head, k = cell.index
    asking = [t for t in _places(at) if s in _seen(at, t)]
    pairs = [(at.own("weights", row, head, t, s), at.gradient("mixed", row, t, head, k)) for t in asking]
    return _sum(cell, "Σ weight·∂mixed over the places that look here", pairs)


def _kernel_gradient(part: str) -> Derive:
    def derive(at: RecordedLayer, cell: Cell) -> Derivation:
        i, head, k = cell.index
        pairs = [(at.input(row, t, i), at.gradient(part, row, t, head, k)) for row, t in _everywhere(at)]
        return _sum(cell, f"Σ x·∂{part} over the rows and places", pairs)

    return derive


def _bias_gradient(part: str) -> Derive:
    def derive(at: RecordedLayer, cell: Cell) -> Derivation:
        terms = [at.gradient(part, *where, *cell.index) for where in _everywhere(at)]
        return derived(cell, Form(f"Σ ∂{part} over the rows and places", lambda n: total(n.each(terms))))

    return derive


def _output_kernel(at: RecordedLayer, cell: Cell) -> Derivation:
    head, k, i = cell.index
    pairs = [(at.own("mixed", *where, head, k), at.gradient("out", *where, i)) for where in _everywhere(at)]
    return _sum(cell, "Σ mixed·∂out over the rows and places", pairs)


def _everywhere(at: RecordedLayer) -> list[tuple[int, ...]]:
    return list(np.ndindex(at.input_shape[:2]))


def _input_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    row, t, i = cell.index
    pairs = [
        (d, at.own(f"{parameter}_kernel", i, *d.index[2:]))
        for part, parameter in ASKED.items()
        for d in at.trace.cells(f"{GRADIENT}{at.name}.{part}", row, t)
    ]
    return _sum(cell, "Σ ∂q·w + Σ ∂k·w + Σ ∂v·w", pairs)


MULTI_HEAD_ATTENTION = LayerDerivation(
    _output,
    _input_gradient,
    {
        **{part: _asked(parameter) for part, parameter in ASKED.items()},
        "scores": _score,
        "weights": _weight,
        "mixed": _mixed,
        "grad:mixed": _mixed_gradient,
        "grad:weights": _weight_gradient,
        "grad:scores": _score_gradient,
        "grad:q": _query_gradient,
        "grad:k": _key_gradient,
        "grad:v": _value_gradient,
        **{f"grad:{parameter}_kernel": _kernel_gradient(part) for part, parameter in ASKED.items()},
        **{f"grad:{parameter}_bias": _bias_gradient(part) for part, parameter in ASKED.items()},
        "grad:output_kernel": _output_kernel,
        "grad:output_bias": _bias_gradient("out"),
    },
)
