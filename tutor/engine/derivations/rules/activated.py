"""Activations: their outputs and their gradients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tutor.engine.activations import ELEMENTWISE, LEAKY_RELU_SLOPE, as_float32
from tutor.engine.derivations.derivation import Cell, Derivation, show
from tutor.engine.derivations.expressions import (
    Expression,
    exp,
    largest,
    ln,
    normal_cdf,
    normal_density,
    tanh,
    total,
)
from tutor.engine.derivations.forms import Form, Writer, derived

Function = Callable[[Writer, Expression], Expression]
Slope = Callable[[Writer, Cell, Cell], Expression]


def sigmoid(n: Writer, z: Expression) -> Expression:
    """1 / (1 + e^(−z))."""
    return n(1) / (n(1) + exp(-z))


def log_sum_exp(n: Writer, logits: Sequence[Cell]) -> Expression:
    """ln Σ e^(z)."""
    return ln(total([exp(z) for z in n.each(logits)]))


def shifted_log_sum_exp(n: Writer, logits: Sequence[Cell]) -> Expression:
    """m + ln Σ e^(z − m), m the largest z: the same where e^(z) overflows."""
    m = n(max(z.value for z in logits))
    return m + ln(total([exp(z - m) for z in n.each(logits)]))


def softmax(n: Writer, z: Cell, logits: Sequence[Cell]) -> Expression:
    """e^(zⱼ) / Σₖ e^(zₖ)."""
    return exp(n(z)) / total([exp(each) for each in n.each(logits)])


def shifted_softmax(n: Writer, z: Cell, logits: Sequence[Cell]) -> Expression:
    """e^(zⱼ − m) / Σₖ e^(zₖ − m), m the largest z: the same where e^(z) overflows."""
    m = n(max(each.value for each in logits))
    return exp(n(z) - m) / total([exp(each - m) for each in n.each(logits)])


def sigmoid_below_zero(n: Writer, z: Expression) -> Expression:
    """e^(z) / (1 + e^(z)): the same where e^(−z) overflows."""
    return exp(z) / (n(1) + exp(z))


def _leaky(slope: float) -> Function:
    return lambda n, z: z if z.value > 0 else n(as_float32(slope)) * z


# The ways to write each function; later ones are for cases in which earlier ones overflow.
_FUNCTIONS: Mapping[str, tuple[tuple[str, Function], ...]] = {
    "linear": (("z", lambda _, z: z),),
    "relu": (("max(0, z)", lambda n, z: largest((n(0), z))),),
    "leaky_relu": ((ELEMENTWISE["leaky_relu"].formula, _leaky(LEAKY_RELU_SLOPE)),),
    "elu": (("z if z > 0 else e^(z) − 1", lambda n, z: z if z.value > 0 else exp(z) - n(1)),),
    "softplus": (
        ("ln(1 + e^(z))", lambda n, z: ln(n(1) + exp(z))),
        ("z + ln(1 + e^(−z))", lambda n, z: z + ln(n(1) + exp(-z))),
    ),
    "sigmoid": (("1 / (1 + e^(−z))", sigmoid), ("e^(z) / (1 + e^(z))", sigmoid_below_zero)),
    "silu": (
        ("z / (1 + e^(−z))", lambda n, z: z / (n(1) + exp(-z))),
        ("z·e^(z) / (1 + e^(z))", lambda n, z: z * exp(z) / (n(1) + exp(z))),
    ),
    "gelu": (("z·Φ(z)", lambda _, z: z * normal_cdf(z)),),
    "tanh": (("tanh(z)", lambda _, z: tanh(z)),),
}


def _leaky_slope(slope: float) -> Slope:
    return lambda n, z, _: n(1 if n.read(z) > 0 else as_float32(slope))


def _silu_slope(sigma: Function) -> Slope:
    return lambda n, z, f: sigma(n, n(z)) + n(f) * (n(1) - sigma(n, n(z)))


# The slope in terms of z and the output f.
_SLOPES: Mapping[str, tuple[tuple[str, Slope], ...]] = {
    "linear": (("1", lambda n, _z, _f: n(1)),),
    "relu": (("1 if z > 0 else 0", _leaky_slope(0.0)),),
    "leaky_relu": ((ELEMENTWISE["leaky_relu"].slope_formula, _leaky_slope(LEAKY_RELU_SLOPE)),),
    "elu": (("1 if z > 0 else e^(z)", lambda n, z, _: n(1) if n.read(z) > 0 else exp(n(z))),),
    "softplus": (
        ("1 / (1 + e^(−z))", lambda n, z, _: sigmoid(n, n(z))),
        ("e^(z) / (1 + e^(z))", lambda n, z, _: sigmoid_below_zero(n, n(z))),
    ),
    "sigmoid": (("f·(1 − f)", lambda n, _, f: n(f) * (n(1) - n(f))),),
    "silu": (
        ("σ + f·(1 − σ), σ = 1 / (1 + e^(−z))", _silu_slope(sigmoid)),
        ("σ + f·(1 − σ), σ = e^(z) / (1 + e^(z))", _silu_slope(sigmoid_below_zero)),
    ),
    "gelu": (("Φ(z) + z·φ(z)", lambda n, z, _: normal_cdf(n(z)) + n(z) * normal_density(n(z))),),
    "tanh": (("1 − f·f", lambda n, _, f: n(1) - n(f) * n(f)),),
}


def activation_forms(activation: str, z: Cell) -> tuple[Form, ...]:
    """The ways to write f(z); later ones are for cases in which earlier ones overflow."""

    def form(formula: str, function: Function) -> Form:
        return Form(formula, lambda n: function(n, n(z)))

    return tuple(form(*way) for way in _FUNCTIONS[activation])


def slope_forms(activation: str, z: Cell, out: Cell) -> tuple[Form, ...]:
    """The ways to write f′ in terms of z and the output ``out``."""

    def form(formula: str, slope: Slope) -> Form:
        return Form(formula, lambda n: slope(n, z, out))

    return tuple(form(*way) for way in _SLOPES[activation])


def softmax_forms(z: Cell, logits: Sequence[Cell]) -> tuple[Form, ...]:
    """The ways to write a share of the sum of all e^z; ``logits`` is the whole row, including ``z``."""
    return (
        Form("e^(zⱼ) / Σₖ e^(zₖ)", lambda n: softmax(n, z, logits)),
        Form("e^(zⱼ − m) / Σₖ e^(zₖ − m), m the largest z", lambda n: shifted_softmax(n, z, logits)),
    )


def output(cell: Cell, activation: str, z: Cell) -> Derivation:
    """f(z) for any elementwise activation."""
    return derived(cell, *activation_forms(activation, z))


def leaky_output(cell: Cell, slope: float, z: Cell) -> Derivation:
    """z, or slope·z."""
    return derived(cell, Form(f"z if z > 0 else {show(slope)}·z", lambda n: _leaky(slope)(n, n(z))))


def softmax_output(cell: Cell, z: Cell, logits: Sequence[Cell]) -> Derivation:
    """A share of the sum of all e^z; ``logits`` is the whole row, including ``z``."""
    return derived(cell, *softmax_forms(z, logits))


def gradient(cell: Cell, activation: str, above: Cell, z: Cell, out: Cell) -> Derivation:
    """∂z = ∂out·f′ for any elementwise activation; ``above`` is ∂out."""

    def form(formula: str, slope: Slope) -> Form:
        return Form(f"∂out·f′, f′ = {formula}", lambda n: n(above) * slope(n, z, out))

    return derived(cell, *(form(*way) for way in _SLOPES[activation]))


def leaky_gradient(cell: Cell, slope: float, above: Cell, z: Cell) -> Derivation:
    """∂out, or slope·∂out."""
    formula = f"∂out·f′, f′ = 1 if z > 0 else {show(slope)}"
    return derived(cell, Form(formula, lambda n: n(above) * _leaky_slope(slope)(n, z, z)))


def softmax_gradient(cell: Cell, j: int, above: Sequence[Cell], out: Sequence[Cell]) -> Derivation:
    """∂zⱼ = pⱼ·(∂pⱼ − Σₖ pₖ·∂pₖ): each ∂z depends on all p of the row."""

    def numbers(n: Writer) -> Expression:
        mean = total([n(p) * n(dp) for p, dp in zip(out, above, strict=True)])
        return n(out[j]) * (n(above[j]) - mean)

    return derived(cell, Form("pⱼ·(∂pⱼ − Σₖ pₖ·∂pₖ)", numbers))
