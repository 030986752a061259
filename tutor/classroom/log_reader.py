"""Read the event log of another person: new events only, without writing, waiting or trusting what is in the file.

The file may be in use by a session; a reader holds it for the milliseconds of one query. It may also have been made by
somebody who wants to harm the reader, so its tables have to be those that dl-tutor makes.
"""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tutor.course.record.event_file import SCHEMA, SCHEMA_VERSION
from tutor.course.record.event_log import Event
from tutor.course.record.event_salvage import row_crc
from tutor.course.words.printable_text import printable

WAITS_SECONDS = 0.2
"""How long a query waits for a session that is writing; then there is another one a moment later."""
LARGEST_FILE = 256 * 2**20
LONGEST_BODY = 64 * 1024
AT_ONCE = 5000
"""How many events one query reads."""
MOST_STEPS = 50_000_000
"""Instructions of SQLite's machine for one query, so that no file keeps the reader busy."""
_SELECT_UUID = "SELECT uuid FROM events WHERE seq = ?"
_SELECT = (
    "SELECT seq, uuid, session, ts, kind, lesson, body, crc FROM events "
    "WHERE seq > ? AND length(body) <= ? ORDER BY seq LIMIT ?"
)


class Replaced(Exception):
    """Another log stands in the place of the one that was read before, such as one restored from a backup."""


class Unreadable(ValueError):
    """A log that cannot be read; the message says which and why."""


@dataclass(frozen=True)
class LoggedEvent:
    """An event as it stands in a log: its number there, its identity everywhere, and the session that wrote it."""

    seq: int
    uuid: str
    session: str
    event: Event


@dataclass(frozen=True)
class Batch:
    """Events of one query, the number and the identity of the last one that it saw, and whether there may be more.

    Damaged events, and those longer than any that dl-tutor writes, are left out.
    """

    events: tuple[LoggedEvent, ...]
    last: int
    last_uuid: str
    more: bool


@dataclass(frozen=True)
class FileMark:
    """Size and time of a log and its journal: as long as they stay, there is nothing new in it."""

    marks: tuple[tuple[int, int], ...]


def file_mark(file: Path) -> FileMark:
    """The mark of the log now; that of a log which is away is empty."""
    marks = []
    for path in (file, file.with_name(file.name + "-wal")):
        try:
            found = path.stat()
        except OSError:
            continue
        marks.append((found.st_mtime_ns, found.st_size))
    return FileMark(tuple(marks))


def read_events(file: Path, after: int = 0, after_uuid: str = "") -> Batch:
    """The events numbered above ``after``, oldest first, at most ``AT_ONCE``.

    ``after_uuid`` is the identity of the event with that number. Raises ``Replaced`` if the file no longer has it,
    and ``Unreadable`` if the file is not a log of dl-tutor, is too large, or cannot be read now.
    """
    _check_file(file)
    address = f"file:{quote(str(file.absolute()))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, WAITS_SECONDS, uri=True, isolation_level=None)) as connection:
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            _distrust(connection)
            _check_tables(connection, file)
            if after_uuid and connection.execute(_SELECT_UUID, (after,)).fetchone() != (after_uuid,):
                raise Replaced
            rows = connection.execute(_SELECT, (after, LONGEST_BODY, AT_ONCE)).fetchall()
    except sqlite3.Error as error:
        raise Unreadable(f"{file} cannot be read now: {error}") from error
    events = tuple(found for row in rows if (found := _event(row)) is not None)
    last, last_uuid = rows[-1][:2] if rows else (after, after_uuid)
    return Batch(events, last, last_uuid, len(rows) == AT_ONCE)


def read_all(file: Path) -> Iterator[LoggedEvent]:
    """All events, in batches. Raises ``Unreadable``."""
    after, more = 0, True
    while more:
        batch = read_events(file, after)
        yield from batch.events
        after, more = batch.last, batch.more


def _check_file(file: Path) -> None:
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise Unreadable(f"{file} cannot be read: {error.strerror or error}") from error
    try:
        found = os.fstat(handle)
    finally:
        os.close(handle)
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable(f"{file} is no file")
    if found.st_size > LARGEST_FILE:
        raise Unreadable(f"{file} has {found.st_size:,} bytes; at most {LARGEST_FILE:,} are read")


def _distrust(connection: sqlite3.Connection) -> None:
    """Nothing in the file's schema runs code, and no query takes long: https://www.sqlite.org/security.html"""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA cell_size_check = ON")
    steps = iter(range(MOST_STEPS // 1000))
    connection.set_progress_handler(lambda: 0 if next(steps, None) is not None else 1, 1000)


def _check_tables(connection: sqlite3.Connection, file: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise Unreadable(f"{file} was written by a newer dl-tutor (version {version} of the log)")
    found = connection.execute("SELECT type, sql FROM sqlite_master WHERE name = 'events'").fetchone()
    if found != ("table", SCHEMA[0]):
        raise Unreadable(f"{file} is not a log of dl-tutor: it has no table of events as dl-tutor makes it")


def _event(row: tuple[int, str, str, str, str, str, str, int]) -> LoggedEvent | None:
    seq, uuid, session, ts, kind, lesson, body, crc = row
    if row_crc(seq, uuid, session, ts, kind, lesson, body) != crc:
        return None
    try:
        details = json.loads(body)
        at = datetime.fromisoformat(ts)
    except (ValueError, RecursionError):
        return None
    at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    if not isinstance(details, dict):
        details = {}
    elif "\\" in body or not (body.isascii() and body.isprintable()):
        details = filtered(details)
    return LoggedEvent(seq, printable(uuid), printable(session), Event(printable(kind), printable(lesson), details, at))


def filtered(value: Any) -> Any:
    """A value of JSON with every text in it fit for a terminal: keys, too.

    This is the one door through which what learners typed or drew comes to an instructor.
    """
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [filtered(each) for each in value]
    if isinstance(value, dict):
        return {printable(key): filtered(each) for key, each in value.items()}
    return value
