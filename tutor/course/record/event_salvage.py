"""Recover the intact entries of a damaged event log."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from zlib import crc32

SELECT_EVENTS = "SELECT seq, uuid, session, ts, kind, lesson, body, crc FROM events WHERE seq > ? ORDER BY seq"
Row = tuple[int, str, str, str, str, str, str, int]
"""seq, uuid, session, ts, kind, lesson, body, crc."""
LARGEST = 1 << 30
"""The largest size in bytes that a truncated file is extended to."""
MOST_MISSING = 10_000
"""After this many unreadable rows in sequence, the search ends."""
# Within the 100-byte header: https://sqlite.org/fileformat2.html#the_database_header
_MAGIC, _PAGE_SIZE, _PAGES = b"SQLite format 3\0", slice(16, 18), slice(28, 32)


def row_crc(*columns: object) -> int:
    """The checksum of an event's columns from ``seq`` to ``body``."""
    return crc32("\x1f".join(map(str, columns)).encode("utf-8", "surrogatepass"))


def salvage(damaged: Path, into: sqlite3.Connection) -> int:
    """Copy every readable event, lab and setting whose checksum matches; return the number of events.

    Entries already in ``into`` stay; lessons that have a lab there get no further labs. The damaged file is not
    changed. Raises ``sqlite3.Error`` or ``OSError`` if the new file cannot be written.
    """
    copied = 0
    with _filled_up(damaged) as copy, closing(sqlite3.connect(copy, isolation_level=None)) as old:
        old.text_factory = lambda raw: raw.decode("utf-8", "replace")
        into.execute("BEGIN IMMEDIATE")
        try:
            for row in _readable(old, "seq, uuid, session, ts, kind, lesson, body, crc", "events"):
                if row_crc(*row[:7]) == row[7]:
                    copied += into.execute("INSERT OR IGNORE INTO events VALUES (?,?,?,?,?,?,?,?)", row).rowcount
            lessons = {lesson for (lesson,) in into.execute("SELECT DISTINCT lesson FROM labs")}
            whose = "'', 1" if _version(old) == 1 else "session, revision"
            for row in _readable(old, f"lesson, {whose}, packed, crc", "labs"):
                if row[0] not in lessons and isinstance(row[3], bytes) and crc32(row[3]) == row[4]:
                    into.execute("INSERT OR IGNORE INTO labs VALUES (?,?,?,?,?)", row)
            for row in _readable(old, "name, value", "settings"):
                into.execute("INSERT OR IGNORE INTO settings VALUES (?,?)", row)
            into.execute("COMMIT")
        finally:
            if into.in_transaction:
                into.execute("ROLLBACK")
    return copied


@contextmanager
def _filled_up(damaged: Path) -> Iterator[Path]:
    """A copy extended to the size in the file's header: SQLite reads nothing from a truncated file."""
    with TemporaryDirectory(prefix="dl-tutor-", dir=damaged.parent, ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / damaged.name
        for suffix in ("", "-journal", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{damaged}{suffix}", f"{copy}{suffix}")
        said = _length_said(copy)
        if copy.stat().st_size < said <= LARGEST:
            os.truncate(copy, said)
        yield copy


def _length_said(file: Path) -> int:
    """The file's size in bytes according to its first page; 0 if unknown."""
    with file.open("rb") as stream:
        head = stream.read(100)
    if len(head) < _PAGES.stop or not head.startswith(_MAGIC):
        return 0
    size = int.from_bytes(head[_PAGE_SIZE], "big")
    return int.from_bytes(head[_PAGES], "big") * (65_536 if size == 1 else size)


def _version(connection: sqlite3.Connection) -> int:
    with suppress(sqlite3.Error):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return int(version)
    return 0


def _readable(connection: sqlite3.Connection, columns: str, table: str) -> Iterator[tuple[object, ...]]:
    """The readable rows, including those after unreadable ones."""
    query = f"SELECT rowid, {columns} FROM {table} WHERE rowid"
    try:
        connection.execute(f"EXPLAIN {query} = 0")
    except sqlite3.Error:
        # No database, or without this table: no row can be asked for.
        return
    # SQLite's own numbering begins with 1.
    at, missing = 0, 0
    while missing < MOST_MISSING:
        try:
            for rowid, *row in connection.execute(f"{query} >= ? ORDER BY rowid", (at,)):
                at, missing = rowid + 1, 0
                yield tuple(row)
        except sqlite3.Error:
            # Later pages may be readable. The row before a lost page was fetched together with the one after it, so it
            # has not been returned yet.
            with suppress(sqlite3.Error):
                for _, *row in connection.execute(f"{query} = ?", (at,)).fetchall():
                    missing = 0
                    yield tuple(row)
            at, missing = at + 1, missing + 1
        else:
            return
