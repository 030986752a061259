"""A run in this process that trains in turns, a little at each poll; between two one can look, pause or leave."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from tutor.backends.interface import TrainingData
from tutor.training.history import EpochRecord
from tutor.training.run import InlineRun, Run, RunStarter, start_inline
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint, Phase

TURN_SECONDS = 0.1
"""About how long a turn takes; never less than one step."""
MOST_STEPS = 4096


class TurnRun(InlineRun):
    """A run whose ``play`` and ``epoch`` only say what is to be done; each ``poll`` does some of it. NumPy only.

    While ``at_once`` says so they do it themselves, as those of an inline run.
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
        """Train to the end of the present epoch, in turns."""
        self._go(self._trainer.steps_to_epoch_end())

    def step(self) -> None:
        """Take one step, then pause."""
        self._left = 0
        self._advance(1)

    def pause(self) -> None:
        """Take no further turns."""
        self._left = 0
        if self._phase is Phase.RUNNING:
            self._phase = Phase.PAUSED

    def change(self, settings: RunSettings, data: TrainingData) -> None:
        """Go on with other settings or rows; a run under way goes on to the new settings' end."""
        super().change(settings, data)
        if self._left:
            self.play()

    def poll(self) -> tuple[EpochRecord, ...]:
        """Train for a turn, where there is something to do; the epochs completed since the last call."""
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
    """Starts runs for a face that reads lines: NumPy's take turns in this process, others begin ``elsewhere``."""

    def __init__(self, elsewhere: RunStarter = start_inline) -> None:
        self._elsewhere = elsewhere
        self._at_once = False

    def start_run(self, settings: RunSettings, data: TrainingData, start: Checkpoint | None = None) -> Run:
        """A ``RunStarter``."""
        if settings.backend != "numpy":
            return self._elsewhere(replace(settings, epochs_per_second=None), data, start)
        return TurnRun(settings, data, start, lambda: self._at_once)

    start_run.nobody_paints = True  # type: ignore[attr-defined]

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """While the block runs, what is begun is also ended: a step that presses keys asks about what comes of it."""
        before, self._at_once = self._at_once, True
        try:
            yield
        finally:
            self._at_once = before
