"""A band of seeds: each row is the run of the experiment with that seed, to the last bit, however it was computed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tutor.backends.interface import TrainingData
from tutor.engine.layers import Dense, Dropout
from tutor.engine.optimizer_specs import SGD, Adam
from tutor.studio.experiment import DataChoice, Experiment
from tutor.studio.replaying import replayed
from tutor.studio.seeds import Band, SeedRun, epochs_until, without_seed
from tutor.training.run import Run, start_inline
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint
from tutor.training.worker.run import Workshop

GIVE_UP_SECONDS = 60.0
SMALL = DataChoice(count=40, noise=10)
PLAIN = Experiment(SMALL, (Dense(3, "tanh"),), optimizer=SGD(0.1)).at(40)
EDITED = PLAIN.at(3).edited("rate", 0.3).at(7).edited("batch", 4).at(7).edited("weight", (2, 0.5)).at(40)
FROM_THE_BEGINNING = PLAIN.at(0).edited("weight", (0, 2.0)).at(40)
NOISY = Experiment(
    replace(SMALL, test=0), (Dense(6, "relu"), Dropout(0.3)), "binary_crossentropy", Adam(0.01)
).at(15).edited("batch", 7).at(31).edited("rate", 0.003).at(50)  # fmt: skip
DIVERGING = Experiment(DataChoice("slope", count=40), (), optimizer=SGD(100.0)).at(400)


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    opened = Workshop(tmp_path / "worker.log")
    yield opened
    opened.close()


def to_the_end(band: Band) -> None:
    """Poll until it is done."""
    end = time.monotonic() + GIVE_UP_SECONDS
    while band.busy:
        band.poll()
        assert time.monotonic() < end, f"still waiting: {band.done} of {band.seeds}"
        time.sleep(0.002)


def losses_of(experiment: Experiment) -> list[float]:
    """The losses of an experiment's own run, replayed from its beginning in one go."""
    records = replayed(experiment).records
    return [record.loss if np.isnan(record.val_loss) else record.val_loss for record in records]


@pytest.mark.parametrize("experiment", [PLAIN, EDITED, FROM_THE_BEGINNING, NOISY])
def test_each_row_is_the_run_of_the_experiment_with_that_seed_to_the_last_bit(experiment: Experiment) -> None:
    band = Band(start_inline, experiment, 5)
    assert band.losses.shape == (0, band.epochs)
    band.poll()
    assert not band.busy
    expected = [losses_of(replace(experiment, seed=seed)) for seed in range(5)]
    np.testing.assert_array_equal(band.losses, expected)
    assert len({row[-1] for row in expected}) == 5


def test_the_worker_computes_the_same_bits(workshop: Workshop) -> None:
    for experiment in (EDITED, NOISY):
        band = Band(workshop.start_run, experiment, 6)
        to_the_end(band)
        expected = [losses_of(replace(experiment, seed=seed)) for seed in range(6)]
        np.testing.assert_array_equal(band.losses, expected)


@pytest.mark.parametrize("experiment", [PLAIN, PLAIN.at(1), EDITED, NOISY, PLAIN.at(5).edited("rate", 1.0)])
def test_the_epochs_are_those_of_a_replay(experiment: Experiment) -> None:
    replay = replayed(experiment)
    assert epochs_until(experiment) == replay.checkpoint.position.epoch == len(replay.records)


def test_it_says_how_far_it_is_and_can_be_stopped_and_go_on(workshop: Workshop) -> None:
    longer = PLAIN.at(2000)
    band = Band(workshop.start_run, longer, 12)
    seen = set()
    while band.done < 3:
        band.poll()
        seen.add(band.done)
    band.close()
    stopped, before = band.done, band.losses
    assert 3 <= stopped < 12
    assert len(seen) > 1
    assert not band.busy
    assert not band.poll()
    assert band.done == stopped
    band.go_on(12)
    to_the_end(band)
    assert band.losses.shape == (12, 1000)
    np.testing.assert_array_equal(band.losses[:stopped], before)
    np.testing.assert_array_equal(band.losses[stopped], losses_of(replace(longer, seed=stopped)))


def test_every_run_is_closed_when_it_is_done_or_the_band_is_stopped(workshop: Workshop) -> None:
    opened: list[int] = []
    closed: list[int] = []

    def start(settings: RunSettings, data: TrainingData, checkpoint: Checkpoint | None = None) -> Run:
        run = workshop.start_run(settings, data, checkpoint)
        opened.append(id(run))
        close = run.close

        def noted() -> None:
            closed.append(id(run))
            close()

        run.close = noted  # type: ignore[method-assign]
        return run

    band = Band(start, EDITED.at(2000), 12)
    while band.done < 2:
        band.poll()
    assert len(closed) < len(opened)
    band.close()
    assert sorted(closed) == sorted(opened)


def test_a_seed_whose_run_cannot_go_on_is_infinite_from_there_and_says_why() -> None:
    band = Band(start_inline, DIVERGING, 2)
    band.poll()
    assert band.losses.shape == (2, 200)
    assert np.isinf(band.losses[:, -1]).all()
    assert set(band.stops) == {0, 1}
    run = SeedRun(start_inline, band.of(1))
    run.poll()
    assert run.done
    assert band.stops[1] == run.stopped == replayed(band.of(1)).stopped
    assert "Lower the learning rate" in run.stopped


def test_it_holds_for_what_is_the_same_experiment_as_far_as_it_goes() -> None:
    band = Band(start_inline, PLAIN, 2)
    assert band.holds(replace(PLAIN, seed=7))
    assert band.holds(PLAIN.at(3))
    assert band.holds(PLAIN.edited("rate", 1.0).at(80))
    assert not band.holds(PLAIN.at(3).edited("rate", 1.0).at(80))
    assert not band.holds(replace(PLAIN, batch=5))
    assert band.of(1) == replace(PLAIN, seed=1)


def test_the_engine_of_a_band_is_numpys() -> None:
    assert without_seed(replace(PLAIN, backend="tensorflow")).backend == "numpy"
