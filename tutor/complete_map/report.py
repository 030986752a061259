"""A map and what follows from it, as one work that can be stopped, and as one report without the answers themselves."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from tutor.complete_map.agreement import Agreement, agreement
from tutor.complete_map.classifying import THREADS, Classifying
from tutor.complete_map.fewest_flips import FewestFlips, fewest_flips
from tutor.complete_map.found import Example
from tutor.complete_map.stages import CannotMap, StagedNetwork


@dataclass(frozen=True)
class Report:
    """What a complete map found.

    ``counts`` are drawings by class and ``above`` by confidence; ``surest`` and ``farthest`` as in ``CompleteMap``;
    ``flips`` one for each of the drawings asked about; ``against`` compares with a second network, whose
    ``other_counts`` are by class too, and whose answers to the drawings asked about are ``other_starts``.
    """

    counts: tuple[int, ...]
    above: tuple[int, ...]
    surest: tuple[Example | None, ...]
    farthest: tuple[Example | None, ...]
    flips: tuple[FewestFlips, ...]
    seconds: float
    against: Agreement | None = None
    other_counts: tuple[int, ...] = ()
    other_starts: tuple[Example, ...] = ()

    def to_values(self) -> dict[str, Any]:
        """The report as plain values."""
        return asdict(self)

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """The report from plain values, whose tuples may have become lists."""
        flips = tuple(
            FewestFlips(Example(**f["start"]), tuple(f["changed"]), tuple(f["nearest"]), _example(f["shown"]))
            for f in values["flips"]
        )
        against = values["against"]
        return cls(
            tuple(values["counts"]),
            tuple(values["above"]),
            tuple(map(_example, values["surest"])),
            tuple(map(_example, values["farthest"])),
            flips,
            float(values["seconds"]),
            None if against is None else Agreement(tuple(map(tuple, against["counts"]))),
            tuple(values["other_counts"]),
            tuple(Example(**start) for start in values["other_starts"]),
        )


def _example(values: Mapping[str, Any] | None) -> Example | None:
    return None if values is None else Example(**values)


class MapWork:
    """The work on a report: ``go_on`` until it is ``finished``, then ``report``; ``close`` stops it.

    ``drawings`` are asked for their fewest flips, by number; ``shapes`` as in ``Classifying``. Raises ``CannotMap``.
    """

    def __init__(
        self,
        network: StagedNetwork,
        drawings: tuple[int, ...],
        shapes: tuple[int, ...] = (),
        against: StagedNetwork | None = None,
        threads: int = THREADS,
    ) -> None:
        if against is not None and against.classes != network.classes:
            raise CannotMap(
                f"two networks are compared class by class, but {network.spec.name} has {network.classes} classes and "
                f"{against.spec.name} {against.classes}"
            )
        self._drawings = drawings
        self._works = [Classifying(each, shapes, threads) for each in (network, against) if each is not None]

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return sum(work.share for work in self._works) / len(self._works)

    @property
    def finished(self) -> bool:
        """Whether every drawing is classified."""
        return all(work.finished for work in self._works)

    def go_on(self) -> None:
        """Classify some more drawings."""
        next(work for work in self._works if not work.finished).go_on()

    def close(self) -> None:
        """End the threads."""
        for work in self._works:
            work.close()

    def report(self) -> Report:
        """The report, once the work is finished."""
        began = time.perf_counter()
        first, *others = (work.result() for work in self._works)
        flips = tuple(fewest_flips(first, number) for number in self._drawings)
        against = agreement(first.answers, others[0].answers, first.network.classes) if others else None
        seconds = sum(work.seconds for work in self._works) + time.perf_counter() - began
        other_counts = others[0].counts if others else ()
        starts = tuple(Example.of(other.network, number) for other in others for number in self._drawings)
        return Report(
            first.counts, first.above, first.surest, first.farthest, flips, seconds, against, other_counts, starts
        )  # fmt: skip
