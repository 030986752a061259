"""The interface of a run, and the run that trains in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tutor.backends.interface import TrainingData
from tutor.training.history import EpochRecord
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint, Phase, Snapshot
from tutor.training.trainer import Trainer, TrainingStopped


class Run(Protocol):
    """A training run that can be played, paused, stepped and inspected.

    Nothing waits for training: commands return at once, and ``poll`` collects what has happened since. Only
    ``InlineRun`` trains inside its commands, so that scripts and questions get their answer at once.
    """

    @property
    def snapshot(self) -> Snapshot:
        """The latest snapshot of the run."""

    @property
    def settled(self) -> bool:
        """Whether ``snapshot`` stays current until the next command: nothing runs, and no update is due."""

    @property
    def unresponsive_seconds(self) -> float:
        """How long the training process has not answered, once that exceeds its timeout; else 0."""

    def play(self) -> None:
        """Train until the settings' epochs are done; after that, for as many more."""

    def pause(self) -> None:
        """Stop after the current step."""

    def step(self) -> None:
        """Take one step, then pause."""

    def epoch(self) -> None:
        """Train to the end of the current epoch, then pause."""

    def until(self, step: int) -> None:
        """Train until so many steps were taken in all, then pause; do nothing if they were."""

    def set_learning_rate(self, learning_rate: float) -> None:
        """Use this learning rate from the next step on."""

    def change(self, settings: RunSettings, data: TrainingData) -> None:
        """Continue with other settings or rows from the current weights; a partial epoch starts over.

        The new specification must have the same parameters.
        """

    def poll(self) -> tuple[EpochRecord, ...]:
        """Update ``snapshot``, and return the epochs completed since the last call."""

    def close(self) -> None:
        """End the run and release its resources."""


STEPS_AT_ONCE = 2000
"""Steps in one call of the trainer, which draws all their randomness first."""

RunStarter = Callable[[RunSettings, TrainingData, Checkpoint | None], Run]


class InlineRun:
    """A run in this process: each command trains to its end before it returns. NumPy only; ignores the pace."""

    def __init__(self, settings: RunSettings, data: TrainingData, start: Checkpoint | None = None) -> None:
        self._trainer = Trainer(settings, data, start)
        self._records: list[EpochRecord] = []
        self._phase = Phase.READY if start is None else Phase.PAUSED
        self._message = ""
        self._looked: Snapshot | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The latest snapshot of the run; the same object until something has happened."""
        if self._looked is None or (self._looked.phase, self._looked.message) != (self._phase, self._message):
            self._looked = self._trainer.snapshot(self._phase, self._message)
        return self._looked

    @property
    def settled(self) -> bool:
        """Whether nothing runs."""
        return self._phase is not Phase.RUNNING

    @property
    def unresponsive_seconds(self) -> float:
        """0, because it trains in this process."""
        return 0.0

    def play(self) -> None:
        """Train to the end."""
        self._advance(self._trainer.steps_to_the_end())
        if self._phase is not Phase.FAILED:
            self._phase = Phase.DONE

    def pause(self) -> None:
        """Do nothing, because nothing runs between commands."""

    def step(self) -> None:
        """Take one step."""
        self._advance(1)

    def epoch(self) -> None:
        """Train to the end of the current epoch."""
        self._advance(self._trainer.steps_to_epoch_end())

    def until(self, step: int) -> None:
        """Train until so many steps were taken in all."""
        while (left := step - self._trainer.position.step) > 0:
            self._advance(min(left, STEPS_AT_ONCE))
            if self._phase is Phase.FAILED:
                return

    def set_learning_rate(self, learning_rate: float) -> None:
        """Use this learning rate from the next step on."""
        self._trainer.learning_rate, self._looked = learning_rate, None

    def change(self, settings: RunSettings, data: TrainingData) -> None:
        """Continue with other settings or rows."""
        self._trainer, self._looked = self._trainer.changed(settings, data), None

    def poll(self) -> tuple[EpochRecord, ...]:
        """The epochs completed since the last call."""
        records, self._records = tuple(self._records), []
        return records

    def close(self) -> None:
        """Do nothing, because there are no resources to release."""

    def _advance(self, steps: int) -> None:
        self._looked = None
        try:
            records = self._trainer.advance(steps)
        except TrainingStopped as stopped:
            self._phase, self._message = Phase.FAILED, str(stopped)
            return
        self._records.extend(records)
        self._phase = Phase.DONE if self._trainer.finished else Phase.PAUSED
        self._message = self._trainer.end_message


def start_inline(settings: RunSettings, data: TrainingData, start: Checkpoint | None = None) -> Run:
    """Start a NumPy run in this process, whatever engine the settings name: it gives the same numbers."""
    return InlineRun(settings, data, start)


def must_not_block(start_run: RunStarter) -> bool:
    """Whether a screen depends on the caller of ``start_run``, so that nothing may block, not even reading a file.

    Inline runs train within their commands, so their callers can wait for a file as well.
    """
    return start_run is not start_inline and not getattr(start_run, "may_block", False)
