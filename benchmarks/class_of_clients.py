"""Many ssh clients on separate ptys, read and typed into from one loop.

Output is stored with its time and goes to the emulated screens only after the measurement, because emulating takes
longer than painting, and would take processor time from the sessions.
"""

from __future__ import annotations

import contextlib
import heapq
import os
import random
import re
import selectors
import time
from collections.abc import Callable, Iterator, Sequence

from tests.e2e.terminal import DOWN, UP, Terminal
from tutor.ui.terminal.frames_in_flight import ANSWER, ASK

# The value that the keys change: in the neuron's lesson, where the focus is when the lesson is opened.
_SHOWN = re.compile(r"inputs x +1 ‹ *(?P<value>\S+)›")
_FIRST_VALUE, _STEP = 1.0, 0.5
# Up this many steps and down again, which stays within the control's limits.
_KEYS_ONE_WAY = 16
# The keys of a flood at a time, and their interval: the most expensive flood. With more at a time, or without a pause,
# the driver discards input that nobody can have typed.
_FLOOD, _FLOOD_PAUSE = (UP * 5 + DOWN * 5).encode() * 25, 0.15


class Learner:
    """One client: its output, and the times of its key presses (``time.perf_counter``)."""

    def __init__(self, begin: Callable[[], Terminal]) -> None:
        self.began = time.perf_counter()
        self.terminal = begin()
        self.came: list[tuple[bytes, float]] = []
        self.last_came = self.began
        self._shown = 0
        self._pressed: list[tuple[int, float]] = []
        self._presses = 0
        self._position: tuple[int, int] | None = None

    def has_been_sent(self, words: str) -> bool:
        """Whether the bytes contain words that are written in one piece."""
        return words.encode() in b"".join(chunk for chunk, _ in self.came)

    def press(self) -> None:
        """Press the key that changes the value under the focus."""
        down = self._presses // _KEYS_ONE_WAY % 2
        self._presses += 1
        self._pressed.append((self._presses, time.perf_counter()))
        self.terminal.send(DOWN if down else UP)

    def show(self) -> Iterator[float]:
        """Feed chunk after chunk to the screen; yield the time of each."""
        while self._shown < len(self.came):
            chunk, moment = self.came[self._shown]
            self._shown += 1
            self.terminal.show(chunk)
            yield moment

    def painted(self, *words: str) -> float:
        """Seconds from the client's start until all ``words`` were on the screen."""
        for moment in self.show():
            if all(word in self.terminal.text for word in words):
                return moment - self.began
        raise RuntimeError(f"{words!r} never came. The screen:\n{self.terminal.text}")

    def answered(self) -> list[float]:
        """Milliseconds from each key press since the last call until its value was on the screen.

        A key press without an answer counts until now.
        """
        until = time.perf_counter()
        waiting, self._pressed = self._pressed, []
        times = []
        for moment in self.show():
            sent = [number for number, began in waiting if began < moment]
            value = self._value() if sent else None
            number = next((number for number in sent if _value_after(number) == value), 0)
            times += [(moment - began) * 1000 for before, began in waiting if before <= number]
            waiting = [press for press in waiting if press[0] > number]
        return times + [(until - began) * 1000 for _, began in waiting]

    def _value(self) -> float | None:
        """The value on the screen, from its cells only, because composing the whole screen takes long."""
        if self._position is None:
            lines = self.terminal.lines
            found = next(((row, shown) for row, line in enumerate(lines) if (shown := _SHOWN.search(line))), None)
            if found is None:
                return None
            # It is between the two marks, right-aligned.
            self._position = found[1].end() - 1, found[0]
        end, row = self._position
        text = "".join(self.terminal.cell(column, row) for column in range(end - 5, end))
        try:
            return float(text.strip(" ‹"))
        except ValueError:
            return None


def _value_after(presses: int) -> float:
    """The value after this many presses."""
    there, back = divmod(presses, 2 * _KEYS_ONE_WAY)[1], 2 * _KEYS_ONE_WAY
    return _FIRST_VALUE + _STEP * min(there, back - there)


class Class:
    """All the clients."""

    def __init__(self) -> None:
        self.learners: list[Learner] = []
        self._selector = selectors.DefaultSelector()
        self._flooding: list[Learner] = []

    def __enter__(self) -> Class:
        return self

    def __exit__(self, *_: object) -> None:
        """End all clients."""
        self._selector.close()
        for learner in self.learners:
            learner.terminal.__exit__(None, None, None)

    def log_in(self, begin: Callable[[], Terminal]) -> None:
        """One more client."""
        learner = Learner(begin)
        self.learners.append(learner)
        self._selector.register(learner.terminal, selectors.EVENT_READ, learner)
        self.read(0)

    def flood(self, learner: Learner) -> None:
        """From now on ``learner`` floods its line with keys; those that the line does not accept are lost."""
        os.set_blocking(learner.terminal.fileno(), False)
        self._flooding.append(learner)

    def read(self, seconds: float) -> None:
        """Wait up to this long for output, and read everything available."""
        for key, _ in self._selector.select(max(0.0, seconds)):
            learner: Learner = key.data
            came = learner.terminal.read(0)
            if came is None:
                continue
            if not came[0]:
                raise RuntimeError(f"a session ended by itself. Its screen:\n{learner.terminal.text}")
            # Answer status queries as a terminal does.
            with contextlib.suppress(BlockingIOError):
                learner.terminal.send(ANSWER * came[0].count(ASK.encode()))
            learner.came.append(came)
            learner.last_came = came[1]

    def read_until(self, holds: Callable[[Learner], bool], give_up: float) -> None:
        """Read until a condition holds for all clients."""
        end = time.monotonic() + give_up
        waiting = list(self.learners)
        while waiting := [learner for learner in waiting if not holds(learner)]:
            if time.monotonic() > end:
                for _ in waiting[0].show():
                    pass
                raise RuntimeError(f"{len(waiting)} did not come so far. One screen:\n{waiting[0].terminal.text}")
            self.read(0.2)

    def read_until_quiet(self, quiet: float = 1.0) -> None:
        """Read until no client has had output for this many seconds."""
        while time.perf_counter() - max(learner.last_came for learner in self.learners) < quiet:
            self.read(quiet)

    def read_for(self, seconds: float) -> None:
        """Read all output of the next ``seconds``."""
        self.press_for(seconds, [], (1.0, 1.0))

    def press_for(self, seconds: float, who: Sequence[Learner], pauses: tuple[float, float], seed: int = 0) -> None:
        """For this many seconds ``who`` press keys, each with separate random pauses of these lengths in seconds."""
        chance = random.Random(seed)
        began = time.monotonic()
        # The due time, a number that breaks ties, the client, and the pause.
        due = [(began + chance.uniform(0, pauses[1]), number, learner, pauses) for number, learner in enumerate(who)]
        rhythm = (_FLOOD_PAUSE, _FLOOD_PAUSE)
        due += [(began, len(who) + number, learner, rhythm) for number, learner in enumerate(self._flooding)]
        heapq.heapify(due)
        while (now := time.monotonic()) < began + seconds:
            while due and due[0][0] <= now:
                moment, number, learner, between = heapq.heappop(due)
                if learner in self._flooding:
                    with contextlib.suppress(BlockingIOError):
                        os.write(learner.terminal.fileno(), _FLOOD)
                else:
                    learner.press()
                heapq.heappush(due, (moment + chance.uniform(*between), number, learner, between))
            self.read(min([began + seconds, *(entry[0] for entry in due[:1])]) - now)
