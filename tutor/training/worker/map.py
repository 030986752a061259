"""The interface's side of a complete map in the worker process."""

from __future__ import annotations

import time

from tutor.training.map_run import MapTask
from tutor.training.shape_map import MapAnswer
from tutor.training.worker.messages import Arrays, Message
from tutor.training.worker.process import WorkerGone, WorkerProcess
from tutor.training.worker.response_timer import no_answer

SECONDS_BETWEEN_LOOKS = 0.1


class WorkerMap:
    """A ``MapRun`` in the worker. It fails if the worker ends."""

    def __init__(self, worker: WorkerProcess, number: int, request: MapTask) -> None:
        self._worker, self._number, self._request = worker, number, request
        self._looking = False
        self._next_look = 0.0
        self.share = 0.0
        self.answer: MapAnswer | None = None
        self.failure = ""
        asked, arrays = request.to_message()
        self._send("map", arrays, request=asked)

    def poll(self) -> bool:
        """Process the worker's answers, and ask for the next; true if anything is new."""
        if self.answer is not None or self.failure:
            return False
        messages = self._worker.take(self._number)
        for message in messages:
            self._take(message)
        if unresponsive := self._worker.unresponsive_seconds():
            self._worker.give_up()
            self._fail(f"{no_answer(unresponsive)} and was ended; ask once more to start another")
        elif self._worker.ended and self.answer is None:
            self._fail(f"the training process ended ({self._worker.exit_reason()}); ask once more to start another")
        elif not self._looking and self.answer is None and not self.failure and time.monotonic() >= self._next_look:
            self._looking = self._send("look")
        return bool(messages or self.failure)

    def close(self) -> None:
        """Stop; the worker goes on with other runs."""
        if not self._worker.ended:
            self._send("close")
        self._worker.forget(self._number)

    def _take(self, message: Message) -> None:
        values, arrays = message
        self._looking, self._next_look = False, time.monotonic() + SECONDS_BETWEEN_LOOKS
        if "failure" in values:
            self._fail(values["failure"])
            return
        self.share = values["share"]
        if "report" in values:
            self.answer = self._request.answer_from(values["report"], arrays)
            self.close()

    def _fail(self, why: str) -> None:
        self.failure = self.failure or why

    def _send(self, do: str, arrays: Arrays | None = None, **values: object) -> bool:
        try:
            self._worker.send({"do": do, "run": self._number, **values}, arrays)
        except WorkerGone as gone:
            self._fail(f"the training process ended ({gone}); ask once more to start another")
            return False
        return True
