"""The worker process: trains runs, and answers requests for their state.

It exchanges ``messages`` over standard input and output. Everything that a library prints goes to the log that the
parent opened as standard error: otherwise TensorFlow's native code would write over the screen. It ends when its input
ends, so it never outlives the interface.
"""

from __future__ import annotations

import contextlib
import os
import queue
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from numpy.typing import NDArray

from tutor.backends.availability import why_no_tensorflow
from tutor.backends.interface import BackendFactory, BackendName, BackendUnavailable
from tutor.backends.numpy_backend import NumpyBackend
from tutor.crash_report import CRASHED, report_number, report_text
from tutor.datasets.errors import DataError
from tutor.engine.operations.contract import ShapeError
from tutor.engine.validation import SpecError
from tutor.sandbox.environment import is_isolated
from tutor.sandbox.restriction import restrict
from tutor.training.history import EpochRecord, records_to_array
from tutor.training.keras_program import RESULT, ProgramFailed, run_program
from tutor.training.snapshot import Phase
from tutor.training.trainer import Trainer, TrainingStopped
from tutor.training.worker.messages import (
    ALIVE,
    IDLE_EXIT,
    LOADING,
    Arrays,
    Message,
    checkpoint_from_message,
    data_from_arrays,
    receive,
    send,
    settings_from_values,
    snapshot_to_message,
)
from tutor.training.worker.side_map import WorkerSideMap
from tutor.training.worker.slots import Slots, slots_folder
from tutor.training.worker.tensorflow_queue import TensorFlowQueue, needs_tensorflow

# Seconds of training between checks for commands: the reaction time to a pause.
SLICE_SECONDS = 0.05
# Seconds to wait for commands while the pace leaves nothing to do.
PACE_WAIT_SECONDS = 0.01
# Unread epochs are kept up to this many; then the run waits for the next look.
UNREAD_EPOCHS = 50_000
# A worker that is idle for this many seconds ends, and releases its memory and its slot.
IDLE_SECONDS = 300.0
IDLE_VARIABLE = "DL_TUTOR_WORKER_IDLE"
"""The environment variable that overrides them."""
# Its niceness relative to the interface.
BEHIND_THE_INTERFACE = 10
# Seconds between checks for a free TensorFlow slot.
SLOT_WAIT_SECONDS = 0.5


def backend_factory(name: BackendName) -> BackendFactory:
    """The factory of the engine of that name. Raises ``BackendUnavailable`` if TensorFlow is missing or broken."""
    if name == "numpy":
        return NumpyBackend
    if missing := why_no_tensorflow():
        raise BackendUnavailable(missing)
    try:
        from tutor.backends.keras_backend import KerasBackend
    except Exception as error:
        raise BackendUnavailable(
            f"TensorFlow is installed but does not load ({type(error).__name__}: {error}); "
            "the NumPy engine gives the same numbers"
        ) from error
    return KerasBackend


class WorkerSideRun:
    """One run in the worker: a trainer, its remaining steps, and the epochs not yet sent."""

    def __init__(self, values: Mapping[str, Any], arrays: Arrays) -> None:
        settings = settings_from_values(values["settings"])
        start = checkpoint_from_message(values["start"], arrays) if values["start"] is not None else None
        self.trainer = Trainer(settings, data_from_arrays(arrays), start, backend_factory(settings.backend))
        self.phase = Phase.READY if start is None else Phase.PAUSED
        self.message = ""
        # A worker that is gone handled the earlier commands; the start state includes their effect.
        self.handled: int = values.get("number", 0)
        self.records: list[EpochRecord] = []
        self._steps_left = 0
        self._slice = 16
        self._pace_began = time.perf_counter()
        self._paced_steps = 0

    def command(self, values: Mapping[str, Any], arrays: Arrays) -> None:
        """Execute a message."""
        match values["do"]:
            case "play":
                self._go(self.trainer.steps_to_the_end())
            case "step":
                self._go(1)
            case "epoch":
                self._go(self.trainer.steps_to_epoch_end())
            case "until" if values["step"] > self.trainer.position.step:
                self._go(values["step"] - self.trainer.position.step)
            case "pause":
                self._steps_left = 0
                if self.phase is Phase.RUNNING:
                    self.phase = Phase.PAUSED
            case "learning_rate":
                self.trainer.learning_rate = values["learning_rate"]
            case "change":
                settings = settings_from_values(values["settings"])
                factory = backend_factory(settings.backend)
                self.trainer = self.trainer.changed(settings, data_from_arrays(arrays), factory)
                if self.phase is Phase.RUNNING:
                    self._go(self.trainer.steps_to_the_end())
        self.handled = values["number"]

    def fail(self, message: str) -> None:
        """Stop with a message that says why."""
        self.phase, self.message, self._steps_left = Phase.FAILED, message, 0

    def train_a_slice(self) -> bool:
        """Train for about ``SLICE_SECONDS``; false if there is nothing to do now."""
        if self.phase is not Phase.RUNNING or len(self.records) >= UNREAD_EPOCHS:
            return False
        steps = min(self._slice, self._steps_left, self._allowed())
        if steps < 1:
            return False
        began, at = time.perf_counter(), self.trainer.position.step
        try:
            self.records += self.trainer.advance(steps)
        except TrainingStopped as stopped:
            self.fail(str(stopped))
            return True
        taken = time.perf_counter() - began
        if steps == self._slice:
            self._slice = max(1, min(4096, int(self._slice * min(2.0, SLICE_SECONDS / max(taken, 1e-6)))))
        self._paced_steps += self.trainer.position.step - at
        self._steps_left = 0 if self.trainer.finished else self._steps_left - steps
        if not self._steps_left:
            self.phase = Phase.DONE if self.trainer.finished else Phase.PAUSED
            self.message = self.trainer.end_message
        return True

    def answer(self) -> Message:
        """The run's snapshot and the epochs completed since the last answer."""
        values, arrays = snapshot_to_message(self.trainer.snapshot(self.phase, self.message))
        arrays["records"] = records_to_array(self.records)
        self.records = []
        return {"snapshot": values, "handled": self.handled}, arrays

    def _go(self, steps: int) -> None:
        self._steps_left = steps
        self.phase, self.message = Phase.RUNNING, ""
        self._pace_began, self._paced_steps = time.perf_counter(), 0

    def _allowed(self) -> int:
        pace = self.trainer.settings.epochs_per_second
        if pace is None:
            return self._steps_left
        per_second = pace * self.trainer.plan.steps_per_epoch
        return int((time.perf_counter() - self._pace_began) * per_second) + 1 - self._paced_steps


