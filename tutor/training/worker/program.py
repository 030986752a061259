"""The interface's side of a Keras program in the worker process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from tutor.training.keras_program import RESULT, KerasProgram
from tutor.training.worker.messages import Message
from tutor.training.worker.process import WorkerGone, WorkerProcess
from tutor.training.worker.response_timer import MESSAGE_AFTER, ResponseTimer, loading_tensorflow, no_answer


class WorkerProgram:
    """A ``ProgramRun`` in the worker. It fails if the worker ends."""

    def __init__(self, worker: WorkerProcess, number: int, program: KerasProgram) -> None:
        self._worker, self._number = worker, number
        self._results: Mapping[str, NDArray[Any]] | None = None
        self._failure = self._waiting = ""
        self._unanswered = ResponseTimer()
        values = {"do": "program", "run": number, "source": program.source, "results": dict(program.results)}
        try:
            worker.send(values, program.given)
        except WorkerGone as gone:
            self._failure = _ended(gone)

    @property
    def results(self) -> Mapping[str, NDArray[Any]] | None:
        """The numbers by readout name, or None while there are none yet."""
        return self._results

    @property
    def failure(self) -> str:
        """The reason for a failure; empty if there is none."""
        return self._failure

    @property
    def waiting(self) -> str:
        """What it waits for, or how long it has been running; empty while that is short."""
        seconds = self._unanswered.seconds
        if self._waiting or seconds < MESSAGE_AFTER:
            return self._waiting
        loads = self._worker.loads_tensorflow
        return loading_tensorflow(seconds) if loads else f"TensorFlow is computing: {seconds:.0f} s"

    def poll(self) -> bool:
        """Process new messages; true once there are results or a failure, such as an unresponsive worker."""
        self._unanswered.tick()
        if unresponsive := self._worker.unresponsive_seconds():
            self._worker.give_up()
            self._failure = f"{no_answer(unresponsive)} and was ended; ask once more to start another"
        return self._take(self._worker.take(self._number), over=self._worker.ended)

    def wait(self) -> None:
        """Wait for results or a failure."""
        while not self.poll():
            self._take(self._worker.wait_for(self._number, MESSAGE_AFTER), over=False)

    def _take(self, messages: list[Message], *, over: bool) -> bool:
        for values, arrays in messages:
            if "waiting" in values:
                self._waiting = values["waiting"]
            elif "failure" in values:
                self._failure = values["failure"]
            else:
                self._results = {name.removeprefix(RESULT): array for name, array in arrays.items()}
        if over and self._results is None and not self._failure:
            self._failure = _ended(self._worker.exit_reason())
        if self._results is None and not self._failure:
            return False
        self._worker.forget(self._number)
        return True


def _ended(how: object) -> str:
    return f"the TensorFlow process ended ({how}); ask once more to start it again"
