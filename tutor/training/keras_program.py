"""A few lines of Keras that compute what a lab computes, and a run of them in the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

RESULT = "result."
"""What stands before a readout's name in the worker's answer, where other names have a meaning of their own."""


@dataclass(frozen=True)
class KerasProgram:
    """Python as a learner would type it.

    ``results`` says in which variable the program leaves the numbers of a readout: readout's name to variable's name.
    ``given`` are arrays that stand under their names before the first line runs, such as trained weights, which
    nobody would type. ``by_chance`` are readouts that Keras reaches with random numbers of its own, so that they come
    close and no more. The source is written by a lab, from checked numbers; a learner's text is never part of it.
    """

    source: str
    results: Mapping[str, str]
    given: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    by_chance: frozenset[str] = frozenset()


class ProgramRun(Protocol):
    """A program on its way; nothing here waits, but for ``wait``."""

    @property
    def results(self) -> Mapping[str, NDArray[Any]] | None:
        """The numbers by the readout's name, once they are there."""

    @property
    def failure(self) -> str:
        """A sentence that says why there will be none; empty while all is well."""

    @property
    def waiting(self) -> str:
        """A sentence that says what it waits for, such as its turn on a machine of many; empty otherwise."""

    def poll(self) -> bool:
        """Take in what has arrived; true once there are results or a failure."""

    def wait(self) -> None:
        """Wait for results or a failure. For faces that print."""


ProgramStarter = Callable[[KerasProgram], ProgramRun]


class ProgramFailed(RuntimeError):
    """A program did not come to its end; the message says where and why."""


def run_program(source: str, results: Mapping[str, str], given: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Run a program in this process, which must be the worker's. Raises ``ProgramFailed``."""
    names: dict[str, Any] = {"__name__": "keras_program", **given}
    try:
        exec(compile(source, "<keras program>", "exec"), names)
        return {readout: np.asarray(names[variable], dtype=np.float64) for readout, variable in results.items()}
    except Exception as error:
        raise ProgramFailed(f"the Keras program stopped: {type(error).__name__}: {error}") from error
