"""Arrays in a file are the arrays that were put there, and a run goes on from them bit for bit."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

import numpy as np
import pytest

from tests.unit.training.test_worker import follow
from tutor.backends.interface import TrainingData
from tutor.training.models import MODELS
from tutor.training.run import InlineRun
from tutor.training.saved.stored_arrays import LARGE, StoredArrays, stored
from tutor.training.settings import RunSettings
from tutor.training.worker.run import Workshop

LARGE_ONE = np.arange(LARGE // 8 + 1, dtype=np.float64)


def test_each_look_reads_what_was_put_there() -> None:
    rng = np.random.default_rng(0)
    arrays = {
        "a": LARGE_ONE,
        "none": np.empty((0, 3), np.float32),
        "turned": rng.normal(size=(5, 7)).astype(np.float32).T,
        "one": np.array(2.5),
    }
    kept = stored(arrays)
    assert isinstance(kept, StoredArrays)
    assert list(kept) == list(arrays)
    assert len(kept) == 4
    for _ in range(2):
        # In any order, and what was read may be changed.
        for name in reversed(arrays):
            read = kept[name]
            assert read.dtype == arrays[name].dtype
            assert np.array_equal(read, arrays[name])
            read[...] = 0
    assert stored(kept) is kept
    with pytest.raises(KeyError):
        kept["b"]


def test_small_ones_stay_and_so_do_all_where_no_file_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    small = {"a": np.zeros(10)}
    assert stored(small) is small

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    large = {"a": LARGE_ONE}
    assert stored(large) is large


def test_the_file_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = stored({"a": LARGE_ONE})
    assert isinstance(kept, StoredArrays)
    assert list(tmp_path.iterdir()) == []


def test_a_run_goes_on_from_them_in_another_worker(tmp_path: Path) -> None:
    spec = MODELS["letters-cnn"].spec
    rng = np.random.default_rng(1)
    pictures, classes = rng.integers(0, 256, (8, 50, 50), dtype=np.uint8), np.arange(8)
    data = TrainingData(pictures, classes, pictures[:0], classes[:0], 1 / 255)
    settings = RunSettings(spec, epochs=4, batch_size=4)
    expected = InlineRun(settings, data)
    expected.step()
    expected.step()
    workshop = Workshop(tmp_path / "worker.log")
    try:
        run = workshop.start_run(settings, data)
        run.step()
        follow(run, lambda: run.settled)
        assert isinstance(run.snapshot.checkpoint.engine.memory, StoredArrays)
        pid = workshop.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        follow(run, lambda: "killed" in run.snapshot.message)
        run.step()
        follow(run, lambda: run.settled)
        ours, theirs = run.snapshot.checkpoint, expected.snapshot.checkpoint
        assert ours.position == theirs.position
        assert np.array_equal(ours.engine.theta, theirs.engine.theta)
        for name, vector in theirs.engine.memory.items():
            assert np.array_equal(ours.engine.memory[name], vector)
    finally:
        workshop.close()
