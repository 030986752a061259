"""A terminal that takes nothing holds up nobody but the thread that writes to it."""

from __future__ import annotations

import io
import threading

from tutor.ui.terminal.nonblocking_writer import BEHIND_AFTER, NonBlockingWriter


class SlowTerminal(io.StringIO):
    """Takes nothing until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.may_go_on = threading.Event(), threading.Event()

    def write(self, text: str) -> int:
        self.asked.set()
        assert self.may_go_on.wait(30)
        return super().write(text)


def test_writing_never_waits_and_says_when_the_terminal_is_behind() -> None:
    terminal, moments, caught_up = SlowTerminal(), [0.0], threading.Event()
    writer = NonBlockingWriter(terminal, caught_up.set, clock=lambda: moments[0])
    writer.start()
    for _ in range(1000):
        writer.write("frame ")
    assert terminal.asked.wait(30)
    assert not writer.behind
    moments[0] += BEHIND_AFTER * 2
    assert writer.behind
    assert not caught_up.is_set()
    terminal.may_go_on.set()
    assert caught_up.wait(30)
    assert not writer.behind
    writer.stop()
    assert not writer.is_alive()
    assert terminal.getvalue() == "frame " * 1000


def test_a_terminal_that_keeps_up_is_never_said_to_catch_up() -> None:
    terminal, caught_up = SlowTerminal(), threading.Event()
    terminal.may_go_on.set()
    writer = NonBlockingWriter(terminal, caught_up.set)
    writer.start()
    writer.write("text")
    writer.stop()
    assert terminal.getvalue() == "text"
    assert not caught_up.is_set()


def test_a_line_that_is_gone_ends_the_thread() -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    writer = NonBlockingWriter(Gone(), lambda: None)
    writer.start()
    writer.write("text")
    writer.join(30)
    assert not writer.is_alive()
