"""``deploy/backup``: what it keeps of learners who are at work, and what it does about files that are none."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from tutor.course.record.event_log import EventLog

BACKUP = Path(__file__).resolve().parents[3] / "deploy" / "backup"
pytestmark = pytest.mark.skipif(not BACKUP.is_file() or os.name != "posix", reason="for the class machine")


def backup(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", BACKUP, "--from", folder / "states", "--to", folder / "kept", *names],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def learner(folder: Path, name: str) -> Path:
    state = folder / "states" / name
    state.mkdir(parents=True)
    return state


def unpacked(folder: Path, done: subprocess.CompletedProcess[str]) -> Path:
    """Where the archives that it names are unpacked."""
    target = folder / "unpacked"
    for line in done.stdout.splitlines():
        with tarfile.open(line) as archive:
            archive.extractall(target, filter="data")
    return target


def answers(state: Path) -> list[str]:
    return [event.details["given"] for event in EventLog(state, []).new_events() if event.kind == "answer"]


def test_the_work_of_who_is_at_work_is_kept_whole(tmp_path: Path) -> None:
    state = learner(tmp_path, "ada")
    (state / "networks").mkdir()
    (state / "networks" / "mine.net").write_bytes(b"weights")
    log = EventLog(state, [])
    for number in range(50):
        log.append("answer", "neuron", {"given": str(number)})
    done = backup(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    log.append("answer", "neuron", {"given": "later"})
    kept = unpacked(tmp_path, done) / "ada"
    assert answers(kept) == [str(number) for number in range(50)]
    assert (kept / "networks" / "mine.net").read_bytes() == b"weights"
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == [Path(done.stdout.strip()).name]
    assert Path(done.stdout.strip()).stat().st_mode & 0o077 == 0
    # The learner's own file is as it was, and can be written to.
    assert answers(state)[-1] == "later"


def test_what_is_in_the_log_beside_the_database_is_kept(tmp_path: Path) -> None:
    """With SQLite's write-ahead log the file alone has none of it yet."""
    state = learner(tmp_path, "ada")
    writer = sqlite3.connect(state / "progress.db", isolation_level=None)
    writer.execute("PRAGMA journal_mode = wal")
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("CREATE TABLE done (what)")
    writer.execute("INSERT INTO done VALUES ('homework')")
    assert b"homework" not in (state / "progress.db").read_bytes()
    # Another write is under way, and comes to nothing.
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("INSERT INTO done VALUES ('half')")
    done = backup(tmp_path, "ada")
    writer.execute("ROLLBACK")
    writer.close()
    assert done.returncode == 0, done.stderr
    kept = unpacked(tmp_path, done) / "ada"
    assert [path.name for path in kept.iterdir()] == ["progress.db"]
    with sqlite3.connect(kept / "progress.db") as copy:
        assert copy.execute("SELECT what FROM done").fetchall() == [("homework",)]


def test_one_that_cannot_be_kept_is_said_and_the_others_are_kept(tmp_path: Path) -> None:
    (learner(tmp_path, "ada") / "progress.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    (learner(tmp_path, "bob") / "progress.db").symlink_to("/etc/passwd")
    EventLog(learner(tmp_path, "carl"), []).append("answer", "neuron", {"given": "1"})
    (tmp_path / "states" / "link").symlink_to("/etc")
    learner(tmp_path, "lost+found")
    done = backup(tmp_path)
    assert done.returncode == 1
    said = done.stderr.splitlines()
    assert [line.split(": ")[0] for line in said] == [
        str(tmp_path / "states" / name) for name in ("ada", "bob", "link")
    ]
    assert "progress.db is no file" in said[1]
    assert [path.name.split("-")[0] for path in (tmp_path / "kept").iterdir()] == ["carl"]
    assert answers(unpacked(tmp_path, done) / "carl") == ["1"]
