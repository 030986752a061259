"""The time machine: states of a run kept on the way, and from the nearest of them forward to any step."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.studio.experiment import Experiment
from tutor.studio.replaying import Replay
from tutor.training.history import EpochRecord, History
from tutor.training.snapshot import Checkpoint

MOST_STATES, MOST_BYTES = 256, 16_000_000


class Timeline:
    """What is known of one run: its curves, its end so far, and states between which a replay is short.

    Memory is bounded: beyond ``MOST_STATES`` or ``MOST_BYTES`` every second state is forgotten, so that the gaps
    double. The states stay valid whatever becomes of the run after them.
    """

    def __init__(self, states: dict[int, Checkpoint] | None = None, history: History | None = None) -> None:
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

    def add(self, records: Sequence[EpochRecord]) -> None:
        """Add epochs to the curves; those that are there already, from a way that was gone before, are left out."""
        last = self.history.last_epoch or 0
        self.history.add([record for record in records if record.epoch > last])

    def keep(self, state: Checkpoint) -> None:
        """Keep a state, unless one lies near before it."""
        step = state.position.step
        if step >= self.end:
            self.end, self._last = step, state
        if step in self._states or (self._states and step - self._before(step) < self._gap):
            return
        self._states[step] = state
        while len(self._states) > MOST_STATES or len(self._states) * _size(state) > MOST_BYTES:
            if len(self._states) < 3:
                break
            self._thin_out()

    def at(self, experiment: Experiment, step: int, most: int | None = None) -> Replay:
        """The run at ``step``, from the nearest state before it; at that state if it is more than ``most`` steps away.

        The end of the run and its beginning are always met.
        """
        before = self._before(step)
        state = self._states.get(before)
        if self._last is not None and before <= self._last.position.step <= step:
            before, state = self._last.position.step, self._last
        replay = Replay(experiment, state)
        replay.to(before if most is not None and step - before > most else step)
        return replay

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


def _size(state: Checkpoint) -> int:
    engine = state.engine
    return engine.theta.nbytes + engine.moving.nbytes + sum(each.nbytes for each in engine.memory.values())
