"""The time machine: states of a run kept on the way, and from the nearest of them forward to any step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import EngineState
from tutor.studio.experiment import Experiment
from tutor.studio.replaying import Replay
from tutor.training.history import EpochRecord, History
from tutor.training.saved.stored_arrays import LARGE, stored
from tutor.training.snapshot import Checkpoint
from tutor.training.worker.messages import state_from_arrays, state_to_arrays

MOST_STATES, MOST_BYTES = 256, 16_000_000
MOST_BYTES_IN_FILES = 128_000_000
"""Of large states, which are kept in temporary files, at most one for each epoch."""


@dataclass(frozen=True, eq=False)
class KeptState:
    """A state whose arrays are in memory if they are small, else in a file."""

    checkpoint: Checkpoint
    arrays: Mapping[str, NDArray[Any]] | None
    size: int

    @property
    def whole(self) -> Checkpoint:
        """The state with its arrays."""
        if self.arrays is None:
            return self.checkpoint
        return replace(self.checkpoint, engine=state_from_arrays(self.arrays))


def _kept(state: Checkpoint) -> KeptState:
    arrays = state_to_arrays(state.engine)
    size = sum(array.nbytes for array in arrays.values())
    if size < LARGE:
        return KeptState(replace(state, best=None), None, size)
    nothing = np.zeros(0)
    return KeptState(replace(state, engine=EngineState(nothing, {}, nothing), best=None), stored(arrays), size)


class Timeline:
    """What is known of one run: its curves, its end so far, and states between which a replay is short.

    Memory is bounded: beyond ``MOST_STATES`` or so many bytes every second state is forgotten, so that the gaps
    double. The states stay valid whatever becomes of the run after them.
    """

    def __init__(self, states: Mapping[int, KeptState] | None = None, history: History | None = None) -> None:
        self.history = history or History()
        self._states = dict(states or {})
        self.end = max(self._states, default=0)
        """The last step that was taken."""
        self._last: Checkpoint | None = None
        """The state there, which is never forgotten."""
        self._gap = 1
        """Steps at least between two states."""

    @property
    def kept(self) -> tuple[int, ...]:
        """The steps whose states are kept."""
        return tuple(sorted(self._states))

    @property
    def last(self) -> Checkpoint | None:
        """The latest state that is kept."""
        return self._states[max(self._states)].whole if self._states else None

    def add(self, records: Sequence[EpochRecord]) -> None:
        """Add epochs to the curves; those that are there already, from a way that was gone before, are left out."""
        last = self.history.last_epoch or 0
        self.history.add([record for record in records if record.epoch > last])

    def keep(self, state: Checkpoint) -> None:
        """Keep a state, unless one lies near before it."""
        step = state.position.step
        if step >= self.end:
            self.end, self._last = step, state
        before = self._states.get(self._before(step))
        if step in self._states or (before is not None and step - self._before(step) < self._gap):
            return
        if before is not None and before.size >= LARGE and before.checkpoint.position.epoch == state.position.epoch:
            return
        self._states[step] = added = _kept(state)
        most = MOST_BYTES if added.arrays is None else MOST_BYTES_IN_FILES
        while len(self._states) > 2 and (len(self._states) > MOST_STATES or len(self._states) * added.size > most):
            self._thin_out()

    def at(self, experiment: Experiment, step: int, most: int | None = None) -> Replay:
        """The run at ``step``, from the nearest state before it; at that state if it is more than ``most`` steps away.

        The end of the run and its beginning are always met.
        """
        before = self._before(step)
        kept = self._states.get(before)
        state = None if kept is None else kept.whole
        if self._last is not None and before <= self._last.position.step <= step:
            before, state = self._last.position.step, self._last
        replay = Replay(experiment, state)
        replay.to(before if most is not None and step - before > most else step)
        return replay

    def latest(self, epoch: int) -> Checkpoint | None:
        """The last state kept before the end of an epoch, or at it; None if none is kept."""
        states = [self._states[step] for step in self.kept]
        found = [s for s in states if (s.checkpoint.position.epoch, s.checkpoint.position.batch) <= (epoch, 0)]
        return found[-1].whole if found else None

    def nearest(self, epoch: int) -> Checkpoint | None:
        """The state whose epoch is nearest, the later of two; None if none is kept."""
        states = [self._states[step] for step in reversed(self.kept)]
        found = min(states, key=lambda state: abs(state.checkpoint.position.epoch - epoch), default=None)
        return None if found is None else found.whole

    def until(self, state: Checkpoint) -> Timeline:
        """The part up to a state of this run: for a fork."""
        step = state.position.step
        part = Timeline({at: kept for at, kept in self._states.items() if at <= step})
        part.history = self.history.until(state.position.epoch)
        part.end, part._last, part._gap = step, state, self._gap
        return part

    def _before(self, step: int) -> int:
        return max((kept for kept in self._states if kept <= step), default=0)

    def _thin_out(self) -> None:
        """Forget every second state but the first and the last."""
        kept = self.kept
        for step in kept[1:-1:2]:
            del self._states[step]
        self._gap = max(self._gap + 1, 2 * (kept[-1] - kept[0]) // MOST_STATES)
