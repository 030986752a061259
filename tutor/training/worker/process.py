"""The interface's side of the worker: starts it, writes to it, keeps the newest answer of each run."""

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
from tutor.training.worker.messages import ALIVE, LOADING, RESTED, Arrays, Message, receive, to_bytes
from tutor.training.worker.silence import ASKED_EVERY, LOADING_WITHIN, SILENT_AFTER, Silence

# A worker whose pipes are closed has so many seconds to end by itself.
ENDS_WITHIN = 1.0
LAST_WORD_WITHIN = 0.5
WORKER_LOG = "worker.log"
"""In the folder of the progress: what the worker and its libraries print."""


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
        # A Ctrl-C in the terminal is for the interface, which then decides.
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )


class WorkerProcess:
    """One worker process. Its answers are kept, by run, until they are taken or the run is forgotten.

    Nothing here waits for it but ``wait_for`` and ``close``; what is sent waits in memory until it is taken.
    """

    def __init__(self, log: Path | None = None, start: WorkerStarter | None = None) -> None:
        self._crash_report = ""
        with contextlib.ExitStack() as stack:
            errors = subprocess.DEVNULL
            # Without a log it works as well.
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
        self._silence = Silence()
        # Python and NumPy are to be loaded first.
        self._doing: str = LOADING
        self._heard = True
        self._ask_next = 0.0
        threading.Thread(target=self._write, daemon=True, name="to the worker").start()
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def pid(self) -> int:
        """The worker's process number."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the worker is gone."""
        return self._ended or self._given_up

    @property
    def loads_tensorflow(self) -> bool:
        """Whether that is what it said last that it is at."""
        return self._doing == LOADING

    def silent_seconds(self) -> float:
        """For how long it has not even said that it is there; 0 while that means nothing yet.

        To be called often while an answer is awaited: it asks. Raises nothing.
        """
        now = time.monotonic()
        if self._heard:
            self._heard = False
            self._silence.heard()
        if now >= self._ask_next and not self.ended:
            self._ask_next = now + ASKED_EVERY
            self._outgoing.put(to_bytes({"do": ALIVE, "run": 0}))
        patience = LOADING_WITHIN if self.loads_tensorflow else SILENT_AFTER
        return seconds if (seconds := self._silence.tick()) >= patience else 0.0

    def give_up(self) -> None:
        """End it by force, for it does not answer: it counts as ended from now on."""
        self._given_up = True
        with contextlib.suppress(OSError):
            self._process.kill()

    @property
    def rested(self) -> bool:
        """Whether the worker ended itself because it had nothing to do for long."""
        return self._ended and self._process.poll() == RESTED

    def how_it_ended(self) -> str:
        """A few words for a message: killed by a signal, a fault that the log has by its number, or an exit status."""
        if self._given_up:
            return "it did not answer"
        status = self._process.wait()
        if status == CRASHED:
            # Its last word may be on its way.
            with self._arrived:
                self._arrived.wait_for(lambda: self._ended, LAST_WORD_WITHIN)
        if self._crash_report:
            return f"a crash, crash report {self._crash_report}"
        return f"killed by signal {-status}" if status < 0 else f"exit status {status}"

    def send(self, values: Mapping[str, Any], arrays: Arrays | None = None) -> None:
        """Write a command, and keep the answers for its run; raises ``WorkerGone`` if the worker has ended."""
        with self._lock:
            self._answers.setdefault(values["run"], [])
        if self.ended:
            raise WorkerGone(self.how_it_ended())
        self._outgoing.put(to_bytes(values, arrays))

    def take(self, run: int) -> list[Message]:
        """The answers for a run that have arrived since the last call."""
        with self._lock:
            return self._taken(run)

    def forget(self, run: int) -> None:
        """Drop the answers for a run, also those that are under way: nobody will take them."""
        with self._lock:
            self._answers.pop(run, None)

    def wait_for(self, run: int, timeout: float | None = None) -> list[Message]:
        """Wait for an answer for a run; empty if the worker ended or the time ran out. For headless use."""
        with self._arrived:
            self._arrived.wait_for(lambda: bool(self._answers.get(run)) or self._ended, timeout)
            return self._taken(run)

    def close(self) -> None:
        """End the worker."""
        self._outgoing.put(None)
        self._let_go()

    def _write(self) -> None:
        """In a thread of its own: one that is stopped takes nothing, and a pipe is soon full."""
        stdin = self._process.stdin
        assert stdin is not None
        # A worker that is gone is noticed by its answers, which end.
        with contextlib.suppress(OSError):
            while (message := self._outgoing.get()) is not None:
                stdin.write(message)
                stdin.flush()
                # Not to be kept alive by this frame until the next one comes.
                del message
        with contextlib.suppress(OSError):
            stdin.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        # Whatever it is that cannot be read: nothing more comes from such a worker, and it is let go of below.
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
                    # A run may have been closed while it was asked: its answer holds a whole network.
                    if (answers := self._answers.get(message[0]["run"])) is not None:
                        answers.append(message)
                    self._arrived.notify_all()
                # Not to be kept alive by this frame until the next one comes.
                del message, answers
        # Nobody listens any more: one that is not over yet, or sent what cannot be read, must not be waited for.
        if self._process.poll() is None:
            self._let_go()
        with self._arrived:
            self._ended = True
            self._arrived.notify_all()

    def _taken(self, run: int) -> list[Message]:
        answers = self._answers.get(run)
        if not answers:
            return []
        self._answers[run] = []
        return answers

    def _let_go(self) -> None:
        try:
            self._process.wait(timeout=ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
