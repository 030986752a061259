"""The complete map of any network that takes the shapes' drawings, with the weights of one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from tutor.complete_map.report import MapWork, Report
from tutor.complete_map.stages import StagedNetwork, staged
from tutor.engine.parameters import Array, views
from tutor.engine.spec import NetworkSpec, spec_from_dict, spec_to_dict
from tutor.training.shape_map import MapAnswer, shape_numbers


@dataclass(frozen=True, eq=False)
class NetworkMapRequest:
    """Which network to map: its layers, and its trained and moving parameters, each as one row of numbers."""

    spec: NetworkSpec
    theta: Array
    moving: Array

    @classmethod
    def from_message(cls, values: Mapping[str, Any], arrays: Mapping[str, Array]) -> Self:
        """From plain values and arrays."""
        return cls(spec_from_dict(values["spec"]), arrays["theta"], arrays["moving"])

    def to_message(self) -> tuple[dict[str, Any], dict[str, Array]]:
        """Plain values and arrays, from which ``from_message`` makes it again."""
        return {"spec": spec_to_dict(self.spec)}, {"theta": self.theta, "moving": self.moving}

    @property
    def network(self) -> StagedNetwork:
        """The network as stages. Raises ``CannotMap``."""
        return staged(self.spec, views(self.spec, self.theta, self.moving))

    def begun(self) -> NetworkMapWork:
        """The work on it. Raises ``CannotMap``."""
        return NetworkMapWork(self)

    def at_once(self) -> MapAnswer:
        """The answer. Raises ``CannotMap``."""
        work = self.begun()
        while not work.finished:
            work.go_on()
        return work.answer()

    def answer_from(self, report: dict[str, Any], arrays: Mapping[str, Array]) -> MapAnswer:  # noqa: ARG002
        """The answer from plain values; the weights are those that were asked about."""
        return MapAnswer(Report.from_values(report), self.theta)


class NetworkMapWork:
    """The work on an answer: ``go_on`` until it is ``finished``, then ``answer``."""

    def __init__(self, request: NetworkMapRequest) -> None:
        self._theta = request.theta
        shapes = shape_numbers()
        self._work = MapWork(request.network, shapes, shapes)

    @property
    def share(self) -> float:
        """How many of the drawings are done, from 0 to 1."""
        return self._work.share

    @property
    def finished(self) -> bool:
        """Whether every drawing is done."""
        return self._work.finished

    def go_on(self) -> None:
        """Map some more drawings."""
        self._work.go_on()

    def answer(self) -> MapAnswer:
        """The answer, once the work is finished."""
        return MapAnswer(self._work.report(), self._theta)

    def close(self) -> None:
        """Stop."""
        self._work.close()
