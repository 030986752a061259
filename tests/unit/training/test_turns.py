"""Runs that train a little at each poll come to what a run at once comes to, and can be left in between."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.labs.shapes.lab import ShapesLab
from tutor.training.run import RunStarter, must_not_block, start_inline
from tutor.training.turns import Turns


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> Turns:
    """Turns of one step each, however fast the machine is."""
    monkeypatch.setattr("tutor.training.turns.TURN_SECONDS", 0.0)
    return Turns()


def lab(start_run: RunStarter, epochs: int = 20) -> ShapesLab:
    made = ShapesLab(start_run)
    made.set("epochs", epochs)
    return made


def poll_to_the_end(shapes: ShapesLab) -> int:
    polls = 0
    while shapes.busy:
        shapes.poll()
        polls += 1
    return polls


def test_in_turns_it_comes_to_the_same_as_at_once(turns: Turns) -> None:
    slowly, at_once = lab(turns.start_run), lab(start_inline)
    at_once.press("train")
    slowly.press("train")
    assert slowly.busy
    assert poll_to_the_end(slowly) > 50
    for name in ("epochs_done", "loss", "held_out_loss", "accuracy"):
        assert slowly.lookup(name) == at_once.lookup(name), name
    assert slowly.read("loss_curve") == at_once.read("loss_curve")
    assert slowly.lookup("status") == "trained for 20 epochs"


def test_between_two_turns_it_can_be_paused_kept_and_gone_on_with(turns: Turns) -> None:
    begun, whole = lab(turns.start_run), lab(start_inline)
    whole.press("train")
    begun.press("train")
    for _ in range(33):
        begun.poll()
    begun.press("pause")
    assert not begun.busy
    assert str(begun.lookup("status")).startswith("paused at epoch ")
    came_back = lab(turns.start_run)
    came_back.restore(begun.state())
    came_back.press("finish")
    poll_to_the_end(came_back)
    assert came_back.lookup("epochs_done") == 20
    np.testing.assert_allclose(float(came_back.lookup("loss")), float(whole.lookup("loss")), rtol=1e-9)


def test_while_a_step_is_opened_runs_end_within_their_command(turns: Turns) -> None:
    shapes = lab(turns.start_run)
    with turns.at_once():
        shapes.press("train")
    assert not shapes.busy
    assert shapes.lookup("status") == "trained for 20 epochs"
    shapes.press("reset")
    shapes.press("train")
    assert shapes.busy


def test_another_engine_is_begun_elsewhere_and_nobody_waits_for_a_painter() -> None:
    asked = []

    def elsewhere(settings, data, start=None):  # type: ignore[no-untyped-def]
        asked.append(settings)
        return start_inline(settings, data, start)

    shapes = lab(Turns(elsewhere).start_run)
    shapes.set("engine", "tensorflow")
    shapes.press("train")
    assert [(settings.backend, settings.epochs_per_second) for settings in asked] == [("tensorflow", None)]
    assert not must_not_block(Turns().start_run)
