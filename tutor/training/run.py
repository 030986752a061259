"""How others see a run, and the run that goes on in this very process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tutor.backends.interface import TrainingData
from tutor.training.history import EpochRecord
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint, Phase, Snapshot
from tutor.training.trainer import Trainer, TrainingStopped


class Run(Protocol):
    """A training run that can be played, paused, stepped, and looked at.

    Nothing here waits for training: commands return at once, and ``poll`` takes in what has happened since. Only
    ``InlineRun`` trains inside its commands, so that scripts and questions get their answer at once.
    """

    @property
    def snapshot(self) -> Snapshot:
        """The latest picture of the run."""

    @property
    def settled(self) -> bool:
        """Whether ``snapshot`` is all there is to know until something is ordered: nothing runs, no news is due."""

    @property
    def silent_seconds(self) -> float:
        """For how long whoever trains has not answered, where that is longer than it should be; else 0."""

    def play(self) -> None:
        """Train until the settings' epochs are done; past them, for as many again."""

    def pause(self) -> None:
        """Stop after the step under way."""

    def step(self) -> None:
        """Take one step, then pause."""

    def epoch(self) -> None:
        """Train to the end of the present epoch, then pause."""

    def set_learning_rate(self, learning_rate: float) -> None:
        """Use this learning rate from the next step on."""

    def change(self, settings: RunSettings, data: TrainingData) -> None:
        """Go on with other settings or rows from the weights as they stand; a begun epoch begins anew.

        The new specification must have the same parameters.
        """

    def poll(self) -> tuple[EpochRecord, ...]:
        """Take in what is new: the epochs completed since the last call, with ``snapshot`` brought up to date."""

    def close(self) -> None:
        """End the run and let go of what it holds."""


RunStarter = Callable[[RunSettings, TrainingData, Checkpoint | None], Run]


class InlineRun:
    """A run in this process: each command trains at once and to its end. NumPy only; pace is ignored."""

    def __init__(self, settings: RunSettings, data: TrainingData, start: Checkpoint | None = None) -> None:
        self._trainer = Trainer(settings, data, start)
        self._records: list[EpochRecord] = []
        self._phase = Phase.READY if start is None else Phase.PAUSED
        self._message = ""
        self._looked: Snapshot | None = None

    @property
    def snapshot(self) -> Snapshot:
        """The latest picture of the run; the same one until something has happened."""
        if self._looked is None or (self._looked.phase, self._looked.message) != (self._phase, self._message):
            self._looked = self._trainer.snapshot(self._phase, self._message)
        return self._looked

    @property
    def settled(self) -> bool:
        """Whether nothing runs."""
        return self._phase is not Phase.RUNNING

    @property
    def silent_seconds(self) -> float:
        """0: it is this process."""
        return 0.0

    def play(self) -> None:
        """Train to the end."""
        self._advance(self._trainer.steps_to_the_end())
        if self._phase is not Phase.FAILED:
            self._phase = Phase.DONE

    def pause(self) -> None:
        """Nothing to do: nothing runs between commands."""

    def step(self) -> None:
        """Take one step."""
        self._advance(1)

    def epoch(self) -> None:
        """Train to the end of the present epoch."""
        self._advance(self._trainer.steps_to_epoch_end())

    def set_learning_rate(self, learning_rate: float) -> None:
        """Use this learning rate from the next step on."""
        self._trainer.learning_rate, self._looked = learning_rate, None

    def change(self, settings: RunSettings, data: TrainingData) -> None:
        """Go on with other settings or rows."""
        self._trainer, self._looked = self._trainer.changed(settings, data), None

    def poll(self) -> tuple[EpochRecord, ...]:
        """The epochs completed since the last call."""
        records, self._records = tuple(self._records), []
        return records

    def close(self) -> None:
        """Nothing is held."""

    def _advance(self, steps: int) -> None:
        self._looked = None
        try:
            records = self._trainer.advance(steps)
        except TrainingStopped as stopped:
            self._phase, self._message = Phase.FAILED, str(stopped)
            return
        self._records.extend(records)
        self._phase = Phase.DONE if self._trainer.finished else Phase.PAUSED
        self._message = self._trainer.why_it_ended


def start_inline(settings: RunSettings, data: TrainingData, start: Checkpoint | None = None) -> Run:
    """Start a run in this process, whatever engine the settings name: NumPy gives the same numbers."""
    return InlineRun(settings, data, start)


def must_not_wait(start_run: RunStarter) -> bool:
    """Whether whoever starts runs this way paints meanwhile: then nothing may take long, not even reading a file.

    Inline runs train within their commands, and whoever has them can wait for a file as well.
    """
    return start_run is not start_inline and not getattr(start_run, "nobody_paints", False)
