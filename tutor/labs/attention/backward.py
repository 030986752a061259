"""The way back: from the loss of one word's output to every vector and every matrix."""

from __future__ import annotations

import numpy as np

from tutor.engine.derivations.cells import Cells, Floats, Index
from tutor.engine.derivations.expressions import Expression
from tutor.engine.derivations.forms import Writer
from tutor.labs.attention.forward import Settings, outer
from tutor.labs.attention.words import FEATURES, PLACES, TOKENS
from tutor.labs.kit.sheet import Sheet


def fill_backward(sheet: Sheet, settings: Settings) -> None:
    """L = ½·Σ (o − t)² of the word in hand, and the gradient of L by all that went into it."""
    row, word = settings.row, TOKENS[settings.row]
    x, q, k, v, weights = (sheet[name] for name in ("x", "q", "k", "v", "weights"))
    missed = sheet.vector("d_out", f"∂o of {word}", PLACES, sheet["out"][row] - sheet["target"], "o − t", digits=4)
    sheet.number("loss", f"loss at {word}", 0.5 * (missed * missed).sum(), "½·Σ (o − t)·(o − t)", digits=4)

    d_v = sheet.matrix("d_v", "∂v", TOKENS, PLACES, outer(weights[row], missed), "weight·∂o", digits=4)
    d_weights = sheet.vector("d_weights", f"∂weights of {word}", TOKENS, v @ missed, "Σ ∂o·v", digits=4)
    mean = sheet.let("mean_d_weight", (weights[row] * d_weights).sum(), "Σ weight·∂weight")
    d_scaled = weights[row] * (d_weights - mean)
    d_scaled = sheet.vector(
        "d_scaled", f"∂ of {word}'s scaled scores", TOKENS, d_scaled, "weight·(∂weight − Σ weight·∂weight)", digits=4
    )
    by_root = (d_scaled / sheet["root"], "∂scaled / √d") if settings.divided else (d_scaled, "∂scaled")
    d_scores = sheet.vector("d_scores", f"∂scores of {word}", TOKENS, *by_root, digits=4)
    sheet.number("d_size", "the largest of them, without its sign", np.abs(d_scores.values).max(), digits=6)
    nothing = float((d_scores.values == 0).sum())
    counts = np.array([nothing, len(TOKENS) - nothing])
    sheet.vector("gets_back", f"scores of {word} that get back", ("nothing", "something"), counts, digits=0)

    d_q = sheet.vector("d_q", f"∂q of {word}", PLACES, d_scores @ k, "Σ ∂score·k", digits=4)
    d_k = sheet.matrix("d_k", "∂k", TOKENS, PLACES, outer(d_scores, q[row]), "∂score·q", digits=4)
    sheet.matrix("d_Wq", "∂Wq", FEATURES, PLACES, outer(x[row], d_q), "x·∂q", digits=4)
    for of, gradient in (("k", d_k), ("v", d_v)):
        name = f"d_W{of}"
        sheet.matrix(name, f"∂W{of}", FEATURES, PLACES, x.transposed @ gradient, f"Σ x·∂{of}", digits=4)
    through_q = d_q @ sheet["Wq"].transposed
    others = d_k @ sheet["Wk"].transposed, d_v @ sheet["Wv"].transposed
    d_x = _added_in_row(others[0], others[1], through_q, row)
    sheet.matrix("d_x", "∂x", TOKENS, FEATURES, d_x, "through q, k and v", digits=4)


def _added_in_row(by_key: Cells, by_value: Cells, by_query: Cells, row: int) -> Cells:
    """What each word gets back through its key and its value, and the one in hand through its query as well."""

    def values() -> Floats:
        total = by_key.values + by_value.values
        total[row] += by_query.values
        return total

    def write(n: Writer, at: Index) -> Expression:
        both = by_key.write(n, at) + by_value.write(n, at)
        return by_query.write(n, at[1:]) + both if at[0] == row else both

    return Cells(values, write)


def saturation(sheet: Sheet, settings: Settings, factors: Floats) -> Floats:
    """The largest gradient of a score of the word in hand, were its query this many times as long, (factors,)."""
    seen, row = settings.seen[settings.row], settings.row
    scores = sheet["scaled"].values[row] * factors[:, None]
    e = np.where(seen, np.exp(scores - scores[:, seen].max(axis=1, keepdims=True)), 0.0)
    weights = e / e.sum(axis=1, keepdims=True)
    v, target = sheet["v"].values, sheet["target"].values
    d_weights = (weights @ v - target) @ v.T
    back = weights * (d_weights - (weights * d_weights).sum(axis=1, keepdims=True))
    if settings.divided:
        back /= sheet["root"].number
    return np.asarray(np.abs(back).max(axis=1))
