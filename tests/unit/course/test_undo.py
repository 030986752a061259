"""Undo and redo: drawings stroke by stroke, and training that was thrown away, to the last bit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from tutor.course import undo
from tutor.course.undo import NothingToUndo, UndoHistory
from tutor.labs.backpropagation import BackpropagationLab
from tutor.labs.computation_graph import ComputationGraphLab
from tutor.labs.digits import DigitsLab
from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import ControlError
from tutor.labs.overfitting.lab import OverfittingLab
from tutor.labs.shapes.lab import ShapesLab
from tutor.labs.shapes_cnn.lab import ShapesCnnLab
from tutor.training.turns import Turns

Change = tuple[str, object]
"""A control and its new value, or an action and None."""


def make(history: UndoHistory, *changes: Change, stroke: object | None = None) -> str:
    """Make changes as the faces do; what the last one threw away."""
    discarded = ""
    for name, value in changes:
        with history.recording(name, stroke) as recorded:
            if value is None:
                history.lab.press(name)
            else:
                history.lab.set(name, value)
        discarded = recorded.discarded
    return discarded


def everything(lab: Lab) -> dict[str, object]:
    """All values and readouts of a lab to the last bit, in words: NaN is equal to itself. Without how long it took."""
    return {
        **{control.name: lab.get(control.name) for control in lab.value_controls()},
        **{name: repr(lab.read(name)) for name in lab.readout_names() if name != "time_left"},
    }


def pressed(lab: Lab, *names: str) -> Lab:
    for name in names:
        lab.press(name)
    return lab


def quick(lab: Lab, **values: object) -> Lab:
    for name, value in values.items():
        lab.set(name, value)
    return lab


def shapes() -> Lab:
    """Two epochs and two steps of the third, a taught drawing, one on the grid."""
    return pressed(quick(ShapesLab(), epochs=5), "noise", "teach", "epoch", "epoch", "step", "step", "invert")


def digits() -> Lab:
    lab = quick(DigitsLab(), network="softmax", rows=200, epochs=3, patience=2)
    return pressed(lab, "take", "epoch", "epoch", "step")


def overfitting() -> Lab:
    return pressed(quick(OverfittingLab(), epochs=4), "epoch", "epoch")


def shapes_cnn() -> Lab:
    return pressed(quick(ShapesCnnLab(), epochs=3, filters=2), "clear", "epoch", "epoch")


def backpropagation() -> Lab:
    return pressed(quick(BackpropagationLab(), network="own"), "update", "update", "on")


def graph() -> Lab:
    return pressed(ComputationGraphLab(), "forward", "forward")


WORTH_KEEPING: Sequence[tuple[Callable[[], Lab], Change, str, str]] = (
    (shapes, ("reset", None), "2 epochs of training", "train"),
    (shapes, ("seed", 3), "2 epochs of training", "train"),
    (shapes, ("forget", None), "the taught drawing", "train"),
    (digits, ("reset", None), "2 epochs of training", "train"),
    (digits, ("take_best", None), "2 epochs of training", "train"),
    (overfitting, ("reset", None), "2 epochs of training", "train"),
    (overfitting, ("best", None), "2 epochs of training", "train"),
    (overfitting, ("units", 2), "2 epochs of training", "train"),
    (overfitting, ("rows", 80), "2 epochs of training", "train"),
    (shapes_cnn, ("reset", None), "2 epochs of training", "train"),
    (shapes_cnn, ("head", "flatten"), "2 epochs of training", "train"),
    (backpropagation, ("reset", None), "2 updates", "many"),
    (backpropagation, ("units", 4), "2 updates", "many"),
    (graph, ("reset", None), "the values and gradients", "forward"),
)


@pytest.mark.parametrize(
    ("begun", "change", "work", "go_on"), WORTH_KEEPING, ids=lambda value: getattr(value, "__name__", str(value))
)
def test_what_a_change_threw_away_comes_back_and_goes_on_to_the_bit(
    begun: Callable[[], Lab], change: Change, work: str, go_on: str
) -> None:
    lab, untouched = begun(), begun()
    history = UndoHistory(lab)
    assert make(history, change) == work
    after = everything(lab)
    assert after != everything(untouched)
    assert history.undo().sentence == f"Undone. You have {work} back."
    assert everything(lab) == everything(untouched)
    for one in (lab, untouched):
        one.press(go_on)
    assert everything(lab) == everything(untouched)
    # Redo goes to what was there before undo, and undo to what was trained meanwhile.
    trained = everything(lab)
    history.redo()
    assert everything(lab) == after
    history.undo()
    assert everything(lab) == trained


def test_a_run_in_the_background_is_brought_back_where_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.training.turns.TURN_SECONDS", 0.0)
    lab = quick(ShapesLab(Turns().start_run), epochs=20)
    whole = pressed(quick(ShapesLab(), epochs=20), "train")
    lab.press("train")
    while lab.lookup("steps_done") != 33:
        lab.poll()
    history = UndoHistory(lab)
    assert make(history, ("reset", None)).endswith(" epochs of training")
    assert not lab.busy
    history.undo()
    assert lab.lookup("steps_done") >= 33
    lab.press("train")
    while lab.busy:
        lab.poll()
    for name in ("confidences", "loss_curve", "accuracy_curve", "status", "step_loss"):
        assert lab.read(name) == whole.read(name), name


def test_patience_goes_on_counting_after_undo() -> None:
    """The best epoch and its weights are part of what comes back."""
    settings = {"network": "softmax", "rows": 200, "epochs": 40, "patience": 2, "learning_rate": 1.0}
    lab, untouched = (quick(DigitsLab(), **settings) for _ in range(2))
    for one in (lab, untouched):
        pressed(one, "epoch", "epoch", "epoch")
    history = UndoHistory(lab)
    make(history, ("reset", None))
    history.undo()
    for one in (lab, untouched):
        one.press("train")
    assert 3 < float(untouched.lookup("epochs_done")) < 40
    assert everything(lab) == everything(untouched)
    for one in (lab, untouched):
        one.press("take_best")
    assert lab.read("confidences") == untouched.read("confidences")


def test_large_weights_wait_in_a_file_and_come_back_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.training.saved.stored_arrays.LARGE", 1)
    lab, untouched = digits(), digits()
    history = UndoHistory(lab)
    make(history, ("reset", None))
    history.undo()
    assert everything(lab) == everything(untouched)


@pytest.fixture
def drawing() -> UndoHistory:
    lab = ShapesLab()
    lab.press("clear")
    return UndoHistory(lab)


def pixels(*on: int) -> list[float]:
    return [float(i in on) for i in range(25)]


def on_grid(history: UndoHistory) -> list[int]:
    return np.flatnonzero(history.lab.vector("drawing")).tolist()


def test_drawings_go_back_and_forth_one_by_one(drawing: UndoHistory) -> None:
    make(drawing, ("drawing", pixels(1)), ("drawing", pixels(1, 2)), ("invert", None))
    assert drawing.undo().sentence == "Undone: drawing."
    assert on_grid(drawing) == [1, 2]
    drawing.undo()
    drawing.undo()
    assert on_grid(drawing) == []
    with pytest.raises(NothingToUndo, match="nothing to undo"):
        drawing.undo()
    assert drawing.redo().sentence == "Redone: drawing."
    drawing.redo()
    assert on_grid(drawing) == [1, 2]
    # Whoever draws on from here cannot redo what came after.
    make(drawing, ("drawing", pixels(7)))
    assert not drawing.can_redo
    with pytest.raises(NothingToUndo, match="nothing to redo"):
        drawing.redo()
    drawing.undo()
    assert on_grid(drawing) == [1, 2]


def test_one_stroke_is_one_step(drawing: UndoHistory) -> None:
    first, second = object(), object()
    make(drawing, ("drawing", pixels(1)), ("drawing", pixels(1, 2)), stroke=first)
    make(drawing, ("drawing", pixels(1, 2, 8)), ("drawing", pixels(1, 2, 8, 9)), stroke=second)
    drawing.undo()
    assert on_grid(drawing) == [1, 2]
    drawing.undo()
    assert on_grid(drawing) == []
    drawing.redo()
    # What a pen goes on with after undo and redo is a step of its own.
    make(drawing, ("drawing", pixels(1, 2, 3)), stroke=first)
    drawing.undo()
    assert on_grid(drawing) == [1, 2]


def test_controls_that_draw_go_back_with_their_drawing() -> None:
    lab = ShapesCnnLab()
    history = UndoHistory(lab)
    make(history, ("shift_up", None), ("shape", "plus"))
    drawn = lab.get("drawing")
    history.undo()
    assert lab.get("shape") == "square"
    shifted = lab.get("drawing")
    history.undo()
    assert shifted != lab.get("drawing") == ShapesCnnLab().get("drawing")
    history.redo()
    history.redo()
    assert (lab.get("shape"), lab.get("drawing")) == ("plus", drawn)


def test_other_controls_and_what_is_refused_are_no_steps(drawing: UndoHistory) -> None:
    make(drawing, ("dropout", 0.5), ("drawing", pixels()), ("seed", 3), ("reset", None), ("seed", 3))
    with pytest.raises(ControlError):
        make(drawing, ("drawing", [7.0]))
    with pytest.raises(ControlError):
        make(drawing, ("forget", None))
    assert not drawing.can_undo
    drawing.lab.press("step")
    assert make(drawing, ("seed", 3)) == ""
    assert not drawing.can_undo
    assert make(drawing, ("seed", 4)) == "1 step of training"


def test_teaching_is_a_step_between_drawings_and_leaves_the_weights(drawing: UndoHistory) -> None:
    lab = drawing.lab
    make(drawing, ("drawing", pixels(1)), ("teach", None), ("shape", "bar"), ("drawing", pixels(1, 2)), ("teach", None))
    lab.press("epoch")
    trained = everything(lab)

    def stands() -> tuple[list[int], object]:
        return on_grid(drawing), lab.lookup("training_rows")

    assert drawing.undo().sentence == "Undone: teach."
    assert stands() == ([1, 2], 6)
    assert everything(lab)["confidences"] == trained["confidences"]
    drawing.undo()
    assert stands() == ([1], 6)
    drawing.undo()
    assert stands() == ([1], 5)
    drawing.undo()
    assert stands() == ([], 5)
    assert not drawing.can_undo
    for _ in range(3):
        drawing.redo()
    assert drawing.redo().sentence == "Redone: teach."
    # The labels too, though another shape is chosen now.
    assert stands() == ([1, 2], 7)
    assert lab.state().arrays["taught_labels"].argmax(axis=1).tolist() == [0, 4]
    # What is taught after forgetting comes back in its turn.
    assert make(drawing, ("forget", None)) == "the taught drawing"
    make(drawing, ("teach", None))
    drawing.undo()
    drawing.undo()
    assert stands() == ([1, 2], 7)


def test_the_oldest_of_many_steps_are_forgotten(drawing: UndoHistory) -> None:
    for i in range(undo.MOST_STEPS + 10):
        make(drawing, ("drawing", pixels(i % 24, (i + 1) % 24)))
    for _ in range(undo.MOST_STEPS):
        drawing.undo()
    assert not drawing.can_undo
    assert on_grid(drawing) == [9, 10]


def resets(lab: Lab, epochs: Sequence[int]) -> list[float | str]:
    """Train and reset several times; what undo then brings back, the last first."""
    history = UndoHistory(lab)
    for count in epochs:
        pressed(lab, *["epoch"] * count)
        make(history, ("reset", None))
    back: list[float | str] = []
    while history.can_undo:
        history.undo()
        back.append(lab.lookup("epochs_done"))
    return back


def test_the_last_resets_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resets(ShapesLab(), (4, 3, 2, 1)) == [1, 2, 3]
    monkeypatch.setattr(undo, "MOST_STATE_BYTES", 1)
    assert resets(ShapesLab(), (2, 1)) == [1]
