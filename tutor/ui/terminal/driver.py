"""Textual's driver for Linux and macOS, made robust against anything that a terminal or its connection does.

The driver of Textual 8.2 crashes on invalid UTF-8, on a code point beyond Unicode and on a size of 65,535 × 65,535,
takes gigabytes for a megabyte of keys, and spins or hangs when the other end is gone or stops reading.
"""

from __future__ import annotations

import contextlib
import contextvars
import os
import selectors
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Protocol, runtime_checkable

from textual import events, messages
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers._writer_thread import WriterThread
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from tutor.course.questions.answers import is_meant_as_expression
from tutor.ui.idle import is_idle
from tutor.ui.terminal.bursts import ExpressionField, drop_typed, is_typed, typed_together
from tutor.ui.terminal.frames_in_flight import ASK, FramesInFlight
from tutor.ui.terminal.input import Answered, Pasted, TerminalInput, Typed
from tutor.ui.terminal.nonblocking_writer import NonBlockingWriter
from tutor.ui.terminal.requirements import comes_over_ssh
from tutor.ui.widgets.remark import Remark

WIDEST, HIGHEST = 500, 200
"""Cells; the largest size that is painted, whatever the window claims."""
NARROWEST, LOWEST = 20, 5
"""Cells; below this Textual's layout does not terminate, and the terminal cuts off what has no room."""
MOST_WAITING = 500
"""The most keys and mouse reports in the queue. More is not typing and is discarded until it stops."""
BUSY_WITH = 20
"""Messages in the app's own queues above which further keys wait here."""
STALE = 3.0
"""The most seconds that a key waits: after that, the screen it was meant for is gone."""
ALWAYS_HEARD = "ctrl+q"
FLOOD_IS_OVER = 0.1
"""Seconds of silence."""
LOOK_AGAIN = 0.01
"""Seconds."""
NEXT_KEY_AFTER = 0.001
"""Seconds between checks whether the previous key is done."""
KEY_TAKES_AT_MOST = 2.0
"""Seconds after which the next key is delivered even if the app is busy: it may be the key to quit."""
LOOK_OFTEN = 0.05
"""Seconds between checks while input is incomplete; otherwise the reading thread sleeps."""
READ_AT_ONCE = 65_536
ANSWERS_WITHIN = 0.5
"""Seconds."""


@runtime_checkable
class KnowsItsLine(Protocol):
    """An app that is notified about the connection to its terminal."""

    def line_is_gone(self) -> None:
        """The connection is closed; called from the reading thread."""

    def line_caught_up(self) -> None:
        """A terminal that was behind has caught up; called in the app's loop."""


def terminal_selector() -> selectors.BaseSelector:
    """A selector for terminals: poll, since select fails for descriptors from 1024; on macOS, where poll does not
    support terminals, select."""
    return selectors.SelectSelector() if sys.platform == "darwin" else selectors.PollSelector()


