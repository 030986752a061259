"""The complete map of the shapes network at a seed, beside that of another seed: trained and mapped in slices."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.complete_map.drawings import number_of
from tutor.complete_map.report import MapWork, Report
from tutor.complete_map.stages import StagedNetwork, staged
from tutor.datasets.shapes import held_out_rows, training_rows
from tutor.engine.parameters import Array, count, views
from tutor.engine.spec import NetworkSpec
from tutor.training.models import find_model
from tutor.training.run import RunStarter
from tutor.training.trainer import Trainer

MODEL = "shapes-mlp"
TURN_SECONDS = 0.1
"""The approximate duration of a turn in the plain face."""


@dataclass(frozen=True)
class MapRequest:
    """Which networks to map: the lesson's shapes network at ``seed``, and at the seed ``against``."""

    seed: int
    against: int


@dataclass(frozen=True, eq=False)
class MapAnswer:
    """What was found, and the weights (1700,) of the network at the first seed."""

    report: Report
    theta: Array

    @classmethod
    def from_message(cls, values: dict[str, Any], theta: Array) -> MapAnswer:
        """From plain values; raises ``ValueError``, ``TypeError`` or ``KeyError`` for others."""
        spec = shapes_spec()
        if theta.shape != (count(spec),):
            raise ValueError("weights of another network")
        return cls(Report.from_values(values), theta.astype(spec.dtype))


def shapes_spec(seed: int = 0) -> NetworkSpec:
    """The network of the shapes lesson."""
    return find_model(MODEL).settings(seed).spec


def shape_numbers() -> tuple[int, ...]:
    """The five training drawings by number."""
    return tuple(number_of(row) for row in training_rows().inputs)


def trained_shapes(seed: int) -> StagedNetwork:
    """The shapes network trained as in its lesson, in a third of a second. Raises ``SpecError`` for a bad seed."""
    settings = find_model(MODEL).settings(seed)
    rows, held_out = training_rows(), held_out_rows()
    trainer = Trainer(settings, TrainingData(rows.inputs, rows.labels, held_out.inputs, held_out.labels))
    trainer.advance(trainer.steps_to_the_end())
    return staged(settings.spec, views(settings.spec, trainer.backend.state().theta))


class ShapeMapWork:
    """The work on an answer: ``go_on`` until it is ``finished``, then ``answer``."""

    def __init__(self, request: MapRequest) -> None:
        self._request = request
        self._networks: list[StagedNetwork] = []
        self._work: MapWork | None = None

    @property
    def share(self) -> float:
        """How many of the drawings are done, from 0 to 1."""
        return 0.0 if self._work is None else self._work.share

    @property
    def finished(self) -> bool:
        """Whether every drawing is done."""
        return self._work is not None and self._work.finished

    def go_on(self) -> None:
        """Train one of the networks, or map some more drawings."""
        seeds = (self._request.seed, self._request.against)
        if len(self._networks) < len(seeds):
            self._networks.append(trained_shapes(seeds[len(self._networks)]))
            return
        if self._work is None:
            shapes = shape_numbers()
            self._work = MapWork(self._networks[0], shapes, shapes, self._networks[1])
        self._work.go_on()

    def answer(self) -> MapAnswer:
        """The answer, once the work is finished."""
        assert self._work is not None
        arrays = [array.ravel() for array in self._networks[0].parameters.values()]
        return MapAnswer(self._work.report(), np.concatenate(arrays))

    def close(self) -> None:
        """Stop."""
        if self._work is not None:
            self._work.close()


# A map follows from its seeds alone. A few of them are kept, for scripts and checks ask for the same ones again.
@lru_cache(maxsize=8)
def shape_map(request: MapRequest) -> MapAnswer:
    """The answer, at once."""
    work = ShapeMapWork(request)
    while not work.finished:
        work.go_on()
    return work.answer()


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

    def __init__(self, request: MapRequest) -> None:
        self.answer: MapAnswer | None = shape_map(request)

    def poll(self) -> bool:
        """Nothing is new."""
        return False

    def close(self) -> None:
        """Nothing is left to stop."""


class MapInTurns:
    """A ``MapRun`` in this process that takes a turn each time it is polled."""

    failure = ""

    def __init__(self, request: MapRequest) -> None:
        self._work = ShapeMapWork(request)
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


def start_map(start_run: RunStarter, request: MapRequest) -> MapRun:
    """Start a map where ``start_run`` starts its runs: in the worker, in turns, or at once."""
    owner = getattr(start_run, "__self__", None)
    # A workshop also starts runs for scripts, which wait for nothing.
    if owner is not None and hasattr(owner, "start_map") and getattr(owner, "start_run", None) == start_run:
        started: MapRun = owner.start_map(request)
        return started
    return MapAtOnce(request)
