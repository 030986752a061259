"""A run that was saved in the middle of an epoch and goes on comes to the bits of one that was never stopped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.unit.engine.sequence_networks import NETWORKS as SEQUENCES
from tests.unit.engine.sequence_networks import TIME, TOKENS
from tutor.backends.interface import TrainingData
from tutor.engine.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from tutor.engine.optimizer_specs import SGD, Adam, OptimizerSpec, RMSprop
from tutor.engine.schedules import ExponentialDecay
from tutor.engine.sequence_layers import Add
from tutor.engine.spec import NetworkSpec
from tutor.engine.validation import SpecError
from tutor.training.history import History
from tutor.training.resuming import fingerprint, resume_run
from tutor.training.run import InlineRun
from tutor.training.saved.atomic_write import FileError
from tutor.training.saved.model_file import (
    ModelFileError,
    SavedNetwork,
    SavedRun,
    TrainedOn,
    load_network,
    save_network,
)
from tutor.training.saved.packing import pack, unpack
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Checkpoint

LAYERS = (
    Conv2D(3, (3, 3), activation="relu"), BatchNormalization(), MaxPooling2D(), Flatten(), Dropout(0.4),
    Dense(7, "tanh"), Dropout(0.2), Dense(3, "softmax"),
)  # fmt: skip
OPTIMIZERS = (
    SGD(0.05),
    SGD(ExponentialDecay(0.1, 10, 0.9), momentum=0.9, nesterov=True),
    RMSprop(centered=True, momentum=0.5),
    Adam(clipnorm=1.0),
)


def data() -> TrainingData:
    rng = np.random.default_rng(4)
    # 23 rows in batches of 5: the last batch of an epoch is short.
    images = rng.integers(0, 256, (30, 8, 8)).astype(np.uint8)
    classes = rng.integers(0, 3, 30)
    return TrainingData(images[:23], classes[:23], images[23:], classes[23:], 1 / 255)


def settings(optimizer: OptimizerSpec, patience: int | None = None) -> RunSettings:
    spec = NetworkSpec("t", (8, 8, 1), LAYERS, optimizer=optimizer, seed=3)
    return RunSettings(spec, 6, 5, patience=patience, keep_best=True)


def saved(run: InlineRun, asked: RunSettings, path: Path) -> SavedNetwork:
    """What ``train`` saves of a run, read back from the file."""
    checkpoint = run.snapshot.checkpoint
    history = History()
    history.add(run.poll())
    kept = SavedRun(asked, checkpoint, fingerprint(data()), history)
    engine = checkpoint.engine
    on = TrainedOn("digits", None, "some")
    save_network(
        path, SavedNetwork(asked.spec, engine.theta, engine.moving, tuple("abcde"[: asked.spec.output_size]), on, kept)
    )
    return load_network(path)


def same(one: Checkpoint, other: Checkpoint) -> bool:
    """Bit for bit, the time that it took left out."""
    assert one.position == other.position
    assert (one.loss_sum, one.correct, one.rows_seen) == (other.loss_sum, other.correct, other.rows_seen)
    assert one.best is not None
    assert other.best is not None
    assert (one.best.epoch, one.best.loss) == (other.best.epoch, other.best.loss)
    assert set(one.engine.memory) == set(other.engine.memory)
    pairs = [
        (one.engine.theta, other.engine.theta), (one.engine.moving, other.engine.moving),
        (one.best.theta, other.best.theta), (one.best.moving, other.best.moving),
        *((one.engine.memory[name], other.engine.memory[name]) for name in one.engine.memory),
    ]  # fmt: skip
    return all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize("steps", [0, 3, 5, 13, 17])
@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda o: type(o).__name__)
def test_six_epochs_whole_and_in_two_parts(optimizer: OptimizerSpec, steps: int, tmp_path: Path) -> None:
    asked = settings(optimizer, patience=4)
    whole = InlineRun(asked, data())
    whole.play()
    first = InlineRun(asked, data())
    for _ in range(steps):
        first.step()
    network = saved(first, asked, tmp_path / "n")
    assert network.run is not None
    again, checkpoint = resume_run(network.run, None, None)
    assert again == asked
    second = InlineRun(again, data(), checkpoint)
    second.play()
    assert second.snapshot.epoch == whole.snapshot.epoch
    assert same(second.snapshot.checkpoint, whole.snapshot.checkpoint)
    assert [(r.epoch, r.loss, r.val_loss) for r in second.poll()] == [
        (r.epoch, r.loss, r.val_loss) for r in whole.poll()[steps // 5 :]
    ]


def test_a_run_on_sequences_goes_on_from_its_file(tmp_path: Path) -> None:
    """With a label at some places only, dropout, and a table that two layers share."""
    gpt = SEQUENCES["gpt, two blocks, tied"]
    asked = RunSettings(replace(gpt, layers=(*gpt.layers[:2], Dropout(0.2), Add(1), *gpt.layers[2:])), 5, 4)
    tokens = np.random.default_rng(1).integers(0, TOKENS, (11, TIME))
    labels = np.where(np.arange(TIME) % 2, -1, tokens[:, ::-1])
    rows = TrainingData(tokens[:9], labels[:9], tokens[9:], labels[9:])
    whole, first = InlineRun(asked, rows), InlineRun(asked, rows)
    whole.play()
    for _ in range(4):
        first.step()
    network = saved(first, asked, tmp_path / "n")
    assert network.spec == asked.spec
    assert network.run is not None
    second = InlineRun(asked, rows, resume_run(network.run, None, None)[1])
    second.play()
    ends = [run.snapshot.checkpoint for run in (whole, second)]
    assert np.array_equal(ends[0].engine.theta, ends[1].engine.theta)
    records = [(r.epoch, r.loss, r.accuracy, r.val_loss, r.val_accuracy) for r in whole.poll()]
    assert [(r.epoch, r.loss, r.accuracy, r.val_loss, r.val_accuracy) for r in second.poll()] == records[1:]


def test_a_run_that_is_done_goes_on_to_more_epochs(tmp_path: Path) -> None:
    asked = settings(Adam())
    first = InlineRun(asked, data())
    first.play()
    network = saved(first, asked, tmp_path / "n")
    assert network.run is not None
    with pytest.raises(SpecError, match="it has trained 6 epochs"):
        resume_run(network.run, None, None)
    again, checkpoint = resume_run(network.run, 9, None)
    second = InlineRun(again, data(), checkpoint)
    second.play()
    whole = InlineRun(replace(asked, epochs=9), data())
    whole.play()
    assert second.snapshot.epoch == 9
    assert same(second.snapshot.checkpoint, whole.snapshot.checkpoint)


def test_a_run_that_stopped_early_needs_more_patience(tmp_path: Path) -> None:
    # At a learning rate of 0 no epoch is better than the first.
    spec = NetworkSpec("t", (8, 8, 1), (Flatten(), Dense(3, "softmax")), optimizer=SGD(0.0))
    asked = RunSettings(spec, 9, 5, patience=2)
    first = InlineRun(asked, data())
    first.play()
    assert first.snapshot.epoch == 3
    network = saved(first, asked, tmp_path / "n")
    assert network.run is not None
    with pytest.raises(
        SpecError, match="it stopped early: epoch 1 was the best, and the 2 epochs after it were no better; a higher"
    ):
        resume_run(network.run, None, None)
    again, checkpoint = resume_run(network.run, None, 4)
    second = InlineRun(again, data(), checkpoint)
    second.play()
    assert second.snapshot.epoch == 5


def test_the_curves_come_back(tmp_path: Path) -> None:
    asked = settings(Adam())
    run = InlineRun(asked, data())
    run.play()
    losses = [record.loss for record in run.poll()]
    history = History()
    again = InlineRun(asked, data())
    again.play()
    history.add(again.poll())
    path = tmp_path / "n"
    engine = again.snapshot.checkpoint.engine
    kept = SavedRun(asked, again.snapshot.checkpoint, "x", history)
    save_network(path, SavedNetwork(asked.spec, engine.theta, engine.moving, tuple("abc"), None, kept))
    read = load_network(path).run
    assert read is not None
    assert list(read.history.points("loss")[1]) == losses


@pytest.mark.parametrize("part", ["inputs", "labels", "held_out_inputs", "held_out_labels", "scale"])
def test_other_rows_have_another_fingerprint(part: str) -> None:
    rows = data()
    value = getattr(rows, part)
    changed = value / 2 if part == "scale" else value[::-1]
    assert fingerprint(replace(rows, **{part: changed})) != fingerprint(rows)
    assert fingerprint(data()) == fingerprint(rows)


@pytest.mark.parametrize(
    ("member", "change"),
    [
        ("run.theta", lambda a: a[:-1]),
        ("run.theta", lambda a: a.astype(np.float64)),
        ("run.memory.m", lambda a: a[:-1]),
        ("run.memory.m", None),
        ("run.moving", lambda a: a[:-1]),
        ("run.best.theta", lambda a: a[:-1]),
    ],
)
def test_a_damaged_run_is_refused(member: str, change: object, tmp_path: Path) -> None:
    asked = settings(Adam())
    run = InlineRun(asked, data())
    run.play()
    saved(run, asked, tmp_path / "n")
    values, arrays = unpack((tmp_path / "n").read_bytes())
    if callable(change):
        arrays[member] = change(arrays[member])
    else:
        del arrays[member]
    (tmp_path / "n").write_bytes(pack(values, arrays))
    with pytest.raises(ModelFileError, match="the training run in it is damaged"):
        load_network(tmp_path / "n")


def test_a_file_that_would_unpack_to_more_is_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "n.npz", values=np.zeros(10_000_000, np.uint8))
    with pytest.raises(ModelFileError, match="is not a network"):
        load_network(tmp_path / "n.npz")


def test_a_network_of_an_older_file_has_no_run(tmp_path: Path) -> None:
    asked = settings(Adam())
    saved(InlineRun(asked, data()), asked, tmp_path / "n")
    values, arrays = unpack((tmp_path / "n").read_bytes())
    for key in ("run", "trained_on"):
        del values[key]
    (tmp_path / "n").write_bytes(pack(values, {name: arrays[name] for name in ("theta", "moving")}))
    network = load_network(tmp_path / "n")
    assert network.run is None
    assert network.trained_on is None


def test_nothing_is_left_of_a_file_that_could_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = settings(Adam())
    network = saved(InlineRun(asked, data()), asked, tmp_path / "n")
    before = (tmp_path / "n").read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tutor.training.saved.atomic_write.os.fsync", full)
    with pytest.raises(FileError, match="n: cannot be written: No space left on device"):
        save_network(tmp_path / "n", network)
    assert (tmp_path / "n").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["n"]
