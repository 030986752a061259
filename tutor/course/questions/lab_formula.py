"""Parse formulas on a lab's numbers, such as a lesson's wrong answers: ``x[1]·w[2] + x[2]·w[1]``, ``sum(x)·sum(w)``.

Parsing needs no NumPy, so that listing lessons is fast; ``formula_value`` evaluates formulas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_FORMULA = 200
DEEPEST = 20
"""Nested brackets, powers and signs."""
FUNCTIONS = ("sum", "mean", "max", "min", "sqrt", "exp", "ln", "floor")
_SAME = {"−": "-", "·": "*"}
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?P<name>[^\W\d]\w*(?:\[[^\[\]]+\])*)|(?P<sign>[-+−·*/^()]))"
)


class FormulaError(ValueError):
    """A text that is not a formula; the message is a sentence for the lesson's author."""


@dataclass(frozen=True)
class Constant:
    """A literal number."""

    value: float


@dataclass(frozen=True)
class Name:
    """A path of the lab: a number, or all numbers of a readout or control."""

    path: str


@dataclass(frozen=True)
class Operation:
    """One of ``+ - * / ^`` with two operands, or one of ``FUNCTIONS`` or ``negative`` with one."""

    sign: str
    operands: tuple[Node, ...]


Node = Constant | Name | Operation


@dataclass(frozen=True)
class LabFormula:
    """A formula: its text and its syntax tree."""

    text: str
    root: Node


def read_formula(text: str) -> LabFormula:
    """Parse a formula of + − · * / ^, brackets, ``FUNCTIONS``, numbers and paths. Raises ``FormulaError``."""
    if len(text) > LONGEST_FORMULA:
        raise FormulaError(f"a formula has at most {LONGEST_FORMULA} characters; this one has {len(text)}")
    return LabFormula(text, _Reader(text).root())


class _Reader:
    """Parses from left to right, with a method for each level from the lowest to the highest precedence."""

    def __init__(self, text: str) -> None:
        self._text, self._tokens = text, list(_tokens(text))
        self._at = self._depth = 0

    def root(self) -> Node:
        node = self._sum()
        if self._at < len(self._tokens):
            raise self._unexpected()
        return node

    def _sum(self) -> Node:
        node = self._product()
        while sign := self._take("+", "-"):
            node = Operation(sign, (node, self._product()))
        return node

    def _product(self) -> Node:
        node = self._signed()
        while sign := self._take("*", "/"):
            node = Operation(sign, (node, self._signed()))
        return node

    def _signed(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError(f"at most {DEEPEST} brackets, powers and signs may stand inside each other")
        node = Operation("negative", (self._signed(),)) if self._take("-") else self._power()
        self._depth -= 1
        return node

    def _power(self) -> Node:
        base = self._operand()
        return Operation("^", (base, self._signed())) if self._take("^") else base

    def _operand(self) -> Node:
        kind, token = self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")
        if kind == "end" or (kind == "sign" and token != "("):
            raise self._unexpected()
        self._at += 1
        if kind == "number":
            return Constant(float(token))
        if kind == "sign":
            return self._closed()
        if not self._take("("):
            return Name(token)
        if token not in FUNCTIONS:
            raise FormulaError(f"there is no function {token!r}; there are {', '.join(FUNCTIONS)}")
        return Operation(token, (self._closed(),))

    def _closed(self) -> Node:
        node = self._sum()
        if not self._take(")"):
            raise FormulaError(f"{self._text!r}: a bracket is not closed")
        return node

    def _take(self, *signs: str) -> str:
        if self._at < len(self._tokens) and self._tokens[self._at] in {("sign", sign) for sign in signs}:
            self._at += 1
            return self._tokens[self._at - 1][1]
        return ""

    def _unexpected(self) -> FormulaError:
        if self._at == len(self._tokens):
            return FormulaError(f"{self._text!r}: a number or a name is missing at the end")
        return FormulaError(f"{self._text!r}: {self._tokens[self._at][1]!r} is not expected there")


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at, end = 0, len(text.rstrip())
    while at < end:
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise FormulaError(f"{text!r}: {text[at:].strip()[:12]!r} is not understood")
        token = found[found.lastgroup]
        yield found.lastgroup, _SAME.get(token, token)
        at = found.end()
