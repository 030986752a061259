"""What is right: the values that a function should return, and the steps to them with their arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tutor.engine.derivations.cells import Cells
from tutor.engine.derivations.forms import Writer
from tutor.practice.comparing import Path

LONGEST = 160


@dataclass(frozen=True)
class Plain:
    """A value that is no array: a dict, a list or a text, whose parts are compared one by one."""

    values: Any


@dataclass(frozen=True)
class Right:
    """The values in the order in which they follow, each with its name; the last ones are returned.

    A step's name is the one that the start file proposes: a learner's variable of that name is compared with it.
    """

    returns: tuple[tuple[str, Cells | Plain], ...]
    steps: tuple[tuple[str, Cells | Plain], ...] = ()


def arithmetic(cells: Cells | Plain, index: Path) -> str:
    """How the number at an index is worked out, without the result; empty if that is long or not known."""
    whole = tuple(i for i in index if isinstance(i, int))
    if isinstance(cells, Plain) or len(whole) != len(index):
        return ""
    for digits in (4, 3):
        try:
            text = cells.write(Writer(digits), whole).text
        except (IndexError, ValueError, OverflowError):
            return ""
        if len(text) <= LONGEST:
            return text
    return ""
