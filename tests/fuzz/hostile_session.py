"""The program in a real terminal whose other end is hostile, and what went wrong."""

from __future__ import annotations

import contextlib
import reprlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.hostile_line import claim_size, peak_megabytes, pour, stall
from tests.e2e.terminal import TUTOR, NotSeen, Terminal, tutor_environment
from tests.fuzz.hostile_bytes import Burst, Claim, Rest, Send, Stall, hostile_bursts
from tests.fuzz.session import Failed, environment
from tutor.course.lessons.loader import read_summaries
from tutor.resources import lessons_folder
from tutor.ui.terminal.frames_in_flight import ANSWER, ASK

Bursts = Callable[[int, int], Sequence[Burst]]
"""What is done, from a seed and how many."""
TOGETHER = 4
"""Seeds that share one start of the program."""
BURSTS, LOOKED_AT_AFTER = 12, 3
"""Of each seed, and how many of them before it is seen whether the program lives."""
ANSWERS_WITHIN = 15.0
"""Seconds, on a machine that does much else; a paste without an end takes two of them."""
RESTS = 0.3
"""Seconds: longer than the program waits for the rest of a key."""
MOST_MEGABYTES = 150
TOO_SMALL = (40, 10)
CTRL_L = "\x0c"
FULL_SCREEN = 400
"""Bytes; fewer is no whole screen, though most of it may be blank."""
OVER_SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}


class AnsweringTerminal(Terminal):
    """Says how far it is, whenever it is asked and reads."""

    def take(self, timeout: float) -> bytes | None:
        """Read the next chunk onto the screen, and answer."""
        chunk = super().take(timeout)
        if chunk and ASK.encode() in chunk:
            # Where more is sent than it takes, an answer has no room.
            with contextlib.suppress(BlockingIOError):
                self.send(ANSWER * chunk.count(ASK.encode()))
        return chunk


@dataclass(frozen=True)
class Lived:
    """What there is to tell of seeds that went well."""

    megabytes: float
    """The most memory that the program had."""
    left: int
    """How often it was left, as by a click on the key line: it is then begun again."""


def run_hostile(first: int, count: int, folder: Path, bursts: Bursts = hostile_bursts) -> Lived:
    """Seeds from ``first`` on in one program, which begins in a lesson. Raises ``Failed``.

    Every fourth time the line is one over SSH: then the terminal is asked how far it is.
    """
    lessons = read_summaries(lessons_folder())
    lesson = lessons[first // TOGETHER % len(lessons)].id
    line = OVER_SSH if first // TOGETHER % 4 == 3 else {}
    most, left, seed = 0.0, 0, first
    while seed < first + count:
        variables = {**tutor_environment(folder), **environment(folder), **line}
        with AnsweringTerminal((*TUTOR, "learn", lesson), variables) as terminal:
            terminal.wait_for("g Go to")
            while seed < first + count:
                lived = _run_seed(terminal, seed, folder, bursts(seed, BURSTS))
                most = max(most, peak_megabytes(terminal))
                seed += 1
                if not lived:
                    left += 1
                    break
    return Lived(most, left)


def _run_seed(terminal: Terminal, seed: int, folder: Path, bursts: Sequence[Burst]) -> bool:
    """Whether the program still runs; it may have been left as it should be."""
    for start in range(0, BURSTS, LOOKED_AT_AFTER):
        now = bursts[start : start + LOOKED_AT_AFTER]
        wrong = ""
        try:
            for burst in now:
                _do(terminal, burst)
            _look(terminal)
        except (NotSeen, OSError) as error:
            if _was_left(terminal):
                return False
            wrong = f"{error!r}, exit status {terminal.process.poll()}"
        for report in folder.rglob("crash-*"):
            wrong = f"{wrong}\n{report.read_text(errors='replace')[-3000:]}"
        if b"Traceback" in terminal.raw:
            wrong = f"{wrong} a traceback is shown. The screen:\n{terminal.text}"
        if (megabytes := peak_megabytes(terminal)) > MOST_MEGABYTES:
            wrong = f"{wrong} it had {megabytes:.0f} MB"
        if wrong:
            raise Failed(f"seed {seed}, bursts {start} to {start + len(now) - 1}: {wrong}\n{reprlib.repr(now)}")
        terminal.raw.clear()
    return True


def _do(terminal: Terminal, burst: Burst) -> None:
    match burst:
        case Send(data):
            pour(terminal, data)
        case Claim(columns, rows):
            claim_size(terminal, columns, rows)
            terminal.take(0.02)
        case Stall(times):
            stall(terminal, times)
        case Rest():
            _read(terminal, RESTS)


def _look(terminal: Terminal) -> None:
    """The program answers a change of size, and a key. Raises ``NotSeen``."""
    # Whatever was opened: what a window that is too small shows is the same everywhere.
    claim_size(terminal, *TOO_SMALL)
    terminal.wait_for("This window is {}×{}".format(*TOO_SMALL), give_up=ANSWERS_WITHIN)
    terminal.resize(80, 24)
    terminal.wait_until(lambda text: "This window is" not in text, "the screen before", give_up=ANSWERS_WITHIN)
    end = time.monotonic() + ANSWERS_WITHIN
    while time.monotonic() < end:
        _read(terminal, 0.02)
        terminal.send(CTRL_L)
        # A paste that was not ended takes the first of them.
        if _read(terminal, 3.0, at_least=FULL_SCREEN) >= FULL_SCREEN:
            return
    raise NotSeen(f"ctrl+l paints nothing. The screen:\n{terminal.text}")


def _read(terminal: Terminal, seconds: float, at_least: int | None = None) -> int:
    """Read for so long, or until so many bytes came; how many it were."""
    end, count = time.monotonic() + seconds, 0
    while (left := end - time.monotonic()) > 0 and (at_least is None or count < at_least):
        chunk = terminal.take(left)
        if chunk == b"":
            raise NotSeen(f"the program ended. The screen:\n{terminal.text}")
        count += len(chunk or b"")
    return count


def _was_left(terminal: Terminal) -> bool:
    """Whether the program has ended as one that was left."""
    with contextlib.suppress(NotSeen):
        return terminal.wait_ended(give_up=2.0) == 0
    return False
