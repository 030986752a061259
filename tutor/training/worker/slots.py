"""A limit on the processes with TensorFlow loaded on a machine: each takes half a gigabyte, so a class shares a few.

The administrator creates a folder with one empty file for each process that the machine can run. A process that holds
a lock on one of the files may load TensorFlow; the kernel releases the lock when the process ends, however it ends.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

VARIABLE = "DL_TUTOR_SLOTS"
"""The environment variable with the folder; without it there is no limit."""


def slots_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder of the slots, or None if the machine has no limit."""
    named = environment.get(VARIABLE)
    return Path(named) if named else None


class Slots:
    """This process's claim to a slot in ``folder``; without a folder a slot is always free."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._held: int | None = None

    @property
    def count(self) -> int | None:
        """The number of slots; None without a limit."""
        return None if self._folder is None else len(self._files())

    def take(self) -> bool:
        """Take a free slot, if any, until this process ends; true if this process now has one, or had one already."""
        if self._folder is None or self._held is not None:
            return True
        for file in self._files():
            with suppress(OSError):
                descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
                try:
                    _lock(descriptor)
                except OSError:
                    os.close(descriptor)
                    continue
                self._held = descriptor
                return True
        return False

    def waiting_message(self) -> str:
        """The message for a learner who waits."""
        return f"waiting for TensorFlow: {self.count} of {self.count} in use here; NumPy does not have to wait"

    def _files(self) -> list[Path]:
        with suppress(OSError):
            if self._folder is not None:
                return sorted(path for path in self._folder.iterdir() if path.is_file())
        return []


def _lock(descriptor: int) -> None:
    # Not on Windows, where no class logs in over SSH.
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
