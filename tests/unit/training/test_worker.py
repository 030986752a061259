"""Runs in the worker process: the same numbers as inline, commands while it trains, and what happens when it dies."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tutor.backends.interface import BackendName
from tutor.datasets.shapes import training_rows
from tutor.engine.spec import Dense, NetworkSpec
from tutor.training.history import EpochRecord
from tutor.training.models import shapes_mlp
from tutor.training.run import InlineRun, Run
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Phase
from tutor.training.trainer import Trainer
from tutor.training.worker.run import Workshop

from .test_trainer import shapes_data

GIVE_UP_SECONDS = 60.0
CROSSENTROPY = "categorical_crossentropy"


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    opened = Workshop(tmp_path / "worker.log")
    yield opened
    opened.close()


def follow(run: Run, until: Callable[[], bool]) -> list[EpochRecord]:
    """Poll until the condition holds."""
    records: list[EpochRecord] = []
    end = time.monotonic() + GIVE_UP_SECONDS
    while True:
        records += run.poll()
        if until():
            return records
        assert time.monotonic() < end, f"still waiting: {run.snapshot.phase} {run.snapshot.message}"
        time.sleep(0.005)


def over(run: Run) -> bool:
    return run.snapshot.phase not in (Phase.RUNNING, Phase.STARTING)


def inline(settings: RunSettings) -> InlineRun:
    run = InlineRun(settings, shapes_data())
    run.play()
    return run


@pytest.mark.true_worker
def test_the_worker_comes_to_the_same_bits_as_an_inline_run(workshop: Workshop) -> None:
    settings = RunSettings(shapes_mlp(4), 60)
    run = workshop.start_run(settings, shapes_data())
    run.play()
    assert run.snapshot.phase is Phase.STARTING
    records = follow(run, lambda: over(run))
    expected = inline(settings)
    assert run.snapshot.phase is Phase.DONE
    assert np.array_equal(run.snapshot.checkpoint.engine.theta, expected.snapshot.checkpoint.engine.theta)
    assert [(r.epoch, r.loss) for r in records] == [(r.epoch, r.loss) for r in expected.poll()]


def test_pause_step_epoch_and_play_on_lose_nothing(workshop: Workshop) -> None:
    settings = RunSettings(shapes_mlp(4), 60, epochs_per_second=200)
    run = workshop.start_run(settings, shapes_data())
    run.play()
    records = follow(run, lambda: run.snapshot.epoch > 3)
    run.pause()
    assert run.snapshot.phase is Phase.PAUSED
    records += follow(run, lambda: not run.poll() and over(run))
    run.step()
    records += follow(run, lambda: over(run))
    run.epoch()
    records += follow(run, lambda: over(run))
    assert run.snapshot.checkpoint.position.batch == 0
    run.play()
    follow(run, lambda: over(run))
    # However far it had come when it was paused: as many steps in one go give the same bits.
    expected = Trainer(settings, shapes_data())
    expected.advance(run.snapshot.step)
    assert np.array_equal(run.snapshot.checkpoint.engine.theta, expected.backend.state().theta)


def test_a_run_until_a_step_ends_there_and_one_that_is_there_stays(workshop: Workshop) -> None:
    settings = RunSettings(shapes_mlp(4), 1000)
    expected = InlineRun(settings, shapes_data())
    expected.until(2233)
    assert (expected.snapshot.step, expected.snapshot.phase) == (2233, Phase.PAUSED)
    assert len(expected.poll()) == expected.snapshot.epoch == 446
    run = workshop.start_run(settings, shapes_data())
    run.until(2233)
    records = follow(run, lambda: run.settled)
    assert (run.snapshot.step, run.snapshot.phase) == (2233, Phase.PAUSED)
    assert len(records) == 446
    assert np.array_equal(run.snapshot.checkpoint.engine.theta, expected.snapshot.checkpoint.engine.theta)
    for each in (run, expected):
        each.until(10)
        follow(each, lambda each=each: each.settled)
        assert (each.snapshot.step, each.snapshot.phase) == (2233, Phase.PAUSED)


def test_a_killed_worker_is_started_again_and_still_goes_until_the_step(workshop: Workshop) -> None:
    run = workshop.start_run(RunSettings(shapes_mlp(4), 1000, epochs_per_second=150), shapes_data())
    run.until(400)
    records = follow(run, lambda: run.snapshot.epoch >= 10)
    assert workshop.pid is not None
    os.kill(workshop.pid, signal.SIGKILL)
    records += follow(run, lambda: "killed by signal 9" in run.snapshot.message)
    records += follow(run, lambda: over(run))
    assert run.snapshot.step == 400
    assert [r.epoch for r in records] == list(range(1, 81))


def test_the_learning_rate_can_be_changed_while_it_runs(workshop: Workshop) -> None:
    run = workshop.start_run(RunSettings(shapes_mlp(4), 100_000), shapes_data())
    run.play()
    follow(run, lambda: run.snapshot.epoch > 10)
    run.set_learning_rate(0.0)
    follow(run, lambda: run.snapshot.learning_rate == 0.0 and run.snapshot.phase is Phase.RUNNING)
    epoch = run.snapshot.epoch
    follow(run, lambda: run.snapshot.epoch > epoch)
    theta, epoch = run.snapshot.checkpoint.engine.theta, run.snapshot.epoch
    follow(run, lambda: run.snapshot.epoch > epoch)
    assert np.array_equal(run.snapshot.checkpoint.engine.theta, theta)


def test_a_killed_worker_is_started_again_and_the_run_comes_to_the_same_bits(workshop: Workshop) -> None:
    run = workshop.start_run(RunSettings(shapes_mlp(4), 80, epochs_per_second=150), shapes_data())
    run.play()
    records = follow(run, lambda: run.snapshot.epoch >= 10)
    assert workshop.pid is not None
    os.kill(workshop.pid, signal.SIGKILL)
    records += follow(run, lambda: "killed by signal 9" in run.snapshot.message)
    assert "restarted from epoch" in run.snapshot.message
    records += follow(run, lambda: over(run))
    expected = inline(RunSettings(shapes_mlp(4), 80))
    assert np.array_equal(run.snapshot.checkpoint.engine.theta, expected.snapshot.checkpoint.engine.theta)
    assert [r.epoch for r in records] == list(range(1, 81))


def test_a_worker_killed_while_nothing_runs_is_no_loss(workshop: Workshop) -> None:
    run = workshop.start_run(RunSettings(shapes_mlp(4), 5), shapes_data())
    run.play()
    follow(run, lambda: over(run))
    assert workshop.pid is not None
    os.kill(workshop.pid, signal.SIGKILL)
    follow(run, lambda: "killed" in run.snapshot.message)
    run.play()
    follow(run, lambda: over(run) and run.snapshot.epoch == 10)


def test_a_diverging_run_fails_with_a_sentence_and_can_be_changed_and_played_on(workshop: Workshop) -> None:
    run = workshop.start_run(RunSettings(shapes_mlp(0, learning_rate=1e38, dropout=0.0), 300), shapes_data())
    run.play()
    follow(run, lambda: run.snapshot.phase is Phase.FAILED)
    assert "Lower the learning rate" in run.snapshot.message
    run.set_learning_rate(0.0)
    run.play()
    follow(run, lambda: run.snapshot.epoch >= 1)


def test_two_runs_share_the_worker(workshop: Workshop) -> None:
    one = workshop.start_run(RunSettings(shapes_mlp(1), 40), shapes_data())
    other = workshop.start_run(RunSettings(shapes_mlp(2), 40), shapes_data())
    one.play()
    other.play()
    follow(one, lambda: over(one))
    follow(other, lambda: over(other))
    for run, seed in ((one, 1), (other, 2)):
        expected = inline(RunSettings(shapes_mlp(seed), 40)).snapshot.checkpoint.engine.theta
        assert np.array_equal(run.snapshot.checkpoint.engine.theta, expected)


def test_the_worker_ends_with_its_parent(workshop: Workshop) -> None:
    worker = workshop.worker
    worker.close()
    with pytest.raises(ProcessLookupError):
        os.kill(worker.pid, 0)


@pytest.mark.true_worker
@pytest.mark.tensorflow
def test_tensorflow_trains_in_the_worker_and_agrees_with_numpy(workshop: Workshop) -> None:
    settings = RunSettings(shapes_mlp(4), 30, backend="tensorflow")
    run = workshop.start_run(settings, shapes_data())
    run.play()
    assert run.snapshot.message.startswith("TensorFlow is loading")
    records = follow(run, lambda: over(run))
    assert run.snapshot.phase is Phase.DONE, run.snapshot.message
    expected = inline(RunSettings(shapes_mlp(4), 30))
    theta = expected.snapshot.checkpoint.engine.theta
    np.testing.assert_allclose(run.snapshot.checkpoint.engine.theta, theta, atol=1e-5)
    for one, other in zip(records, expected.poll(), strict=True):
        assert one.loss == pytest.approx(other.loss, abs=1e-5)
        assert one.val_loss == pytest.approx(other.val_loss, abs=1e-5)
        assert one.val_accuracy == pytest.approx(other.val_accuracy, abs=1e-6)


@pytest.mark.tensorflow
def test_a_run_goes_on_with_the_other_engine(workshop: Workshop) -> None:
    run = workshop.start_run(RunSettings(shapes_mlp(4), 20), shapes_data())
    run.play()
    follow(run, lambda: over(run))
    run.change(RunSettings(shapes_mlp(4), 40, backend="tensorflow"), shapes_data())
    run.play()
    follow(run, lambda: over(run) and run.snapshot.epoch == 40)
    expected = inline(RunSettings(shapes_mlp(4), 40)).snapshot.checkpoint.engine.theta
    np.testing.assert_allclose(run.snapshot.checkpoint.engine.theta, expected, atol=1e-5)


@pytest.mark.tensorflow
def test_it_leaves_no_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with Workshop() as workshop:
        run = workshop.start_run(RunSettings(shapes_mlp(4), 2, backend="tensorflow"), shapes_data())
        run.play()
        follow(run, lambda: over(run))
        assert run.snapshot.phase is Phase.DONE
        assert list(tmp_path.iterdir())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.true_worker
def test_with_a_broken_tensorflow_the_message_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("tensorflow", "keras"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('libcuda is missing')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    workshop = Workshop(tmp_path / "worker.log")
    try:
        run = workshop.start_run(RunSettings(shapes_mlp(4), 20, backend="tensorflow"), shapes_data())
        run.play()
        follow(run, lambda: run.snapshot.phase is Phase.FAILED)
        assert "does not load (ImportError: libcuda is missing)" in run.snapshot.message
        run.change(RunSettings(shapes_mlp(4), 20), shapes_data())
        run.play()
        follow(run, lambda: run.snapshot.epoch == 20)
        assert len(training_rows().inputs) == 5
    finally:
        workshop.close()


def test_the_answer_to_a_run_that_was_closed_is_not_kept(workshop: Workshop) -> None:
    """It holds the whole network, and nobody would ever take it."""
    first = workshop.start_run(RunSettings(shapes_mlp(4), 60), shapes_data())
    first.poll()
    first.close()
    # The worker answers in turn.
    second = workshop.start_run(RunSettings(shapes_mlp(4), 60), shapes_data())
    second.step()
    follow(second, lambda: second.snapshot.phase is Phase.PAUSED)
    assert workshop.worker.take(1) == []
    second.close()


def test_a_run_that_was_paused_soon_stands_where_the_worker_stands(workshop: Workshop) -> None:
    run = workshop.start_run(RunSettings(shapes_mlp(4), 100_000), shapes_data())
    run.play()
    follow(run, lambda: run.snapshot.epoch > 3)
    assert not run.settled
    run.pause()
    follow(run, lambda: run.settled)
    for _ in range(3):
        before = run.snapshot.step
        run.step()
        assert not run.settled
        follow(run, lambda: run.settled)
        assert run.snapshot.step == before + 1


def test_a_run_in_which_nothing_happens_is_not_looked_at(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look brings the whole network."""
    run = workshop.start_run(RunSettings(shapes_mlp(4), 60), shapes_data())
    asked: list[str] = []
    send = workshop.worker.send

    def counted(values: Mapping[str, Any], arrays: Any = None) -> None:
        asked.append(values["do"])
        send(values, arrays)

    monkeypatch.setattr(workshop.worker, "send", counted)
    run.play()
    follow(run, lambda: run.settled)
    assert (run.snapshot.phase, "look" in asked) == (Phase.DONE, True)
    asked.clear()
    assert [run.poll() for _ in range(5)] == [()] * 5
    assert asked == []
    run.step()
    follow(run, lambda: run.settled)
    assert "look" in asked


