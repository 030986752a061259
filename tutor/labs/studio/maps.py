"""The complete maps that the studio keeps: of its network at the moments at which every drawing was asked about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from tutor.complete_map.report import Report
from tutor.complete_map.stages import CannotMap, staged
from tutor.datasets.shapes import NAMES
from tutor.engine.parameters import count, views
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.controls import ControlError
from tutor.labs.studio.machine import Machine
from tutor.studio.experiment import DataChoice
from tutor.studio.problem import problem_of
from tutor.studio.token import token_of
from tutor.training.map_run import MapRun, start_map
from tutor.training.network_map import NetworkMapRequest
from tutor.training.run import RunStarter

MOST_KEPT = 4
NO_MAP = "There is no map"


@dataclass(frozen=True)
class OfNetwork:
    """Which network a map is of: ``weights`` is a digest of its layers and parameters, ``run`` its token until then."""

    weights: str
    run: str
    epoch: int
    step: int

    @classmethod
    def now(cls, machine: Machine) -> OfNetwork:
        """The network at the moment that is shown."""
        checkpoint = machine.checkpoint
        engine, position = checkpoint.engine, checkpoint.position
        told = hashlib.sha256(repr(machine.spec.layers).encode())
        told.update(np.ascontiguousarray(engine.theta).tobytes())
        told.update(np.ascontiguousarray(engine.moving).tobytes())
        return cls(told.hexdigest(), _run_until(machine, position.step), position.epoch, position.step)

    @property
    def moment(self) -> str:
        """Its moment in its run."""
        return f"epoch {self.epoch:,}, step {self.step:,}"


@dataclass(frozen=True)
class KnownMap:
    """A map, and the network that was asked."""

    network: OfNetwork
    report: Report


class Maps:
    """The last maps, and at most one under way, of the network at the moment at which it was begun."""

    def __init__(self, start_run: RunStarter) -> None:
        self._start_run = start_run
        self._kept: tuple[KnownMap, ...] = ()
        self._run: MapRun | None = None
        self._asked: OfNetwork | None = None
        self._failure = ""
        self._seen: tuple[object, OfNetwork] | None = None

    def press(self, machine: Machine) -> str:
        """Ask the present network about every drawing, or stop asking; what was done."""
        if self._run is not None:
            self.close()
            return "Stopped; nothing is known until every drawing was asked."
        if why := why_no_map(machine):
            raise ControlError(why)
        asked = self._now(machine)
        if any(known.network.weights == asked.weights for known in self._kept):
            return "Every drawing was asked already. Another moment is another network."
        engine = machine.checkpoint.engine
        request = NetworkMapRequest(machine.spec, engine.theta.copy(), engine.moving.copy())
        try:
            request.begun().close()
        except CannotMap as error:
            # Not what the layers are: a weight may have run away.
            raise ControlError(f"{NO_MAP}: {error}.") from None
        self._failure, self._asked = "", asked
        self._run = start_map(self._start_run, request)
        self._collect()
        return ""

    def poll(self) -> bool:
        """Fetch how far it is; true if anything is new."""
        if self._run is None:
            return False
        news = self._run.poll()
        self._collect()
        return news

    def of(self, machine: Machine) -> KnownMap | None:
        """The map of the present network; if there is none, the last that was made; None where there is no map."""
        if not self._kept or why_no_map(machine):
            return None
        weights = self._now(machine).weights
        return next((known for known in self._kept if known.network.weights == weights), self._kept[-1])

    @property
    def busy(self) -> bool:
        """Whether drawings are being asked about."""
        return self._run is not None

    @property
    def moment(self) -> object:
        """What is there, to compare with."""
        share = None if self._run is None else self._run.share
        return tuple(known.network for known in self._kept), share, self._failure

    def progress(self, machine: Machine) -> str:
        """How far the asking is, in a sentence."""
        if why := why_no_map(machine):
            return why
        if self._run is not None and self._asked is not None:
            return f"asking: {self._run.share:.0%}, of step {self._asked.step:,}"
        if self._failure:
            return f"stopped: {self._failure}"
        known = self.of(machine)
        return "not asked yet" if known is None else f"all {sum(known.report.counts):,} in {known.report.seconds:.1f} s"

    def age(self, machine: Machine) -> str:
        """Which moment the map is of, and whether the network is another one now."""
        known = self.of(machine)
        if known is None:
            return "no moment yet"
        asked, now = known.network, self._now(machine)
        if asked.weights == now.weights:
            return f"this moment: {now.moment}"
        same_run = asked.run == _run_until(machine, asked.step)
        whose = asked.moment if same_run else f"another run, {asked.moment}"
        return f"{whose}; the network has changed"

    def heading(self, machine: Machine) -> str:
        """The same in a few words, for above a picture."""
        known = self.of(machine)
        asking = "" if self._run is None else f"asking: {self._run.share:.0%}"
        if known is None:
            return asking or "not asked yet"
        if known.network.weights == self._now(machine).weights:
            return known.network.moment
        return f"step {known.network.step:,}, not now; {asking}" if asking else f"{known.network.moment}, not now"

    def close(self) -> None:
        """Stop asking."""
        if self._run is not None:
            self._run.close()
            self._run = None

    def kept(self) -> list[list[Any]]:
        """The maps as plain values."""
        return [
            [[of.weights, of.run, of.epoch, of.step], known.report.to_values()]
            for known in self._kept
            for of in (known.network,)
        ]

    def restore(self, maps: object) -> None:
        """Go back to maps that were kept, without those that are not whole."""
        self.close()
        self._kept, self._failure = tuple(_restored(maps if isinstance(maps, list | tuple) else [])), ""

    def _now(self, machine: Machine) -> OfNetwork:
        """The present network; its digest is made once for each moment."""
        moment = machine.moment, machine.experiment
        if self._seen is None or self._seen[0] != moment:
            self._seen = moment, OfNetwork.now(machine)
        return self._seen[1]

    def _collect(self) -> None:
        """Keep the answer of the run that ended."""
        assert self._run is not None
        assert self._asked is not None
        if self._run.answer is not None:
            self._kept = (*self._kept, KnownMap(self._asked, self._run.answer.report))[-MOST_KEPT:]
        elif not self._run.failure:
            return
        self._failure, self._run = self._run.failure, None


def why_no_map(machine: Machine) -> str:
    """Why there is no complete map of the present network, in a sentence; empty if there can be one."""
    return _why_not(machine.spec, machine.experiment.data)


@lru_cache(maxsize=8)
def _why_not(spec: NetworkSpec, data: DataChoice) -> str:
    # A preset is tried on one's own pictures, as long as those are the data.
    choose = "Choose the data shapes." if data.pictures is not None else "Choose the preset shapes."
    try:
        # Of the layers alone: whether the weights are finite is asked when they are mapped.
        staged(replace(spec, name="this network"), views(spec, np.zeros(count(spec), spec.dtype)))
    except CannotMap as error:
        return f"{NO_MAP}: {error}. {choose}"
    if problem_of(data).classes != NAMES:
        return f"{NO_MAP}: it counts the answers of the five shapes, and this network has other classes. {choose}"
    return ""


def _run_until(machine: Machine, step: int) -> str:
    """The token of the present run at a step, without what was edited after it."""
    return token_of(machine.experiment.at(step).until_now())


def _restored(maps: Iterable[Any]) -> Iterable[KnownMap]:
    for saved in maps:
        try:
            (weights, run, epoch, step), report = saved
            yield KnownMap(OfNetwork(str(weights), str(run), int(epoch), int(step)), Report.from_values(report))
        except (KeyError, TypeError, ValueError):
            continue
