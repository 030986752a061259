"""The process that starts workers: their pipes, how they end, and what it costs to have it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.terminal import children, wait_gone
from tutor.training.worker import launcher as worker_launcher
from tutor.training.worker import launcher_program
from tutor.training.worker.launcher import WorkerLauncher

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no class logs in over SSH there")
MOST_MEGABYTES = 5.0
# A worker that says where it may write, then repeats what it is told, and ends when nobody can tell it more.
REPEATS = """
import os, sys
open_ones = [number for number in range(100) if os.path.exists(f"/dev/fd/{number}")]
print(os.environ["TMPDIR"], os.environ["GREETING"], open_ones, *sys.argv[1:], flush=True)
for line in sys.stdin:
    print(line.strip(), flush=True)
sys.exit(7)
"""


@pytest.fixture
def launcher(monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerLauncher]:
    repeats = (sys.executable, "-I", "-S", "-c", REPEATS)
    monkeypatch.setattr(worker_launcher, "COMMANDS", (repeats, (*repeats, "second")))
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


def test_it_starts_one_of_its_commands_and_no_other(launcher: WorkerLauncher) -> None:
    second = launcher.start_runner()
    assert second.stdout is not None
    assert second.stdout.readline().decode().endswith("[0, 1, 2] second\n")
    for number in (2, -1, 2**31 - 1):
        refused = launcher._start(number, subprocess.DEVNULL)
        assert refused.stdout is not None
        assert refused.stdout.read() == b""
        assert refused.wait(20) == -9
    assert children(launcher.pid) == [second.pid]


@pytest.mark.parametrize("request_", [b"start", b"start\0", b"start/bin/sh", b"start" + bytes(16), b"kill", b"kill\1"])
def test_other_requests_start_nothing_and_do_no_harm(launcher: WorkerLauncher, request_: bytes) -> None:
    reads, writes = os.pipe()
    socket.send_fds(launcher._socket, [request_], [writes])
    os.close(writes)
    # Its end of the pipe is closed: it has read the request.
    assert os.read(reads, 1) == b""
    os.close(reads)
    assert children(launcher.pid) == []
    worker = launcher(subprocess.DEVNULL)
    assert worker.poll() is None


def test_it_starts_no_more_than_a_session_needs(launcher: WorkerLauncher) -> None:
    running = [launcher.start_runner() for _ in range(launcher_program._MOST_RUNNING)]
    assert all(each.poll() is None for each in running)
    assert launcher.start_runner().wait(20) == -9
    running[0].kill()
    assert running[0].wait(20) == -9
    assert launcher.start_runner().poll() is None


def test_what_has_ended_leaves_no_descriptor(launcher: WorkerLauncher) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = descriptors()
    for _ in range(3):
        worker = launcher.start_runner()
        for stream in (worker.stdin, worker.stdout):
            assert stream is not None
            stream.close()
        worker.wait(20)
    assert descriptors() == before


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the kernel does not say")
def test_it_is_small(launcher: WorkerLauncher) -> None:
    worker = launcher(subprocess.DEVNULL)
    assert worker.stdout is not None
    worker.stdout.readline()
    rollup = Path(f"/proc/{launcher.pid}/smaps_rollup").read_text()
    private = sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_"))
    assert private / 1024 <= MOST_MEGABYTES
