"""A few lines of Keras in the worker process, as the interface sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from tutor.training.keras_program import RESULT, KerasProgram
from tutor.training.worker.messages import Message
from tutor.training.worker.process import WorkerGone, WorkerProcess
from tutor.training.worker.silence import WORTH_A_WORD, Silence, loading_tensorflow, no_answer


class WorkerProgram:
    """A ``ProgramRun`` in the worker. If the worker ends meanwhile, that is its failure."""

    def __init__(self, worker: WorkerProcess, number: int, program: KerasProgram) -> None:
        self._worker, self._number = worker, number
        self._results: Mapping[str, NDArray[Any]] | None = None
        self._failure = self._waiting = ""
        self._unanswered = Silence()
        values = {"do": "program", "run": number, "source": program.source, "results": dict(program.results)}
        try:
            worker.send(values, program.given)
        except WorkerGone as gone:
            self._failure = _ended(gone)

    @property
    def results(self) -> Mapping[str, NDArray[Any]] | None:
        """The numbers by the readout's name, once they are there."""
        return self._results

    @property
    def failure(self) -> str:
        """Why there will be none; empty while all is well."""
        return self._failure

    @property
    def waiting(self) -> str:
        """What it waits for, or for how long it has been at it; empty while that is not long."""
        seconds = self._unanswered.seconds
        if self._waiting or seconds < WORTH_A_WORD:
            return self._waiting
        loads = self._worker.loads_tensorflow
        return loading_tensorflow(seconds) if loads else f"TensorFlow is computing: {seconds:.0f} s"

    def poll(self) -> bool:
        """Take in what has arrived; true once there are results or a failure, such as a worker that is silent."""
        self._unanswered.tick()
        if silent := self._worker.silent_seconds():
            self._worker.give_up()
            self._failure = f"{no_answer(silent)} and was ended; ask once more to start another"
        return self._take(self._worker.take(self._number), over=self._worker.ended)

    def wait(self) -> None:
        """Wait for results or a failure."""
        while not self.poll():
            self._take(self._worker.wait_for(self._number, WORTH_A_WORD), over=False)

    def _take(self, messages: list[Message], *, over: bool) -> bool:
        for values, arrays in messages:
            if "waiting" in values:
                self._waiting = values["waiting"]
            elif "failure" in values:
                self._failure = values["failure"]
            else:
                self._results = {name.removeprefix(RESULT): array for name, array in arrays.items()}
        if over and self._results is None and not self._failure:
            self._failure = _ended(self._worker.how_it_ended())
        if self._results is None and not self._failure:
            return False
        self._worker.forget(self._number)
        return True


def _ended(how: object) -> str:
    return f"the TensorFlow process ended ({how}); ask once more to start it again"
