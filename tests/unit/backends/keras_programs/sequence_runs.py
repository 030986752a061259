"""Runs through the trainer on labels (rows, time), with both engines: epochs, held-out rows, a resumed run."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np

from tutor.backends.interface import TrainingData
from tutor.backends.keras_backend import KerasBackend
from tutor.backends.numpy_backend import NumpyBackend
from tutor.backends.rows import EVALUATED_AT_ONCE, evaluate_rows
from tutor.engine.layers import Dropout
from tutor.engine.optimizer_specs import Adam
from tutor.engine.parameters import views
from tutor.training.history import EpochRecord
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Phase
from tutor.training.trainer import Trainer

sys.path.append(str(Path(__file__).parents[4]))
from tests.unit.engine.sequence_networks import NETWORKS, TIME, TOKENS

EPOCHS, BATCH = 3, 5


def data(held_out: int) -> TrainingData:
    """Each token's successor is its label; the first row has one label, so that batches weigh differently."""
    tokens = np.random.default_rng(2).integers(0, TOKENS, (13 + held_out, TIME)).astype(np.int16)
    labels = (tokens + 1) % TOKENS
    labels[::2, 1:] = -1
    return TrainingData(tokens[:13], labels[:13], tokens[13:], labels[13:])


def numbers(records: list[EpochRecord]) -> np.ndarray:
    return np.array([[r.loss, r.accuracy, r.val_loss, r.val_accuracy] for r in records])


def main() -> None:
    gpt = NETWORKS["gpt"]
    spec = replace(gpt, layers=(*gpt.layers[:2], Dropout(0.2), *gpt.layers[2:]), optimizer=Adam(0.003))
    for held_out in (4, EVALUATED_AT_ONCE + 3):
        settings, rows, found, ends = RunSettings(spec, EPOCHS, BATCH), data(held_out), [], []
        for backend in (NumpyBackend, KerasBackend):
            whole = Trainer(settings, rows, backend=backend)
            records = whole.advance(EPOCHS * 3)
            # The same in two parts, from the middle of an epoch.
            first = Trainer(settings, rows, backend=backend)
            before = first.advance(4)
            second = Trainer(settings, rows, first.snapshot(Phase.PAUSED).checkpoint, backend)
            after = second.advance(EPOCHS * 3 - 4)
            again = Trainer(settings, rows, backend=backend)
            again.advance(EPOCHS * 3)
            states = [trainer.backend.state() for trainer in (whole, second, again)]
            same = all(np.array_equal(state.theta, states[0].theta) for state in states)
            resumed = np.array_equal(numbers(before + after), numbers(records))
            found.append(numbers(records))
            ends.append(states[0])
            parameters = views(spec, ends[0].theta)
            checked = evaluate_rows(spec, parameters, rows.held_out_inputs, rows.held_out_labels)
            print(json.dumps({"backend": backend.__name__, "held_out": held_out, "same": same, "resumed": resumed}))
        apart = float(np.abs(found[0] - found[1]).max())
        weights = float(np.abs(ends[0].theta - ends[1].theta).max())
        checked_apart = float(np.abs(np.array(checked) - found[0][-1, 2:]).max())
        print(json.dumps({"apart": apart, "weights": weights, "checked": checked_apart}))


main()
