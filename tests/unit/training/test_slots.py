"""A machine carries so many processes with TensorFlow: others wait, may give up, and get their turn; idle ones end."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tutor.training.keras_program import KerasProgram
from tutor.training.models import shapes_mlp
from tutor.training.run import InlineRun
from tutor.training.settings import RunSettings
from tutor.training.snapshot import Phase
from tutor.training.worker.run import Workshop
from tutor.training.worker.service import IDLE_VARIABLE
from tutor.training.worker.slots import VARIABLE, Slots, slots_folder
from tutor.training.worker.tensorflow_queue import TensorFlowQueue

from .test_trainer import shapes_data
from .test_worker import follow, over

NUMPY = RunSettings(shapes_mlp(4), 30)
TENSORFLOW = replace(NUMPY, backend="tensorflow")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "slots"
    made.mkdir()
    return made


@pytest.fixture
def taken(folder: Path) -> Iterator[int]:
    """The only slot of the machine, taken by somebody else."""
    (folder / "1").touch()
    with (folder / "1").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield held.fileno()


@pytest.fixture
def workshop(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    monkeypatch.setenv(VARIABLE, str(folder))
    opened = Workshop(tmp_path / "worker.log")
    yield opened
    opened.close()


def test_as_many_as_there_are_files(folder: Path) -> None:
    for name in ("1", "2"):
        (folder / name).touch()
    first, second, third = Slots(folder), Slots(folder), Slots(folder)
    assert first.count == 2
    assert first.take()
    assert first.take()
    assert second.take()
    assert not third.take()
    assert "2 of 2" in third.waiting_message()
    # The kernel does so when a process ends.
    os.close(first._held or -1)
    assert third.take()


def test_a_folder_without_files_carries_none_and_no_folder_any_number(folder: Path) -> None:
    assert not Slots(folder).take()
    assert Slots(None).take()
    assert Slots(None).count is None
    assert slots_folder({}) is None
    assert slots_folder({VARIABLE: str(folder)}) == folder


def test_a_link_is_no_slot(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").touch()
    (folder / "1").symlink_to(tmp_path / "elsewhere")
    assert not Slots(folder).take()


def test_what_comes_after_what_waits_waits_behind_it() -> None:
    held = TensorFlowQueue()
    opened = {"do": "open", "run": 1, "settings": {"backend": "tensorflow"}}
    held.add(opened, {})
    assert held.follow_up({"do": "play", "run": 1}, {}) == []
    assert [values["do"] for values, _ in held.pop_all()] == ["open", "play"]
    assert not held


def test_closing_gives_up_waiting() -> None:
    held = TensorFlowQueue()
    held.add({"do": "open", "run": 1, "settings": {"backend": "tensorflow"}}, {})
    assert [values["do"] for values, _ in held.follow_up({"do": "close", "run": 1}, {})] == ["close"]
    assert not held


def test_who_waits_is_told_and_numpy_needs_no_turn(workshop: Workshop, taken: int) -> None:
    run = workshop.start_run(TENSORFLOW, shapes_data())
    run.play()
    follow(run, lambda: "waiting for TensorFlow: 1 of 1" in run.snapshot.message)
    assert run.snapshot.phase is Phase.STARTING
    run.change(NUMPY, shapes_data())
    follow(run, lambda: over(run))
    assert run.snapshot.phase is Phase.DONE
    inline = InlineRun(NUMPY, shapes_data())
    inline.play()
    assert np.array_equal(run.snapshot.checkpoint.engine.theta, inline.snapshot.checkpoint.engine.theta)


@pytest.mark.tensorflow
def test_it_goes_on_by_itself_when_a_slot_is_free(workshop: Workshop, taken: int) -> None:
    run = workshop.start_run(TENSORFLOW, shapes_data())
    program = workshop.start_program(KerasProgram("total = 1.0 + 2.0", {"sum": "total"}))
    run.play()
    follow(run, lambda: "waiting" in run.snapshot.message and not program.poll() and bool(program.waiting))
    fcntl.flock(taken, fcntl.LOCK_UN)
    follow(run, lambda: over(run))
    assert run.snapshot.phase is Phase.DONE
    program.wait()
    assert program.results is not None
    assert program.results["sum"] == 3.0


def test_a_worker_with_nothing_to_do_ends_and_the_next_order_starts_another(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(IDLE_VARIABLE, "0.2")
    run = workshop.start_run(NUMPY, shapes_data())
    run.epoch()
    follow(run, lambda: over(run))
    worker = workshop.worker
    follow(run, lambda: worker.ended_idle)
    run.poll()
    assert (run.snapshot.phase, run.snapshot.message) == (Phase.PAUSED, "")
    run.play()
    follow(run, lambda: over(run))
    assert (run.snapshot.phase, run.snapshot.message) == (Phase.DONE, "")
    inline = InlineRun(NUMPY, shapes_data())
    inline.play()
    assert np.array_equal(run.snapshot.checkpoint.engine.theta, inline.snapshot.checkpoint.engine.theta)
