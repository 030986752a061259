"""Categorical cross-entropy, with labels for each class or with class numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.expressions import Expression, ln, total
from tutor.engine.derivations.forms import Form, Writer, derived
from tutor.engine.derivations.rules.activated import log_sum_exp, shifted_log_sum_exp, shifted_softmax, softmax
from tutor.engine.derivations.rules.prediction import KEPT_INSIDE, Prediction, Row, clipped, clips, kept_inside
from tutor.engine.derivations.rules.recorded import Trace

LogOfClass = Callable[[Writer, Row, int], Expression]
BY_CLASS = "the row's class has y = 1"


def fused_loss(trace: Trace) -> tuple[Form, ...]:
    """The loss after a softmax: from the probabilities if the pass has them, or from the logits."""
    end = Prediction(trace)

    def by_probability(n: Writer, row: Row, k: int) -> Expression:
        return ln(n(end.p(row, k)))

    def by_logits(n: Writer, row: Row, k: int) -> Expression:
        return n(end.z(row, k)) - log_sum_exp(n, end.logits(row))

    def by_shifted_logits(n: Writer, row: Row, k: int) -> Expression:
        return n(end.z(row, k)) - shifted_log_sum_exp(n, end.logits(row))

    forms = (
        Form("−Σ y·ln(p) / N", _mean_of_logs(end, by_probability)),
        Form("−Σ y·(z − ln Σ e^(z)) / N", _mean_of_logs(end, by_logits)),
        Form("−Σ y·(z − (m + ln Σ e^(z − m))) / N, m the row's largest z", _mean_of_logs(end, by_shifted_logits)),
    )
    return forms if end.has_probabilities else forms[1:]


def fused_gradient(trace: Trace, cell: Cell) -> Derivation:
    """The gradient of a logit: (p − y) / N."""
    end = Prediction(trace)
    row, k = cell.index[:-1], cell.index[-1]
    if row not in end.rows:
        return _unlabelled(cell)
    z, logits = end.z(row, k), end.logits(row)

    def form(formula: str, p: Callable[[Writer], Expression]) -> Form:
        said = f"{formula}, {BY_CLASS}" if _sparse(trace) else formula
        return Form(said, lambda n: (p(n) - _y(n, end, row, k)) / n(len(end.rows)))

    forms = (
        form("(p − y) / N", lambda n: n(end.p(row, k))),
        form("(p − y) / N, p = e^(zⱼ) / Σₖ e^(zₖ)", lambda n: softmax(n, z, logits)),
        form("(p − y) / N, p = e^(zⱼ − m) / Σₖ e^(zₖ − m)", lambda n: shifted_softmax(n, z, logits)),
    )
    return derived(cell, *(forms if end.has_probabilities else forms[1:]))


def loss(trace: Trace) -> tuple[Form, ...]:
    """The loss of outputs that do not come from a softmax."""
    end = Prediction(trace)
    if not _sparse(trace):
        return (
            Form(
                f"−Σ y·ln(q) / N, q = p / Σp{KEPT_INSIDE}",
                _mean_of_logs(end, lambda n, row, k: ln(_share(n, end, row, k))),
            ),
        )

    def log_share(n: Writer, row: Row, k: int) -> Expression:
        row_sum = total([clipped(n, trace, p) for p in end.row(row)])
        return ln(clipped(n, trace, end.p(row, k))) - ln(row_sum)

    return (Form(f"−Σ (ln(cⱼ) − ln Σₖ cₖ) / N, j the row's class, c = p{KEPT_INSIDE}", _mean_of_logs(end, log_share)),)


def gradient(trace: Trace, cell: Cell) -> Derivation:
    """The gradient of an output that does not come from a softmax."""
    return _sparse_gradient(trace, cell) if _sparse(trace) else _categorical_gradient(trace, cell)


def _categorical_gradient(trace: Trace, cell: Cell) -> Derivation:
    """Raising one output lowers the shares of the others: Σy is their part, over all shares that were not clipped."""
    end = Prediction(trace)
    row, i = cell.index[:-1], cell.index[-1]
    inside = [k for k in end.outputs if not _share_clips(end, row, k)]

    def numbers(n: Writer) -> Expression:
        row_sum = total(n.each(end.row(row)))
        labels = total([n(end.y(row, k)) for k in inside])
        if i in inside:
            labels = labels - n(end.y(row, i)) * row_sum / n(end.p(row, i))
        return labels / (row_sum * n(len(end.rows)))

    formula = "(Σy − yⱼ·Σp / pⱼ) / (Σp·N)"
    if len(inside) < len(end.outputs):
        formula += ", without the y of shares p / Σp beyond 1e-7 and 1 − 1e-7"
    return derived(cell, Form(formula, numbers))


def _sparse_gradient(trace: Trace, cell: Cell) -> Derivation:
    end = Prediction(trace)
    row, k = cell.index[:-1], cell.index[-1]
    if row not in end.rows:
        return _unlabelled(cell)
    p = end.p(row, k)
    if clips(trace, p):
        return derived(cell, Form("0: p is beyond 1e-7 and 1 − 1e-7", lambda n: n(0.0 * n.read(p))))

    def numbers(n: Writer) -> Expression:
        row_sum = total([clipped(n, trace, each) for each in end.row(row)])
        return (n(p) / row_sum - _y(n, end, row, k)) / (n(p) * n(len(end.rows)))

    return derived(cell, Form(f"(p / Σp − y) / (p·N), {BY_CLASS}", numbers))


def _unlabelled(cell: Cell) -> Derivation:
    return derived(cell, Form("0: this place has no label", lambda n: n(0.0)))


def _sparse(trace: Trace) -> bool:
    return trace.spec.loss == "sparse_categorical_crossentropy"


def _y(n: Writer, end: Prediction, row: Row, k: int) -> Expression:
    """The label of class ``k``, given or from the row's class number."""
    return n(int(n.read(end.class_of(row)) == k)) if _sparse(end.trace) else n(end.y(row, k))


def _mean_of_logs(end: Prediction, log_of: LogOfClass) -> Callable[[Writer], Expression]:
    """−Σ y·log / N, without the classes that have y = 0."""

    def numbers(n: Writer) -> Expression:
        terms = []
        for row in end.rows:
            if _sparse(end.trace):
                terms.append(log_of(n, row, int(n.read(end.class_of(row)))))
            else:
                wanted = [k for k in end.outputs if end.y(row, k).value]
                terms += [n(end.y(row, k)) * log_of(n, row, k) for k in wanted]
        return -total(terms) / n(len(end.rows))

    return numbers


def _share(n: Writer, end: Prediction, row: Row, k: int) -> Expression:
    """p / Σp as Keras clips it."""
    share = n(end.p(row, k)) / total(n.each(end.row(row)))
    return n(float(kept_inside(_share_value(end, row, k)))) if _share_clips(end, row, k) else share


def _share_value(end: Prediction, row: Row, k: int) -> np.floating:
    outputs = end.trace.array(end.p(row, k).name)[row]
    return (outputs / outputs.sum(axis=-1, keepdims=True))[k]


def _share_clips(end: Prediction, row: Row, k: int) -> bool:
    share = _share_value(end, row, k)
    return bool(kept_inside(share) != share)
