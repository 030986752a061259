"""The run itself: a backend, a plan and a count of epochs. It takes steps on command, and does nothing else."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tutor.backends.interface import Backend, BackendFactory, EngineState, StepResults, TrainingData, initial_state
from tutor.backends.numpy_backend import NumpyBackend
from tutor.backends.rows import as_inputs, as_labels
from tutor.engine.derivations.diagnosis import explain_bad_number, first_bad_number
from tutor.engine.objective import answers_in
from tutor.engine.optimizer_specs import LearningRate
from tutor.engine.parameters import views
from tutor.engine.schedules import rate
from tutor.training.history import EpochRecord
from tutor.training.plan import Plan, Position
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Best, Checkpoint, Phase, Snapshot


class TrainingStopped(RuntimeError):
    """Training cannot continue: the message gives the step, the finding and the likely cause."""


def early_stop_message(best: int, since: int) -> str:
    """A sentence about early stopping: which epoch was the ``best``, and how many came ``since``."""
    after = "1 epoch after it was" if since == 1 else f"{since} epochs after it were"
    return f"stopped early: epoch {best} was the best, and the {after} no better"


# A state is saved once per this many calls of ``advance``: copying a large one each time takes some per cent of a step.
LOOK_BACK = 16


class RollbackState(NamedTuple):
    """A saved state, its position, and the learning rate since then."""

    position: Position
    engine: EngineState
    rate: LearningRate


class Trainer:
    """Takes the steps of a run and summarizes them by epoch."""

    def __init__(
        self,
        settings: RunSettings,
        data: TrainingData,
        start: Checkpoint | None = None,
        backend: BackendFactory = NumpyBackend,
    ) -> None:
        self.settings = settings
        self.learning_rate: LearningRate = settings.spec.optimizer.learning_rate
        self._data = data
        self.plan = Plan(settings.spec, data.rows, settings.batch_size)
        if start is None:
            start = Checkpoint(Position(), initial_state(settings.spec))
        self._position = start.position
        self._seconds = start.seconds
        self._steps_timed = 0
        self._seconds_timed = 0.0
        self._last_loss = float("nan")
        self._epochs_wanted = start.epochs_wanted or max(settings.epochs, start.position.epoch)
        self._backend_factory = backend
        self._rows_seen = start.rows_seen
        self._loss_sum = start.loss_sum
        self._correct = start.correct
        self._best = start.best
        self.backend: Backend = backend(settings.spec, data, start.engine)
        self._kept = RollbackState(self._position, start.engine, self.learning_rate)

    @property
    def finished(self) -> bool:
        """Whether all requested epochs are done, or patience ran out."""
        return self._position.epoch >= self._epochs_wanted or self.stopped_early

    @property
    def stopped_early(self) -> bool:
        """Whether the last ``patience`` epochs of the settings brought no improvement."""
        patience, best = self.settings.patience, self._best
        return patience is not None and best is not None and self._position.epoch - best.epoch >= patience

    @property
    def rate_now(self) -> float:
        """The learning rate of the next step: the constant, or the schedule's value."""
        return rate(self.learning_rate, self._position.step)

    @property
    def position(self) -> Position:
        """The position of the run."""
        return self._position

    @property
    def end_message(self) -> str:
        """A sentence if the run ended before its epochs were done; empty otherwise."""
        if not self.stopped_early or self._best is None:
            return ""
        return early_stop_message(self._best.epoch, self._position.epoch - self._best.epoch)

    def extend(self) -> None:
        """Request the settings' number of epochs again from here; patience starts over."""
        self._epochs_wanted = self._position.epoch + self.settings.epochs
        if self._best is not None:
            self._best = replace(self._best, epoch=self._position.epoch)

    def steps_to_epoch_end(self) -> int:
        """Steps left in the current epoch."""
        return self.plan.steps_per_epoch - self._position.batch

    def steps_to_the_end(self) -> int:
        """Steps left in all epochs; extends a finished run first."""
        if self.finished:
            self.extend()
        epochs = self._epochs_wanted - self._position.epoch
        return epochs * self.plan.steps_per_epoch - self._position.batch

    def advance(self, steps: int) -> list[EpochRecord]:
        """Take ``steps`` steps, or fewer if patience runs out; return the completed epochs.

        Raises ``TrainingStopped`` at the first loss that is not finite, and restores the state before this call.
        """
        if not self._keeps_best:
            return self._advance(steps)
        records: list[EpochRecord] = []
        end = self._position.step + steps
        while self._position.step < end and not self.stopped_early:
            done = self._advance(min(end - self._position.step, self.steps_to_epoch_end()))
            records += done
            if done:
                self._update_best(done[-1])
        return records

    @property
    def _keeps_best(self) -> bool:
        return self.settings.keep_best or self.settings.patience is not None

    def _update_best(self, record: EpochRecord) -> None:
        """At the end of an epoch, keep the weights if its loss is the lowest so far."""
        loss = record.loss if math.isnan(record.val_loss) else record.val_loss
        if self._best is None or loss < self._best.loss:
            state = self.backend.state()
            self._best = Best(record.epoch, loss, {"theta": state.theta, "moving": state.moving})

    def _advance(self, steps: int) -> list[EpochRecord]:
        if self._kept.rate != self.learning_rate or self._position.step - self._kept.position.step >= LOOK_BACK * steps:
            self._kept = RollbackState(self._position, self.backend.state(), self.learning_rate)
        began = time.perf_counter()
        block = self.plan.block(self._position, steps)
        results = self.backend.run(block, self.learning_rate)
        taken = time.perf_counter() - began
        if not np.isfinite(results.losses).all():
            bad = int(np.flatnonzero(~np.isfinite(results.losses))[0])
            self._roll_back()
            raise TrainingStopped(self._explain(bad))
        self._steps_timed += steps
        self._seconds_timed += taken
        records = self._count(self._answers_of(block.batches), block.epoch_ends, results, taken)
        self._position = self.plan.after(self._position, steps)
        self._seconds += taken
        self._last_loss = float(results.losses[-1])
        return records

    def changed(self, settings: RunSettings, data: TrainingData, backend: BackendFactory | None = None) -> Trainer:
        """A trainer with other settings, rows or backend that continues from here; a partial epoch starts over."""
        start = Checkpoint(self._position, self.backend.state(), self._seconds, best=self._best).at_epoch_start()
        return Trainer(settings, data, start, backend or self._backend_factory)

    def snapshot(self, phase: Phase, message: str = "") -> Snapshot:
        """A snapshot of the run."""
        speed = self._steps_timed / self._seconds_timed if self._seconds_timed else 0.0
        checkpoint = Checkpoint(
            self._position,
            self.backend.state(),
            self._seconds,
            self._epochs_wanted,
            self._rows_seen,
            self._loss_sum,
            self._correct,
            self._best,
        )
        return Snapshot(phase, checkpoint, self.rate_now, self._last_loss, speed, message)

    def _roll_back(self) -> None:
        """Return the backend to this position: restore the saved state and repeat the steps since, bit for bit."""
        self.backend.set_state(self._kept.engine)
        steps = self._position.step - self._kept.position.step
        if steps:
            self.backend.run(self.plan.block(self._kept.position, steps), self._kept.rate)

    def _answers_of(self, batches: tuple[NDArray[np.intp], ...]) -> tuple[int, ...]:
        """How many answers each batch judges, over which its loss is a mean: its rows, or their labelled places."""
        spec, labels = self.settings.spec, self._data.labels
        if not spec.ends_in_places:
            return tuple(map(len, batches))
        return tuple(answers_in(spec, labels[rows]) for rows in batches)

    def _count(
        self, sizes: tuple[int, ...], ends: np.ndarray, results: StepResults, seconds: float
    ) -> list[EpochRecord]:
        records = []
        each = zip(sizes, results.losses.tolist(), results.correct.tolist(), ends.tolist(), strict=True)
        seen, summed, correct, epoch = self._rows_seen, self._loss_sum, self._correct, self._position.epoch
        for i, (size, loss, right, ended) in enumerate(each):
            seen += size
            summed += loss * size
            correct += right
            if ended:
                epoch += 1
                records.append(
                    EpochRecord(
                        epoch,
                        summed / seen,
                        correct / seen,
                        float(results.held_out_losses[i]),
                        float(results.held_out_accuracies[i]),
                        self._seconds + seconds * (i + 1) / len(sizes),
                    )
                )
                seen, summed, correct = 0, 0.0, 0
        self._rows_seen, self._loss_sum, self._correct = seen, summed, correct
        return records

    def _explain(self, bad: int) -> str:
        """Explain what went wrong in step ``bad`` after this position, by repeating it number by number."""
        before = self.backend.state()
        if bad:
            self.backend.run(self.plan.block(self._position, bad), self.learning_rate)
        at_fault = self.backend.state()
        self.backend.set_state(before)
        spec = self.settings.spec
        block = self.plan.block(self.plan.after(self._position, bad), 1)
        rows = block.batches[0]
        found = first_bad_number(
            spec,
            views(spec, at_fault.theta, at_fault.moving),
            as_inputs(self._data.inputs[rows], spec, self._data.scale),
            as_labels(self._data.labels[rows], spec),
            [mask[0][: len(rows)] for mask in block.masks],
        )
        step = self._position.step + bad + 1
        if found is None:
            return f"step {step}: the loss is not finite. Lower the learning rate, now {self.rate_now:g}, and reset."
        return explain_bad_number(found, self.rate_now, step, spec.dtype)
