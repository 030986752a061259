"""Real MNIST, where it is at hand: what the smallest network reaches. The others are in ``benchmarks accuracy``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutor.backends.interface import TrainingData
from tutor.datasets.digits import ENVIRONMENT, find_digits
from tutor.training.models import find_model
from tutor.training.trainer import Trainer


@pytest.fixture(scope="module")
def mnist() -> TrainingData:
    named = os.environ.get(ENVIRONMENT)
    if not named or not Path(named).is_file():
        pytest.skip(f"needs MNIST itself: set {ENVIRONMENT} to its mnist.npz")
    found = find_digits()
    training, test = found.training, found.test
    assert (len(training), len(test)) == (60_000, 10_000)
    return TrainingData(training.images, training.classes, test.images, test.classes, 1 / 255)


def test_softmax_regression_reaches_what_its_source_says(mnist: TrainingData) -> None:
    model = find_model("digits-softmax")
    trainer = Trainer(model.settings(seed=0), mnist)
    records = trainer.advance(trainer.steps_to_the_end())
    assert len(records) == 10
    assert records[-1].val_accuracy >= 0.91


def test_bytes_that_are_not_scaled_leave_the_dense_network_at_chance(mnist: TrainingData) -> None:
    # The source's rate, a fraction of its pictures: 20 steps are enough to see it go nowhere.
    some = TrainingData(
        mnist.inputs[:2000], mnist.labels[:2000], mnist.held_out_inputs[:1000], mnist.held_out_labels[:1000]
    )
    trainer = Trainer(find_model("digits-dense").settings(seed=0, epochs=5), some)
    trainer.learning_rate = 0.01
    records = trainer.advance(trainer.steps_to_the_end())
    assert records[-1].val_accuracy < 0.2
