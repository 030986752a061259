"""An append-only log of everything a learner did, in one SQLite file.

An event is on the disk when ``append`` returns. If the disk does not take it, the event stays in memory, a notice says
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

from tutor.course.record.daily_backup import back_up_daily
from tutor.course.record.event_file import (
    SCHEMA_VERSION,
    UnusableFileError,
    begin_afresh,
    is_damage,
    open_file,
    was_moved,
)
from tutor.course.record.event_salvage import SELECT_EVENTS, Row, row_crc
from tutor.language.catalogue import _, ngettext
from tutor.private_files import make_private_folder
from tutor.sandbox.environment import is_isolated

FILE_NAME = "progress.db"
# How many labs of one lesson are saved if several sessions had it open at once.
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
"""The setting with the number of unreadable entries already reported to the learner."""
BUSY_MS = 5000
# After a failed write, use a shorter timeout until one succeeds.
BUSY_MS_IN_TROUBLE = 200


@dataclass(frozen=True)
class Event:
    """One action of a learner in a lesson."""

    kind: str
    lesson: str
    details: Mapping[str, Any]
    at: datetime


def utc_now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)


class EventLog:
    """The file ``progress.db`` in ``folder``. Never raises for a file or folder that cannot be used.

    ``notices`` receives sentences for the learner; ``trouble`` says why nothing can be saved now, and is empty
    otherwise. ``clock`` gives the time. Other processes may write to the same file, and other threads may use the
    same object.
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
        # Not in the file yet.
        self._events: list[tuple[str, str, str, str, str, str]] = []
        self._labs: dict[str, bytes] = {}
        # The lab of another session from which this session's lab goes on: (session, revision), by lesson.
        self._parents: dict[str, tuple[str, int]] = {}
        self._settings: dict[str, str] = {}
        self._save()

    def append(self, kind: str, lesson: str, details: Mapping[str, object], at: datetime | None = None) -> Event:
        """Add an event and return it as stored: values in ``details`` that JSON does not support become text.

        ``at`` is the time of the event; default: now.
        """
        body = json.dumps(details, default=str)
        moment = (at or self._clock()).astimezone(UTC).isoformat(timespec="milliseconds")
        with self._lock:
            self._events.append((os.urandom(16).hex(), self.session, moment, kind, lesson, body))
            self._save()
        return Event(kind, lesson, json.loads(body), _moment(moment))

    def new_events(self, wait: bool = True) -> list[Event]:  # noqa: ARG002 - it always looks into the file
        """The events in the file not returned before, oldest first, without those appended by this session."""
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
        """Report, only once even across restarts, that ``count`` entries were skipped."""
        told = self.kept_setting(PASSED_OVER)
        if told is None or str(count) != told:
            self.keep_setting(PASSED_OVER, str(count))
            entries = ngettext("{count} entry", "{count} entries", count).format(count=count)
            self._notices.append(
                _("{entries} of {name} cannot be read: skipped and left unchanged.").format(
                    entries=entries, name=self.file.name
                )
            )

    def keep_lab(self, lesson: str, packed: bytes) -> None:
        """Save a lesson's lab, replacing the one that this session saved before or goes on from.

        A lab that another session has changed in the meantime stays as well.
        """
        with self._lock:
            self._labs[lesson] = packed
            self._save()

    def kept_lab(self, lesson: str) -> bytes | None:
        """The lesson's saved lab, this session's own or else the newest, or None; the session goes on from it.

        Raises ``ValueError`` if its checksum does not match.
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
            raise ValueError(_("its checksum does not match"))
        return packed

    def other_labs(self, lesson: str) -> int:
        """How many more labs of this lesson are saved, from sessions that were open at the same time."""
        with self._lock:
            return len(self._others(lesson))

    def take_other_lab(self, lesson: str) -> bytes | None:
        """The next of those other labs, from which this session then goes on; its own lab stays. None if there is none.

        If the other session changes it afterwards, that becomes one more lab.
        """
        with self._lock:
            others = self._others(lesson)
            if not others or self.trouble:
                return None
            # Repeated calls cycle through the labs.
            at = self._revision_now(lesson)
            session, revision = next((other for other in others if other[1] < at), others[0])
            row = self._row("SELECT packed, crc FROM labs WHERE lesson = ? AND session = ?", lesson, session)
            # Under a name that no session has, this session's own lab cannot be replaced.
            self._rename_own(lesson, os.urandom(8).hex())
            self._parents[lesson] = (session, revision)
        return row[0] if row is not None and crc32(row[0]) == row[1] else None

    def keep_setting(self, name: str, value: str) -> None:
        """Save a setting."""
        with self._lock:
            self._settings[name] = value
            self._save()

    def kept_setting(self, name: str) -> str | None:
        """The setting, or None if it was never saved."""
        with self._lock:
            if name in self._settings:
                return self._settings[name]
            row = self._row("SELECT value FROM settings WHERE name = ?", name)
        return None if row is None else str(row[0])

    @property
    def unsaved(self) -> int:
        """How many entries are in memory only."""
        return len(self._events) + len(self._labs) + len(self._settings)

    def back_up_daily(self) -> None:
        """Back up the file once a day."""
        with self._lock:
            if self._connection is None or self.trouble or not self._last_read:
                return
            with suppress(OSError, sqlite3.Error):
                back_up_daily(self.file, self._connection)

    def try_again(self) -> None:
        """Try to write pending entries."""
        with self._lock:
            self._save()

    @property
    def journal_mode(self) -> str:
        """SQLite's journal mode for the file; empty while it is not open."""
        row = self._row("PRAGMA journal_mode")
        return "" if row is None else str(row[0])

    def close(self) -> None:
        """Try once more to write pending entries, then close the file."""
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
        """The revision of the lab that this session is working on."""
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
            # If the other session has changed it since, it stays.
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
        """The rows of the query; none while the file cannot be read. Sets a damaged file aside."""
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
        """Write pending entries; opens the file if necessary, and replaces an unusable one."""
        failure: Exception | None = None
        if self.trouble:
            # The obstacle may be gone, but a connection that was opened read-only stays read-only.
            self._disconnect()
        for __ in range(3):
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
                # Nothing to write: test whether writing works.
                connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
                return
            (seq,) = connection.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
            for event in tuple(self._events):
                # A commit that was reported as failed may have succeeded: the uuid prevents duplicates.
                columns = (seq + 1, *event)
                insert = "INSERT OR IGNORE INTO events VALUES (?,?,?,?,?,?,?,?)"
                try:
                    seq += connection.execute(insert, (*columns, row_crc(*columns))).rowcount
                except (ValueError, OverflowError) as error:
                    # An invalid entry, such as a name that is not text, would block all entries after it.
                    self._events.remove(event)
                    self._notices.append(_("one entry cannot be saved and is left out: {error}.").format(error=error))
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
            self._notices.append(_("progress is not being saved: {reason}").format(reason=reason))
            if self._connection is not None:
                self._connection.execute(f"PRAGMA busy_timeout = {BUSY_MS_IN_TROUBLE}")
        self.trouble = reason

    def _recover(self) -> None:
        if self.trouble:
            self.trouble = ""
            self._notices.append(_("progress is being saved again."))
            if self._connection is not None:
                self._connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")


def _moment(written: str) -> datetime:
    """The time of an event; if it cannot be parsed, a time long ago."""
    try:
        return datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime(1970, 1, 1, tzinfo=UTC)


def _reason(error: Exception, file: Path) -> str:
    """A sentence that says why writing failed and what to do about it."""
    elsewhere = _("Choose another folder with --state or DL_TUTOR_STATE.")
    if is_isolated():
        # On a class machine learners cannot choose the folder.
        elsewhere = _("Tell the administrator of this machine.")
    if isinstance(error, OSError):
        return _("the folder {folder} cannot be used ({reason}). {elsewhere}").format(
            folder=file.parent, reason=error.strerror or error, elsewhere=elsewhere
        )
    match (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return _("the disk that holds {folder} is full. Free some space; your progress is then saved.").format(
                folder=file.parent
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return _("another program has locked {file}. Your progress is saved once it releases the file.").format(
                file=file
            )
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return _("{file} cannot be written. {elsewhere}").format(file=file, elsewhere=elsewhere)
        case sqlite3.SQLITE_IOERR:
            return _("the disk that holds {folder} cannot be written to: it may be full. {elsewhere}").format(
                folder=file.parent, elsewhere=elsewhere
            )
    return f"{file}: {error}. {elsewhere}"
