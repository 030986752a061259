"""The interface's side of the worker: starts it, writes to it, keeps the answers for each run."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tutor.crash_report import CRASHED, open_log
from tutor.private_files import make_private_folder
from tutor.training.worker.launcher import ENVIRONMENT, StartedWorker, WorkerStarter
from tutor.training.worker.messages import ALIVE, IDLE_EXIT, LOADING, Arrays, Message, receive, to_bytes
from tutor.training.worker.response_timer import LOADING_TIMEOUT, PING_INTERVAL, UNRESPONSIVE_AFTER, ResponseTimer

# Seconds for a worker to end by itself after its pipes are closed.
EXIT_TIMEOUT = 1.0
LAST_MESSAGE_TIMEOUT = 0.5
WORKER_LOG = "worker.log"
"""The log, in the progress folder, of everything that the worker and its libraries print."""


class WorkerGone(RuntimeError):
    """The worker ended; the message says how."""


def start_directly(errors: int) -> StartedWorker:
    """A ``WorkerStarter``: start a worker as a child of this process."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "tutor.training.worker.service"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env={**os.environ, **ENVIRONMENT},
        # Ctrl-C in the terminal goes to the interface, which then decides.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


class WorkerProcess:
    """One worker process. It keeps the answers for each run until they are taken or the run is forgotten.

    Only ``wait_for`` and ``close`` block; outgoing messages wait in memory until the worker reads them.
    """

    def __init__(self, log: Path | None = None, start: WorkerStarter | None = None) -> None:
        self._crash_report = ""
        with contextlib.ExitStack() as stack:
            errors = subprocess.DEVNULL
            # It also works without a log.
            with contextlib.suppress(OSError, ValueError):
                if log is not None:
                    make_private_folder(log.parent)
                    errors = open_log(log)
                    stack.callback(os.close, errors)
            self._process: StartedWorker = (start or start_directly)(errors)
        self._answers: dict[int, list[Message]] = {}
        self._lock = threading.Lock()
        self._arrived = threading.Condition(self._lock)
        self._ended = self._given_up = False
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._response_timer = ResponseTimer()
        # It starts by loading Python and NumPy.
        self._doing: str = LOADING
        self._heard = True
        self._ask_next = 0.0
        threading.Thread(target=self._write, daemon=True, name="to the worker").start()
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def pid(self) -> int:
        """The worker's process ID."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the worker is gone."""
        return self._ended or self._given_up

    @property
    def loads_tensorflow(self) -> bool:
        """Whether the worker last reported that it is loading."""
        return self._doing == LOADING

    def unresponsive_seconds(self) -> float:
        """How long the worker has not answered pings, once that exceeds the timeout; else 0.

        Call it often while waiting for an answer, because it sends the pings. Raises nothing.
        """
        now = time.monotonic()
        if self._heard:
            self._heard = False
            self._response_timer.reset()
        if now >= self._ask_next and not self.ended:
            self._ask_next = now + PING_INTERVAL
            self._outgoing.put(to_bytes({"do": ALIVE, "run": 0}))
        timeout = LOADING_TIMEOUT if self.loads_tensorflow else UNRESPONSIVE_AFTER
        return seconds if (seconds := self._response_timer.tick()) >= timeout else 0.0

    def give_up(self) -> None:
        """Kill the worker because it does not answer; it counts as ended from now on."""
        self._given_up = True
        with contextlib.suppress(OSError):
            self._process.kill()

    @property
    def ended_idle(self) -> bool:
        """Whether the worker ended itself because it was idle for long."""
        return self._ended and self._process.poll() == IDLE_EXIT

    def exit_reason(self) -> str:
        """A few words for a message: killed by a signal, the number of a crash report, or an exit status."""
        if self._given_up:
            return "it did not answer"
        status = self._process.wait()
        if status == CRASHED:
            # Its last message may still be in the pipe.
            with self._arrived:
                self._arrived.wait_for(lambda: self._ended, LAST_MESSAGE_TIMEOUT)
        if self._crash_report:
            return f"a crash, crash report {self._crash_report}"
        return f"killed by signal {-status}" if status < 0 else f"exit status {status}"

    def send(self, values: Mapping[str, Any], arrays: Arrays | None = None) -> None:
        """Send a command, and keep the answers for its run. Raises ``WorkerGone`` if the worker has ended."""
        with self._lock:
            self._answers.setdefault(values["run"], [])
        if self.ended:
            raise WorkerGone(self.exit_reason())
        self._outgoing.put(to_bytes(values, arrays))

    def take(self, run: int) -> list[Message]:
        """The answers for a run that have arrived since the last call."""
        with self._lock:
            return self._pop_answers(run)

    def forget(self, run: int) -> None:
        """Drop the answers for a run, including those still to arrive."""
        with self._lock:
            self._answers.pop(run, None)

    def wait_for(self, run: int, timeout: float | None = None) -> list[Message]:
        """Wait for an answer for a run; empty if the worker ended or on timeout. For headless use."""
        with self._arrived:
            self._arrived.wait_for(lambda: bool(self._answers.get(run)) or self._ended, timeout)
            return self._pop_answers(run)

    def close(self) -> None:
        """End the worker."""
        self._outgoing.put(None)
        self._wait_or_kill()

    def _write(self) -> None:
        """Write messages in a separate thread: a stopped worker reads nothing, and its pipe is soon full."""
        stdin = self._process.stdin
        assert stdin is not None
        # The end of its answers shows that the worker is gone.
        with contextlib.suppress(OSError):
            while (message := self._outgoing.get()) is not None:
                stdin.write(message)
                stdin.flush()
                # Otherwise this frame keeps it alive until the next message.
                del message
        with contextlib.suppress(OSError):
            stdin.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        # After an unreadable message nothing more comes from this worker, and it is ended below.
        with contextlib.suppress(Exception):
            while (message := receive(self._process.stdout)) is not None:  # type: ignore[arg-type]
                self._heard = True
                self._doing = message[0].get(ALIVE, self._doing)
                if ALIVE in message[0]:
                    continue
                if "crash_report" in message[0]:
                    self._crash_report = str(message[0]["crash_report"])
                    continue
                with self._arrived:
                    # If the run was closed meanwhile, drop the answer, which contains a whole network.
                    if (answers := self._answers.get(message[0]["run"])) is not None:
                        answers.append(message)
                    self._arrived.notify_all()
                # Otherwise this frame keeps it alive until the next message.
                del message, answers
        # From here nobody reads its answers, so a worker that still runs must end.
        if self._process.poll() is None:
            self._wait_or_kill()
        with self._arrived:
            self._ended = True
            self._arrived.notify_all()

    def _pop_answers(self, run: int) -> list[Message]:
        answers = self._answers.get(run)
        if not answers:
            return []
        self._answers[run] = []
        return answers

    def _wait_or_kill(self) -> None:
        try:
            self._process.wait(timeout=EXIT_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
