"""What an exercise is: a function to write, what it is called with, what is right, and the known bugs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Kind = Literal["numbers", "whole", "one-hot", "classes", "probabilities", "choice", "function", "size"]
"""How an input is drawn: numbers, whole numbers, rows with a single 1, class numbers, rows that sum to 1, one of
several values, a function, one of the sizes that shapes have.
"""


@dataclass(frozen=True)
class Input:
    """An argument of the function, and how it is drawn.

    ``shape`` has numbers, names of sizes and arithmetic on them; () is a single number. Numbers lie from ``low`` to
    ``high``, rounded to ``digits``; class numbers below the size ``of``; a size is the one named ``of``; a choice is
    one of ``values``; a function one of ``values``, each a text that defines it under the input's name.
    """

    name: str
    kind: Kind = "numbers"
    shape: tuple[int | str, ...] = ()
    low: float = -3.0
    high: float = 3.0
    digits: int = 2
    of: int | str = 0
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Bug:
    """A known bug: where ``new`` stands for ``old`` in the solution, and the sentences for whoever has it."""

    id: str
    say: str
    replacements: tuple[tuple[str, str], ...]

    def applied(self, source: str) -> str | None:
        """The solution with this bug; None if a text that it replaces is not in it exactly once."""
        for old, new in self.replacements:
            if source.count(old) != 1:
                return None
            source = source.replace(old, new)
        return source


@dataclass(frozen=True)
class Exercise:
    """One exercise, as its folder says it.

    ``sizes`` are the least and the greatest value of each named size. ``cases`` are inputs given by hand, in addition
    to those drawn; what a case leaves out is drawn. ``right`` names the reference, empty for the solution itself.
    ``returns`` names what the function returns, several for a tuple; ``read`` names how that is read before it is
    compared, empty if it is compared as it is. ``engine`` names the pieces of this program that do what is to be
    written.
    """

    folder: Path
    id: str
    title: str
    lesson: str
    function: str
    task: str
    start: str
    solution: str
    another: str
    returns: tuple[str, ...]
    inputs: tuple[Input, ...]
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    cases: tuple[Mapping[str, Any], ...] = ()
    bugs: tuple[Bug, ...] = ()
    hints: tuple[str, ...] = ()
    right: str = ""
    read: str = ""
    step: str = ""
    """The id of the step of its lesson whose lab stands beside the editor; empty for the first step."""
    pack: str = ""
    """The id of the pack that it is from, with which its own begins; empty for a shipped one."""
    better: str = ""
    engine: tuple[str, ...] = ()
    tolerance: float = 1e-6
    drawn: int = 4
    """How many inputs are drawn to tell the bugs apart."""
    minutes: int = 10

    @property
    def name(self) -> str:
        """Its id within its pack, after which its file is named."""
        return self.id.rpartition("/")[2]

    def bug(self, name: str) -> Bug:
        """The bug with this id. Raises ``KeyError``."""
        for bug in self.bugs:
            if bug.id == name:
                return bug
        raise KeyError(name)
