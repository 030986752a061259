"""How many rows can be looked at again and again while somebody watches."""

from __future__ import annotations

from tutor.engine.fast.network import pairs_of_units
from tutor.engine.spec import NetworkSpec

WORK, FEWEST, MOST = 20_000_000, 20, 500
"""Pairs of units in a pass of all rows, some tens of milliseconds; and the rows at least and at most."""


def affordable_rows(spec: NetworkSpec) -> int:
    """The rows that one look takes."""
    return max(FEWEST, min(MOST, WORK // max(1, pairs_of_units(spec))))
