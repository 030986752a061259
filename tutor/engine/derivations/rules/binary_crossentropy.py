"""Binary cross-entropy: each output is a separate yes or no."""

from __future__ import annotations

from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.expressions import Expression, exp, largest, ln, total
from tutor.engine.derivations.forms import Form, Writer, derived
from tutor.engine.derivations.rules.activated import sigmoid, sigmoid_below_zero
from tutor.engine.derivations.rules.prediction import KEPT_INSIDE, Prediction, Row, clipped, clips
from tutor.engine.derivations.rules.recorded import Trace

BY_PROBABILITY = "−Σ (y·ln(p) + (1 − y)·ln(1 − p)) / (N·outputs)"


def fused_loss(trace: Trace) -> tuple[Form, ...]:
    """The loss after a sigmoid: from the probabilities if the pass has them, or from the logits."""
    end = Prediction(trace)

    def by_probability(n: Writer) -> Expression:
        return _mean_of_logs(n, end, [(row, k, n(end.p(row, k))) for row in end.rows for k in end.outputs])

    def by_logits(n: Writer) -> Expression:
        terms = []
        for row in end.rows:
            for k in end.outputs:
                z, y = n(end.z(row, k)), n(end.y(row, k))
                size = -z if z.negative else z
                terms.append(largest((z, n(0))) - z * y + ln(n(1) + exp(-size)))
        return total(terms) / n(end.size)

    forms = (
        Form(BY_PROBABILITY, by_probability),
        Form("Σ (max(z, 0) − z·y + ln(1 + e^(−|z|))) / (N·outputs)", by_logits),
    )
    return forms if end.has_probabilities else forms[1:]


def fused_gradient(trace: Trace, cell: Cell) -> Derivation:
    """The gradient of a logit: (p − y) / (N·outputs)."""
    end = Prediction(trace)
    z, y, formula = (
        end.z(cell.index[:-1], cell.index[-1]),
        end.y(cell.index[:-1], cell.index[-1]),
        "(p − y) / (N·outputs)",
    )
    forms = (
        Form(formula, lambda n: (n(end.p(cell.index[:-1], cell.index[-1])) - n(y)) / n(end.size)),
        Form(f"{formula}, p = 1 / (1 + e^(−z))", lambda n: (sigmoid(n, n(z)) - n(y)) / n(end.size)),
        Form(f"{formula}, p = e^(z) / (1 + e^(z))", lambda n: (sigmoid_below_zero(n, n(z)) - n(y)) / n(end.size)),
    )
    return derived(cell, *(forms if end.has_probabilities else forms[1:]))


def loss(trace: Trace) -> tuple[Form, ...]:
    """The loss of outputs that do not come from a sigmoid."""
    end = Prediction(trace)

    def numbers(n: Writer) -> Expression:
        outputs = [(row, k) for row in end.rows for k in end.outputs]
        return _mean_of_logs(n, end, [(row, k, clipped(n, trace, end.p(row, k))) for row, k in outputs])

    return (Form(f"{BY_PROBABILITY}, p{KEPT_INSIDE}", numbers),)


def gradient(trace: Trace, cell: Cell) -> Derivation:
    """The gradient of an output that does not come from a sigmoid."""
    end = Prediction(trace)
    p, y = end.p(cell.index[:-1], cell.index[-1]), end.y(cell.index[:-1], cell.index[-1])
    if clips(trace, p):
        return derived(cell, Form("0: p is beyond 1e-7 and 1 − 1e-7", lambda n: n(0.0 * n.read(p))))

    def numbers(n: Writer) -> Expression:
        return ((n(1) - n(y)) / (n(1) - n(p)) - n(y) / n(p)) / n(end.size)

    return derived(cell, Form("((1 − y) / (1 − p) − y / p) / (N·outputs)", numbers))


def _mean_of_logs(n: Writer, end: Prediction, outputs: list[tuple[Row, int, Expression]]) -> Expression:
    """The mean of −y·ln(p) − (1 − y)·ln(1 − p), without the terms multiplied by 0."""
    terms = []
    for row, k, p in outputs:
        y = end.y(row, k)
        if y.value:
            terms.append(n(y) * ln(p))
        if y.value != 1:
            terms.append((n(1) - n(y)) * ln(n(1) - p))
    return -total(terms) / n(end.size)
