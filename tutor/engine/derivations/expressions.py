"""Arithmetic as text, with its value: ``(−0.5)·2 + 1`` and 0.

An expression is a text and the value of that text, with the numbers rounded as written. So a derivation can be checked
against the result that a reader gets from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tutor.engine.derivations.derivation import show

SUM, QUOTIENT, PRODUCT, ATOM = range(4)


@dataclass(frozen=True, slots=True)
class Expression:
    """The ``text``, its ``value`` (NaN if it has none), and the precedence of its outermost operation."""

    text: str
    value: float
    binding: int = ATOM

    @property
    def negative(self) -> bool:
        """Whether it begins with a minus sign, and so needs brackets in products and sums."""
        return self.text.startswith("−")

    def __add__(self, other: Expression) -> Expression:
        return total((self, other))

    def __sub__(self, other: Expression) -> Expression:
        right = _bracketed(other) if other.binding == SUM else _signed(other)
        return Expression(f"{self.text} − {right}", self.value - other.value, SUM)

    def __mul__(self, other: Expression) -> Expression:
        return Expression(f"{_factor(self)}·{_factor(other)}", self.value * other.value, PRODUCT)

    def __truediv__(self, other: Expression) -> Expression:
        over = _bracketed(self) if self.binding == SUM else self.text
        under = _signed(other) if other.binding == ATOM else _bracketed(other)
        return Expression(f"{over} / {under}", _quotient(self.value, other.value), QUOTIENT)

    def __neg__(self) -> Expression:
        if self.binding == ATOM and self.negative:
            return Expression(self.text[1:], -self.value)
        text = self.text if self.text == "0" else f"−{_factor(self)}"
        return Expression(text, -self.value, ATOM if self.binding == ATOM else PRODUCT)


def number(value: float, digits: int = 6) -> Expression:
    """A number, rounded to ``digits`` significant digits."""
    return Expression(show(value, digits), float(f"{value:.{digits}g}"))


def total(terms: Sequence[Expression]) -> Expression:
    """The sum of all terms; 0 if there are none."""
    if not terms:
        return number(0.0)
    if len(terms) == 1:
        return terms[0]
    first = _signed(terms[0]) if terms[0].binding == ATOM else terms[0].text
    text = " + ".join([first, *map(_signed, terms[1:])])
    return Expression(text, math.fsum(term.value for term in terms), SUM)


def largest(terms: Sequence[Expression]) -> Expression:
    """max(…), or the only term."""
    if len(terms) == 1:
        return terms[0]
    return _call("max", max, *terms)


def smallest(*terms: Expression) -> Expression:
    """min(…)."""
    return _call("min", min, *terms)


def exp(x: Expression) -> Expression:
    """e^(x)."""
    return Expression(f"e^({x.text})", _worth(math.exp, x.value))


def ln(x: Expression) -> Expression:
    """The natural logarithm."""
    return _call("ln", math.log, x)


def tanh(x: Expression) -> Expression:
    """The hyperbolic tangent."""
    return _call("tanh", math.tanh, x)


def root(x: Expression) -> Expression:
    """√(x)."""
    return _call("√", math.sqrt, x)


def sign(x: Expression) -> Expression:
    """1, −1 or 0: the sign of x."""
    return _call("sign", lambda value: float((value > 0) - (value < 0)), x)


def arccos(x: Expression) -> Expression:
    """The angle with the cosine x, in radians; a cosine that rounding carried beyond ±1 is that of 0 or π."""
    return _call("arccos", lambda cosine: math.acos(max(-1.0, min(1.0, cosine))), x)


def normal_cdf(x: Expression) -> Expression:
    """Φ(x), the normal distribution's cumulative function."""
    return _call("Φ", lambda z: (1 + math.erf(z * math.sqrt(0.5))) / 2, x)


def normal_density(x: Expression) -> Expression:
    """φ(x), the normal distribution's density."""
    return _call("φ", lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi), x)


def _call(name: str, function: Callable[..., float], *arguments: Expression) -> Expression:
    text = f"{name}({', '.join(argument.text for argument in arguments)})"
    return Expression(text, _worth(function, *(argument.value for argument in arguments)))


def _worth(function: Callable[..., Any], *values: float) -> float:
    if any(math.isnan(value) for value in values):
        return math.nan
    try:
        return float(function(*values))
    except (ArithmeticError, ValueError):
        return math.nan


def _quotient(over: float, under: float) -> float:
    return over / under if under else math.nan


def _bracketed(x: Expression) -> str:
    return f"({x.text})"


def _signed(x: Expression) -> str:
    return _bracketed(x) if x.negative else x.text


def _factor(x: Expression) -> str:
    return _bracketed(x) if x.negative or x.binding < PRODUCT else x.text
