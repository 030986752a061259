"""A learner's session on the shapes network in a real terminal, from the home screen to quitting and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.shapes_screen import (
    PLUS,
    RHOMBUS,
    choose,
    confidences,
    flipped,
    go_to,
    grid_place,
    open_full_lab,
    open_shapes,
    pixels,
    status,
    training_epoch,
    winner,
)
from tests.e2e.terminal import DOWN, ESCAPE, RIGHT, SPACE, Terminal, tutor_terminal

SIZES = pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])


def leave(terminal: Terminal) -> None:
    """From the full lab: back to the step, home, and out."""
    terminal.send(ESCAPE)
    terminal.wait_for("A network sees no squares")
    terminal.send(ESCAPE)
    terminal.wait_for("Resume: The shapes network, step 1 of 17")
    terminal.send("q")
    assert terminal.wait_ended() == 0


@SIZES
def test_draws_trains_asks_quits_and_goes_on(tmp_path: Path, columns: int, rows: int) -> None:
    with open_shapes(tmp_path, columns, rows) as terminal:
        assert terminal.in_full_screen
        open_full_lab(terminal)
        assert pixels(terminal.text) == RHOMBUS

        # Drawing: every changed pixel changes the answer.
        drawn = RHOMBUS
        for keys, place in (((), (0, 0)), ((RIGHT, RIGHT), (0, 2)), ((DOWN, DOWN), (2, 2))):
            before = confidences(terminal.text)
            drawn = flipped(drawn, [place])
            terminal.send(*keys, SPACE)
            terminal.wait_until(lambda text: pixels(text) == drawn, f"the drawing {drawn}")  # noqa: B023
            terminal.wait_until(lambda text: confidences(text) not in (before, {}), "other confidences")  # noqa: B023

        # Training: play, pause, play, to the end of the epochs.
        go_to(terminal, "epochs")
        terminal.wait_until(lambda text: status(text) == "untrained", "the status")
        untrained = winner(terminal.text), confidences(terminal.text)
        terminal.send("p")
        terminal.wait_until(lambda text: training_epoch(text) > 10, "the first epochs")
        terminal.send("p")
        terminal.wait_until(lambda text: status(text).startswith("paused at epoch"), "a pause")
        terminal.send("p")
        terminal.wait_until(lambda text: status(text).startswith("trained for 300 epochs"), "the end of the training")

        # Asking: the network knows the shape that it was taught.
        choose(terminal, "shape", "plus")
        terminal.send("l")
        go_to(terminal, "drawing", back=True)
        asked = terminal.wait_until(lambda text: pixels(text) == PLUS and winner(text) == "plus", "a plus")
        trained = confidences(asked)
        assert trained["plus"] == max(trained.values()) > 0.5
        assert (winner(asked), trained) != untrained
        terminal.send(SPACE)
        drawn = flipped(PLUS, [(2, 2)])
        terminal.wait_until(lambda text: pixels(text) == drawn, f"the drawing {drawn}")
        answer = terminal.wait_until(lambda text: confidences(text) not in (trained, {}), "other confidences")
        left = winner(answer), confidences(answer)

        leave(terminal)
        assert terminal.restored

    with tutor_terminal(tmp_path, columns=columns, rows=rows) as terminal:
        terminal.wait_for("Resume: The shapes network, step 1 of 17")
        terminal.send("r")
        terminal.wait_for("A network sees no squares", "→ Skipped")
        terminal.wait_until(lambda text: pixels(text) == drawn, "the drawing that was left")
        open_full_lab(terminal)
        assert (winner(terminal.text), confidences(terminal.text)) == left
        go_to(terminal, "epochs")
        terminal.wait_until(lambda text: status(text).startswith("trained for 300 epochs"), "the trained network")
        leave(terminal)


@SIZES
def test_the_mouse_draws_too(tmp_path: Path, columns: int, rows: int) -> None:
    with open_shapes(tmp_path, columns, rows) as terminal:
        open_full_lab(terminal)
        place = grid_place(terminal.text)
        assert place is not None
        left, top, scale = place
        terminal.press_mouse(left, top)
        terminal.lift_mouse(left, top)
        clicked = flipped(RHOMBUS, [(0, 0)])
        terminal.wait_until(lambda text: pixels(text) == clicked, "a pixel by a click")

        # A drag goes on with what its first pixel became, also over pixels that the mouse skipped.
        before = confidences(terminal.text)
        terminal.press_mouse(left + 2 * scale, top + 4 * scale)
        terminal.drag_mouse(left + 8 * scale, top + 4 * scale)
        terminal.lift_mouse(left + 8 * scale, top + 4 * scale)
        # The row 00100 is 01111 then.
        dragged = flipped(clicked, [(4, 1), (4, 3), (4, 4)])
        terminal.wait_until(lambda text: pixels(text) == dragged, "pixels by a drag")
        terminal.wait_until(lambda text: confidences(text) not in (before, {}), "other confidences")


def test_a_window_that_changes_its_size(tmp_path: Path) -> None:
    with open_shapes(tmp_path, 80, 24) as terminal:
        open_full_lab(terminal)
        terminal.send(SPACE)
        drawn = flipped(RHOMBUS, [(0, 0)])
        terminal.wait_until(lambda text: pixels(text) == drawn, "the drawing")
        terminal.resize(40, 10)
        terminal.wait_for("40×10")
        terminal.resize(120, 40)
        terminal.wait_until(lambda text: pixels(text) == drawn and "40×10" not in text, "the lab again")
        assert len(terminal.text.split("\n")) == 40


@pytest.mark.tensorflow
def test_tensorflow_trains_when_it_is_chosen(tmp_path: Path) -> None:
    with open_shapes(tmp_path, 120, 40) as terminal:
        open_full_lab(terminal)
        choose(terminal, "engine", "tensorflow")
        choose(terminal, "pace", "full")
        terminal.send("p")
        terminal.wait_for("TensorFlow is loading: ")
        terminal.wait_until(lambda text: status(text).startswith("trained for 300 epochs"), "the end of the training")
        go_to(terminal, "drawing", back=True)
        terminal.wait_until(lambda text: winner(text) == "rhombus", "the shape that is drawn")
