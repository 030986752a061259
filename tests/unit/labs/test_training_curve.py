"""Training curves: raw values behind their mean, the run before, the lowest held-out loss."""

from __future__ import annotations

import numpy as np
import pytest

from tutor.labs.kit.training_curve import recent_means, training_curve
from tutor.labs.shapes.lab import ShapesLab
from tutor.training.history import EpochRecord, History
from tutor.ui.plotting import legend, line_numbers


def history(losses: list[float], held_out: list[float] | None = None) -> History:
    made, others = History(), held_out or [float("nan")] * len(losses)
    made.add([EpochRecord(i, a, 0.5, b, 0.5, 0.0) for i, (a, b) in enumerate(zip(losses, others, strict=True), 1)])
    return made


def test_the_mean_is_that_of_the_last_tenth_of_the_epochs() -> None:
    rng = np.random.default_rng(3)
    values = rng.uniform(0, 5, 200).tolist()
    means = recent_means(range(1, 201), values)
    assert means[0] == values[0]
    for epoch in (2, 9, 10, 11, 35, 120, 200):
        inside = [v for e, v in enumerate(values, 1) if 0.9 * epoch < e <= epoch]
        assert means[epoch - 1] == pytest.approx(sum(inside) / len(inside))


def test_what_jumps_is_faint_behind_its_mean_and_what_does_not_is_a_line() -> None:
    smooth = training_curve("c", "loss", history([1 / e for e in range(1, 100)]))
    assert [s.kind for s in smooth.series] == ["line", "line"]
    jumping = training_curve("c", "loss", history([1 / e + 0.1 * (e % 2) for e in range(1, 100)]))
    assert [(s.label, s.kind) for s in jumping.series] == [
        ("training", "raw"), ("training, averaged", "line"), ("held out", "line"),
    ]  # fmt: skip
    # The raw values have the colour of their mean, and no entry of their own.
    assert line_numbers(jumping) == [0, 0, 1]
    assert [words for _, _, words in legend(jumping)] == ["training, averaged", "held out"]


def test_the_run_before_is_a_ghost_and_the_lowest_held_out_loss_is_marked() -> None:
    now, before = history([3.0, 2.0, 1.0], [3.0, 1.5, 2.0]), history([4.0, 3.0], [4.0, 3.5])
    curve = training_curve("c", "loss", now, before)
    assert curve.marker == (2.0, 1.5)
    *_, ghost = curve.series
    assert (ghost.label, ghost.kind, ghost.ys) == ("run before", "ghost", (4.0, 3.5))
    assert line_numbers(curve) == [0, 1, 1]
    assert training_curve("c", "accuracy", now, before).marker is None
    # Where nothing is held out, it is the line of the training.
    *_, ghost = training_curve("c", "loss", history([1.0, 2.0]), history([2.0, 1.0])).series
    assert (ghost.label, ghost.ys) == ("run before", (2.0, 1.0))


def test_a_reset_keeps_the_run_before_and_so_does_a_saved_lab() -> None:
    lab = ShapesLab()
    lab.set("epochs", 5)
    lab.press("train")
    curve = lab.read("loss_curve")
    lab.press("reset")
    lab.press("reset")
    ghost = lab.read("loss_curve").series[-1]
    assert (ghost.kind, ghost.ys) == ("ghost", curve.series[-1].ys)
    again = ShapesLab()
    again.restore(lab.state())
    assert again.read("loss_curve") == lab.read("loss_curve")
    lab.close()
    again.close()
