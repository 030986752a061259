"""A few lines of Keras that compute what a lab computes, and a run of them in the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

RESULT = "result."
"""The prefix of a readout's name in the worker's answer, to tell it from other names."""


@dataclass(frozen=True)
class KerasProgram:
    """Python as a learner would type it.

    ``results`` maps a readout's name to the variable in which the program leaves its numbers. ``given`` are arrays that
    exist as variables before the first line runs, such as trained weights, which nobody would type. ``by_chance`` are
    readouts that Keras computes with its own random numbers, so that they agree only approximately. A lab writes the
    source, from checked numbers; it never contains a learner's text.
    """

    source: str
    results: Mapping[str, str]
    given: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    by_chance: frozenset[str] = frozenset()


class ProgramRun(Protocol):
    """A running program; only ``wait`` blocks."""

    @property
    def results(self) -> Mapping[str, NDArray[Any]] | None:
        """The numbers by readout name, or None while there are none yet."""

    @property
    def failure(self) -> str:
        """A sentence with the reason for a failure; empty if there is none."""

    @property
    def waiting(self) -> str:
        """A sentence about what it waits for, such as its turn on a shared machine; empty otherwise."""

    def poll(self) -> bool:
        """Process new messages; true once there are results or a failure."""

    def wait(self) -> None:
        """Wait for results or a failure. For interfaces that print."""


ProgramStarter = Callable[[KerasProgram], ProgramRun]


class ProgramFailed(RuntimeError):
    """A program failed; the message says where and why."""


def run_program(source: str, results: Mapping[str, str], given: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """Run a program in this process, which must be the worker. Raises ``ProgramFailed``."""
    names: dict[str, Any] = {"__name__": "keras_program", **given}
    try:
        exec(compile(source, "<keras program>", "exec"), names)
        return {readout: np.asarray(names[variable], dtype=np.float64) for readout, variable in results.items()}
    except Exception as error:
        raise ProgramFailed(f"the Keras program stopped: {type(error).__name__}: {error}") from error
