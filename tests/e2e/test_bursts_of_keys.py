"""Keys that come in one write, as a slow line or a fast hand brings them, mean what they mean one by one."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.terminal import ENTER, tutor_terminal

BACKSPACE = "\x7f"


def test_letters_and_backspaces_are_taken_in_their_order(tmp_path: Path) -> None:
    with tutor_terminal(tmp_path, "learn", "neuron/2") as terminal:
        terminal.wait_for("2/11", "type a number")
        terminal.send("57")
        terminal.wait_for("57")
        terminal.send(f"123{BACKSPACE}{BACKSPACE}7")
        terminal.wait_for("5717")


def test_a_letter_after_enter_is_no_part_of_the_answer(tmp_path: Path) -> None:
    with tutor_terminal(tmp_path, "learn", "neuron/2") as terminal:
        terminal.wait_for("2/11", "type a number")
        terminal.send(f"1234{ENTER}n")
        terminal.wait_for("3/11")
        terminal.send("b")
        terminal.wait_for("2/11")
