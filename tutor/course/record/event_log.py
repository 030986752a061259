"""Everything a learner did, in one SQLite file that events are only ever added to.

An event is on the disk when ``append`` returns. Where the disk does not take it, it is kept in memory, a notice says
so, and each later write tries again.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

from tutor.course.record.event_file import (
    SCHEMA_VERSION,
    UnusableFileError,
    begin_afresh,
    is_damage,
    open_file,
    was_moved,
)
from tutor.course.record.event_salvage import SELECT_EVENTS, Row, row_crc
from tutor.course.record.older_copy import keep_older_copy
from tutor.private_files import make_private_folder
from tutor.sandbox.environment import is_isolated

FILE_NAME = "progress.db"
# Labs of one lesson that are kept, where several sessions had it open at once.
MOST_LABS = 4
SELECT_LAB = (
    "SELECT packed, crc, session, revision FROM labs WHERE lesson = ? ORDER BY session = ? DESC, revision DESC LIMIT 1"
)
SELECT_SESSIONS = "SELECT session, revision FROM labs WHERE lesson = ? ORDER BY revision DESC"
DROP_OLD_LABS = (
    "DELETE FROM labs WHERE lesson = ? AND session NOT IN "
    "(SELECT session FROM labs WHERE lesson = ? ORDER BY revision DESC LIMIT ?)"
)
PASSED_OVER = "entries passed over"
"""The setting that holds how many entries cannot be read, as far as the learner was told."""
BUSY_MS = 5000
# After a write has failed nobody waits that long again until one succeeds.
BUSY_MS_IN_TROUBLE = 200


@dataclass(frozen=True)
class Event:
    """One thing a learner did in a lesson."""

    kind: str
    lesson: str
    details: Mapping[str, Any]
    at: datetime


def utc_now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


class EventLog:
    """The file ``progress.db`` in ``folder``. Never raises for a file or folder that cannot be used.

    ``notices`` takes sentences for the learner; ``trouble`` says why nothing can be saved now, and is empty while
    all is well. ``clock`` says what time it is. Other processes may write to the same file meanwhile, and other
    threads to the same object.
    """

    def __init__(self, folder: Path, notices: list[str], clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self.file = folder / FILE_NAME
        self.session = os.urandom(8).hex()
        self.trouble = ""
        self._notices = notices
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._unread: list[Row] = []
        self._last_read = 0
        # What is not in the file yet.
        self._events: list[tuple[str, str, str, str, str, str]] = []
        self._labs: dict[str, bytes] = {}
        # The lab of another session that this one's goes on from: (session, revision), by lesson.
        self._parents: dict[str, tuple[str, int]] = {}
        self._settings: dict[str, str] = {}
        self._save()

    def append(self, kind: str, lesson: str, details: Mapping[str, object], at: datetime | None = None) -> Event:
        """Add an event and return it as it is kept: what JSON does not know in ``details`` becomes text.

        It happened ``at`` that time, or now.
        """
        body = json.dumps(details, default=str)
        moment = (at or self._clock()).astimezone(UTC).isoformat(timespec="milliseconds")
        with self._lock:
            self._events.append((os.urandom(16).hex(), self.session, moment, kind, lesson, body))
            self._save()
        return Event(kind, lesson, json.loads(body), _moment(moment))

    def new_events(self, wait: bool = True) -> list[Event]:  # noqa: ARG002 - it always looks into the file
        """The events in the file that were not handed out before, oldest first, without those appended here."""
        with self._lock:
            self._take(self._read(SELECT_EVENTS, self._last_read))
            rows, self._unread = self._unread, []
        found, passed_over = [], 0
        for row in rows:
            if row[2] != self.session and row_crc(*row[:7]) == row[7]:
                try:
                    details = json.loads(row[6])
                except (ValueError, RecursionError):
                    passed_over += 1
                    continue
                details = details if isinstance(details, dict) else {}
                found.append(Event(row[4], row[5], details, _moment(row[3])))
        if passed_over:
            self._tell_of_unreadable(passed_over)
        return found

    def _tell_of_unreadable(self, count: int) -> None:
        """Say once, and at no later start, that so many entries were passed over."""
        told = self.kept_setting(PASSED_OVER)
        if told is None or str(count) != told:
            self.keep_setting(PASSED_OVER, str(count))
            entries = "1 entry" if count == 1 else f"{count} entries"
            self._notices.append(f"{entries} of {self.file.name} cannot be read: passed over, and left as they are.")

    def keep_lab(self, lesson: str, packed: bytes) -> None:
        """Keep a lesson's lab in place of the one that this session kept before, or goes on from.

        One that another session has changed meanwhile stays beside it.
        """
        with self._lock:
            self._labs[lesson] = packed
            self._save()

    def kept_lab(self, lesson: str) -> bytes | None:
        """The lab kept for the lesson, this session's own or else the newest, or None; the session goes on from it.

        Raises ``ValueError`` where its bytes are not those that were kept.
        """
        with self._lock:
            if lesson in self._labs:
                return self._labs[lesson]
            row = self._row(SELECT_LAB, lesson, self.session)
            if row is None:
                return None
            packed, crc, session, revision = row
            if session != self.session:
                self._parents[lesson] = (session, revision)
        if not isinstance(packed, bytes) or crc32(packed) != crc:
            raise ValueError("its checksum does not match")
        return packed

    def other_labs(self, lesson: str) -> int:
        """How many more labs of this lesson are kept, of sessions that were open at the same time."""
        with self._lock:
            return len(self._others(lesson))

    def take_other_lab(self, lesson: str) -> bytes | None:
        """The next of those others, from which this session goes on now; its own stays beside it. None if none is.

        What another session writes to it from now on becomes one more.
        """
        with self._lock:
            others = self._others(lesson)
            if not others or self.trouble:
                return None
            # Asked again and again, one after the other has its turn.
            at = self._revision_now(lesson)
            session, revision = next((other for other in others if other[1] < at), others[0])
            row = self._row("SELECT packed, crc FROM labs WHERE lesson = ? AND session = ?", lesson, session)
            # Under a name that no session has, this one's own is nobody's to replace.
            self._rename_own(lesson, os.urandom(8).hex())
            self._parents[lesson] = (session, revision)
        return row[0] if row is not None and crc32(row[0]) == row[1] else None

    def keep_setting(self, name: str, value: str) -> None:
        """Keep a setting in place of the one kept before."""
        with self._lock:
            self._settings[name] = value
            self._save()

    def kept_setting(self, name: str) -> str | None:
        """The setting, or None if it was never kept."""
        with self._lock:
            if name in self._settings:
                return self._settings[name]
            row = self._row("SELECT value FROM settings WHERE name = ?", name)
        return None if row is None else str(row[0])

    @property
    def unsaved(self) -> int:
        """How much is in memory that should be in the file."""
        return len(self._events) + len(self._labs) + len(self._settings)

    def keep_older_copy(self) -> None:
        """Keep a copy of the file as it is, once a day, for the day that it is damaged."""
        with self._lock:
            if self._connection is None or self.trouble or not self._last_read:
                return
            with suppress(OSError, sqlite3.Error):
                keep_older_copy(self.file, self._connection)

    def try_again(self) -> None:
        """Write what waits, if the file can be written now."""
        with self._lock:
            self._save()

    @property
    def journal_mode(self) -> str:
        """SQLite's journal mode for the file; empty while it is not open."""
        row = self._row("PRAGMA journal_mode")
        return "" if row is None else str(row[0])

    def close(self) -> None:
        """Try once more to write what waits, then let go of the file."""
        with self._lock:
            if self._events or self._labs or self._settings:
                self._save()
            self._disconnect()

    # Labs of several sessions

    def _others(self, lesson: str) -> list[tuple[str, int]]:
        """Session and revision of the labs that this session neither wrote nor goes on from, newest first."""
        parent = self._parents.get(lesson)
        found = self._read(SELECT_SESSIONS, lesson)
        return [(session, n) for session, n in found if session != self.session and (session, n) != parent]

    def _revision_now(self, lesson: str) -> int:
        """The revision of the lab that this session has before it."""
        own = dict(self._read(SELECT_SESSIONS, lesson)).get(self.session)
        return own if own is not None else self._parents.get(lesson, ("", 0))[1]

    def _rename_own(self, lesson: str, name: str) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.execute(
                    "UPDATE labs SET session = ? WHERE lesson = ? AND session = ?", (name, lesson, self.session)
                )

    def _write_lab(self, connection: sqlite3.Connection, lesson: str, packed: bytes) -> None:
        (revision,) = connection.execute("SELECT coalesce(max(revision), 0) + 1 FROM labs").fetchone()
        if lesson in self._parents:
            # Unless the other session has changed it since: then it has to stay.
            connection.execute(
                "DELETE FROM labs WHERE lesson = ? AND session = ? AND revision = ?", (lesson, *self._parents[lesson])
            )
        connection.execute(
            "REPLACE INTO labs (lesson, session, revision, packed, crc) VALUES (?,?,?,?,?)",
            (lesson, self.session, revision, packed, crc32(packed)),
        )
        connection.execute(DROP_OLD_LABS, (lesson, lesson, MOST_LABS))

    # Reading

    def _take(self, rows: list[Row]) -> None:
        new = [row for row in rows if row[0] > self._last_read]
        if new:
            self._last_read = new[-1][0]
            self._unread += new

    def _row(self, query: str, *values: str) -> Any:
        rows = self._read(query, *values)
        return rows[0] if rows else None

    def _read(self, query: str, *values: object) -> list[Any]:
        """The rows of the query; none while the file cannot be read. A file found to be damaged is set aside."""
        with self._lock:
            for _ in range(2):
                if self._connection is None:
                    break
                try:
                    return self._connection.execute(query, values).fetchall()
                except sqlite3.Error as error:
                    if not (is_damage(error) or was_moved(error)):
                        self._fail(error)
                        break
                    self._disconnect()
                    self._save()
        return []

    # Writing

    def _save(self) -> None:
        """Write what waits; opens the file if need be, and begins a new one in place of one that is unusable."""
        failure: Exception | None = None
        if self.trouble:
            # What stood in the way may be gone, and a connection that was opened for reading stays so.
            self._disconnect()
        for _ in range(3):
            try:
                self._write(self._connection or self._connect())
            except UnusableFileError as unusable:
                failure = unusable
                try:
                    self._connection, notice = begin_afresh(self.file, unusable, BUSY_MS)
                except (OSError, sqlite3.Error, UnusableFileError) as error:
                    failure = error
                    break
                self._notices.append(notice)
            except (OSError, sqlite3.Error) as error:
                failure = error
                if not (is_damage(error) or was_moved(error)):
                    break
                self._disconnect()
            else:
                self._events, self._labs, self._settings = [], {}, {}
                self._recover()
                return
        assert failure is not None
        self._fail(failure)

    def _connect(self) -> sqlite3.Connection:
        make_private_folder(self.file.parent)
        self._connection, rows = open_file(self.file, BUSY_MS_IN_TROUBLE if self.trouble else BUSY_MS)
        self._take(rows)
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _write(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if not (self._events or self._labs or self._settings):
                # Nothing to write: see whether writing would do.
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                return
            (seq,) = connection.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
            for event in tuple(self._events):
                # A commit that was reported as failed may have come through: the uuid tells.
                columns = (seq + 1, *event)
                insert = "INSERT OR IGNORE INTO events VALUES (?,?,?,?,?,?,?,?)"
                try:
                    seq += connection.execute(insert, (*columns, row_crc(*columns))).rowcount
                except (ValueError, OverflowError) as error:
                    # Such as a name that is no text: it would keep all that comes after it from being written.
                    self._events.remove(event)
                    self._notices.append(f"one entry cannot be saved and is left out: {error}.")
            for lesson, packed in self._labs.items():
                self._write_lab(connection, lesson, packed)
            for setting in self._settings.items():
                connection.execute("REPLACE INTO settings VALUES (?,?)", setting)
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def _fail(self, error: Exception) -> None:
        reason = _reason(error, self.file)
        if not self.trouble:
            self._notices.append(f"progress is not being saved: {reason}")
            if self._connection is not None:
                self._connection.execute(f"PRAGMA busy_timeout = {BUSY_MS_IN_TROUBLE}")
        self.trouble = reason

    def _recover(self) -> None:
        if self.trouble:
            self.trouble = ""
            self._notices.append("progress is being saved again.")
            if self._connection is not None:
                self._connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")


def _moment(written: str) -> datetime:
    """The moment of an event; one that cannot be read lies long ago."""
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime(1970, 1, 1, tzinfo=UTC)


def _reason(error: Exception, file: Path) -> str:
    """A sentence that says what stands in the way and what to do about it."""
    elsewhere = "Another folder can be given with --state or DL_TUTOR_STATE."
    if is_isolated():
        # A learner on somebody else's machine has no say in where it is kept.
        elsewhere = "Tell whoever looks after this machine."
    if isinstance(error, OSError):
        return f"the folder {file.parent} cannot be used ({error.strerror or error}). {elsewhere}"
    match (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return f"the disk that holds {file.parent} is full. Make room; what waits is then saved."
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return f"another program holds {file}. What waits is saved when it lets go."
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return f"{file} cannot be written. {elsewhere}"
        case sqlite3.SQLITE_IOERR:
            return f"the disk that holds {file.parent} refuses writing: it may be full. {elsewhere}"
    return f"{file}: {error}. {elsewhere}"
