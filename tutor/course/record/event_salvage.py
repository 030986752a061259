"""Taking what is whole out of a damaged event log."""

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
"""Bytes that a file is filled up to at most, whatever it says of itself."""
MOST_MISSING = 10_000
"""Rows in a sequence that cannot be read, after which no more are looked for."""
# Of the 100 bytes with which a file begins: https://sqlite.org/fileformat2.html#the_database_header
_MAGIC, _PAGE_SIZE, _PAGES = b"SQLite format 3\0", slice(16, 18), slice(28, 32)


def row_crc(*columns: object) -> int:
    """The checksum of an event's columns from ``seq`` to ``body``."""
    return crc32("\x1f".join(map(str, columns)).encode("utf-8", "surrogatepass"))


def salvage(damaged: Path, into: sqlite3.Connection) -> int:
    """Copy every event, lab and setting that can be read and matches its checksum; returns how many events.

    What ``into`` has already stays; no labs are added to a lesson that it has one of. The damaged file stays as it is.
    Raises ``sqlite3.Error`` or ``OSError`` where the new one cannot be written.
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
    """A copy that is as long as the file says it was: of one that was cut, SQLite reads nothing at all otherwise."""
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
    """Bytes that the file has by its own first page; 0 where that says nothing."""
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
    """The rows that can be read, those behind unreadable ones too."""
    query = f"SELECT rowid, {columns} FROM {table} WHERE rowid"
    # What SQLite numbers itself begins with 1.
    at, missing = 0, 0
    while missing < MOST_MISSING:
        try:
            for rowid, *row in connection.execute(f"{query} >= ? ORDER BY rowid", (at,)):
                at, missing = rowid + 1, 0
                yield tuple(row)
        except sqlite3.Error:
            # Further on there may be pages that can be read. The row in front of a lost page was asked for together
            # with the one behind it, so it is still to come.
            with suppress(sqlite3.Error):
                for _, *row in connection.execute(f"{query} = ?", (at,)).fetchall():
                    missing = 0
                    yield tuple(row)
            at, missing = at + 1, missing + 1
        else:
            return
