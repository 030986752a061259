"""The complete map of the shapes network at a seed, beside that of another seed: trained and mapped in slices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.complete_map.drawings import number_of
from tutor.complete_map.report import MapWork, Report
from tutor.complete_map.stages import StagedNetwork, staged
from tutor.datasets.shapes import held_out_rows, training_rows
from tutor.engine.parameters import Array, count, views
from tutor.engine.spec import NetworkSpec
from tutor.training.models import find_model
from tutor.training.trainer import Trainer

MODEL = "shapes-mlp"


@dataclass(frozen=True)
class MapRequest:
    """Which networks to map: the lesson's shapes network at ``seed``, and at the seed ``against``."""

    seed: int
    against: int

    def begun(self) -> ShapeMapWork:
        """The work on it."""
        return ShapeMapWork(self)

    def at_once(self) -> MapAnswer:
        """The answer; a few of them are kept."""
        return shape_map(self)

    def to_message(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Plain values, from which the worker makes it again."""
        return asdict(self), {}

    def answer_from(self, report: dict[str, Any], arrays: Mapping[str, Array]) -> MapAnswer:
        """The answer from plain values and arrays."""
        return MapAnswer.from_message(report, arrays["theta"])


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


@lru_cache(maxsize=1)
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
