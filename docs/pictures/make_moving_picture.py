"""Record the README's moving picture in a real terminal: ``python -m docs.pictures.make_moving_picture``.

A learner draws a plus, trains the network on the five shapes, and moves the plus by one pixel.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from docs.pictures.animated_svg import Frame, animated_svg
from docs.pictures.svg_rows import screen_rows
from tests.e2e.terminal import DOWN, LEFT, RIGHT, SPACE, UP, Terminal, tutor_terminal

COLUMNS, ROWS = 110, 32
FILE = Path(__file__).with_name("draw-train-move.svg")
TITLE = "A plus is drawn, the network is trained on five shapes, and the plus moved by one pixel: the answer changes."
A_KEY, A_LOOK, THE_END = 0.22, 1.6, 4.0
"""Seconds for which a frame stands: after a key of the drawing, where there is something to read, and at the end."""
WATCH_EVERY = 0.7


@dataclass
class Recorder:
    """Frames of one terminal."""

    terminal: Terminal
    frames: list[Frame] = field(default_factory=list)

    def press(self, key: str, seconds: float = A_KEY) -> None:
        """Type a key, let what it causes come, and keep the screen."""
        self.terminal.send(key)
        while self.terminal.take(0.3):
            pass
        self.keep(seconds)

    def keep(self, seconds: float) -> None:
        """Keep the screen as it stands."""
        self.frames.append(Frame(screen_rows(self.terminal), seconds))


def record(terminal: Terminal) -> list[Frame]:
    """Draw, train, move."""
    recorder = Recorder(terminal)
    terminal.wait_for("Your turn", "saved")
    recorder.press("w", A_LOOK)
    for key in (
        RIGHT,
        RIGHT,
        SPACE,
        DOWN,
        SPACE,
        DOWN,
        SPACE,
        DOWN,
        SPACE,
        DOWN,
        SPACE,
        UP,
        UP,
        LEFT,
        SPACE,
        LEFT,
        SPACE,
    ):
        recorder.press(key, A_KEY / 2 if key != SPACE else A_KEY)
    for key in (RIGHT, RIGHT, RIGHT, SPACE, RIGHT, SPACE):
        recorder.press(key, A_KEY / 2 if key != SPACE else A_KEY)
    recorder.keep(A_LOOK)
    terminal.send("p")
    while "trained for" not in terminal.text:
        end = time.monotonic() + WATCH_EVERY
        while (left := end - time.monotonic()) > 0:
            terminal.take(left)
        recorder.keep(WATCH_EVERY / 2)
    recorder.keep(THE_END)
    recorder.press("W", THE_END)
    return recorder.frames


if __name__ == "__main__":
    arguments = ("learn", "shapes/your-turn")
    with (
        tempfile.TemporaryDirectory() as state,
        tutor_terminal(
            Path(state), *arguments, columns=COLUMNS, rows=ROWS, environment={"COLORTERM": "truecolor"}
        ) as recorded,
    ):
        FILE.write_text(animated_svg(record(recorded), TITLE), encoding="utf-8")
