"""A map under way: in the worker, in turns, or at once; and what can be mapped."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Protocol

from tutor.engine.parameters import Array
from tutor.training.run import RunStarter
from tutor.training.shape_map import MapAnswer

TURN_SECONDS = 0.1
"""The approximate duration of a turn in the plain face."""


class MapWorking(Protocol):
    """The work on an answer: ``go_on`` until it is ``finished``, then ``answer``."""

    @property
    def share(self) -> float:
        """How many of the drawings are done, from 0 to 1."""

    @property
    def finished(self) -> bool:
        """Whether every drawing is done."""

    def go_on(self) -> None:
        """Do some more."""

    def answer(self) -> MapAnswer:
        """The answer, once the work is finished."""

    def close(self) -> None:
        """Stop."""


class MapTask(Protocol):
    """What is to be mapped, and how it travels to the worker and its answer back."""

    def begun(self) -> MapWorking:
        """The work on it."""

    def at_once(self) -> MapAnswer:
        """The answer."""

    def to_message(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Plain values and arrays, from which the worker makes it again."""

    def answer_from(self, report: dict[str, Any], arrays: Mapping[str, Array]) -> MapAnswer:
        """The answer from plain values and arrays."""


class MapRun(Protocol):
    """A map under way; ``poll`` collects what has happened since."""

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""

    @property
    def answer(self) -> MapAnswer | None:
        """The answer, or None while there is none."""

    @property
    def failure(self) -> str:
        """A sentence with the reason for a failure; empty if there is none."""

    def poll(self) -> bool:
        """Fetch news; true if there are any."""

    def close(self) -> None:
        """Stop."""


class MapAtOnce:
    """A ``MapRun`` that is done as soon as it begins, for scripts and for questions."""

    share, failure = 1.0, ""

    def __init__(self, request: MapTask) -> None:
        self.answer: MapAnswer | None = request.at_once()

    def poll(self) -> bool:
        """Nothing is new."""
        return False

    def close(self) -> None:
        """Nothing is left to stop."""


class MapInTurns:
    """A ``MapRun`` in this process that takes a turn each time it is polled."""

    failure = ""

    def __init__(self, request: MapTask) -> None:
        self._work = request.begun()
        self.answer: MapAnswer | None = None

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return self._work.share

    def poll(self) -> bool:
        """Take a turn, if there is work."""
        if self.answer is not None:
            return False
        end = time.monotonic() + TURN_SECONDS
        while not self._work.finished and time.monotonic() < end:
            self._work.go_on()
        if self._work.finished:
            self.answer = self._work.answer()
        return True

    def close(self) -> None:
        """Stop taking turns."""
        self._work.close()


def start_map(start_run: RunStarter, request: MapTask) -> MapRun:
    """Start a map where ``start_run`` starts its runs: in the worker, in turns, or at once."""
    owner = getattr(start_run, "__self__", None)
    # A workshop also starts runs for scripts, which wait for nothing.
    if owner is not None and hasattr(owner, "start_map") and getattr(owner, "start_run", None) == start_run:
        started: MapRun = owner.start_map(request)
        return started
    return MapAtOnce(request)
