"""The interface's side of a run in the worker process."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from tutor.backends.interface import TrainingData, initial_state
from tutor.engine.schedules import rate
from tutor.training.history import EpochRecord, records_from_array
from tutor.training.keras_program import KerasProgram, ProgramRun
from tutor.training.map_run import MapRun, MapTask
from tutor.training.plan import Position
from tutor.training.run import Run, start_inline
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint, Phase, Snapshot
from tutor.training.worker.launcher import WorkerStarter
from tutor.training.worker.map import WorkerMap
from tutor.training.worker.messages import (
    Message,
    checkpoint_to_message,
    data_to_arrays,
    settings_to_values,
    snapshot_from_message,
)
from tutor.training.worker.process import WorkerGone, WorkerProcess
from tutor.training.worker.program import WorkerProgram
from tutor.training.worker.response_timer import BUSY_AFTER, MESSAGE_AFTER, ResponseTimer, loading_tensorflow, no_answer

# A worker that crashes this often in a row without taking a step is not restarted.
MOST_RESTARTS = 3
# A snapshot of a large network takes both sides tens of milliseconds; at this rate, snapshots take a few per cent of
# the training time.
LOOKED_AT_BYTES_PER_SECOND = 20e6
# Seconds between looks at a run that waits for its turn.
WAITS_BETWEEN_LOOKS = 0.5
REMEDY = "pause, then play, starts another"
"""What to do about a worker that does not answer."""


class Workshop:
    """The one worker process of this interface, started when a run first needs it and restarted if it ends."""

    def __init__(self, log: Path | None = None, start: WorkerStarter | None = None) -> None:
        self._log, self._start = log, start
        self._worker: WorkerProcess | None = None
        self._numbers = itertools.count(1)

    def start_run(self, settings: RunSettings, data: TrainingData, start: Checkpoint | None = None) -> Run:
        """A ``RunStarter``: open a run in the worker."""
        return WorkerRun(self, next(self._numbers), settings, data, start)

    def start_headless(self, settings: RunSettings, data: TrainingData, start: Checkpoint | None = None) -> Run:
        """A ``RunStarter`` without a screen: NumPy runs in this process, TensorFlow in the worker."""
        if settings.backend == "numpy":
            return start_inline(settings, data, start)
        return self.start_run(replace(settings, epochs_per_second=None), data, start)

    start_headless.may_block = True  # type: ignore[attr-defined]

    def start_program(self, program: KerasProgram) -> ProgramRun:
        """A ``ProgramStarter``: run a few lines of Keras in the worker."""
        return WorkerProgram(self.worker, next(self._numbers), program)

    def start_map(self, request: MapTask) -> MapRun:
        """Map a network in the worker."""
        return WorkerMap(self.worker, next(self._numbers), request)

    def next_number(self) -> int:
        """A new run number."""
        return next(self._numbers)

    @property
    def worker(self) -> WorkerProcess:
        """The worker, started if there is none or it has ended."""
        if self._worker is None or self._worker.ended:
            self._worker = WorkerProcess(self._log, self._start)
        return self._worker

    @property
    def pid(self) -> int | None:
        """The worker's process ID, None if none was started."""
        return None if self._worker is None else self._worker.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None


