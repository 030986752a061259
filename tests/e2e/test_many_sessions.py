"""Twenty learners at once, each over an SSH line of their own: all see it, all are answered, none disturbs another."""

from __future__ import annotations

import contextlib
import signal
import time
from pathlib import Path

import pytest

from tests.e2e.ssh_class import class_machine
from tests.e2e.terminal import CTRL_Q, DOWN, ENTER, UP, NotSeen, Terminal, alive, wait_gone

SESSIONS = 20
# A class at once takes its turns at two processors.
GIVE_UP_SECONDS = 90.0


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

        everything = machine.processes()
        for terminal in others:
            terminal.send(CTRL_Q)
        assert [terminal.wait_ended() for terminal in others] == [0] * len(others)
        wait_gone(everything)
        assert machine.processes() == []