class Worker:
    """The worker's loop: commands first, then a slice of each running run."""

    def __init__(
        self, commands: BinaryIO, answers: BinaryIO, slots: Slots | None = None, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self._commands, self._answers = commands, answers
        self._answering = threading.Lock()
        self._doing = ""
        self._has_loaded = False
        self._inbox: queue.Queue[Message | None] = queue.Queue()
        self._runs: dict[int, WorkerSideRun | WorkerSideMap] = {}
        self._slots = slots or Slots(None)
        self._waiting = TensorFlowQueue()
        self._idle_seconds = idle_seconds
        self._worked = time.monotonic()

    def work(self) -> bool:
        """Serve until the input ends; false if it stopped because it was idle for long."""
        threading.Thread(target=self._read, daemon=True).start()
        idle = True
        while self._handle_messages(self._patience(idle)):
            # A list, so that every run gets its slice, whatever the others did.
            trained = [self._train(number, run) for number, run in list(self._runs.items())]
            idle = not any(trained)
            if self._waiting and self._slots.take():
                for message in self._waiting.pop_all():
                    self._handle(*message)
            if not idle or self._waiting:
                self._worked = time.monotonic()
            elif time.monotonic() - self._worked >= self._idle_seconds:
                return False
        return True

    def _handle_messages(self, patience: float) -> bool:
        """Wait up to ``patience`` seconds for a command and execute all that arrived; false at the end of the input.

        A slice of training follows, so that frequent looks do not hold up a run.
        """
        try:
            message = self._inbox.get(timeout=patience)
            while message is not None:
                if message[0]["do"] != "look":
                    # Looks do not count as work, so they do not keep the worker alive.
                    self._worked = time.monotonic()
                self._take(*message)
                message = self._inbox.get_nowait()
        except queue.Empty:
            return True
        return False

    def _patience(self, idle: bool) -> float:
        if not idle:
            return 0.0
        if any(run.phase is Phase.RUNNING for run in self._runs.values()):
            return PACE_WAIT_SECONDS
        if self._waiting:
            return SLOT_WAIT_SECONDS
        return max(0.0, self._worked + self._idle_seconds - time.monotonic())

    def _read(self) -> None:
        while (message := receive(self._commands)) is not None:
            if message[0]["do"] == ALIVE:
                # This thread can answer whatever the other thread is doing.
                self._answer({"run": 0, ALIVE: self._doing})
            else:
                self._inbox.put(message)
        self._inbox.put(None)

    def _take(self, values: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
        """Execute a message, or queue it if it needs TensorFlow and this machine has no free slot."""
        number, needs = values.get("run", 0), needs_tensorflow(values)
        if number in self._waiting and values["do"] == "look":
            self._answer({"run": number, "waiting": self._slots.waiting_message()})
        elif needs and not self._slots.take():
            self._waiting.add(values, arrays)
            if values["do"] not in ("open", "change"):
                self._answer({"run": number, "waiting": self._slots.waiting_message()})
        elif number in self._waiting:
            for message in self._waiting.follow_up(values, arrays):
                self._handle(*message)
        else:
            self._handle(values, arrays)

    def _answer(self, values: Mapping[str, Any], arrays: Arrays | None = None) -> None:
        with self._answering:
            send(self._answers, values, arrays)

    @contextlib.contextmanager
    def _reporting_loading(self, values: Mapping[str, Any]) -> Iterator[None]:
        """While the block runs, report that TensorFlow is loading, if the message causes that."""
        needs = needs_tensorflow(values)
        self._doing = LOADING if needs and not self._has_loaded else ""
        try:
            yield
        finally:
            self._has_loaded |= needs
            self._doing = ""

    def _handle(self, values: dict[str, Any], arrays: Arrays) -> None:
        number, do = values.get("run", 0), values["do"]
        with self._reporting(number), self._reporting_loading(values):
            if do == "compare":
                self._compare(values, arrays)
            elif do == "program":
                self._program(values, arrays)
            elif do == "open":
                self._runs[number] = WorkerSideRun(values, arrays)
            elif do == "map":
                self._runs[number] = WorkerSideMap(values, arrays)
            elif do == "close":
                closed = self._runs.pop(number, None)
                if isinstance(closed, WorkerSideMap):
                    closed.close()
            elif number in self._runs and do == "look":
                answer, state = self._runs[number].answer()
                self._answer({"run": number, **answer}, state)
            elif number in self._runs:
                self._runs[number].command(values, arrays)

    def _train(self, number: int, run: WorkerSideRun | WorkerSideMap) -> bool:
        """Train a slice of one run; return whether there was anything to do."""
        with self._reporting(number):
            return run.train_a_slice()
        return True

    @contextlib.contextmanager
    def _reporting(self, number: int) -> Iterator[None]:
        """Let an error in one run end that run, with a message: after a restart it would fail in the same way.

        The interface recovers only from what ends the whole process, such as a lost pipe or a signal.
        """
        try:
            yield
        except OSError:
            raise
        except Exception as error:
            self._runs.pop(number, None)
            self._report(number, _failure_message(error))

    def _report(self, number: int, failure: str) -> None:
        self._answer({"run": number, "failure": failure})

    def _compare(self, values: Mapping[str, Any], arrays: Arrays) -> None:
        from tutor.training.comparison import compare_engines, row_to_values

        settings = settings_from_values(values["settings"])
        factory = backend_factory("tensorflow")
        for row in compare_engines(settings, data_from_arrays(arrays), values["steps"], factory):
            self._answer({"run": values["run"], "row": row_to_values(row)})
        self._answer({"run": values["run"], "row": None})

    def _program(self, values: Mapping[str, Any], arrays: Arrays) -> None:
        backend_factory("tensorflow")
        try:
            results = run_program(values["source"], values["results"], arrays)
        except ProgramFailed as failed:
            self._report(values["run"], str(failed))
            return
        self._answer({"run": values["run"]}, {RESULT + name: array for name, array in results.items()})


def _failure_message(error: Exception) -> str:
    """The message for the learner: the error's own sentence if it has one, else the number of a crash report."""
    if isinstance(error, BackendUnavailable | SpecError | ShapeError | DataError):
        return str(error)
    if isinstance(error, MemoryError):
        return "this machine does not have enough memory for this network"
    number = report_number()
    print(report_text(number, error), file=sys.stderr, flush=True)
    return f"the training process crashed (crash report {number}) and cannot continue this run"


def main() -> None:
    """Serve the parent over standard input and output."""
    if sys.platform != "win32":
        # The interface waits for these signals in a thread and blocks them otherwise, which this process inherits.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGHUP))
        # A key does not wait for a training: the interface has priority within its account's share of the machine.
        os.nice(BEHIND_THE_INTERFACE)
    if is_isolated():
        # The launcher of a restricted interface started this; TensorFlow reads only what the interpreter may read.
        folder = slots_folder()
        restrict(writable=[Path(tempfile.gettempdir())], readable=[folder] if folder else [])
    with _own_temporary_files():
        status = _serve()
    # A normal interpreter exit would abort while the reading thread holds standard input.
    os._exit(status)


@contextlib.contextmanager
def _own_temporary_files() -> Iterator[None]:
    """A temporary folder that is removed with the worker, because TensorFlow leaves generated programs there."""
    try:
        own = tempfile.mkdtemp(prefix="dl-tutor-")
    except OSError:
        # There is no space; code that needs a temporary file will report it.
        yield
        return
    tempfile.tempdir = os.environ["TMPDIR"] = own
    try:
        yield
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _serve() -> int:
    """Work until the input ends; return the exit status."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    status = CRASHED
    try:
        slots = Slots(slots_folder())
        idle_seconds = float(os.environ.get(IDLE_VARIABLE, IDLE_SECONDS))
        status = 0 if Worker(sys.stdin.buffer, answers, slots, idle_seconds).work() else IDLE_EXIT
    except BrokenPipeError:
        # The interface is gone, so there is nobody to report to.
        status = 0
    except Exception as error:
        number = report_number()
        print(report_text(number, error), file=sys.stderr)
        with contextlib.suppress(OSError, ValueError):
            send(answers, {"crash_report": number})
    sys.stderr.flush()
    return status


if __name__ == "__main__":
    main()
