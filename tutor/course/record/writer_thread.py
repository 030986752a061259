"""An event log that writes in its own thread, so that no screen waits for a disk."""

from __future__ import annotations

import json
import queue
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tutor.course.record.event_log import FILE_NAME, Event, EventLog, utc_now
from tutor.crash_report import write_crash_report

CLOSED_WITHIN = 2.0
"""Timeout in seconds for closing."""
READ_WITHIN = 6.0
"""Timeout in seconds for reading; long, so that a slow disk does not look like a missing lab."""
NEWS_WITHIN = 0.2
"""Timeout in seconds for reading other sessions' events; later ones appear at the next read."""
FIRST_RETRY, LAST_RETRY = 1.0, 15.0
"""Seconds until a failed write is retried: the first, doubled each time up to the last."""


@dataclass
class _Task:
    run: Callable[[EventLog], Any]
    done: threading.Event = field(default_factory=threading.Event)
    result: Any = None


class ThreadedEventLog:
    """``EventLog`` behind a queue: one thread owns the only connection. Every method returns quickly.

    ``unsaved`` counts the entries that are not on the disk yet. ``heard`` is called, from any thread, when that or
    ``trouble`` may have changed. Failed writes are retried automatically.
    """

    def __init__(
        self,
        folder: Path,
        notices: list[str],
        clock: Callable[[], datetime] = utc_now,
        heard: Callable[[], None] = lambda: None,
    ) -> None:
        self.heard = heard
        self.file = folder / FILE_NAME
        self._clock = clock
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._handed_over = self._written = 0
        # The newest of each; an older pending one is not written.
        self._labs: dict[str, bytes] = {}
        self._settings: dict[str, str] = {}
        self._news: list[Event] = []
        self._log: EventLog | None = None
        self._opened = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(folder, notices), daemon=True, name="writer")
        self._thread.start()
        self._opened.wait(READ_WITHIN)

    # For callers

    def append(self, kind: str, lesson: str, details: Mapping[str, object]) -> Event:
        """Queue an event; return it as it will be stored."""
        body = json.loads(json.dumps(details, default=str))
        moment = self._clock().astimezone(UTC)
        self._hand_over(lambda log: log.append(kind, lesson, body, moment))
        return Event(kind, lesson, body, moment)

    def keep_lab(self, lesson: str, packed: bytes) -> None:
        """Queue a lab, replacing a pending one of the same lesson."""
        with self._lock:
            waits = lesson in self._labs
            self._labs[lesson] = packed
        if not waits:
            self._hand_over(lambda log: log.keep_lab(lesson, self._newest(self._labs, lesson)))

    def keep_setting(self, name: str, value: str) -> None:
        """Queue a setting."""
        with self._lock:
            waits = name in self._settings
            self._settings[name] = value
        if not waits:
            self._hand_over(lambda log: log.keep_setting(name, self._newest(self._settings, name)))

    def kept_lab(self, lesson: str) -> bytes | None:
        """The lesson's saved lab, or None. Raises ``ValueError`` if its checksum does not match."""
        with self._lock:
            if lesson in self._labs:
                return self._labs[lesson]
        found = self._ask(lambda log: _or_error(lambda: log.kept_lab(lesson)), READ_WITHIN)
        if isinstance(found, ValueError):
            raise found
        return found if isinstance(found, bytes) else None

    def other_labs(self, lesson: str) -> int:
        """How many more labs of this lesson are saved, from sessions that were open at the same time."""
        found = self._ask(lambda log: log.other_labs(lesson), READ_WITHIN)
        return found if isinstance(found, int) else 0

    def take_other_lab(self, lesson: str) -> bytes | None:
        """``EventLog.take_other_lab``."""
        found = self._ask(lambda log: log.take_other_lab(lesson), READ_WITHIN)
        return found if isinstance(found, bytes) else None

    def kept_setting(self, name: str) -> str | None:
        """The setting, or None if it was never saved."""
        with self._lock:
            if name in self._settings:
                return self._settings[name]
        found = self._ask(lambda log: log.kept_setting(name), READ_WITHIN)
        return found if isinstance(found, str) else None

    def new_events(self, wait: bool = True) -> list[Event]:
        """The events of other and earlier sessions that were not returned before, oldest first."""
        if wait:
            self._ask(lambda _: None, NEWS_WITHIN)
        with self._lock:
            found, self._news = self._news, []
        return found

    @property
    def unsaved(self) -> int:
        """The number of queued entries that are not on the disk."""
        log = self._log
        with self._lock:
            return self._handed_over - self._written + (log.unsaved if log is not None else 0)

    @property
    def trouble(self) -> str:
        """Why nothing can be saved now; empty if saving works."""
        return "" if self._log is None else self._log.trouble

    @property
    def journal_mode(self) -> str:
        """SQLite's journal mode for the file; empty while it is not open."""
        found = self._ask(lambda log: log.journal_mode, READ_WITHIN)
        return found if isinstance(found, str) else ""

    def flush(self, timeout: float = CLOSED_WITHIN) -> bool:
        """Wait until everything is on the disk; false if it is not within ``timeout`` seconds."""
        self._ask(lambda _: None, timeout)
        return self.unsaved == 0

    def close(self) -> None:
        """Write pending entries and close the file, or give up after ``CLOSED_WITHIN``."""
        self._tasks.put(None)
        self._thread.join(CLOSED_WITHIN)

    # The thread

    def _work(self, folder: Path, notices: list[str]) -> None:
        if sys.platform != "win32":
            # Signals are for the main thread.
            signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGHUP, signal.SIGINT))
        log = self._log = EventLog(folder, notices, self._clock)
        self._opened.set()
        log.back_up_daily()
        pause = FIRST_RETRY
        while True:
            self._look(log)
            try:
                task = self._tasks.get(timeout=pause if log.trouble else None)
                said = (log.trouble, self.unsaved)
            except queue.Empty:
                said = (log.trouble, self.unsaved)
                log.try_again()
                pause = min(2 * pause, LAST_RETRY)
            else:
                if task is None:
                    log.close()
                    return
                try:
                    task.result = task.run(log)
                except Exception as error:
                    # What was handed over still waits in the log; without this thread nothing would be saved again.
                    number, _ = write_crash_report(folder, error)
                    notices.append(f"saving failed (crash report {number}) and continues.")
                task.done.set()
                # Release it before waiting for the next task: it may hold a large lab.
                del task
            if not log.trouble:
                pause = FIRST_RETRY
            if (log.trouble, self.unsaved) != said:
                self.heard()

    def _look(self, log: EventLog) -> None:
        found = log.new_events()
        if found:
            with self._lock:
                self._news += found

    def _hand_over(self, write: Callable[[EventLog], object]) -> None:
        with self._lock:
            self._handed_over += 1
        self._tasks.put(_Task(lambda log: self._write(log, write)))
        self.heard()

    def _write(self, log: EventLog, write: Callable[[EventLog], object]) -> None:
        try:
            write(log)
        finally:
            with self._lock:
                self._written += 1

    def _newest(self, kept: dict[str, Any], name: str) -> Any:
        with self._lock:
            return kept.pop(name)

    def _ask(self, run: Callable[[EventLog], Any], timeout: float) -> Any:
        """The thread's result, or None on timeout."""
        if not self._thread.is_alive():
            return None
        task = _Task(run)
        self._tasks.put(task)
        return task.result if task.done.wait(timeout) else None


def _or_error(read: Callable[[], Any]) -> Any:
    """The result of ``read``, or the error that it raises, for another thread to raise."""
    try:
        return read()
    except ValueError as error:
        return error
