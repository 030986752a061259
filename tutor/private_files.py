"""Private files of the learner: mode 0600, in folders of mode 0700, whatever the umask."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path

FOLDER, FILE = 0o700, 0o600
# The files that dl-tutor writes into the progress folder.
_OURS = ("progress.db*", "worker.log", "crash-*.log", "dl-tutor-*", "*.part", "packs")


def make_private_folder(folder: Path) -> None:
    """Create the folder unless it exists. Raises ``OSError``.

    An existing folder is made private only if it contains nothing but dl-tutor's files: a learner may have named any
    folder, including one that others should be able to read.
    """
    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    with suppress(OSError):
        found = [path.name for path in folder.iterdir()]
        if found and all(any(fnmatch(name, ours) for ours in _OURS) for name in found):
            close_to_others(folder)


def make_private_file(file: Path) -> None:
    """Create an empty file unless it exists, and make it private. Raises ``OSError``."""
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, FILE))
    close_to_others(file)


def close_to_others(path: Path) -> None:
    """Remove the permissions of group and others if this user owns the file or folder; otherwise do nothing."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        found = path.stat()
        if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) & 0o077:
            path.chmod(stat.S_IMODE(found.st_mode) & FOLDER)
