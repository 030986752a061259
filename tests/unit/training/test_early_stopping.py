"""Stopping early: when, with which weights kept, and the same whether it was interrupted or not."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from tutor.backends.interface import TrainingData
from tutor.engine.layers import Dense
from tutor.engine.optimizer_specs import SGD
from tutor.engine.spec import NetworkSpec
from tutor.engine.validation import SpecError
from tutor.training.run import InlineRun
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Phase
from tutor.training.trainer import Trainer, early_stop_message
from tutor.training.worker.messages import checkpoint_from_message, checkpoint_to_message

SPEC = NetworkSpec("t", (4,), (Dense(16, "relu"), Dense(3, "softmax")), optimizer=SGD(0.3), seed=2)


def noisy_data(held_out: int = 20) -> TrainingData:
    """Few rows with labels drawn at random: what is learned of them is of no use for others."""
    rng = np.random.default_rng(5)
    inputs, labels = rng.standard_normal((12 + held_out, 4)), np.eye(3)[rng.integers(0, 3, 12 + held_out)]
    return TrainingData(inputs[:12], labels[:12], inputs[12:], labels[12:])


def settings(patience: int | None = 4, **changes: object) -> RunSettings:
    return replace(RunSettings(SPEC, 200, batch_size=5, patience=patience), **changes)  # type: ignore[arg-type]


def test_it_stops_after_as_many_epochs_as_it_has_patience_for() -> None:
    trainer = Trainer(settings(), noisy_data())
    records = trainer.advance(trainer.steps_to_the_end())
    losses = [record.val_loss for record in records]
    # By hand, as keras.callbacks.EarlyStopping counts: the first time that four epochs bring no lower loss.
    best, waited, stopped = math.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited == 4:
            stopped = epoch
            break
    assert 4 < stopped < 200
    assert len(records) == stopped == trainer.position.epoch
    assert trainer.finished
    kept = trainer.snapshot(Phase.DONE).checkpoint.best
    assert kept is not None
    assert (kept.epoch, kept.loss) == (stopped - 4, min(losses))
    assert (
        trainer.end_message
        == f"stopped early: epoch {kept.epoch} was the best, and the 4 epochs after it were no better"
    )


def test_what_is_kept_are_the_weights_of_the_best_epoch() -> None:
    run = InlineRun(settings(), noisy_data())
    run.play()
    best = run.snapshot.checkpoint.best
    assert best is not None
    as_far = Trainer(settings(None, epochs=best.epoch), noisy_data())
    as_far.advance(as_far.steps_to_the_end())
    assert np.array_equal(best.theta, as_far.backend.state().theta)
    assert not np.array_equal(best.theta, run.snapshot.checkpoint.engine.theta)
    assert run.snapshot.phase is Phase.DONE
    assert run.snapshot.message.startswith("stopped early")


def test_cut_in_pieces_and_sent_as_messages_it_ends_with_the_same_bits() -> None:
    whole = Trainer(settings(), noisy_data())
    whole.advance(whole.steps_to_the_end())
    pieces = Trainer(settings(), noisy_data())
    while not pieces.finished:
        pieces.advance(min(7, pieces.steps_to_the_end()))
        kept = checkpoint_from_message(*checkpoint_to_message(pieces.snapshot(Phase.PAUSED).checkpoint))
        pieces = Trainer(settings(), noisy_data(), kept)
    one, other = (t.snapshot(Phase.DONE).checkpoint for t in (whole, pieces))
    assert one.position == other.position
    assert one.best is not None
    assert other.best is not None
    assert (one.best.epoch, one.best.loss) == (other.best.epoch, other.best.loss)
    assert np.array_equal(one.best.theta, other.best.theta)
    assert np.array_equal(one.engine.theta, other.engine.theta)


def test_played_again_it_goes_on() -> None:
    run = InlineRun(settings(), noisy_data())
    run.play()
    stopped = run.snapshot.epoch
    run.play()
    assert run.snapshot.epoch == stopped + 4


def test_without_held_out_rows_the_training_loss_decides() -> None:
    run = InlineRun(settings(None, epochs=30, keep_best=True), noisy_data(held_out=0))
    run.play()
    best = run.snapshot.checkpoint.best
    assert best is not None
    assert best.loss == min(record.loss for record in run.poll())
    assert run.snapshot.epoch == 30


def test_nothing_is_kept_that_was_not_asked_for() -> None:
    run = InlineRun(settings(None, epochs=5), noisy_data())
    run.play()
    assert run.snapshot.checkpoint.best is None


def test_no_patience_at_all_is_refused() -> None:
    with pytest.raises(SpecError, match="at least 1 epoch, and at most 1,000,000,000; got 0"):
        settings(0)


def test_an_early_stop_is_said_in_the_right_number() -> None:
    assert early_stop_message(7, 1) == "stopped early: epoch 7 was the best, and the 1 epoch after it was no better"
    assert early_stop_message(7, 3) == "stopped early: epoch 7 was the best, and the 3 epochs after it were no better"
