"""The first look: what the trained network answers, worked out again in plain NumPy from its parameters."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from tutor.datasets.shapes import NAMES, held_out_rows, training_rows
from tutor.labs.first_look import FirstLookLab, trained
from tutor.labs.kit.controls import ControlError

PLUS = [[0, 0, 1, 0, 0], [0, 0, 1, 0, 0], [1, 1, 1, 1, 1], [0, 0, 1, 0, 0], [0, 0, 1, 0, 0]]
PLUS_LEFT = [[0, 1, 0, 0, 0], [0, 1, 0, 0, 0], [1, 1, 1, 1, 0], [0, 1, 0, 0, 0], [0, 1, 0, 0, 0]]


def answers(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Dense layers with ReLU, and softmax of the last."""
    p, out = trained(), rows
    names = ("dense", "dense_1", "dense_2", "dense_3", "dense_4")
    for name in names:
        z = out @ p[f"{name}.kernel"] + p[f"{name}.bias"]
        out = np.maximum(z, 0)
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def test_it_answers_the_drawing_and_the_drawing_moved_left() -> None:
    lab = FirstLookLab()
    assert lab.get("drawing") == tuple(map(tuple, PLUS))
    here, moved = answers(np.array([PLUS, PLUS_LEFT], dtype=float).reshape(2, 25))
    for name, p, q in zip(NAMES, here, moved, strict=True):
        assert lab.lookup(f"confidences[{name}]") == pytest.approx(p, abs=1e-6)
        assert lab.lookup(f"shifted[{name}]") == pytest.approx(q, abs=1e-6)
    assert (lab.lookup("winner"), lab.lookup("shifted_winner")) == (NAMES[here.argmax()], NAMES[moved.argmax()])
    assert lab.lookup("surest") == pytest.approx(here.max(), abs=1e-6)


def test_it_knows_all_that_it_was_shown_and_their_neighbours() -> None:
    lab = FirstLookLab()
    for path, rows in (("shown_right", training_rows()), ("flipped_right", held_out_rows())):
        right = (answers(rows.inputs).argmax(axis=1) == rows.labels.argmax(axis=1)).sum()
        assert lab.lookup(path) == right
    assert (lab.lookup("shown_right"), lab.lookup("flipped")) == (5, 125)
    assert lab.lookup("parameters") == sum(array.size for array in trained().values()) == 1700


def test_two_changed_pixels_are_not_always_forgiven() -> None:
    lab, shown = FirstLookLab(), training_rows()
    right = total = 0
    for first, second in combinations(range(25), 2):
        rows = shown.inputs.copy()
        rows[:, [first, second]] = 1 - rows[:, [first, second]]
        right += int((answers(rows).argmax(axis=1) == shown.labels.argmax(axis=1)).sum())
        total += len(rows)
    assert (lab.lookup("two_flipped"), lab.lookup("two_flipped_right")) == (total, right)
    assert right < total


def test_the_keys_move_load_and_clear_the_drawing() -> None:
    lab = FirstLookLab()
    lab.press("shift_left")
    assert lab.get("drawing") == tuple(map(tuple, PLUS_LEFT))
    lab.press("clear")
    assert lab.vector("drawing").sum() == 0
    lab.set("shape", "square")
    lab.press("load")
    assert lab.vector("drawing").sum() == 16
    assert lab.lookup("winner") == "square"
    with pytest.raises(ControlError):
        lab.press("drawing")
