"""The loss with its penalties, and the gradient from which backpropagation starts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tutor.engine.activations import as_float32
from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.expressions import Expression, total
from tutor.engine.derivations.forms import Form, Writer, derived
from tutor.engine.derivations.rules import binary_crossentropy, crossentropy
from tutor.engine.derivations.rules.prediction import Prediction
from tutor.engine.derivations.rules.recorded import Trace
from tutor.engine.layers import Conv2D, Dense
from tutor.engine.objective import is_fused

Loss = Callable[[Trace], tuple[Form, ...]]
Gradient = Callable[[Trace, Cell], Derivation]


@dataclass(frozen=True)
class _Objective:
    """A loss and its gradient: for the outputs and, fused with the last activation, for the logits."""

    loss: Loss
    gradient: Gradient
    fused_loss: Loss
    fused_gradient: Gradient


def derive_loss(trace: Trace, cell: Cell) -> Derivation:
    """The mean loss and the L2 penalties."""
    objective = _OBJECTIVES[trace.spec.loss]
    forms = objective.fused_loss(trace) if is_fused(trace.spec) else objective.loss(trace)
    return derived(cell, *(_with_penalties(trace, form) for form in forms))


def derive_gradient(trace: Trace, cell: Cell) -> Derivation:
    """The gradient of the logits if the loss is fused with the activation, otherwise of the outputs."""
    objective = _OBJECTIVES[trace.spec.loss]
    return (objective.fused_gradient if is_fused(trace.spec) else objective.gradient)(trace, cell)


def _with_penalties(trace: Trace, form: Form) -> Form:
    penalised = [
        (as_float32(layer.l2), trace.cells(f"{name}.kernel"))
        for name, layer in trace.spec.named_layers
        if isinstance(layer, Dense | Conv2D) and layer.l2
    ]
    if not penalised:
        return form

    def numbers(n: Writer) -> Expression:
        penalties = [n(factor) * total([n(w) * n(w) for w in kernel]) for factor, kernel in penalised]
        return total([form.numbers(n), *penalties])

    return Form(f"({form.formula}) + λ·Σ w·w", numbers)


def _squared_error(trace: Trace) -> tuple[Form, ...]:
    end = Prediction(trace)

    def numbers(n: Writer) -> Expression:
        differences = [n(end.p(row, k)) - n(end.y(row, k)) for row in end.rows for k in end.outputs]
        return total([difference * difference for difference in differences]) / n(end.size)

    return (Form("Σ (p − y)·(p − y) / (N·outputs)", numbers),)


def _squared_error_gradient(trace: Trace, cell: Cell) -> Derivation:
    end = Prediction(trace)
    p, y = end.p(cell.index[:-1], cell.index[-1]), end.y(cell.index[:-1], cell.index[-1])
    return derived(cell, Form("2·(p − y) / (N·outputs)", lambda n: n(2) * (n(p) - n(y)) / n(end.size)))


_CATEGORICAL = _Objective(
    crossentropy.loss, crossentropy.gradient, crossentropy.fused_loss, crossentropy.fused_gradient
)
_OBJECTIVES = {
    "categorical_crossentropy": _CATEGORICAL,
    "sparse_categorical_crossentropy": _CATEGORICAL,
    "binary_crossentropy": _Objective(
        binary_crossentropy.loss,
        binary_crossentropy.gradient,
        binary_crossentropy.fused_loss,
        binary_crossentropy.fused_gradient,
    ),
    "mean_squared_error": _Objective(_squared_error, _squared_error_gradient, _squared_error, _squared_error_gradient),
}
