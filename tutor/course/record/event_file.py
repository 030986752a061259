"""The SQLite file behind an event log: open and verify it, and set an unusable one aside."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from tutor.course.record.daily_backup import backup_path
from tutor.course.record.event_salvage import SELECT_EVENTS, Row, row_crc, salvage
from tutor.language.catalogue import _
from tutor.private_files import close_to_others, make_private_file

SYNCHRONOUS = "FULL"
"""SQLite's setting: what is said to be saved is on the disk, and a power cut loses none of it."""
SCHEMA_VERSION = 2
SCHEMA = (
    "CREATE TABLE events (seq INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, session TEXT NOT NULL, "
    "ts TEXT NOT NULL, kind TEXT NOT NULL, lesson TEXT NOT NULL, body TEXT NOT NULL, crc INTEGER NOT NULL)",
    "CREATE TABLE labs (lesson TEXT NOT NULL, session TEXT NOT NULL, revision INTEGER NOT NULL, packed BLOB NOT NULL, "
    "crc INTEGER NOT NULL, PRIMARY KEY (lesson, session))",
    "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)
# Version 1 stored one lab per lesson for all sessions.
FROM_VERSION_1 = (
    "ALTER TABLE labs RENAME TO labs_of_version_1",
    SCHEMA[1],
    "INSERT INTO labs SELECT lesson, '', 1, packed, crc FROM labs_of_version_1",
    "DROP TABLE labs_of_version_1",
    SCHEMA[-1],
)


class UnusableFileError(Exception):
    """The file is damaged or of a ``newer`` version; it was left unchanged."""

    def __init__(self, reason: str, newer: bool = False) -> None:
        super().__init__(reason)
        self.newer = newer


def wal_is_safe(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> bool:
    """Whether this SQLite resets its write-ahead log without the risk of corruption.

    3.7.0 to 3.51.2 can corrupt a file when two connections write and checkpoint at once; 3.44.6 and 3.50.7 have the
    fix too.
    """
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)


def is_damage(error: Exception) -> bool:
    """Whether SQLite's error is about the file's contents, not about access to it."""
    codes = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
    return _code(error) & 0xFF in codes


def was_moved(error: Exception) -> bool:
    """Whether the open file was moved or replaced."""
    return _code(error) == sqlite3.SQLITE_READONLY_DBMOVED


def open_file(file: Path, busy_ms: int) -> tuple[sqlite3.Connection, list[Row]]:
    """Open ``file``, creating it if necessary, and read all its events.

    Also reads a file in a read-only folder. Raises ``UnusableFileError``, or ``sqlite3.Error`` if the file cannot be
    accessed.
    """
    # SQLite gives its auxiliary files the mode of the database.
    with suppress(OSError):
        make_private_file(file)
    try:
        return _opened(_connected(str(file), busy_ms / 1000))
    except sqlite3.OperationalError as error:
        unwritable = _code(error) & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if not (unwritable and file.is_file()):
            raise
        # SQLite opens a file with a write-ahead log by writing next to it, unless the file is declared immutable.
        address = f"{file.resolve().as_uri()}?immutable=1"
        return _opened(_connected(address, uri=True))


def _connected(address: str, timeout: float = 5.0, *, uri: bool = False) -> sqlite3.Connection:
    """A connection without a statement cache: a cached statement that wrote a lab would hold megabytes."""
    return sqlite3.connect(
        address, timeout, isolation_level=None, check_same_thread=False, cached_statements=0, uri=uri
    )


def _opened(connection: sqlite3.Connection) -> tuple[sqlite3.Connection, list[Row]]:
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    try:
        return connection, _verified(connection)
    except UnusableFileError:
        connection.close()
        raise
    except sqlite3.Error as error:
        connection.close()
        if is_damage(error):
            raise UnusableFileError(str(error)) from error
        raise


def _verified(connection: sqlite3.Connection) -> list[Row]:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise UnusableFileError(f"its version is {version}", newer=True)
    _choose_journal(connection)
    if version < SCHEMA_VERSION:
        _create(connection)
    (finding,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if finding != "ok":
        raise UnusableFileError(str(finding))
    rows: list[Row] = connection.execute(SELECT_EVENTS, (-1,)).fetchall()
    damaged = sum(row_crc(*row[:7]) != row[7] for row in rows)
    if damaged:
        raise UnusableFileError(f"{damaged} of {len(rows)} events do not match their checksum")
    return rows


def _choose_journal(connection: sqlite3.Connection) -> None:
    wanted = "wal" if wal_is_safe() else "truncate"
    if connection.execute("PRAGMA journal_mode").fetchone() != (wanted,):
        # The mode stays if another session holds the file, or if the folder is read-only.
        with suppress(sqlite3.OperationalError):
            connection.execute(f"PRAGMA journal_mode = {wanted}")
    connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another session may just have created the tables.
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 1:
            for statement in FROM_VERSION_1:
                connection.execute(statement)
        if version == 0:
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone() != (0,):
                raise UnusableFileError("it holds other tables")
            for statement in SCHEMA:
                connection.execute(statement)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def begin_afresh(file: Path, unusable: UnusableFileError, busy_ms: int) -> tuple[sqlite3.Connection, str]:
    """Set the file aside, begin a new one, and recover the intact entries of the file and its backup.

    Returns the new file's connection and a sentence for the learner. Raises ``OSError`` or ``sqlite3.Error``.
    """
    _wait_for_none_other(file)
    aside = _set_aside(file)
    connection, __ = open_file(file, busy_ms)
    if unusable.newer:
        return connection, (
            _(
                "{file} was written by a newer dl-tutor ({reason}). It is kept as {aside}; progress begins anew here."
            ).format(file=file.name, reason=unusable, aside=aside.name)
        )
    events = salvage(aside, connection)
    with suppress(OSError, sqlite3.Error):
        events += salvage(backup_path(file), connection)
    return connection, (
        _(
            "{file} was damaged ({reason}). It is kept as {aside}; "
            "{events} entries were intact and have been recovered."
        ).format(file=file.name, reason=unusable, aside=aside.name, events=events)
    )


def _wait_for_none_other(file: Path) -> None:
    """Raise ``sqlite3.OperationalError`` while another session has the file open with a write-ahead log.

    When it closes, it would delete the log of the new file at this path. Without such a log SQLite itself notices
    that its file was renamed.
    """
    with closing(sqlite3.connect(file, 0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            if _code(error) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise


def _set_aside(file: Path) -> Path:
    """Rename the file and SQLite's auxiliary files, so that a session that has it open keeps writing to it."""
    number = 1
    while (aside := file.with_name(f"{file.name}.set-aside-{number}")).exists():
        number += 1
    for suffix in ("", "-journal", "-wal", "-shm"):
        beside = file.with_name(file.name + suffix)
        if beside.exists() and (not suffix or beside.stat().st_size):
            beside.replace(aside.with_name(aside.name + suffix))
            close_to_others(aside.with_name(aside.name + suffix))
    return aside


def _code(error: Exception) -> int:
    return getattr(error, "sqlite_errorcode", None) or 0
