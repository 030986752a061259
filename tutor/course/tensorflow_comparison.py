"""Compare the lab's numbers with the same computation in TensorFlow."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from tutor.labs.kit.contract import Lab
from tutor.labs.kit.places import numbers_in, split_path
from tutor.language.catalogue import _
from tutor.training.keras_program import KerasProgram, ProgramRun, ProgramStarter


@dataclass(frozen=True)
class ComparedNumber:
    """One number of a readout, by this engine and by TensorFlow (NaN while it computes).

    ``by_chance``: TensorFlow used its own random numbers, so the two are only close.
    """

    path: str
    ours: float
    theirs: float
    by_chance: bool = False

    @property
    def difference(self) -> float:
        """The absolute difference; 0 if both are the same infinity."""
        return 0.0 if self.ours == self.theirs else abs(self.ours - self.theirs)


def chance_note(rows: Iterable[ComparedNumber]) -> str:
    """A sentence about the numbers that depend on random numbers; empty if there are none."""
    names = dict.fromkeys(split_path(row.path)[0] for row in rows if row.by_chance)
    if not names:
        return ""
    return _("{names}: Keras trained with its own random numbers, so these are close but not equal.").format(
        names=", ".join(names)
    )


class TensorFlowComparison:
    """Runs the lab's Keras program, again whenever the lab's state changes it, without waiting for the results.

    Reads the lab's numbers when the program starts, so that both sides belong to the same state.
    """

    def __init__(self, lab: Lab, start_program: ProgramStarter) -> None:
        self._lab, self._start_program = lab, start_program
        self._program: KerasProgram | None = None
        self._run: ProgramRun | None = None
        self._ours: dict[str, list[tuple[str, float]]] = {}
        self._rows: tuple[ComparedNumber, ...] = ()
        self.message = ""
        """A sentence for the learner while TensorFlow computes or if it cannot; empty once the numbers are there."""

    @property
    def program(self) -> KerasProgram | None:
        """The program behind the rows."""
        return self._program

    @property
    def rows(self) -> tuple[ComparedNumber, ...]:
        """One row for each number."""
        return self._rows

    @property
    def computes(self) -> tuple[str, ...]:
        """The readouts that the program computes."""
        return tuple(self._ours)

    @property
    def busy(self) -> bool:
        """Whether a program is running."""
        return self._run is not None

    def refresh(self) -> None:
        """Start the program for the lab's current state, unless it has already run or is running."""
        program = self._lab.keras_program()
        if program is None:
            self._program, self._run, self._rows = None, None, ()
            self.message = _("With these settings there is nothing to compute in TensorFlow.")
            return
        if self._run is not None or (not self.message and _same(program, self._program)):
            return
        self._program = program
        self._ours = {
            name: [(path, value) for path, _, value in numbers_in(self._lab.read(name))] for name in program.results
        }
        self._rows = tuple(
            ComparedNumber(path, ours, math.nan, name in program.by_chance)
            for name, pairs in self._ours.items()
            for path, ours in pairs
        )
        self.message = _("TensorFlow is computing; the first time it has to be loaded.")
        self._run = self._start_program(program)

    def poll(self) -> bool:
        """Fetch new results; true if there is something new to show."""
        if self._run is None:
            return False
        if self._run.poll():
            self._finish(self._run)
            return True
        news = bool(self._run.waiting) and self.message != self._run.waiting
        if news:
            self.message = self._run.waiting
        return news

    def wait(self) -> None:
        """Wait for the numbers, for faces that print."""
        if self._run is not None:
            self._run.wait()
            self._finish(self._run)

    def _finish(self, run: ProgramRun) -> None:
        self._run = None
        if run.results is None:
            self.message = run.failure
            return
        rows: list[ComparedNumber] = []
        for name, pairs in self._ours.items():
            theirs = run.results[name].ravel()
            if len(theirs) != len(pairs):
                self.message = _("TensorFlow gave {count} numbers for the {expected} of {name}").format(
                    count=len(theirs), expected=len(pairs), name=name
                )
                return
            chance = self._program is not None and name in self._program.by_chance
            rows += [
                ComparedNumber(path, ours, float(value), chance)
                for (path, ours), value in zip(pairs, theirs, strict=True)
            ]
        self._rows, self.message = tuple(rows), ""


def _same(one: KerasProgram, other: KerasProgram | None) -> bool:
    """Whether two programs would compute the same."""
    return (
        other is not None
        and (one.source, one.results, one.given.keys()) == (other.source, other.results, other.given.keys())
        and all(np.array_equal(array, other.given[name]) for name, array in one.given.items())
    )
