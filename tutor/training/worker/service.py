"""The worker process: trains whatever runs it is given, and answers when asked how they stand.

It speaks ``messages`` over its standard input and output. Everything that a library prints goes to the log that
the parent opened as standard error: TensorFlow's native code would otherwise write into the picture on the screen.
It ends when its input ends, so it never outlives the interface.
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
from tutor.training.worker.held_back import HeldBack, needs_tensorflow
from tutor.training.worker.messages import (
    ALIVE,
    LOADING,
    RESTED,
    Arrays,
    Message,
    checkpoint_from_message,
    data_from_arrays,
    receive,
    send,
    settings_from_values,
    snapshot_to_message,
)
from tutor.training.worker.slots import Slots, slots_folder

# How long the worker trains before it looks for commands, in seconds: a pause is heard so soon.
SLICE_SECONDS = 0.05
# How long it waits for commands when the pace leaves nothing to do.
PACE_WAIT_SECONDS = 0.01
# Epochs that nobody has asked for yet are kept up to this many; then the run waits to be looked at.
UNREAD_EPOCHS = 50_000
# A worker that has had nothing to do for so many seconds ends, and gives back its memory and its slot.
IDLE_SECONDS = 300.0
IDLE_VARIABLE = "DL_TUTOR_WORKER_IDLE"
"""Names other seconds than these."""
# How much nicer it is than the interface, on a class machine.
BEHIND_THE_INTERFACE = 10
# How often it is looked whether a slot for TensorFlow is free, in seconds.
SLOT_WAIT_SECONDS = 0.5


def backend_factory(name: BackendName) -> BackendFactory:
    """How to build the engine of that name. Raises ``BackendUnavailable`` where TensorFlow is missing or broken."""
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
    """One run in the worker: a trainer, what it is to do next, and the epochs not yet handed over."""

    def __init__(self, values: Mapping[str, Any], arrays: Arrays) -> None:
        settings = settings_from_values(values["settings"])
        start = checkpoint_from_message(values["start"], arrays) if values["start"] is not None else None
        self.trainer = Trainer(settings, data_from_arrays(arrays), start, backend_factory(settings.backend))
        self.phase = Phase.READY if start is None else Phase.PAUSED
        self.message = ""
        # Whatever was ordered before of a worker that is gone: the run stands where that led to.
        self.handled: int = values.get("number", 0)
        self.records: list[EpochRecord] = []
        self._steps_left = 0
        self._slice = 16
        self._pace_began = time.perf_counter()
        self._paced_steps = 0

    def command(self, values: Mapping[str, Any], arrays: Arrays) -> None:
        """Do what a message says."""
        match values["do"]:
            case "play":
                self._go(self.trainer.steps_to_the_end())
            case "step":
                self._go(1)
            case "epoch":
                self._go(self.trainer.steps_to_epoch_end())
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
        """Stop, and say why."""
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
            self.message = self.trainer.why_it_ended
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
    """The worker's loop: commands first, then a slice of each run that is going."""

    def __init__(
        self, commands: BinaryIO, answers: BinaryIO, slots: Slots | None = None, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self._commands, self._answers = commands, answers
        self._answering = threading.Lock()
        self._doing = ""
        self._has_loaded = False
        self._inbox: queue.Queue[Message | None] = queue.Queue()
        self._runs: dict[int, WorkerSideRun] = {}
        self._slots = slots or Slots(None)
        self._held_back = HeldBack()
        self._idle_seconds = idle_seconds
        self._worked = time.monotonic()

    def work(self) -> bool:
        """Serve until the input ends; false if it ended itself, for there was nothing to do for long."""
        threading.Thread(target=self._read, daemon=True).start()
        idle = True
        while self._handle_what_came(self._patience(idle)):
            # Every run gets its slice, whatever the others did.
            trained = [self._train(number, run) for number, run in list(self._runs.items())]
            idle = not any(trained)
            if self._held_back and self._slots.take():
                for message in self._held_back.all():
                    self._handle(*message)
            if not idle or self._held_back:
                self._worked = time.monotonic()
            elif time.monotonic() - self._worked >= self._idle_seconds:
                return False
        return True

    def _handle_what_came(self, patience: float) -> bool:
        """Wait so long for a command, and do all that are there; false at the end of the input.

        However fast they come, a slice of training follows: looking at a run must not hold it up.
        """
        try:
            message = self._inbox.get(timeout=patience)
            while message is not None:
                if message[0]["do"] != "look":
                    # To be looked at is no work: who only looks does not keep it awake.
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
        if self._held_back:
            return SLOT_WAIT_SECONDS
        return max(0.0, self._worked + self._idle_seconds - time.monotonic())

    def _read(self) -> None:
        while (message := receive(self._commands)) is not None:
            if message[0]["do"] == ALIVE:
                # Whatever the other thread is at: that it is there can be said at once.
                self._answer({"run": 0, ALIVE: self._doing})
            else:
                self._inbox.put(message)
        self._inbox.put(None)

    def _take(self, values: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
        """Do what a message says, or hold it back where it needs TensorFlow and this machine has no slot free."""
        number, needs = values.get("run", 0), needs_tensorflow(values)
        if number in self._held_back and values["do"] == "look":
            self._answer({"run": number, "waiting": self._slots.waiting_message()})
        elif needs and not self._slots.take():
            self._held_back.hold(values, arrays)
            if values["do"] not in ("open", "change"):
                self._answer({"run": number, "waiting": self._slots.waiting_message()})
        elif number in self._held_back:
            for message in self._held_back.after(values, arrays):
                self._handle(*message)
        else:
            self._handle(values, arrays)

    def _answer(self, values: Mapping[str, Any], arrays: Arrays | None = None) -> None:
        with self._answering:
            send(self._answers, values, arrays)

    @contextlib.contextmanager
    def _saying_that_it_loads(self, values: Mapping[str, Any]) -> Iterator[None]:
        """While the block runs, say that TensorFlow is loading where that is what takes long."""
        needs = needs_tensorflow(values)
        self._doing = LOADING if needs and not self._has_loaded else ""
        try:
            yield
        finally:
            self._has_loaded |= needs
            self._doing = ""

    def _handle(self, values: dict[str, Any], arrays: Arrays) -> None:
        number, do = values.get("run", 0), values["do"]
        with self._reporting(number), self._saying_that_it_loads(values):
            if do == "compare":
                self._compare(values, arrays)
            elif do == "program":
                self._program(values, arrays)
            elif do == "open":
                self._runs[number] = WorkerSideRun(values, arrays)
            elif do == "close":
                self._runs.pop(number, None)
            elif number in self._runs and do == "look":
                answer, state = self._runs[number].answer()
                self._answer({"run": number, **answer}, state)
            elif number in self._runs:
                self._runs[number].command(values, arrays)

    def _train(self, number: int, run: WorkerSideRun) -> bool:
        """A slice of one run; whether there was anything to do."""
        with self._reporting(number):
            return run.train_a_slice()
        return True

    @contextlib.contextmanager
    def _reporting(self, number: int) -> Iterator[None]:
        """What is wrong with one run ends that run, with a sentence: to start it again would end in the same way.

        Only what ends the whole process, a lost pipe or a signal, is for the interface to recover from.
        """
        try:
            yield
        except OSError:
            raise
        except Exception as error:
            self._runs.pop(number, None)
            self._report(number, _sentence_of(error))

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


def _sentence_of(error: Exception) -> str:
    """What to tell the learner: the error's own sentence where it has one, else the number that the log has it by."""
    if isinstance(error, BackendUnavailable | SpecError | ShapeError | DataError):
        return str(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory for this network on this machine"
    number = report_number()
    print(report_text(number, error), file=sys.stderr, flush=True)
    return f"the training process crashed (crash report {number}) and cannot continue this run"


def main() -> None:
    """Serve the parent over standard input and output."""
    if sys.platform != "win32":
        # The interface listens to these in a thread of its own and has them blocked otherwise; that is inherited.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGTERM, signal.SIGHUP))
    if is_isolated():
        # Many share the machine: within what its account gets, the interface goes first.
        os.nice(BEHIND_THE_INTERFACE)
        # Started by the launcher of a restricted interface; TensorFlow reads what the interpreter may read.
        folder = slots_folder()
        restrict(writable=[Path(tempfile.gettempdir())], readable=[folder] if folder else [])
    with _own_temporary_files():
        status = _serve()
    # Not by way of the interpreter's own end: that aborts while the reading thread holds standard input.
    os._exit(status)


@contextlib.contextmanager
def _own_temporary_files() -> Iterator[None]:
    """A folder for temporary files that goes with the worker: TensorFlow writes programs there and leaves them."""
    try:
        own = tempfile.mkdtemp(prefix="dl-tutor-")
    except OSError:
        # No room for any; whoever needs some will say so.
        yield
        return
    tempfile.tempdir = os.environ["TMPDIR"] = own
    try:
        yield
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _serve() -> int:
    """Work until the input ends; the exit status."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    status = CRASHED
    try:
        slots = Slots(slots_folder())
        idle_seconds = float(os.environ.get(IDLE_VARIABLE, IDLE_SECONDS))
        status = 0 if Worker(sys.stdin.buffer, answers, slots, idle_seconds).work() else RESTED
    except BrokenPipeError:
        # The interface is gone, and with it whoever could be told.
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
