"""Twenty learners at once, each over an SSH line of their own: all see it, all are answered, none disturbs another.

The instructor looks on meanwhile.
"""

from __future__ import annotations

import contextlib
import re
import signal
import time
from pathlib import Path

import pytest

from tests.e2e.ssh_class import class_machine
from tests.e2e.terminal import CTRL_Q, DOWN, ENTER, TUTOR, UP, NotSeen, Terminal, alive, tutor_environment, wait_gone

SESSIONS = 20
# A class at once takes its turns at two processors.
GIVE_UP_SECONDS = 90.0
STEP = re.compile(r"What deep learning is · \d+ ")
"""As the instructor's view names where a learner is."""


def answer(terminals: list[Terminal], value: str) -> None:
    """Wait until the first input, in the lesson on the neuron, stands there for everyone."""
    for terminal in terminals:
        terminal.wait_for(f"1 ‹{value:>5}›", give_up=GIVE_UP_SECONDS)


def wait_for_an_end(sessions: list[int]) -> list[int]:
    """Wait until one of the processes has ended; those that have."""
    end = time.monotonic() + GIVE_UP_SECONDS
    while not (ended := [pid for pid in sessions if not alive(pid)]):
        if time.monotonic() > end:
            raise NotSeen("no session ended")
        time.sleep(0.05)
    return ended


@pytest.mark.parametrize("warm", [False, True], ids=["an executable each", "warm"])
def test_twenty_learners_at_once(tmp_path: Path, warm: bool) -> None:
    names = [f"learner{number}" for number in range(SESSIONS)]
    with class_machine(tmp_path / "class", names, warm=warm) as machine, contextlib.ExitStack() as windows:
        learners = [machine.learners[number % len(machine.learners)] for number in range(SESSIONS)]
        terminals = [windows.enter_context(machine.terminal(learner)) for learner in learners]
        for terminal in terminals:
            terminal.wait_for("What deep learning is", "Quit", give_up=GIVE_UP_SECONDS)
        for terminal in terminals:
            terminal.send(DOWN, ENTER)
        answer(terminals, "1")
        for terminal in terminals:
            terminal.send(UP)
        answer(terminals, "1.5")

        if machine.isolated:
            # The instructor's view, open beside them.
            command = (*TUTOR, "class", str(machine.folder / "state"))
            view = windows.enter_context(Terminal(command, tutor_environment(tmp_path), columns=120, rows=40))
            view.wait_for(f"{SESSIONS} learners · {SESSIONS} here", "learner19", give_up=GIVE_UP_SECONDS)

        sessions = machine.sessions()
        assert len(sessions) == SESSIONS
        # One client is killed; its session ends, and the other nineteen go on.
        gone, *others = terminals
        gone.process.send_signal(signal.SIGKILL)
        ended = wait_for_an_end(sessions)
        for terminal in others:
            terminal.send(UP)
        answer(others, "2")
        assert len(ended) == 1
        assert sorted(machine.sessions()) == sorted(set(sessions) - set(ended))

        if machine.isolated:
            others[0].send("n")
            view.wait_until(lambda text: bool(STEP.search(text)), "one learner a step further")
            view.send("q")
            assert view.wait_ended() == 0

        everything = machine.processes()
        for terminal in others:
            terminal.send(CTRL_Q)
        assert [terminal.wait_ended() for terminal in others] == [0] * len(others)
        wait_gone(everything)
        assert machine.processes() == []
