"""Derivations from a formula and a way to write its numbers, with as many digits as they need."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tutor.engine.derivations.derivation import Cell, Derivation
from tutor.engine.derivations.expressions import Expression, number

# The largest relative difference between the shown result and the value.
ACCURACY = 1e-5
DIGITS = (6, 8, 10, 13, 17)


class Writer:
    """Writes numbers with ``digits`` significant digits, and remembers which cells it used."""

    def __init__(self, digits: int) -> None:
        self._digits = digits
        self.used: dict[Cell, None] = {}

    def __call__(self, what: Cell | float) -> Expression:
        """A cell's value, or a constant."""
        if isinstance(what, Cell):
            self.used[what] = None
            return number(what.value, self._digits)
        return number(what, self._digits)

    def read(self, cell: Cell) -> float:
        """A cell's value, for a decision about what to write; the value itself is not written."""
        self.used[cell] = None
        return cell.value

    def each(self, cells: Sequence[Cell]) -> list[Expression]:
        """Each of these cells."""
        return [self(cell) for cell in cells]


@dataclass(frozen=True)
class Form:
    """One way to write where a number comes from. Its operands are the cells that ``numbers`` uses."""

    formula: str
    numbers: Callable[[Writer], Expression]


def derived(cell: Cell, *forms: Form) -> Derivation:
    """Derive ``cell`` by the first form and the fewest digits that, evaluated as written, give its value.

    Later forms are for cases in which the first overflows or loses digits. If rounding in the pass itself outweighs the
    value, as in a sum that cancels, the closest attempt is used.
    """
    attempts: list[tuple[float, Derivation]] = []
    for error, derivation in _attempts(cell, forms):
        if error <= ACCURACY * abs(cell.value):
            return derivation
        attempts.append((error, derivation))
    enough = 2 * min(error for error, _ in attempts)
    return next(derivation for error, derivation in attempts if error <= enough)


def identity(cell: Cell, formula: str, source: Cell) -> Derivation:
    """``cell`` as an unchanged copy of another cell."""
    return derived(cell, Form(formula, lambda n: n(source)))


def given(cell: Cell) -> Derivation:
    """``cell`` as a given number, without arithmetic."""
    return Derivation(cell, "given", number(cell.value).text, ())


def _attempts(cell: Cell, forms: Sequence[Form]) -> Iterator[tuple[float, Derivation]]:
    for form in forms:
        for digits in DIGITS:
            n = Writer(digits)
            expression = form.numbers(n)
            error = abs(expression.value - cell.value)
            derivation = Derivation(cell, form.formula, expression.text, tuple(n.used))
            yield math.inf if math.isnan(error) else error, derivation
