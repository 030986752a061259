"""The exercise on softmax in a terminal: open it, write in it, check it."""

from __future__ import annotations

from tests.e2e.terminal import ENTER, Terminal
from tutor.resources import exercises_folder

CTRL_R, SELECT_ALL = "\x12", "\x1b[18~"
SOLUTION = (exercises_folder() / "06_softmax" / "solution.py").read_text(encoding="utf-8")


def open_exercise(terminal: Terminal) -> None:
    """From the lesson to its exercise; the editor has the cursor."""
    terminal.wait_for("1/")
    terminal.send("E")
    terminal.wait_for("write the function yourself")
    terminal.send(ENTER)
    terminal.wait_for("write it", "^r")


def checked(terminal: Terminal, source: str, *said: str) -> str:
    """Write ``source`` in place of what is there, and check it; the screen with the verdict."""
    terminal.send(SELECT_ALL, f"\x1b[200~{source}\x1b[201~")
    # The editor shows the beginning of a long line.
    terminal.wait_for(source.rstrip().splitlines()[-1].strip()[:30])
    terminal.send(CTRL_R)
    return terminal.wait_for(*said)