class TutorDriver(LinuxDriver):
    """Survives invalid bytes, impossible sizes, floods and closed connections; writes without waiting."""

    _nonblocking: NonBlockingWriter | None = None
    _flooded = False
    _handing_over = False
    _handed_over_at = 0.0
    _reading = False
    _behind_the_last = 0
    """How many messages were queued when the last one was delivered: they arrived before it could have any effect."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._waiting: deque[Message] = deque()
        self._leaving = os.pipe()
        # Textual finds the app through this context; threads that call into the loop have another one.
        self._context = contextvars.copy_context()
        # A local terminal needs no status queries.
        self._frames = FramesInFlight() if comes_over_ssh() else None

    # Writing

    @property
    def _writer_thread(self) -> WriterThread | None:
        return self._nonblocking

    @_writer_thread.setter
    def _writer_thread(self, writer: WriterThread | None) -> None:
        # Textual sets its own writer, which blocks; it has not been started yet.
        file = self._file if writer is not None else None
        self._nonblocking = NonBlockingWriter(file, self._caught_up) if file is not None else None

    @property
    def behind(self) -> bool:
        """Whether the terminal is behind with the output."""
        stuck = self._nonblocking is not None and self._nonblocking.behind
        return stuck or (self._frames is not None and self._frames.behind)

    def frame_ends(self) -> None:
        """Handle the end of a frame: send a status query if one is due."""
        if self._frames is not None and self._frames.to_ask:
            self._frames.asked()
            self.write(ASK)

    @property
    def stalled(self) -> bool:
        """Whether, after ``close``, the writing thread is still blocked by a stalled terminal."""
        return self._nonblocking is not None and self._nonblocking.is_alive()

    def _caught_up(self) -> None:
        if isinstance(self._app, KnowsItsLine):
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._app.line_caught_up, context=self._context)

    # The window

    def _get_terminal_size(self) -> tuple[int, int]:
        width, height = super()._get_terminal_size()
        return min(max(width, NARROWEST), WIDEST), min(max(height, LOWEST), HIGHEST)

    def start_application_mode(self) -> None:
        """Take over the terminal, and listen for changes of its size."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        with contextlib.suppress(RuntimeError, ValueError):  # not in the main thread
            self.mind_size()

    def mind_size(self) -> None:
        """Make the loop itself listen for changes of size.

        A signal that arrives just before the loop sleeps, or in another thread, would be noticed only when something
        else wakes the loop: the screen would keep its old size until the next key.
        """
        self._loop.add_signal_handler(signal.SIGWINCH, self._sized)

    def _sized(self) -> None:
        size = Size(*self._get_terminal_size())
        self._app.post_message(events.Resize(size, size))

    def _query_in_band_window_resize(self) -> None:
        """Do not query the size: it comes from the kernel, so that input cannot fake it."""

    # Reading

    def _run_input_thread(self) -> None:
        # Textual would write a traceback onto the screen, and only with the next key.
        try:
            self.run_input_thread()
        except Exception as error:
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._app._handle_exception, error, context=self._context)

    def run_input_thread(self) -> None:
        """Read until the app exits or the connection is closed."""
        self._begin_reading()
        with terminal_selector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            selector.register(self._leaving[0], selectors.EVENT_READ)
            self._read_until_the_end(selector)

    def _read_until_the_end(self, selector: selectors.BaseSelector) -> None:
        while not self.exit_event.is_set():
            data = b""
            found = {key.fd for key, _ in selector.select(LOOK_OFTEN if self._expects_more else None)}
            if self._leaving[0] in found:
                os.read(self._leaving[0], 1)
                return
            if found:
                try:
                    data = os.read(self.fileno, READ_AT_ONCE)
                except BlockingIOError:
                    # Another program on the same terminal may have read the input.
                    continue
                except OSError:
                    data = b""
                if not data:
                    if isinstance(self._app, KnowsItsLine):
                        self._app.line_is_gone()
                    return
            # Deliver keys that arrive together only once all of them are there.
            self._reading = True
            try:
                self._take(data, time.monotonic())
            finally:
                self._reading = False

    def disable_input(self) -> None:
        """Stop reading, after waiting for pending status replies, which would otherwise appear in the shell."""
        end = time.monotonic() + ANSWERS_WITHIN
        while self._frames is not None and self._frames.waiting and time.monotonic() < end:
            time.sleep(LOOK_AGAIN)
        if self._key_thread is not None and self._key_thread.is_alive():
            os.write(self._leaving[1], b"x")
        super().disable_input()

    def _answered(self) -> None:
        if self._frames is not None:
            was_behind = self._frames.behind
            self._frames.answered()
            if was_behind and not self._frames.behind:
                self._caught_up()

    @property
    def _expects_more(self) -> bool:
        """Whether silence matters: after incomplete input, or to notice the end of a flood."""
        return self._flooded or self._terminal.expects_more or self._parser._timeout_time is not None

    def _begin_reading(self) -> None:
        self._terminal, self._parser = TerminalInput(), XTermParser(self._debug)
        self._flooded = False
        self._last_read = 0.0

    def _take(self, data: bytes, now: float) -> None:
        """Handle input read at ``now``, or none."""
        if self._flooded:
            if not data and now - self._last_read >= FLOOD_IS_OVER:
                self._begin_reading()
            elif data:
                self._last_read = now
            return
        self._last_read = now if data else self._last_read
        for part in self._terminal.feed(data, now) if data else self._terminal.tick(now):
            if isinstance(part, Pasted):
                self.process_message(events.Paste(part.text))
            elif isinstance(part, Answered):
                self._answered()
            else:
                self._parse(part)
            if self._flooded:
                return
        self._forward(self._parser.tick)

    def _parse(self, typed: Typed) -> None:
        # In pieces, to notice a flood before parsing all of it.
        for start in range(0, len(typed.text), MOST_WAITING):
            self._forward(partial(self._parser.feed, typed.text[start : start + MOST_WAITING]))
            if self._flooded:
                return
        if typed.ended and self._parser._timeout_time is not None:
            self._parser._timeout_time = 0.0

    def _forward(self, parsed: Callable[[], Iterable[Message]]) -> None:
        """Forward the parsed messages; skip input that the parser fails on, and reset the parser."""
        try:
            for message in parsed():
                if isinstance(message, events.Resize | messages.InBandWindowResize):
                    self._parser.mouse_pixels = False
                else:
                    self.process_message(message)
        except Exception:
            # For instance a code point beyond Unicode; the session goes on after any error.
            self._parser = XTermParser(self._debug)

    # To the app

    def send_message(self, message: Message) -> None:
        """Queue a message; discard all of a flood."""
        waiting = self._waiting
        if isinstance(message, events.MouseMove) and waiting and isinstance(waiting[-1], events.MouseMove):
            # Intermediate mouse positions are not needed.
            with contextlib.suppress(IndexError):
                waiting.pop()
        waiting.append(message)
        if len(waiting) > MOST_WAITING:
            waiting.clear()
            self._flooded = True
            if self._frames is not None:
                self._frames.forget()
        elif not self._handing_over:
            self._handing_over = True
            with contextlib.suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._hand_over, context=self._context)

    def _hand_over(self) -> None:
        """In the app's loop: deliver as many messages as it can take, keys and clicks one at a time."""
        while True:
            while self._waiting:
                # The reading thread may empty it at any moment.
                with contextlib.suppress(IndexError):
                    self._drop_stale_keys()
                    if wait := self._wait_before(self._waiting[0]):
                        self._loop.call_later(wait, self._hand_over)
                        return
                    self._app.post_message(self._expression() or self._waiting.popleft())
                    self._behind_the_last = len(self._waiting)
                    self._handed_over_at = time.monotonic()
            self._handing_over = False
            if not self._waiting or self._handing_over:
                return
            # A message arrived between the last check and the flag.
            self._handing_over = True

    def _expression(self) -> events.Paste | None:
        """Letters that arrived together and form an expression, as a paste, if a field accepts one.

        As single keys they would be commands: in ``sqrt(2)`` the s would skip the question and the q would quit.
        """
        first = self._waiting[0]
        if not is_typed(first) or not self._app._screen_stack:
            return None
        field = self._app.screen.focused or self._app.screen
        if not (isinstance(field, ExpressionField) and field.takes_expression):
            return None
        text = typed_together(self._waiting.copy())
        if not is_meant_as_expression(text):
            return None
        for _ in text:
            self._waiting.popleft()
        paste = events.Paste(text)
        # Its time is that of its first key.
        paste.time = first.time
        paste.set_sender(self._app)
        return paste

    def drop_burst(self) -> bool:
        """Drop the characters and enters that arrived together with the last key; return whether there were any."""
        return drop_typed(self._waiting, self._behind_the_last)

    def _drop_stale_keys(self) -> None:
        """Drop keys that waited too long; later keys may be meant for the current screen."""
        dropped = False
        oldest = time.monotonic() - STALE
        while isinstance(key := self._waiting[0], events.Key) and key.time < oldest and key.key != ALWAYS_HEARD:
            self._waiting.popleft()
            dropped = True
            if not self._waiting:
                break
        if dropped:
            self._app.post_message(Remark("Ignored: what you typed while this screen was not ready."))

    def _wait_before(self, message: Message) -> float:
        """Seconds until the next check whether the app can take this message; 0 if it can now."""
        if self._app_is_busy():
            return LOOK_AGAIN
        if self._reading and is_typed(message):
            return NEXT_KEY_AFTER
        # Mouse movements do not change the meaning of the next report.
        in_turn = isinstance(message, events.InputEvent | events.Paste) and not isinstance(message, events.MouseMove)
        # For a first key, count from its arrival: messages on their way then must be handled before it.
        late = time.monotonic() - max(self._handed_over_at, message.time) > KEY_TAKES_AT_MOST
        return NEXT_KEY_AFTER if in_turn and not late and not is_idle(self._app) else 0.0

    def _app_is_busy(self) -> bool:
        app = self._app
        queued: int = app._message_queue.qsize()
        if app._screen_stack:
            queued += app.screen._message_queue.qsize()
            focused = app.screen.focused
            # A removed widget never empties its queue.
            if focused is not None and focused.is_running:
                queued += focused._message_queue.qsize()
        return queued > BUSY_WITH
