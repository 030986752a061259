"""Files that are the learner's alone: mode 0600, in folders of mode 0700, whatever the umask says."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path

FOLDER, FILE = 0o700, 0o600
# What dl-tutor itself puts into the folder of the progress.
_OURS = ("progress.db*", "worker.log", "incident-*.log", "dl-tutor-*", "*.part")


def make_private_folder(folder: Path) -> None:
    """Make the folder where there is none. Raises ``OSError``.

    One that is there already is closed to others where nothing lies in it but what dl-tutor writes: a learner may
    have named any folder of theirs, which others are to read.
    """
    folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    with suppress(OSError):
        found = [path.name for path in folder.iterdir()]
        if found and all(any(fnmatch(name, ours) for ours in _OURS) for name in found):
            close_to_others(folder)


def make_private_file(file: Path) -> None:
    """Make an empty file where there is none, and close it to others where there is one. Raises ``OSError``."""
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, FILE))
    close_to_others(file)


def close_to_others(path: Path) -> None:
    """Take group and others their permissions, where the file or folder is this user's; otherwise do nothing."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        found = path.stat()
        if found.st_uid == os.geteuid() and stat.S_IMODE(found.st_mode) & 0o077:
            path.chmod(stat.S_IMODE(found.st_mode) & FOLDER)
