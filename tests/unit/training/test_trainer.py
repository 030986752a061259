"""Runs: their records, their determinism, what stops them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tutor.backends.interface import TrainingData
from tutor.datasets.shapes import held_out_rows, training_rows
from tutor.training.history import History, reduce_extremes
from tutor.training.models import model_settings, shapes_mlp
from tutor.training.run import InlineRun
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Phase
from tutor.training.trainer import Trainer, TrainingStopped


def shapes_data() -> TrainingData:
    rows, held_out = training_rows(), held_out_rows()
    return TrainingData(rows.inputs, rows.labels, held_out.inputs, held_out.labels)


@pytest.mark.parametrize("batch_size", [1, 2, 5])
def test_a_run_cut_in_pieces_and_taken_up_from_checkpoints_is_bit_identical(batch_size: int) -> None:
    settings = RunSettings(shapes_mlp(1), epochs=30, batch_size=batch_size)
    whole = Trainer(settings, shapes_data())
    records = whole.advance(whole.steps_to_the_end())
    pieces, cut = Trainer(settings, shapes_data()), []
    while not pieces.finished:
        cut += pieces.advance(min(7, pieces.steps_to_the_end()))
        # Not the same object: as if it had been saved and loaded.
        pieces = Trainer(settings, shapes_data(), pieces.snapshot(Phase.PAUSED).checkpoint)
    assert np.array_equal(whole.backend.state().theta, pieces.backend.state().theta)
    assert [replace(r, seconds=0.0) for r in records] == [replace(r, seconds=0.0) for r in cut]
    assert [r.epoch for r in records] == list(range(1, 31))


def test_an_epochs_loss_is_the_mean_of_its_steps() -> None:
    trainer = Trainer(RunSettings(shapes_mlp(2), 3), shapes_data())
    plan, backend = trainer.plan, Trainer(RunSettings(shapes_mlp(2), 3), shapes_data()).backend
    losses = backend.run(plan.block(trainer.position, 5), 0.01).losses
    record = trainer.advance(5)[0]
    assert record.loss == pytest.approx(losses.mean(), rel=1e-12)
    assert record.val_loss == pytest.approx(backend.evaluate(*held_out())[0], rel=1e-12)


def test_a_short_last_batch_counts_by_its_rows() -> None:
    """Keras's epoch loss: each batch's mean times its rows, over all rows. Without updates it is the plain mean."""
    settings = RunSettings(shapes_mlp(2, learning_rate=0.0, dropout=0.0), 1, batch_size=3)
    trainer = Trainer(settings, shapes_data())
    record = trainer.advance(2)[0]
    rows = training_rows()
    loss, accuracy = trainer.backend.evaluate(rows.inputs, rows.labels)
    assert (record.loss, record.accuracy) == (pytest.approx(loss, rel=1e-6), pytest.approx(accuracy))


def held_out() -> tuple[np.ndarray, np.ndarray]:
    rows = held_out_rows()
    return rows.inputs, rows.labels


def test_the_source_recipe_learns_all_five_shapes_for_27_of_30_seeds_in_300_epochs() -> None:
    learned = 0
    for seed in range(30):
        run = InlineRun(model_settings("shapes-mlp", seed), shapes_data())
        run.play()
        data = shapes_data()
        backend = Trainer(model_settings("shapes-mlp", seed), data, run.snapshot.checkpoint).backend
        learned += backend.evaluate(data.inputs, data.labels)[1] == 1.0
    assert learned >= 27


def test_after_twenty_epochs_no_seed_has_them_all() -> None:
    data = shapes_data()
    for seed in range(20):
        trainer = Trainer(model_settings("shapes-mlp", seed, epochs=20), data)
        trainer.advance(100)
        assert trainer.backend.evaluate(data.inputs, data.labels)[1] < 1.0


def test_a_loss_that_is_not_finite_stops_the_run_before_it_and_says_why() -> None:
    spec = shapes_mlp(0, learning_rate=1e38, dropout=0.0)
    trainer = Trainer(RunSettings(spec, 300), shapes_data())
    trainer.advance(1)
    before = trainer.backend.state().theta
    with pytest.raises(
        TrainingStopped, match=r"step \d+: .*With a learning rate of 1e\+38 the weights.*Lower the learning rate"
    ):
        trainer.advance(100)
    assert np.array_equal(trainer.backend.state().theta, before)


@pytest.mark.parametrize("calls", [1, 5, 40])
def test_after_such_a_stop_the_state_is_that_of_before_the_call_however_many_calls_went_well(calls: int) -> None:
    settings = RunSettings(shapes_mlp(0), 300)
    trainer = Trainer(settings, shapes_data())
    for call in range(calls):
        # Also across a change of the learning rate.
        trainer.learning_rate = 0.01 if call < 3 else 0.02
        trainer.advance(7)
    before, position = trainer.backend.state().theta, trainer.position
    trainer.learning_rate = 1e38
    with pytest.raises(TrainingStopped, match=r"step \d+: "):
        trainer.advance(100)
    assert np.array_equal(trainer.backend.state().theta, before)
    assert trainer.position == position
    trainer.learning_rate = 0.01
    again = Trainer(settings, shapes_data(), trainer.snapshot(Phase.PAUSED).checkpoint)
    again.advance(5)
    trainer.advance(5)
    assert np.array_equal(trainer.backend.state().theta, again.backend.state().theta)


def test_playing_a_finished_run_goes_on_for_as_many_epochs_again() -> None:
    run = InlineRun(RunSettings(shapes_mlp(0), 4), shapes_data())
    run.play()
    run.play()
    assert run.snapshot.epoch == 8
    assert run.snapshot.phase is Phase.DONE


def test_one_step_and_one_epoch() -> None:
    run = InlineRun(RunSettings(shapes_mlp(0), 4), shapes_data())
    run.step()
    assert (run.snapshot.step, run.snapshot.epoch, run.snapshot.phase) == (1, 0, Phase.PAUSED)
    run.epoch()
    assert (run.snapshot.step, run.snapshot.epoch) == (5, 1)
    assert [r.epoch for r in run.poll()] == [1]
    assert run.poll() == ()


def test_the_picture_of_a_run_is_the_same_object_until_something_changes() -> None:
    run = InlineRun(RunSettings(shapes_mlp(0), 4), shapes_data())
    changes = (
        run.step, run.epoch, run.play, lambda: run.set_learning_rate(0.5),
        lambda: run.change(RunSettings(shapes_mlp(0), 9), shapes_data()),
    )  # fmt: skip
    for change in changes:
        before = run.snapshot
        assert run.snapshot is before
        change()
        assert run.snapshot is not before


def test_a_learning_rate_of_zero_changes_nothing() -> None:
    run = InlineRun(RunSettings(shapes_mlp(0), 2), shapes_data())
    before = run.snapshot.checkpoint.engine.theta
    run.set_learning_rate(0.0)
    run.play()
    assert np.array_equal(run.snapshot.checkpoint.engine.theta, before)


def test_changing_the_data_keeps_the_weights() -> None:
    run = InlineRun(RunSettings(shapes_mlp(0), 2), shapes_data())
    run.play()
    theta = run.snapshot.checkpoint.engine.theta
    data = shapes_data()
    more = replace(data, inputs=data.inputs[[0, 1, 2, 3, 4, 4]], labels=data.labels[[0, 1, 2, 3, 4, 4]])
    run.change(RunSettings(shapes_mlp(0), 2), more)
    assert np.array_equal(run.snapshot.checkpoint.engine.theta, theta)
    run.epoch()
    assert run.snapshot.step == 10 + 6


def test_a_bounded_history_keeps_the_extremes() -> None:
    xs = tuple(float(i) for i in range(1000))
    ys = tuple(5.0 if i == 377 else -5.0 if i == 378 else (i % 7) / 7 for i in range(1000))
    for buckets in (1, 10, 80):
        reduced_xs, reduced_ys = reduce_extremes(xs, ys, buckets)
        assert len(reduced_xs) <= 2 * buckets
        assert (max(reduced_ys), min(reduced_ys)) == (5.0, -5.0)
        assert list(reduced_xs) == sorted(reduced_xs)


def test_a_long_history_stays_in_its_room_and_is_kept_and_read_back() -> None:
    from tutor.training.history import EpochRecord

    history = History(limit=100)
    for epoch in range(1, 2001):
        loss = 99.0 if epoch == 700 else 1 / epoch
        history.add([EpochRecord(epoch, loss, 0.5, float("nan"), 0.5, 0.0)])
    xs, ys = history.points("loss")
    assert len(xs) <= 100
    assert max(ys) == 99.0
    assert xs[ys.index(99.0)] == 700.0
    assert xs[-1] == 2000.0
    assert history.points("val_loss") == ((), ())
    again = History.from_arrays(history.arrays())
    assert again.points("loss") == (xs, ys)
