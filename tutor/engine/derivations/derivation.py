"""Where one number comes from: its formula, the formula with numbers, its value, its operands."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One number of a trace: the name of its array, its index there, its value."""

    name: str
    index: tuple[int, ...]
    value: float

    @property
    def label(self) -> str:
        """``dense.z[0,3]``, or the bare name of a single number."""
        return f"{self.name}[{','.join(map(str, self.index))}]" if self.index else self.name


@dataclass(frozen=True)
class Derivation:
    """How the value of ``cell`` is computed.

    ``formula`` has names, ``numbers`` is the same with numbers; evaluated as written it gives the value to the digits
    shown. ``operands`` are the cells that it uses, each of which can be derived in turn.
    """

    cell: Cell
    formula: str
    numbers: str
    operands: tuple[Cell, ...]

    @property
    def value(self) -> float:
        """The derived number."""
        return self.cell.value


_OF_SIZES = 8
"""A readout with this many decimals or more shows magnitudes that may be very small."""


def show(value: float, digits: int = 6) -> str:
    """A number as the lessons write it: up to ``digits`` significant digits and a real minus sign.

    >>> show(-0.5), show(3.0), show(0.9525741268)
    ('−0.5', '3', '0.952574')
    """
    text = f"{value + 0.0:.{digits}g}"
    return text.replace("-", "−")


def decimals(value: float, digits: int) -> str:
    """A finite number with ``digits`` decimals; trailing zeros appear only if the number was rounded.

    A magnitude that shrinks layer by layer has eight decimals or more; if they are all 0, the number is written with a
    power of ten.

    >>> decimals(3.0, 6), decimals(-0.5, 4), decimals(0.99999, 3), decimals(2.5999999999999996, 4)
    ('3', '−0.5', '1.000', '2.6')
    >>> decimals(9.113e-11, 8), decimals(9.113e-11, 4), decimals(0.0, 8)
    ('9.1e−11', '0.0000', '0')
    """
    if abs(value) >= 1e7:
        return show(value)
    text = f"{value:.{digits}f}"
    # Close counts as exact: a grid value such as 2.5999999999999996 means 2.6.
    if "." in text and math.isclose(float(text), value, rel_tol=1e-12, abs_tol=1e-12):
        text = text.rstrip("0").rstrip(".")
    if float(text) == 0:
        if value and digits >= _OF_SIZES:
            return show(value, 2)
        text = text.removeprefix("-")
    return text.replace("-", "−")


def in_sum(value: float, digits: int = 6) -> str:
    """A number as a factor or addend: in brackets if negative."""
    text = show(value, digits)
    return f"({text})" if text.startswith("−") else text
