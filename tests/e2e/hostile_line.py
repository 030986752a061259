"""What a hostile terminal can do beyond typing: send without end, claim any size, read nothing; and what it costs."""

from __future__ import annotations

import os
import termios
import time
from fcntl import ioctl
from pathlib import Path
from struct import pack

from tests.e2e.terminal import CTRL_N, NotSeen, Terminal

TAKES_ALL_WITHIN = 60.0
"""Seconds."""


def pour(terminal: Terminal, data: bytes) -> None:
    """Send more than a pty holds at once, reading what comes back. Raises ``NotSeen`` if it is not taken."""
    descriptor, end = terminal._ours, time.monotonic() + TAKES_ALL_WITHIN
    os.set_blocking(descriptor, False)
    try:
        while data:
            try:
                data = data[os.write(descriptor, data[:65536]) :]
            except BlockingIOError:
                if terminal.take(0.001) == b"" or time.monotonic() > end:
                    raise NotSeen(f"what is typed is not read. The screen:\n{terminal.text}") from None
    finally:
        os.set_blocking(descriptor, True)


def claim_size(terminal: Terminal, columns: int, rows: int) -> None:
    """Give the window a size that no screen of the test's own could have."""
    ioctl(terminal._ours, termios.TIOCSWINSZ, pack("HHHH", rows, columns, 0, 0))


def stall(terminal: Terminal, times: int = 200) -> None:
    """Have it write more than the pty holds, and read nothing of it."""
    for step in range(times):
        claim_size(terminal, 100 + step % 2, 40)
        terminal.send(CTRL_N)


def peak_megabytes(terminal: Terminal) -> float:
    """The most memory (RSS) that the program has had; 0 once it has ended."""
    try:
        status = Path(f"/proc/{terminal.process.pid}/status").read_text()
    except OSError:
        return 0.0
    return int(status.split("VmHWM:")[1].split()[0]) / 1024 if "VmHWM:" in status else 0.0
