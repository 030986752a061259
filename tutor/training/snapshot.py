"""Snapshots and checkpoints of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from tutor.backends.interface import EngineState
from tutor.engine.parameters import Array
from tutor.training.plan import Position
from tutor.training.saved.stored_arrays import stored


class Phase(StrEnum):
    """What a run is doing."""

    READY = "ready"
    STARTING = "starting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Best:
    """The best epoch so far, counted from 1: its loss, and the ``weights`` at its end as ``theta`` and ``moving``."""

    epoch: int
    loss: float
    weights: Mapping[str, Array]

    @property
    def theta(self) -> Array:
        """The weights at the end of the epoch."""
        return self.weights["theta"]

    @property
    def moving(self) -> Array:
        """The moving averages at the end of the epoch."""
        return self.weights["moving"]


@dataclass(frozen=True)
class Checkpoint:
    """Everything that a run needs to resume exactly where it was.

    ``epochs_wanted`` is the epoch at which it stops, 0 for that of its settings. For the current epoch: ``rows_seen``
    (for a network that answers at places, the places with a label), their summed loss and how many were answered
    right. ``best`` exists if the settings keep it.
    """

    position: Position
    engine: EngineState
    seconds: float = 0.0
    epochs_wanted: int = 0
    rows_seen: int = 0
    loss_sum: float = 0.0
    correct: int = 0
    best: Best | None = None

    def at_rest(self) -> Checkpoint:
        """The same, with the arrays that only training needs moved out of memory."""
        engine = replace(self.engine, memory=stored(self.engine.memory))
        best = None if self.best is None else replace(self.best, weights=stored(self.best.weights))
        return replace(self, engine=engine, best=best)

    def at_epoch_start(self) -> Checkpoint:
        """The same weights at the start of the current epoch, for other rows, batches or epochs wanted."""
        begun = Position(self.position.epoch, 0, self.position.step)
        return Checkpoint(begun, self.engine, self.seconds, best=self.best)


@dataclass(frozen=True)
class Snapshot:
    """A run at one moment.

    ``loss`` is the last step's, NaN before the first. ``message`` is a sentence for the learner, or empty: what the run
    waits for, or what went wrong and what was done about it.
    """

    phase: Phase
    checkpoint: Checkpoint
    learning_rate: float
    loss: float = float("nan")
    steps_per_second: float = 0.0
    message: str = ""

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self.checkpoint.position.epoch

    @property
    def step(self) -> int:
        """Steps taken."""
        return self.checkpoint.position.step
