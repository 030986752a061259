"""The program on a pseudo-terminal: what it writes goes to the page, what is typed there comes back."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import struct
import termios
from collections.abc import Awaitable, Callable, Mapping, Sequence

READ_AT_ONCE = 65_536
SAVED_WITHIN = 10.0
"""Seconds that the program has to save and to end, once its terminal is gone."""
_LARGEST = (500, 200)
_SMALLEST = (20, 5)

Send = Callable[[bytes], Awaitable[None]]


class ProgramOnTerminal:
    """One run of the program. It goes on while no page shows it; ``show_on`` says which one does."""

    def __init__(self, process: asyncio.subprocess.Process, terminal: int) -> None:
        self._process, self._terminal = process, terminal
        self._send: Send | None = None
        self._size = (0, 0)
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(
        cls, command: Sequence[str], environment: Mapping[str, str], columns: int, rows: int
    ) -> ProgramOnTerminal:
        """Start the command on a terminal of this size. Raises ``OSError``."""
        ours, theirs = pty.openpty()
        try:
            _set_size(theirs, columns, rows)
            process = await asyncio.create_subprocess_exec(
                *command, stdin=theirs, stdout=theirs, stderr=theirs, env=dict(environment), start_new_session=True,
                # So that it is hung up on when the terminal closes, as over SSH.
                preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            )  # fmt: skip
        except OSError:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        os.set_blocking(ours, False)
        return cls(process, ours)

    @property
    def ended(self) -> bool:
        """Whether the program has ended by itself, or was ended."""
        return self._reading.done()

    def show_on(self, send: Send | None) -> None:
        """From now on, send what the program writes there; None: nowhere."""
        self._send = send

    def hides_from(self, send: Send) -> None:
        """Send nothing there any more, if that is where it goes."""
        if self._send is send:
            self._send = None

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the program paints all of it anew, also if the size is the same."""
        wide, high = (
            max(low, min(size, high)) for size, low, high in zip((columns, rows), _SMALLEST, _LARGEST, strict=True)
        )
        if (wide, high) == self._size:
            self._set(wide - 1, high)
        self._size = (wide, high)
        self._set(wide, high)

    def type(self, text: str) -> None:
        """Type into the terminal. What it does not take at once is lost, as from a keyboard."""
        with contextlib.suppress(OSError):
            os.write(self._terminal, text.encode("utf-8", "replace"))

    async def wait(self) -> None:
        """Wait for the end of the program."""
        await asyncio.wait([self._reading])

    async def hang_up(self) -> None:
        """Close the terminal: the program saves and ends."""
        self._send = None
        if not self.ended:
            self._reading.cancel()
        await self.wait()
        try:
            await asyncio.wait_for(self._process.wait(), SAVED_WITHIN)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        loop.add_reader(self._terminal, readable.set)
        try:
            while True:
                await readable.wait()
                readable.clear()
                try:
                    read = os.read(self._terminal, READ_AT_ONCE)
                except BlockingIOError:
                    continue
                except OSError:
                    return  # The program has closed the terminal.
                if not read:
                    return
                if self._send is not None:
                    # The page is gone: whoever shows it next has it painted anew.
                    with contextlib.suppress(ConnectionError):
                        await self._send(read)
        finally:
            loop.remove_reader(self._terminal)
            os.close(self._terminal)

    def _set(self, columns: int, rows: int) -> None:
        with contextlib.suppress(OSError):
            _set_size(self._terminal, columns, rows)


def _set_size(terminal: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
