"""Where one number comes from: formula, the same formula with the numbers in it, value, operands."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One number of a trace: the name of its array, its place in it, its value."""

    name: str
    index: tuple[int, ...]
    value: float

    @property
    def label(self) -> str:
        """``dense.z[0,3]``, or the bare name of a single number."""
        return f"{self.name}[{','.join(map(str, self.index))}]" if self.index else self.name


@dataclass(frozen=True)
class Derivation:
    """How ``cell`` came to its value.

    ``formula`` has names, ``numbers`` the same with numbers; evaluated as it stands it gives the value to the
    digits shown. ``operands`` are the cells that went in, each of which can be derived in turn.
    """

    cell: Cell
    formula: str
    numbers: str
    operands: tuple[Cell, ...]

    @property
    def value(self) -> float:
        """The number that was derived."""
        return self.cell.value


_OF_SIZES = 8
"""A readout with so many decimals or more shows sizes that may be very small."""


def show(value: float, digits: int = 6) -> str:
    """A number as the lessons write it: up to ``digits`` significant digits, a real minus sign.

    >>> show(-0.5), show(3.0), show(0.9525741268)
    ('−0.5', '3', '0.952574')
    """
    text = f"{value + 0.0:.{digits}g}"
    return text.replace("-", "−")


def decimals(value: float, digits: int) -> str:
    """A finite number with ``digits`` decimals; zeros at the end only where something was rounded away.

    A size that fades layer by layer has eight decimals or more; where even those are all 0, a power of ten says how
    small it is.

    >>> decimals(3.0, 6), decimals(-0.5, 4), decimals(0.99999, 3), decimals(2.5999999999999996, 4)
    ('3', '−0.5', '1.000', '2.6')
    >>> decimals(9.113e-11, 8), decimals(9.113e-11, 4), decimals(0.0, 8)
    ('9.1e−11', '0.0000', '0')
    """
    if abs(value) >= 1e7:
        return show(value)
    text = f"{value:.{digits}f}"
    # Close enough: a number of a grid such as 2.5999999999999996 is meant to be 2.6.
    if "." in text and math.isclose(float(text), value, rel_tol=1e-12, abs_tol=1e-12):
        text = text.rstrip("0").rstrip(".")
    if float(text) == 0:
        if value and digits >= _OF_SIZES:
            return show(value, 2)
        text = text.removeprefix("-")
    return text.replace("-", "−")


def in_sum(value: float, digits: int = 6) -> str:
    """A number as a factor or addend: in brackets when negative."""
    text = show(value, digits)
    return f"({text})" if text.startswith("−") else text
