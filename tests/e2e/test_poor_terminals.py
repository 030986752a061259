"""What goes down the line to terminals with few colours, with none, and without Unicode: read as raw bytes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.terminal import CTRL_Q, ENTER, ESCAPE, TAB, Terminal, tutor_terminal

_SGR = re.compile(rb"\x1b\[([0-9;:]*)m")
_NORMAL = {39, 49}
_SIXTEEN = {*range(30, 38), *range(40, 48), *range(90, 98), *range(100, 108)}
_MANY = {38, 48}


def colours(raw: bytes) -> set[int]:
    """What its SGR sequences say of colours: the first number of each, but those that go back to the normal ones."""
    found: set[int] = set()
    for sequence in _SGR.findall(raw):
        numbers = [int(number or 0) for number in re.split(rb"[;:]", sequence)]
        while numbers:
            first = numbers.pop(0)
            if first >= 30 and first not in _NORMAL:
                found.add(first)
            if first in _MANY:
                del numbers[: 2 if numbers[0] == 5 else 4]
    return found


def begin(terminal: Terminal) -> None:
    """Two steps and an answer that is wrong."""
    terminal.wait_for("What a neuron does", "Next")
    terminal.send("n")
    terminal.wait_for("The weighted sum", "type a number")
    terminal.send("1", "0", "0", ENTER)
    terminal.wait_for("Not yet:")


def visit(terminal: Terminal) -> None:
    """Two steps, a wrong answer and the right one, the full lab, the microscope, the help, the search."""
    begin(terminal)
    terminal.send("s")
    terminal.wait_for("Skipped.")
    terminal.send("f", TAB)
    terminal.wait_for("bias b")
    for key, words in (("x", "Where"), ("?", "In a lesson"), ("/", "Search lessons")):
        terminal.send(key)
        terminal.wait_for(words)
        terminal.send(ESCAPE)
        terminal.wait_gone(words)
    leave(terminal)


def leave(terminal: Terminal) -> None:
    terminal.send(CTRL_Q)
    assert terminal.wait_ended() == 0
    assert terminal.restored


# Of two terminals with as many colours the second is only to be taken for such a one: that is seen at once.
@pytest.mark.parametrize(
    ("told", "allowed", "whole"),
    [
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, set(), True),
        ({"TERM": "vt220"}, set(), False),
        ({"TERM": "linux"}, _SIXTEEN, True),
        ({"TERM": "xterm"}, _SIXTEEN, False),
        ({"TERM": "xterm", "XTERM_VERSION": "XTerm(379)"}, _MANY, False),
        ({"TERM": "screen"}, _SIXTEEN, False),
        ({"TERM": "tmux-256color"}, _MANY, True),
    ],
    ids=lambda value: " ".join(value.values()) if isinstance(value, dict) else "",
)
def test_no_more_colours_than_there_are(told: dict[str, str], allowed: set[int], whole: bool, tmp_path: Path) -> None:
    with tutor_terminal(tmp_path, "learn", "neuron", environment=told) as terminal:
        if whole:
            visit(terminal)
        else:
            begin(terminal)
            leave(terminal)
        found = colours(bytes(terminal.raw))
        assert found <= allowed
        assert found or not allowed


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--ascii",), {}),
        ((), {"LC_ALL": "C"}),
        ((), {"TERM": "vt100"}),
    ],
    ids=["asked for", "C", "vt100"],
)
def test_ascii_alone_where_there_is_no_more(arguments: tuple[str, ...], told: dict[str, str], tmp_path: Path) -> None:
    with tutor_terminal(tmp_path, "learn", "neuron", *arguments, environment=told, columns=60) as terminal:
        visit(terminal)
        assert bytes(terminal.raw).isascii()
        assert b"\x1b(0" not in terminal.raw
