"""The studio's band: pressed, seen, compared, stopped and forgotten."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tutor.labs.kit.charts import DotPlot
from tutor.labs.kit.controls import ControlError
from tutor.labs.kit.readouts import Curve, Series, Text, Vector
from tutor.labs.studio import StudioLab
from tutor.studio.experiment import DataChoice, Experiment
from tutor.studio.replaying import replayed
from tutor.studio.seed_statistics import student_t
from tutor.studio.token import token_of
from tutor.training.worker.run import Workshop

GIVE_UP_SECONDS = 60.0
EPOCHS, SEEDS = 6, 5
STEPS = EPOCHS * 2
START = Experiment(DataChoice(count=40, noise=10))


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    opened = Workshop(tmp_path / "worker.log")
    yield opened
    opened.close()


def trained(lab: StudioLab, epochs: int = EPOCHS) -> StudioLab:
    for _ in range(epochs):
        lab.press("epoch")
    return lab


def small() -> StudioLab:
    """An inline lab with a run of ``EPOCHS`` epochs."""
    lab = StudioLab()
    for name, value in (("count", 40), ("noise", 10), ("seeds", SEEDS)):
        lab.set(name, value)
    return trained(lab)


def text(lab: StudioLab, name: str) -> str:
    found = lab.read(name)
    assert isinstance(found, Text)
    return found.value


def values(lab: StudioLab, name: str) -> tuple[float, ...]:
    found = lab.read(name)
    assert isinstance(found, Vector)
    return found.values


def lines(lab: StudioLab) -> dict[str, Series]:
    found = lab.read("seed_curve")
    assert isinstance(found, Curve)
    return {series.label: series for series in found.series}


def stored(start: Experiment, seeds: int = SEEDS) -> np.ndarray:
    """The test losses of runs replayed one by one: (seeds, epochs)."""
    runs = (replayed(replace(start.at(STEPS), seed=seed)) for seed in range(seeds))
    return np.array([[record.val_loss for record in run.records] for run in runs])


def test_the_band_is_the_median_and_range_of_the_stored_runs() -> None:
    lab = small()
    lab.press("band")
    assert not lab.busy
    assert text(lab, "progress") == f"{SEEDS} seeds up to epoch {EPOCHS}"
    losses, drawn = stored(START), lines(lab)
    assert drawn["median"].xs == tuple(range(1, EPOCHS + 1))
    np.testing.assert_array_equal(drawn["median"].ys, np.sort(losses, axis=0)[SEEDS // 2])
    np.testing.assert_array_equal(drawn["lowest"].ys, losses.min(axis=0))
    np.testing.assert_array_equal(drawn["highest"].ys, losses.max(axis=0))
    assert (drawn["lowest"].kind, drawn["highest"].kind) == ("edge", "edge")
    np.testing.assert_array_equal(drawn["this run"].ys, losses[0])
    ordered = np.sort(losses[:, -1])
    assert values(lab, "standing") == (losses[0, -1], *ordered)


def test_luck_counts_the_other_seeds_that_are_worse() -> None:
    lab = small()
    lab.press("band")
    last = stored(START)[:, -1]
    better = int((last[1:] > last[0]).sum())
    assert f"after epoch {EPOCHS} your run is better than {better} of {SEEDS - 1} other seeds" in text(lab, "luck")
    dots = lab.read("ends")
    assert isinstance(dots, DotPlot)
    assert dots.rows[0].values == tuple(last.tolist())
    assert dots.rows[1].values == (last[0],)


@pytest.mark.parametrize(("of", "words"), [(np.argmin, "the best of all"), (np.argmax, "the worst of all")])
def test_the_best_and_the_worst_seed_are_called_so(of: Callable[[np.ndarray], np.intp], words: str) -> None:
    lab = small()
    lab.press("band")
    lab.set("seed", int(of(stored(START)[:, -1])))
    trained(lab)
    assert text(lab, "luck").endswith(words)


def test_another_seed_keeps_the_band_and_is_compared_with_all_of_it_at_its_own_epoch() -> None:
    lab = small()
    lab.press("band")
    lab.set("seed", 77)
    assert text(lab, "luck") == "this run has no epoch yet"
    trained(lab, 4)
    own = replayed(replace(START, seed=77).at(8)).records[-1].val_loss
    column = stored(START)[:, 3]
    better = int((column > own).sum())
    assert f"after epoch 4 your run is better than {better} of {SEEDS} other seeds" in text(lab, "luck")
    trained(lab, 5)
    assert text(lab, "luck").startswith(f"after epoch {EPOCHS} ")


def test_another_setting_forgets_the_band_and_compares_the_two_seed_by_seed() -> None:
    lab = small()
    lab.press("band")
    lab.set("rate", 0.1)
    lab.press("reset")
    lab.set("rate", 0.1)
    assert text(lab, "luck").startswith("no band yet")
    assert set(lines(lab)) >= {"median, run 1", "this run"}
    assert "median" not in lines(lab)
    assert text(lab, "better").startswith("this run has no band yet")
    trained(lab)
    lab.press("band")
    a = stored(replace(START, optimizer=replace(START.optimizer, learning_rate=0.1)))[:, -1]
    b = stored(START)[:, -1]
    difference = a - b
    half = student_t(SEEDS - 1) * np.sqrt(((difference - difference.mean()) ** 2).sum() / (SEEDS - 1) / SEEDS)
    expected = (difference.mean(), difference.mean() - half, difference.mean() + half)
    assert values(lab, "difference") == pytest.approx(expected, rel=1e-9)
    better = int((a < b).sum())
    assert f"this experiment is better on {better} of {SEEDS} seeds" in text(lab, "better")


def test_a_fork_after_the_band_keeps_it_and_one_inside_it_does_not() -> None:
    lab = small()
    lab.press("band")
    lab.set("rate", 0.3)
    assert text(lab, "luck").startswith(f"after epoch {EPOCHS} ")
    trained(lab, 2)
    assert text(lab, "luck").startswith(f"after epoch {EPOCHS} ")
    lab.set("moment", 5)
    lab.set("rate", 0.01)
    assert text(lab, "luck").startswith("no band yet")


def test_a_band_with_edits_is_that_of_the_edited_experiment() -> None:
    lab = small()
    lab.set("moment", 5)
    lab.set("rate", 0.3)
    lab.set("batch", 5)
    trained(lab, 3)
    lab.press("band")
    edited = START.at(5).edited("rate", 0.3).edited("batch", 5)
    end = int(lab.number("moment"))
    runs = [replayed(replace(edited.at(end), seed=seed)).records for seed in range(SEEDS)]
    expected = np.median([[record.val_loss for record in records] for records in runs], axis=0)
    np.testing.assert_array_equal(lines(lab)["median"].ys, expected)


def test_other_losses_are_not_compared() -> None:
    lab = small()
    lab.press("band")
    lab.set("loss", "binary_crossentropy")
    trained(lab)
    lab.press("band")
    assert "another loss function" in text(lab, "better")
    assert np.isnan(values(lab, "difference")).all()


def test_without_test_rows_the_losses_are_those_of_the_training() -> None:
    lab = small()
    lab.set("test", 0)
    trained(lab)
    lab.press("band")
    start = replace(START, data=replace(START.data, test=0))
    runs = [replayed(replace(start.at(EPOCHS * 4), seed=seed)).records for seed in range(SEEDS)]
    np.testing.assert_array_equal(lines(lab)["lowest"].ys, np.min([[r.loss for r in run] for run in runs], axis=0))
    curve = lab.read("seed_curve")
    assert isinstance(curve, Curve)
    assert curve.label == f"loss on training rows, {SEEDS} seeds"


def test_it_needs_an_epoch_and_is_not_computed_twice() -> None:
    lab = StudioLab()
    with pytest.raises(ControlError, match="Train for an epoch first"):
        lab.press("band")
    lab = small()
    lab.press("band")
    with pytest.raises(ControlError, match=f"has {SEEDS} seeds up to epoch {EPOCHS} already"):
        lab.press("band")
    lab.set("seeds", SEEDS + 2)
    lab.press("band")
    assert text(lab, "progress") == f"{SEEDS + 2} seeds up to epoch {EPOCHS}"
    np.testing.assert_array_equal(lines(lab)["highest"].ys, stored(START, SEEDS + 2).max(axis=0))
    trained(lab, 1)
    lab.press("band")
    assert text(lab, "progress") == f"{SEEDS + 2} seeds up to epoch {EPOCHS + 1}"


def test_in_the_worker_it_goes_on_in_the_background_and_another_press_stops_it(workshop: Workshop) -> None:
    lab = StudioLab(workshop.start_run)
    lab.show_token(token_of_a_long_run())
    lab.press("band")
    assert lab.busy
    _poll_until(lab, lambda: not text(lab, "progress").startswith(("0 ", "1 ")))
    assert "of 30 seeds" in text(lab, "progress")
    assert "of 30 seeds" in text(lab, "status")
    said = lab.press("band")
    assert said.startswith("Stopped after ")
    assert not lab.busy
    assert text(lab, "progress").endswith("of 30 seeds, stopped")
    assert text(lab, "luck").startswith("after epoch 200 ")
    lab.close()


def test_a_change_of_the_experiment_stops_and_forgets_it(workshop: Workshop) -> None:
    lab = StudioLab(workshop.start_run)
    lab.show_token(token_of_a_long_run())
    lab.press("band")
    lab.set("noise", 30)
    _poll_until(lab, lambda: not lab.busy)
    assert text(lab, "progress") == "none yet"
    assert text(lab, "luck").startswith("no band yet")
    lab.press("take")
    assert text(lab, "progress").endswith("of 30 seeds, stopped")
    lab.press("band")
    _poll_until(lab, lambda: not lab.busy)
    assert text(lab, "progress") == "30 seeds up to epoch 200"
    lab.close()


def token_of_a_long_run() -> str:
    return token_of(START.at(400))


def _poll_until(lab: StudioLab, holds: Callable[[], bool]) -> None:
    end = time.monotonic() + GIVE_UP_SECONDS
    while not holds():
        lab.poll()
        assert time.monotonic() < end, "still waiting"
        time.sleep(0.002)