class WorkerRun:
    """A ``Run`` in the worker. If the worker crashes, it restarts from the last snapshot and reports that."""

    def __init__(
        self, workshop: Workshop, number: int, settings: RunSettings, data: TrainingData, start: Checkpoint | None
    ) -> None:
        self._workshop, self._number = workshop, number
        self._settings, self._data = settings, data
        first = start or Checkpoint(Position(), initial_state(settings.spec))
        phase = Phase.READY if start is None else Phase.PAUSED
        self._snapshot = Snapshot(phase, first, rate(settings.spec.optimizer.learning_rate, first.position.step))
        self._rate_set: float | None = None
        self._sent = 0
        self._looking = False
        self._settled = False
        self._next_look = 0.0
        self._restarts = 0
        self._note = ""
        self._last_order: dict[str, Any] = {}
        self._unanswered = ResponseTimer()
        self._unresponsive = 0.0
        self._status_message = ""
        self._told: tuple[Snapshot, str, Snapshot] | None = None
        self._worker = workshop.worker
        self._open(start)

    @property
    def snapshot(self) -> Snapshot:
        """The latest snapshot of the run; if answers are late, its message says so."""
        how = self._status_message
        if not how:
            return self._snapshot
        if self._told is None or self._told[0] is not self._snapshot or self._told[1] != how:
            self._told = self._snapshot, how, replace(self._snapshot, message=how)
        return self._told[2]

    @property
    def unresponsive_seconds(self) -> float:
        """How long the worker has not answered, once that exceeds the timeout; else 0."""
        return self._unresponsive

    @property
    def settled(self) -> bool:
        """Whether the worker has answered the last command and is idle."""
        return self._settled or self._snapshot.phase is Phase.FAILED or self._worker.ended_idle

    def play(self) -> None:
        """Train to the end of the epochs."""
        self._order("play")

    def step(self) -> None:
        """Take one step."""
        self._order("step")

    def epoch(self) -> None:
        """Train to the end of the current epoch."""
        self._order("epoch")

    def until(self, step: int) -> None:
        """Train until so many steps were taken in all."""
        self._order("until", step=step)

    def pause(self) -> None:
        """Stop after the current step."""
        self._note, self._last_order = "", {}
        self._give_up_if_unresponsive()
        self._command("pause")
        if self._snapshot.phase in (Phase.RUNNING, Phase.STARTING):
            self._snapshot = replace(self._snapshot, phase=Phase.PAUSED)

    def set_learning_rate(self, learning_rate: float) -> None:
        """Use this learning rate from the next step on."""
        self._rate_set = learning_rate
        self._snapshot = replace(self._snapshot, learning_rate=learning_rate)
        self._send_rate()

    def change(self, settings: RunSettings, data: TrainingData) -> None:
        """Continue with other settings or rows."""
        self._wake()
        self._rate_set = None
        loads = settings.backend == "tensorflow" != self._settings.backend
        self._settings, self._data = settings, data
        if self._snapshot.phase is Phase.FAILED:
            self._reopen()
            return
        if self._send({"do": "change", "settings": settings_to_values(settings)}, data_to_arrays(data)) and loads:
            self._starting_note()

    def poll(self) -> tuple[EpochRecord, ...]:
        """Process the worker's answers, and request the next."""
        records: list[EpochRecord] = []
        for message in self._worker.take(self._number):
            records += self._take(message)
        if self._worker.ended_idle:
            # It ended because it was idle, so the last snapshot is current.
            return tuple(records)
        if self._worker.ended and self._snapshot.phase is not Phase.FAILED:
            self._recover()
        # Once it is settled, another look would only return the same network.
        if not (self._looking or self.settled) and time.monotonic() >= self._next_look:
            self._looking = self._send({"do": "look"})
        self._watch_response()
        return tuple(records)

    def close(self) -> None:
        """End the run; the worker continues for other runs, unless it does not answer."""
        self._give_up_if_unresponsive()
        if not self._worker.ended:
            self._send({"do": "close"})
        self._worker.forget(self._number)

    # A worker that does not answer

    def _watch_response(self) -> None:
        """Measure how long an answer takes, and set the status message."""
        if not self._looking or self.settled:
            self._unanswered.reset()
            self._unresponsive, self._status_message = 0.0, ""
            return
        waits = self._unanswered.tick()
        self._unresponsive = self._worker.unresponsive_seconds()
        starting = self._snapshot.phase is Phase.STARTING and self._snapshot.message == self._starting_message()
        if self._unresponsive:
            self._status_message = f"{no_answer(self._unresponsive)}; {REMEDY}"
        elif starting and self._settings.backend == "tensorflow":
            self._status_message = loading_tensorflow(waits)
        elif waits >= BUSY_AFTER:
            self._status_message = (
                f"no news for {waits:.0f} s: a step takes long, or the training process hangs; {REMEDY}"
            )
        elif starting and waits >= MESSAGE_AFTER:
            self._status_message = f"starting the training process: {waits:.0f} s"
        else:
            self._status_message = ""

    def _give_up_if_unresponsive(self) -> None:
        if self._unresponsive or self._unanswered.seconds >= BUSY_AFTER:
            self._worker.give_up()
            self._looking, self._unresponsive, self._status_message = False, 0.0, ""

    # Talking to the worker

    def _open(self, start: Checkpoint | None) -> None:
        values: dict[str, Any] = {"do": "open", "settings": settings_to_values(self._settings), "start": None}
        arrays = data_to_arrays(self._data)
        if start is not None:
            values["start"], state = checkpoint_to_message(start)
            arrays |= state
        self._looking = False
        self._send(values, arrays)

    def _order(self, order: str, **values: Any) -> None:
        self._give_up_if_unresponsive()
        self._wake()
        if self._snapshot.phase is Phase.FAILED:
            self._reopen()
        self._note = ""
        self._last_order = {"do": order, **values}
        self._command(**self._last_order)
        first = self._snapshot.phase in (Phase.READY, Phase.STARTING)
        self._snapshot = replace(
            self._snapshot, phase=Phase.STARTING if first else Phase.RUNNING, message=self._starting_message()
        )

    def _starting_message(self) -> str:
        return "TensorFlow is loading" if self._settings.backend == "tensorflow" else ""

    def _starting_note(self) -> None:
        if self._snapshot.phase is Phase.RUNNING:
            self._snapshot = replace(self._snapshot, phase=Phase.STARTING, message=self._starting_message())

    def _command(self, do: str, **values: Any) -> None:
        self._sent += 1
        self._send({"do": do, "number": self._sent, **values})

    def _send_rate(self) -> None:
        """Send the worker a learning rate that was set; without one it uses the specification's."""
        if self._rate_set is not None:
            self._command("learning_rate", learning_rate=self._rate_set)

    def _send(self, values: dict[str, Any], arrays: Any = None) -> bool:
        """Send; false if the worker is gone, which the next ``poll`` handles."""
        values.setdefault("number", self._sent)
        if values["do"] != "look":
            self._settled = False
        try:
            self._worker.send({"run": self._number, **values}, arrays)
        except WorkerGone:
            return False
        return True

    def _take(self, message: Message) -> list[EpochRecord]:
        values, arrays = message
        self._unanswered.reset()
        if "waiting" in values:
            self._looking = False
            self._next_look = time.monotonic() + WAITS_BETWEEN_LOOKS
            self._snapshot = replace(self._snapshot, phase=self._waiting_phase(), message=values["waiting"])
            self._settled = self._snapshot.phase not in (Phase.STARTING, Phase.RUNNING)
            return []
        if "failure" in values:
            self._snapshot = replace(self._snapshot, phase=Phase.FAILED, message=values["failure"])
            return []
        self._looking = False
        self._next_look = time.monotonic() + sum(a.nbytes for a in arrays.values()) / LOOKED_AT_BYTES_PER_SECOND
        arrived = snapshot_from_message(values["snapshot"], arrays)
        if arrived.step > self._snapshot.step:
            self._restarts = 0
        self._settled = values["handled"] == self._sent and arrived.phase not in (Phase.STARTING, Phase.RUNNING)
        if values["handled"] < self._sent:
            # This answer predates the last command: its numbers are current, its phase is not.
            kept = self._snapshot
            arrived = replace(arrived, phase=kept.phase, message=kept.message, learning_rate=kept.learning_rate)
        elif self._note and not arrived.message:
            arrived = replace(arrived, message=self._note)
        self._snapshot = replace(arrived, checkpoint=arrived.checkpoint.at_rest()) if self._settled else arrived
        return records_from_array(arrays["records"])

    def _waiting_phase(self) -> Phase:
        """The phase while waiting for a slot: starting, if the learner started the run; otherwise unchanged."""
        going = self._snapshot.phase in (Phase.RUNNING, Phase.STARTING)
        return Phase.STARTING if going else self._snapshot.phase

    def _wake(self) -> None:
        """Reopen the run if the worker ended because it was idle."""
        if self._worker.ended_idle and self._snapshot.phase is not Phase.FAILED:
            self._worker = self._workshop.worker
            self._open(self._snapshot.checkpoint)
            self._send_rate()

    def _reopen(self) -> None:
        """Reopen the run at the last snapshot, after a failure."""
        self._send({"do": "close"})
        self._worker = self._workshop.worker
        self._snapshot = replace(self._snapshot, phase=Phase.PAUSED, message="")
        self._restarts = 0
        self._open(self._snapshot.checkpoint)
        self._send_rate()

    def _recover(self) -> None:
        how = self._worker.exit_reason()
        if self._restarts >= MOST_RESTARTS:
            remedy = "reset, or choose NumPy" if self._settings.backend == "tensorflow" else "reset to start over"
            text = f"the training process ended {self._restarts + 1} times in a row ({how}); {remedy}"
            self._snapshot = replace(self._snapshot, phase=Phase.FAILED, message=text)
            return
        self._restarts += 1
        going = self._snapshot.phase in (Phase.RUNNING, Phase.STARTING)
        self._worker = self._workshop.worker
        self._open(self._snapshot.checkpoint)
        self._send_rate()
        self._note = (
            f"the training process ended ({how}); restarted from epoch {self._snapshot.checkpoint.position.epoch}"
        )
        if going:
            order, note = self._last_order or {"do": "play"}, self._note
            self._command(**order)
            self._note = note
        self._snapshot = replace(self._snapshot, message=self._note)
