"""``check-lessons`` or ``check-exercises`` on a folder, in a process of its own: it may take long, or never end."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import IO

from tutor.course.preview.watched import Previewed, without_folder
from tutor.course.words.printable_text import printable

MOST_BYTES = 20_000
"""Of what the check prints."""
_ENDED = (0, 1, 2)


class FolderCheck:
    """One check at a time: ``start`` ends the one before. Close it."""

    def __init__(self, of: Previewed, command: Sequence[str] | None = None) -> None:
        self._of = of
        check = "check-lessons" if of.kind == "lesson" else "check-exercises"
        self._command = command or (sys.executable, "-m", "tutor.cli", check, str(of.folder.absolute()))
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None

    @property
    def is_running(self) -> bool:
        """Whether a check has been started whose findings were not taken."""
        return self._process is not None

    def start(self) -> None:
        """Begin to check what is in the folder now. Raises ``OSError`` if no process can be started."""
        self.close()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed by ``close``
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            start_new_session=True,
        )

    def take(self) -> tuple[str, ...] | None:
        """What the check found, none if all holds; None while it runs, and if none was started."""
        if self._process is None or self._said is None or (status := self._process.poll()) is None:
            return None
        self._said.seek(0)
        text = printable(self._said.read(MOST_BYTES).decode("utf-8", errors="replace"))
        self.close()
        findings = tuple(without_folder(line, self._of.folder) for line in text.splitlines() if line.strip())
        if status not in _ENDED:
            return (*findings, f"the check itself ended with the status {status}")
        return findings if status else ()

    def close(self) -> None:
        """End the check that runs, if one does."""
        process, self._process = self._process, None
        said, self._said = self._said, None
        if process is not None:
            if process.poll() is None:
                process.kill()
            process.wait()
        if said is not None:
            said.close()
