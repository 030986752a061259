"""Keys that come in one write, as a slow line or a fast hand brings them, mean what they mean one by one."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.terminal import ENTER, ESCAPE, RIGHT, Terminal, tutor_terminal
from tutor.course.record.progress import Progress

BACKSPACE = "\x7f"
TOO_EARLY = "Ignored: you typed that before"


def at_a_number(state: Path) -> Terminal:
    """The neuron's second step, which asks for a number."""
    return tutor_terminal(state, "learn", "neuron/2")


def test_letters_and_backspaces_are_taken_in_their_order(tmp_path: Path) -> None:
    with at_a_number(tmp_path) as terminal:
        terminal.wait_for("2/12", "type a number")
        terminal.send("57")
        terminal.wait_for("57")
        terminal.send(f"123{BACKSPACE}{BACKSPACE}7")
        terminal.wait_for("5717")


def test_a_letter_after_enter_is_no_part_of_the_answer(tmp_path: Path) -> None:
    with at_a_number(tmp_path) as terminal:
        terminal.wait_for("2/12", "type a number")
        terminal.send(f"1234{ENTER}n")
        terminal.wait_for("3/12")
        terminal.send("b")
        terminal.wait_for("2/12")


def test_an_enter_too_many_is_judged_once_and_moves_nothing(tmp_path: Path) -> None:
    with at_a_number(tmp_path) as terminal:
        terminal.wait_for("2/12", "type a number")
        terminal.send(f"1234{ENTER}{ENTER}{ENTER}")
        terminal.wait_for("2/12", "Not yet", "Judged already")
        terminal.send("q")
        terminal.wait_ended()
    assert Progress(tmp_path).of_lesson("neuron").answered == 1


def test_what_was_typed_before_the_next_question_is_no_answer_to_it(tmp_path: Path) -> None:
    with at_a_number(tmp_path) as terminal:
        terminal.wait_for("2/12", "type a number")
        terminal.send(f"n5{ENTER}")
        terminal.wait_for("3/12", "type a number", TOO_EARLY)
        terminal.send(f"sn5{ENTER}h")
        terminal.wait_for("4/12", "Hint:", "type a number")
        terminal.send("q")
        terminal.wait_ended()
    assert Progress(tmp_path).of_lesson("neuron").answered == 0


def test_a_step_by_its_number(tmp_path: Path) -> None:
    with at_a_number(tmp_path) as terminal:
        terminal.wait_for("2/12", "type a number")
        terminal.send(f"g7{ENTER}")
        terminal.wait_for("7/12")
        terminal.send(f"g12{ENTER}")
        terminal.wait_for("12/12")


def test_from_cell_to_cell_of_the_lab(tmp_path: Path) -> None:
    with tutor_terminal(tmp_path, "learn", "neuron/1") as terminal:
        terminal.wait_for("1/12", "n Next")
        terminal.send(f"42{BACKSPACE}{ENTER}{RIGHT}75{BACKSPACE}{ENTER}f")
        terminal.wait_for("layer weights W")
        terminal.send("f")
        terminal.wait_gone("layer weights W")
        terminal.wait_for("1 ‹    4› 2 [    7]")


def test_into_search_and_glossary(tmp_path: Path) -> None:
    with at_a_number(tmp_path) as terminal:
        terminal.wait_for("2/12", "type a number")
        terminal.send("/kern")
        terminal.wait_for("Search lessons", "kern", "kernel")
        terminal.send(ESCAPE)
        terminal.wait_for("2/12", "type a number")
        terminal.send(f"yr{BACKSPACE}softm")
        terminal.wait_for("Glossary", "softm", "softmax")
        terminal.wait_gone("sigmoid")


def test_an_expression_that_begins_with_a_letter_is_text_where_it_comes_at_once(tmp_path: Path) -> None:
    with at_a_number(tmp_path) as terminal:
        terminal.wait_for("2/12", "type a number")
        terminal.send(f"sqrt(2){ENTER}")
        terminal.wait_for("2/12", "(= 1.41421)")
        terminal.send(f"e^-2.5{ENTER}")
        terminal.wait_for("2/12", "(= 0.082085)")
        terminal.send("q")
        terminal.wait_ended()
    assert Progress(tmp_path).of_lesson("neuron").answered == 1
