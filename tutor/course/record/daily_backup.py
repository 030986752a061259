"""A daily backup of the progress file, to recover entries if the file is damaged."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from tutor.private_files import make_private_file

RENEWED_AFTER = 24 * 3600.0
"""The age in seconds at which a backup is replaced."""


def backup_path(file: Path) -> Path:
    """The path of the file's backup."""
    return file.with_name(f"{file.name}.older")


def back_up_daily(file: Path, connection: sqlite3.Connection) -> None:
    """Back up the database of ``connection``, unless there is a backup that is less than a day old.

    The former backup stays until the new one is complete. Raises ``sqlite3.Error`` or ``OSError``.
    """
    copy = backup_path(file)
    with suppress(FileNotFoundError):
        if 0 <= time.time() - copy.stat().st_mtime < RENEWED_AFTER:
            return
    part = copy.with_name(f"{copy.name}.part")
    make_private_file(part)
    with closing(sqlite3.connect(part)) as into:
        connection.backup(into)
        # A backup is a single file: it must not leave anything in a separate log.
        into.execute("PRAGMA journal_mode = DELETE")
    part.replace(copy)
