"""Progress written in a thread: nothing waits for the disk, nothing is called saved before it is on it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tutor.course.record.progress import Progress
from tutor.labs.kit.contract import LabState

GIVE_UP_SECONDS = 60.0


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + GIVE_UP_SECONDS
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.fixture
def progress(tmp_path: Path) -> Iterator[Progress]:
    opened = Progress(tmp_path, in_thread=True)
    yield opened
    opened.close()


@pytest.fixture
def holder(tmp_path: Path, progress: Progress) -> Iterator[sqlite3.Connection]:
    """Another program that holds the file, so that nothing can be written."""
    connection = sqlite3.connect(progress.file, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN EXCLUSIVE")
    yield connection
    connection.close()


def test_what_was_recorded_is_known_at_once_and_on_the_disk_after_a_flush(progress: Progress, tmp_path: Path) -> None:
    progress.record("neuron", "step", step="a", position=3)
    progress.save_lab("neuron", LabState({"b": 2}))
    progress.set_setting("theme", "dark")
    assert progress.of_lesson("neuron").position == 3
    assert progress.last_position() == ("neuron", 3)
    assert progress.load_lab("neuron") == LabState({"b": 2})
    assert progress.setting("theme") == "dark"
    assert progress.flush(GIVE_UP_SECONDS)
    assert progress.unsaved == 0
    other = Progress(tmp_path)
    assert other.of_lesson("neuron").position == 3
    assert other.load_lab("neuron") == LabState({"b": 2})
    assert other.setting("theme") == "dark"


def test_recording_waits_for_no_disk_and_says_that_it_is_not_saved(
    progress: Progress, holder: sqlite3.Connection, tmp_path: Path
) -> None:
    for position in range(100):
        progress.record("neuron", "step", step=str(position), position=position)
    # All of that while the file is held: the thread still waits for it.
    assert progress.unsaved > 0
    assert not progress.flush(0.05)
    holder.execute("ROLLBACK")
    assert progress.flush(GIVE_UP_SECONDS)
    assert len(Progress(tmp_path).of_lesson("neuron").steps_seen) == 100


def test_it_tries_again_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.course.record.writer_thread.FIRST_RETRY", 0.02)
    state = tmp_path / "state"
    state.write_text("a file where the folder should be")
    heard = threading.Event()
    progress = Progress(state, in_thread=True)
    progress.hear(heard.set)
    assert "cannot be used" in progress.trouble
    progress.record("neuron", "step", step="a", position=1)
    wait_until(lambda: progress.unsaved == 1)
    state.unlink()
    wait_until(lambda: not progress.trouble)
    assert progress.flush(GIVE_UP_SECONDS)
    assert heard.is_set()
    assert any("being saved again" in notice for notice in progress.notices)
    assert Progress(state).of_lesson("neuron").position == 1
    progress.close()


def test_two_sessions_see_each_other(tmp_path: Path, progress: Progress) -> None:
    other = Progress(tmp_path, in_thread=True)
    other.record("neuron", "finished")
    assert other.flush(GIVE_UP_SECONDS)
    wait_until(lambda: progress.of_lesson("neuron").finished)
    other.close()


def test_many_threads_may_record(progress: Progress, tmp_path: Path) -> None:
    def record(name: str) -> None:
        for n in range(50):
            progress.record(name, "step", step=str(n), position=n)

    threads = [threading.Thread(target=record, args=(f"lesson-{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert progress.flush(GIVE_UP_SECONDS)
    assert {len(s.steps_seen) for s in Progress(tmp_path).by_lesson().values()} == {50}


def test_of_a_lab_that_waits_only_the_newest_is_written(progress: Progress, holder: sqlite3.Connection) -> None:
    for n in range(1000):
        progress.save_lab("neuron", LabState({"b": n}))
    # One is perhaps under way, one waits.
    assert progress.unsaved <= 3
    holder.execute("ROLLBACK")
    assert progress.flush(GIVE_UP_SECONDS)
    assert progress.load_lab("neuron") == LabState({"b": 999})


ACKNOWLEDGING = """
import sys
from pathlib import Path
from tutor.course.record.progress import Progress
from tutor.labs.kit.contract import LabState
progress = Progress(Path(sys.argv[1]), in_thread=True)
n = int(sys.argv[2])
while True:
    n += 1
    progress.record("neuron", "step", step=str(n), position=n)
    progress.save_lab("neuron", LabState({"b": n}))
    if n % 3 == 0 and progress.flush(60):
        print(n, flush=True)
"""


@pytest.mark.parametrize("kills", [5])
def test_a_kill_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path: Path, kills: int) -> None:
    kill_at_random_moments(tmp_path, kills)


def kill_at_random_moments(folder: Path, kills: int) -> None:
    """By hand with 200: ``python -m tests.unit.course.test_writer_thread 200``."""
    acknowledged = 0
    for kill in range(kills):
        child = subprocess.Popen(
            [sys.executable, "-c", ACKNOWLEDGING, str(folder), str(acknowledged)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        for _ in range(1 + kill % 7):
            acknowledged = int(child.stdout.readline())
        # Somewhere in the writes that follow.
        time.sleep(0.0007 * (kill % 11))
        child.kill()
        said = [int(line) for line in child.stdout.read().split()]
        child.wait()
        child.stdout.close()
        acknowledged = max([acknowledged, *said])
        found = Progress(folder)
        assert found.notices == []
        seen = {int(step) for step in found.of_lesson("neuron").steps_seen}
        assert set(range(1, acknowledged + 1)) <= seen
        state = found.load_lab("neuron")
        assert state is not None
        assert state.values["b"] >= acknowledged
        acknowledged = max(seen)
        found.close()


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as kept:
        kill_at_random_moments(Path(kept), int(sys.argv[1]))
    print(f"{sys.argv[1]} kills: everything that was acknowledged was there")
