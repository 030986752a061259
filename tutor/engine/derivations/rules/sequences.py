"""Embedding, PositionEmbedding, Add and TiedProjection."""

from __future__ import annotations

import numpy as np

from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.expressions import Expression, total
from tutor.engine.derivations.forms import Form, Writer, derived, identity
from tutor.engine.derivations.rules.contract import LayerDerivation
from tutor.engine.derivations.rules.recorded import GRADIENT, RecordedLayer
from tutor.engine.network import output_names
from tutor.engine.operations.sequences import TABLE
from tutor.engine.sequence_layers import TiedProjection


def _embedded(at: RecordedLayer, cell: Cell) -> Derivation:
    *place, k = cell.index
    token = at.input(*place)
    row = at.own("embeddings", int(token.value), k)

    def numbers(n: Writer) -> Expression:
        n.read(token)
        return n(row)

    return derived(cell, Form(f"row {int(token.value)} of the table, the token's", numbers))


def _token_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    token = at.input(*cell.index)
    return derived(cell, Form("0: a token's number is its name, not an amount", lambda n: n(0.0 * n.read(token))))


def _table_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    """The sum over all places that have the token and, with a TiedProjection, the gradient as its kernel."""
    token, k = cell.index
    uses = np.argwhere(at.trace.array(at.before).astype(int) == token).tolist()
    terms = [at.gradient("out", *place, k) for place in uses]
    tied = _tied_pairs(at, token, k)

    def numbers(n: Writer) -> Expression:
        return total([*n.each(terms), *(n(dz) * n(x) for dz, x in tied)])

    formula = "Σ ∂out over the places that have this token"
    return derived(cell, Form(f"{formula} + Σ ∂logit·x as the output's table" if tied else formula, numbers))


def _tied_pairs(at: RecordedLayer, token: int, k: int) -> list[tuple[Cell, Cell]]:
    """For each place that a TiedProjection answers at: the gradient of the logit, and the number it multiplies."""
    spec, names = at.trace.spec, output_names(at.trace.spec)
    if f"{at.name}.embeddings" != TABLE:
        return []
    pairs = []
    for place, (name, layer) in enumerate(spec.named_layers):
        if isinstance(layer, TiedProjection):
            for where in np.ndindex(at.trace.array(names[place]).shape[:-1]):
                dz = at.trace.cell(f"{GRADIENT}{name}.out", *where, token)
                pairs.append((dz, at.trace.cell(names[place], *where, k)))
    return pairs


def _placed(at: RecordedLayer, cell: Cell) -> Derivation:
    x, row = at.input(*cell.index), at.own("embeddings", *cell.index[1:])
    return derived(cell, Form("x + the position's row", lambda n: n(x) + n(row)))


def _unchanged(at: RecordedLayer, cell: Cell) -> Derivation:
    return identity(cell, "∂out: a sum passes it on as it is", at.gradient("out", *cell.index))


def _position_gradient(at: RecordedLayer, cell: Cell) -> Derivation:
    terms = [at.gradient("out", row, *cell.index) for row in range(at.trace.rows)]
    return derived(cell, Form("Σ ∂out over the rows", lambda n: total(n.each(terms))))


def _added(at: RecordedLayer, cell: Cell) -> Derivation:
    x, around = at.input(*cell.index), at.source(*cell.index)
    return derived(cell, Form(f"x + {around.name}, which went around", lambda n: n(x) + n(around)))


def _projected(at: RecordedLayer, cell: Cell) -> Derivation:
    *place, token = cell.index
    pairs = list(zip(at.trace.cells(at.before, *place), at.trace.cells(TABLE, token), strict=True))
    return derived(cell, Form("Σᵢ xᵢ·row of the token", lambda n: total([n(x) * n(e) for x, e in pairs])))


def _project_back(at: RecordedLayer, cell: Cell) -> Derivation:
    *place, k = cell.index
    logits = range(at.output_shape[-1])
    pairs = [(at.gradient("out", *place, token), at.trace.cell(TABLE, token, k)) for token in logits]
    return derived(cell, Form("Σ ∂logit·e over the tokens", lambda n: total([n(dz) * n(e) for dz, e in pairs])))


EMBEDDING = LayerDerivation(_embedded, _token_gradient, {"grad:embeddings": _table_gradient})
POSITION_EMBEDDING = LayerDerivation(_placed, _unchanged, {"grad:embeddings": _position_gradient})
ADD = LayerDerivation(_added, _unchanged)
TIED_PROJECTION = LayerDerivation(_projected, _project_back)
