"""Arrays that know their values and how to write each number: one expression gives both value and derivation.

>>> x, w = constant([2.0, 3.0]), constant([0.5, 1.0])
>>> z = (x * w).sum() + 1.0
>>> float(z.values)
5.0
>>> z.write(Writer(6), ()).text
'2·0.5 + 3·1 + 1'

Operators and functions broadcast as NumPy's do. Nothing is computed until ``values`` is read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tutor.engine.derivations import expressions
from tutor.engine.derivations.expressions import Expression
from tutor.engine.derivations.forms import Writer

Floats = NDArray[np.float64]
Source = ArrayLike | Callable[[], ArrayLike]
"""Numbers, or a function that computes them on demand."""
Index = tuple[int, ...]
Write = Callable[[Writer, Index], Expression]
Name = Callable[[Index], tuple[str, Index]]
"""Maps an index to the name of the array that the number belongs to, and its index there."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Numbers of any shape from a ``source``. ``write`` writes the one at an index; ``named`` says which cells they are
    if they already have names.
    """

    source: Source
    write: Write
    named: Name | None = None

    @cached_property
    def values(self) -> Floats:
        """The numbers, computed once. Overflow and division by 0 follow IEEE 754."""
        with np.errstate(all="ignore"):
            return np.asarray(self.source() if callable(self.source) else self.source, dtype=np.float64)

    def __add__(self, other: Cells | float) -> Cells:
        return _both(np.add, Expression.__add__, self, other)

    def __radd__(self, other: float) -> Cells:
        return constant(other) + self

    def __sub__(self, other: Cells | float) -> Cells:
        return _both(np.subtract, Expression.__sub__, self, other)

    def __rsub__(self, other: float) -> Cells:
        return constant(other) - self

    def __mul__(self, other: Cells | float) -> Cells:
        return _both(np.multiply, Expression.__mul__, self, other)

    def __rmul__(self, other: float) -> Cells:
        return constant(other) * self

    def __truediv__(self, other: Cells | float) -> Cells:
        return _both(np.divide, Expression.__truediv__, self, other)

    def __rtruediv__(self, other: float) -> Cells:
        return constant(other) / self

    def __neg__(self) -> Cells:
        return Cells(lambda: -self.values, lambda n, at: -self.write(n, at))

    def __matmul__(self, other: Cells) -> Cells:
        """(…, n) @ (n,) or (n, m): the sum over n of the products."""

        def write(n: Writer, at: Index) -> Expression:
            *leading, inner = self.values.shape
            row, column = at[: len(leading)], at[len(leading) :]
            return expressions.total([self.write(n, (*row, i)) * other.write(n, (i, *column)) for i in range(inner)])

        return Cells(lambda: self.values @ other.values, write)

    def __getitem__(self, at: int | Index) -> Cells:
        """The numbers whose index begins with ``at``."""
        first = at if isinstance(at, tuple) else (at,)
        named = self.named
        return Cells(
            lambda: self.values[first],
            lambda n, rest: self.write(n, (*first, *rest)),
            None if named is None else lambda rest: named((*first, *rest)),
        )

    def viewed(self, shape: tuple[int, ...], origin: Callable[[Index], Index]) -> Cells:
        """Numbers in another order and shape: the number at ``index`` is the one at ``origin(index)`` here."""
        named = self.named

        def moved() -> Floats:
            values = np.empty(shape)
            for index in np.ndindex(shape):
                values[index] = self.values[origin(index)]
            return values

        return Cells(
            moved, lambda n, at: self.write(n, origin(at)), None if named is None else lambda at: named(origin(at))
        )

    def last(self, at: int) -> Cells:
        """The numbers whose index ends with ``at``."""
        named = self.named
        return Cells(
            lambda: self.values[..., at],
            lambda n, index: self.write(n, (*index, at)),
            None if named is None else lambda index: named((*index, at)),
        )

    def reshaped(self, shape: tuple[int, ...]) -> Cells:
        """The same numbers in reading order, in another shape."""

        def origin(index: Index) -> Index:
            at = int(np.ravel_multi_index(index, shape))
            return tuple(int(i) for i in np.unravel_index(at, self.values.shape))

        return self.viewed(shape, origin)

    def __len__(self) -> int:
        return len(self.values)

    def computed(self, source: Source) -> Cells:
        """The same arithmetic, with the values that the engine computed."""
        return Cells(source, self.write)

    @property
    def transposed(self) -> Cells:
        """A table (rows, columns), transposed."""
        named = self.named
        turned = None if named is None else lambda at: named(at[::-1])
        return Cells(lambda: self.values.T, lambda n, at: self.write(n, at[::-1]), turned)

    @property
    def number(self) -> float:
        """The only number, as a float."""
        return float(self.values)

    def sum(self, axis: int | None = None) -> Cells:
        """The sum of all numbers, or along an axis."""

        def write(n: Writer, at: Index) -> Expression:
            shape = self.values.shape
            if axis is None:
                return expressions.total([self.write(n, i) for i in np.ndindex(shape)])
            k = axis % len(shape)
            return expressions.total([self.write(n, (*at[:k], i, *at[k:])) for i in range(shape[k])])

        return Cells(lambda: self.values.sum(axis=axis), write)


def constant(source: Source) -> Cells:
    """A number or an array of numbers, written as they are."""
    cells = Cells(source, lambda n, at: n(float(cells.values[at])))
    return cells


def stacked(parts: Sequence[Cells]) -> Cells:
    """Cells of one shape, stacked along a new first axis."""
    written = Cells(lambda: np.stack([part.values for part in parts]), lambda n, at: parts[at[0]].write(n, at[1:]))
    names = [part.named for part in parts]
    if any(name is None for name in names):
        return written
    return Cells(lambda: written.values, written.write, lambda at: names[at[0]](at[1:]))  # type: ignore[misc]


def sum_of(terms: Sequence[Cells]) -> Cells:
    """The sum of all terms, which broadcast with each other."""
    return Cells(
        lambda: np.sum(np.broadcast_arrays(*(term.values for term in terms)), axis=0),
        lambda n, at: expressions.total([term.write(n, _own(term, at)) for term in terms]),
    )


def exp(x: Cells) -> Cells:
    """e^x."""
    return Cells(lambda: np.exp(x.values), lambda n, at: expressions.exp(x.write(n, at)))


def ln(x: Cells) -> Cells:
    """The natural logarithm."""
    return Cells(lambda: np.log(x.values), lambda n, at: expressions.ln(x.write(n, at)))


def sqrt(x: Cells) -> Cells:
    """The square root."""
    return Cells(lambda: np.sqrt(x.values), lambda n, at: expressions.root(x.write(n, at)))


def floor(x: Cells) -> Cells:
    """x rounded down."""
    return Cells(lambda: np.floor(x.values), lambda n, at: expressions.floor(x.write(n, at)))


def ceiling(x: Cells) -> Cells:
    """x rounded up."""
    return Cells(lambda: np.ceil(x.values), lambda n, at: expressions.ceiling(x.write(n, at)))


def power(base: Cells, exponent: Cells) -> Cells:
    """base to the power of exponent, of the same shape."""
    return Cells(
        lambda: base.values**exponent.values,
        lambda n, at: expressions.power(base.write(n, at), exponent.write(n, at)),
    )


def arccos(x: Cells) -> Cells:
    """The angle with the cosine x, in radians; a cosine that rounding carried beyond ±1 is that of 0 or π."""
    return Cells(lambda: np.arccos(np.clip(x.values, -1, 1)), lambda n, at: expressions.arccos(x.write(n, at)))


def _both(
    compute: Callable[..., Any], written: Callable[[Expression, Expression], Expression], a: Cells, b: Cells | float
) -> Cells:
    other = b if isinstance(b, Cells) else constant(b)

    def write(n: Writer, at: Index) -> Expression:
        return written(a.write(n, _own(a, at)), other.write(n, _own(other, at)))

    return Cells(lambda: compute(a.values, other.values), write)


def _own(cells: Cells, at: Index) -> Index:
    """The index in these cells that broadcasts to the index ``at`` of the result."""
    shape = cells.values.shape
    return tuple(0 if size == 1 else i for size, i in zip(shape, at[len(at) - len(shape) :], strict=True))