def test_class_numbers_are_made_of_the_one_hot_rows_of_the_shapes(workshop: Workshop) -> None:
    """The two cross-entropies are one loss with two forms of the labels."""
    layers = (Dense(5, "softmax"),)
    spec, sparse = (NetworkSpec("t", (25,), layers, loss) for loss in (CROSSENTROPY, f"sparse_{CROSSENTROPY}"))
    run = workshop.start_run(RunSettings(sparse, 20), shapes_data())
    run.play()
    records = follow(run, lambda: over(run))
    assert (run.snapshot.phase, run.snapshot.message) == (Phase.DONE, "")
    expected = inline(RunSettings(spec, 20)).poll()
    assert [(r.loss, r.accuracy, r.val_loss) for r in records] == [
        pytest.approx((r.loss, r.accuracy, r.val_loss), rel=1e-6) for r in expected
    ]


@pytest.mark.parametrize("backend", ["numpy", pytest.param("tensorflow", marks=pytest.mark.tensorflow)])
def test_data_that_does_not_fit_the_network_is_said_once_in_its_own_sentence(
    workshop: Workshop, backend: BackendName
) -> None:
    mixed = replace(shapes_data(), labels=np.full((5, 5), 0.2))
    short = replace(shapes_data(), inputs=np.ones((5, 24)))
    cases = (
        (f"sparse_{CROSSENTROPY}", 5, mixed, "these labels mix classes"),
        (CROSSENTROPY, 4, shapes_data(), "t ends in 4 numbers, but the labels of this data have 5 classes"),
        (CROSSENTROPY, 5, short, "t takes 25 numbers a row, but the rows of this data have 24"),
    )
    pid = workshop.worker.pid
    for loss, units, data, said in cases:
        spec = NetworkSpec("t", (25,), (Dense(units, "softmax"),), loss)
        run = workshop.start_run(RunSettings(spec, 20, backend=backend), data)
        run.play()
        follow(run, lambda run=run: run.snapshot.phase is Phase.FAILED)  # type: ignore[misc]
        assert said in run.snapshot.message
        assert "ended" not in run.snapshot.message
    assert workshop.worker.pid == pid


def test_a_worker_that_keeps_dying_on_numpy_does_not_advise_numpy(workshop: Workshop) -> None:
    run = workshop.start_run(RunSettings(shapes_mlp(4), 80, epochs_per_second=1), shapes_data())
    run.play()
    while run.snapshot.phase is not Phase.FAILED:
        pid = workshop.worker.pid
        os.kill(pid, signal.SIGKILL)
        follow(run, lambda pid=pid: workshop.pid != pid or run.snapshot.phase is Phase.FAILED)  # type: ignore[misc]
    assert "4 times in a row (killed by signal 9); reset to start over" in run.snapshot.message
