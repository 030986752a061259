"""One older copy of the progress file, for what a damaged one has lost."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from tutor.private_files import make_private_file

RENEWED_AFTER = 24 * 3600.0
"""Seconds for which a copy is kept before a newer one takes its place."""


def older_copy(file: Path) -> Path:
    """Where the copy of the file is."""
    return file.with_name(f"{file.name}.older")


def keep_older_copy(file: Path, connection: sqlite3.Connection) -> None:
    """Copy what ``connection`` reads from the file, unless there is a copy of today's.

    The copy that is there stays until the new one is whole. Raises ``sqlite3.Error`` or ``OSError``.
    """
    copy = older_copy(file)
    with suppress(FileNotFoundError):
        if 0 <= time.time() - copy.stat().st_mtime < RENEWED_AFTER:
            return
    part = copy.with_name(f"{copy.name}.part")
    make_private_file(part)
    with closing(sqlite3.connect(part)) as into:
        connection.backup(into)
        # A copy is one file: nothing may be left in a log beside it.
        into.execute("PRAGMA journal_mode = DELETE")
    part.replace(copy)
