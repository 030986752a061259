"""The process that starts workers: their pipes, how they end, and what it costs to have it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.terminal import children, wait_gone
from tutor.training.worker import launcher as worker_launcher
from tutor.training.worker.launcher import WorkerLauncher

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no class logs in over SSH there")
MOST_MEGABYTES = 5.0
# A worker that says where it may write, then repeats what it is told, and ends when nobody can tell it more.
REPEATS = """
import os, sys
open_ones = [number for number in range(100) if os.path.exists(f"/dev/fd/{number}")]
print(os.environ["TMPDIR"], os.environ["GREETING"], open_ones, flush=True)
for line in sys.stdin:
    print(line.strip(), flush=True)
sys.exit(7)
"""


@pytest.fixture
def launcher(monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerLauncher]:
    monkeypatch.setattr(worker_launcher, "COMMAND", (sys.executable, "-I", "-S", "-c", REPEATS))
    started = WorkerLauncher({"GREETING": "hello"})
    yield started
    end(started)


def end(launcher: WorkerLauncher) -> None:
    launcher._socket.close()
    # It is a child of this process.
    if launcher.pid in children(os.getpid()):
        os.waitpid(launcher.pid, 0)


def test_a_worker_has_its_pipes_and_nobody_elses(launcher: WorkerLauncher) -> None:
    first, second = launcher(subprocess.DEVNULL), launcher(subprocess.DEVNULL)
    for worker in (first, second):
        assert worker.stdin is not None
        assert worker.stdout is not None
        said = worker.stdout.readline().decode().split(maxsplit=2)
        assert Path(said[0]).is_dir()
        assert said[1:] == ["hello", "[0, 1, 2]\n"]
        worker.stdin.write(b"there and back\n")
        worker.stdin.flush()
        assert worker.stdout.readline() == b"there and back\n"
        assert worker.poll() is None
    # The other one's pipe is closed here alone: it would not notice if it were open in the second, too.
    assert first.stdin is not None
    first.stdin.close()
    assert first.wait(20) == 7
    assert second.poll() is None
    second.kill()
    assert second.wait(20) == -9


def test_it_ends_with_whoever_started_it_and_leaves_nothing(launcher: WorkerLauncher) -> None:
    worker = launcher(subprocess.DEVNULL)
    assert worker.stdin is not None
    assert worker.stdout is not None
    folder = Path(worker.stdout.readline().decode().split()[0])
    assert folder.is_dir()
    worker.stdin.close()
    end(launcher)
    wait_gone([worker.pid])
    assert not folder.exists()


def test_one_that_does_not_end_is_ended(launcher: WorkerLauncher) -> None:
    worker = launcher(subprocess.DEVNULL)
    # Its input stays open, as if another process held it.
    end(launcher)
    wait_gone([worker.pid])
    assert worker.wait(20) == -9


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the kernel does not say")
def test_it_is_small(launcher: WorkerLauncher) -> None:
    worker = launcher(subprocess.DEVNULL)
    assert worker.stdout is not None
    worker.stdout.readline()
    rollup = Path(f"/proc/{launcher.pid}/smaps_rollup").read_text()
    private = sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_"))
    assert private / 1024 <= MOST_MEGABYTES
