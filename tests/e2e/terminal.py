"""A real terminal for the tests: a pty with ``dl-tutor`` in it, and pyte to say what stands on its screen."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import subprocess
import termios
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from fcntl import ioctl
from pathlib import Path
from struct import pack
from types import TracebackType

import pyte

from tests.program import TUTOR, Program

GIVE_UP_SECONDS = 90.0
ESCAPE, ENTER, SPACE, TAB, BACKTAB = "\x1b", "\r", " ", "\t", "\x1b[Z"
UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
CTRL_N, CTRL_Q = "\x0e", "\x11"
# What would make the interface look otherwise than over a plain SSH line.
_NOT_PASSED_ON = ("COLORTERM", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM_PROGRAM", "PYTEST_CURRENT_TEST")


def tutor_environment(state: Path, **more: str) -> dict[str, str]:
    """The environment of a learner who came over SSH, with progress kept in ``state``."""
    kept = {k: v for k, v in os.environ.items() if k not in _NOT_PASSED_ON and not k.startswith("TEXTUAL")}
    return {**kept, "TERM": "xterm-256color", "LANG": "C.UTF-8", "DL_TUTOR_STATE": str(state), **more}


class NotSeen(AssertionError):
    """What was waited for did not come; the message holds the screen."""


class Terminal:
    """A child process on a pty of ``columns`` × ``rows`` cells. It is read only while something is waited for.

    ``forks``: see ``Program``.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        columns: int = 80,
        rows: int = 24,
        forks: bool = False,
    ) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = bytearray()
        """All that the child has written."""
        self._ours, theirs = pty.openpty()
        self._open = True
        _set_size(theirs, columns, rows)
        self.process = Program(
            command, takes_terminal=True, forks=forks, stdin=theirs, stdout=theirs, stderr=theirs, env=dict(environment)
        )
        os.close(theirs)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing behind, whatever happened."""
        workers = children(self.process.pid)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pid in workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.hang_up()

    # What a learner does

    def send(self, *keys: str) -> None:
        """Type ``keys``, one after the other."""
        for key in keys:
            os.write(self._ours, key.encode())

    def press_mouse(self, column: int, row: int) -> None:
        """Press the left button on a cell, both counted from 0 (SGR mouse reports count from 1)."""
        self.send(f"\x1b[<0;{column + 1};{row + 1}M")

    def drag_mouse(self, column: int, row: int) -> None:
        """Move to a cell with the left button down."""
        self.send(f"\x1b[<32;{column + 1};{row + 1}M")

    def lift_mouse(self, column: int, row: int) -> None:
        """Let go of the left button."""
        self.send(f"\x1b[<0;{column + 1};{row + 1}m")

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size."""
        self._screen.resize(rows, columns)
        _set_size(self._ours, columns, rows)

    def hang_up(self) -> None:
        """Drop the line, as a closed window or a lost SSH connection does."""
        if self._open:
            self._open = False
            os.close(self._ours)

    # What there is to see

    @property
    def lines(self) -> list[str]:
        """The screen, row by row, each as wide as the window."""
        # Not pyte's ``display``, which fails on the second half of a wide character whose first was painted over.
        rows, columns = range(self._screen.lines), range(self._screen.columns)
        return ["".join(self._screen.buffer[y][x].data for x in columns) for y in rows]

    @property
    def text(self) -> str:
        """The screen as text."""
        return "\n".join(line.rstrip() for line in self.lines)

    def cell(self, column: int, row: int) -> str:
        """The character of one cell."""
        return self._screen.buffer[row][column].data

    def painted(self, column: int, row: int) -> pyte.screens.Char:
        """One cell with its colours, as pyte has it."""
        return self._screen.buffer[row][column]

    @property
    def in_full_screen(self) -> bool:
        """Whether the alternate screen is on, and keys are given as they come."""
        return self._mode(b"1049") and not self._echoes

    @property
    def restored(self) -> bool:
        """Whether the terminal is as a shell expects it: no alternate screen, a cursor, no mouse, lines and echo."""
        reports = any(self._mode(mode) for mode in (b"1000", b"1002", b"1003", b"1006", b"1004", b"2004"))
        return self._mode(b"25") and not self._mode(b"1049") and not reports and self._echoes

    def _mode(self, number: bytes) -> bool:
        """Whether a private mode was last switched on; only the cursor is on to begin with."""
        on, off = self.raw.rfind(b"\x1b[?" + number + b"h"), self.raw.rfind(b"\x1b[?" + number + b"l")
        return on > off or (on == off and number == b"25")

    @property
    def _echoes(self) -> bool:
        flags: int = termios.tcgetattr(self._ours)[3]
        return bool(flags & termios.ECHO and flags & termios.ICANON)

    def fileno(self) -> int:
        """Our side of the pty, for a selector."""
        return self._ours

    def find(self, words: str) -> tuple[int, int] | None:
        """Column and row where ``words`` begin, from the top."""
        for row, line in enumerate(self.lines):
            column = line.find(words)
            if column >= 0:
                return column, row
        return None

    def read(self, timeout: float) -> tuple[bytes, float] | None:
        """The next chunk, not yet on the screen, and the moment it came; None if none came in time.

        Empty bytes mean that the child's side is closed.
        """
        ready, _, _ = select.select([self._ours], [], [], timeout)
        if not ready:
            return None
        try:
            chunk = os.read(self._ours, 65536)
        except OSError:
            # Linux reports the closed side of a pty as an error.
            chunk = b""
        return chunk, time.perf_counter()

    def show(self, chunk: bytes) -> None:
        """Bring a chunk that was read onto the screen."""
        self.raw += chunk
        self._stream.feed(chunk)

    def take(self, timeout: float) -> bytes | None:
        """Read the next chunk onto the screen; None if none came in time, empty if the child's side is closed."""
        came = self.read(timeout)
        if came is None:
            return None
        self.show(came[0])
        return came[0]

    def wait_until(self, holds: Callable[[str], bool], what: str = "", give_up: float = GIVE_UP_SECONDS) -> str:
        """Read until ``holds`` of the screen's text; that text. Raises ``NotSeen`` if it never does."""
        end = time.monotonic() + give_up
        while not holds(self.text):
            left = end - time.monotonic()
            taken = self.take(max(0.0, min(left, 1.0)))
            if left <= 0 or (taken == b"" and not holds(self.text)):
                why = "never came" if left <= 0 else "did not come before the program ended"
                raise NotSeen(f"{what or holds} {why}. The screen:\n{self.text}")
        return self.text

    def wait_for(self, *words: str, give_up: float = GIVE_UP_SECONDS) -> str:
        """Read until all ``words`` are on the screen."""
        return self.wait_until(lambda text: all(w in text for w in words), repr(words), give_up)

    def wait_gone(self, *words: str) -> str:
        """Read until none of ``words`` is on the screen."""
        return self.wait_until(lambda text: not any(w in text for w in words), f"a screen without {words!r}")

    def wait_ended(self, give_up: float = GIVE_UP_SECONDS) -> int:
        """Read until the program has ended; its exit status."""
        end = time.monotonic() + give_up
        while self._open and time.monotonic() < end:
            if self.take(1.0) == b"":
                break
        try:
            return self.process.wait(max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise NotSeen(f"the program went on. The screen:\n{self.text}") from None


def tutor_terminal(
    state: Path, *arguments: str, columns: int = 80, rows: int = 24, environment: Mapping[str, str] | None = None
) -> Terminal:
    """A terminal in which ``dl-tutor`` runs."""
    return Terminal((*TUTOR, *arguments), {**tutor_environment(state), **(environment or {})}, columns, rows)


def restricted(state: Path, *arguments: str, columns: int = 80, rows: int = 24, **environment: str) -> Terminal:
    """A terminal in which ``dl-tutor --restricted`` runs."""
    command = (*TUTOR, "--restricted", "--state", str(state), *arguments)
    return Terminal(command, tutor_environment(state, **environment), columns, rows)


def children(pid: int) -> list[int]:
    """The processes that ``pid`` has started and that still run."""
    found = []
    for stat in _processes():
        with contextlib.suppress(OSError):
            # The name, in parentheses, may hold blanks: the state and the parent follow it.
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.append(int(stat.parent.name))
    return found


def alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_gone(pids: Iterable[int], give_up: float = 10.0) -> None:
    """Wait until none of the processes runs."""
    end = time.monotonic() + give_up
    while left := [pid for pid in pids if alive(pid)]:
        if time.monotonic() > end:
            raise NotSeen(f"still running after {give_up} s: {left}")
        time.sleep(0.01)


def _processes() -> Iterable[Path]:
    return Path("/proc").glob("[0-9]*/stat")


def _set_size(descriptor: int, columns: int, rows: int) -> None:
    ioctl(descriptor, termios.TIOCSWINSZ, pack("HHHH", rows, columns, 0, 0))
