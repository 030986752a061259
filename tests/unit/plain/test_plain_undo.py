"""undo and redo, typed."""

from __future__ import annotations

from pathlib import Path

from tests.unit.plain.test_plain_changes import learn
from tests.unit.plain.test_plain_face import after


def test_a_drawing_is_taken_back_and_made_again(tmp_path: Path) -> None:
    output = learn(tmp_path, "convolution", "undo", "w", "draw drawing 0 0 0 6", "undo", "show drawing[0][3]", "redo")
    assert after(output, "undo").startswith("Undone: drawing.\n")
    assert "There is nothing to undo.\n" in output
    assert after(output, "show drawing[0][3]") == "drawing[0][3]: 0"
    assert after(output, "redo").startswith("Redone: drawing.\n")


def test_training_that_was_thrown_away_comes_back(tmp_path: Path) -> None:
    lines = ("press epoch", "press reset", "undo", "show epochs_done", "set seed 5", "UNDO", "show seed")
    output = learn(tmp_path, "shapes", *lines)
    assert after(output, "press reset").startswith(
        "Back to the initial weights.\nType undo to bring back 1 epoch of training"
    )
    assert after(output, "undo").startswith("Undone. You have 1 epoch of training back.")
    assert after(output, "show epochs_done") == "epochs done (epochs_done): 1"
    assert "Type undo to bring back 1 epoch of training." in after(output, "set seed 5")
    assert "ctrl" not in output
    assert after(output, "show seed").startswith("seed: 0;")


def test_another_step_begins_without_a_history(tmp_path: Path) -> None:
    output = learn(tmp_path, "convolution", "w", "next", "undo")
    assert "There is nothing to undo." in after(output, "undo")
