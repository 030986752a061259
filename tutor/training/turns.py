"""A run in this process that trains in turns, one per poll; between turns one can inspect, pause or leave it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from tutor.backends.interface import TrainingData
from tutor.training.history import EpochRecord
from tutor.training.map_run import MapInTurns, MapRun, MapTask
from tutor.training.run import InlineRun, Run, RunStarter, start_inline
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint, Phase

TURN_SECONDS = 0.1
"""The approximate duration of a turn, which is at least one step."""
MOST_STEPS = 4096


class TurnRun(InlineRun):
    """A run whose ``play`` and ``epoch`` only schedule steps; each ``poll`` takes some of them. NumPy only.

    While ``at_once`` returns true they take the steps themselves, as in an inline run.
    """

    def __init__(
        self,
        settings: RunSettings,
        data: TrainingData,
        start: Checkpoint | None = None,
        at_once: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(settings, data, start)
        self._at_once = at_once
        self._left = 0
        self._steps = 1

    def play(self) -> None:
        """Train to the end, in turns."""
        self._go(self._trainer.steps_to_the_end())

    def epoch(self) -> None:
        """Train to the end of the current epoch, in turns."""
        self._go(self._trainer.steps_to_epoch_end())

    def step(self) -> None:
        """Take one step, then pause."""
        self._left = 0
        self._advance(1)

    def pause(self) -> None:
        """Stop taking turns."""
        self._left = 0
        if self._phase is Phase.RUNNING:
            self._phase = Phase.PAUSED

    def change(self, settings: RunSettings, data: TrainingData) -> None:
        """Continue with other settings or rows; a running run continues to the end of the new settings."""
        super().change(settings, data)
        if self._left:
            self.play()

    def poll(self) -> tuple[EpochRecord, ...]:
        """Train for one turn if there is work; return the epochs completed since the last call."""
        if self._left:
            steps = min(self._steps, self._left)
            began = time.perf_counter()
            self._left -= steps
            self._advance(steps)
            taken = time.perf_counter() - began
            if steps == self._steps:
                growth = min(2.0, TURN_SECONDS / max(taken, 1e-6))
                self._steps = max(1, min(MOST_STEPS, int(self._steps * growth)))
        return super().poll()

    def _go(self, steps: int) -> None:
        self._left = steps
        self._phase, self._message = Phase.RUNNING, ""
        if self._at_once():
            self._left = 0
            self._advance(steps)

    def _advance(self, steps: int) -> None:
        super()._advance(steps)
        if self._phase is not Phase.PAUSED:
            self._left = 0
        elif self._left:
            self._phase = Phase.RUNNING


class Turns:
    """Starts runs for a line-based interface: NumPy runs take turns in this process, others start ``elsewhere``."""

    def __init__(self, elsewhere: RunStarter = start_inline) -> None:
        self._elsewhere = elsewhere
        self._at_once = False

    def start_run(self, settings: RunSettings, data: TrainingData, start: Checkpoint | None = None) -> Run:
        """A ``RunStarter``."""
        if settings.backend != "numpy":
            return self._elsewhere(replace(settings, epochs_per_second=None), data, start)
        return TurnRun(settings, data, start, lambda: self._at_once)

    start_run.may_block = True  # type: ignore[attr-defined]

    def start_map(self, request: MapTask) -> MapRun:
        """Map a network in turns, also while a step opens: its text is read meanwhile."""
        return MapInTurns(request)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """While the block runs, each command trains to its end: a step that presses keys asks about the result."""
        before, self._at_once = self._at_once, True
        try:
            yield
        finally:
            self._at_once = before
