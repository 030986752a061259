"""How many processes of a machine may hold TensorFlow at a time: half a gigabyte each, so a class shares a few.

The administrator makes a folder with one empty file for each that the machine can carry. Whoever holds a lock on one
of the files may load TensorFlow; the kernel gives the lock back when the process ends, however it ends.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

VARIABLE = "DL_TUTOR_SLOTS"
"""Names the folder; without it there is no limit."""


def slots_folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """The folder of the slots, or None where the machine has no limit."""
    named = environment.get(VARIABLE)
    return Path(named) if named else None


class Slots:
    """One process's claim to a slot in ``folder``; without a folder there is always one."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._held: int | None = None

    @property
    def count(self) -> int | None:
        """How many slots there are; None without a limit."""
        return None if self._folder is None else len(self._files())

    def take(self) -> bool:
        """Take a slot if one is free; true if it is held now, or was already. It is held until this process ends."""
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
        """What to tell whoever waits."""
        return f"waiting for TensorFlow: {self.count} of {self.count} in use here; NumPy needs no turn"

    def _files(self) -> list[Path]:
        with suppress(OSError):
            if self._folder is not None:
                return sorted(path for path in self._folder.iterdir() if path.is_file())
        return []


def _lock(descriptor: int) -> None:
    # Not on Windows, where no class logs in over SSH.
    import fcntl

    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
