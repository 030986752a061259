from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest

from tutor.course.record import event_file
from tutor.course.record.event_file import wal_is_safe
from tutor.course.record.journal import Journal
from tutor.course.record.lesson_progress import LessonProgress
from tutor.course.record.progress import Progress, state_folder
from tutor.labs.kit.contract import LabState


def reopened(folder: Path) -> Progress:
    """What another process would find now, without the first one letting go."""
    return Progress(folder)


def standing(progress: Progress, lesson: str = "neuron") -> tuple[object, ...]:
    s = progress.of_lesson(lesson)
    return s.position, s.steps_seen, s.finished, s.answered, s.correct, s.hints, s.visits


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60)


# What is kept


def test_nothing_is_known_of_a_lesson_never_opened(tmp_path: Path) -> None:
    progress = Progress(tmp_path)
    assert progress.by_lesson() == {}
    assert progress.of_lesson("neuron") == LessonProgress(0, frozenset(), False, 0, 0, 0, 0)
    assert progress.last_position() is None
    assert progress.notices == []


def test_every_event_is_there_as_soon_as_it_is_recorded(tmp_path: Path) -> None:
    progress: Progress = Progress(tmp_path / "deep" / "state")
    journal: Journal = progress
    events: list[tuple[str, dict[str, object], tuple[object, ...]]] = [
        ("visit", {}, (0, set(), False, 0, 0, 0, 1)),
        ("step", {"step": "a", "position": 0}, (0, {"a"}, False, 0, 0, 0, 1)),
        ("answer", {"step": "a", "question": 0, "text": "é", "correct": False}, (0, {"a"}, False, 1, 0, 0, 1)),
        ("hint", {"step": "a", "question": 0, "rung": 1}, (0, {"a"}, False, 1, 0, 1, 1)),
        ("answer", {"step": "a", "question": 0, "text": "1", "correct": True}, (0, {"a"}, False, 1, 1, 1, 1)),
        ("step", {"step": "c", "position": 2}, (2, {"a", "c"}, False, 1, 1, 1, 1)),
        ("answer", {"step": "c", "question": 0, "text": "1", "correct": False}, (2, {"a", "c"}, False, 2, 1, 1, 1)),
        ("answer", {"step": "a", "question": 0, "text": "2", "correct": False}, (2, {"a", "c"}, False, 2, 1, 1, 1)),
        ("skip", {"step": "c", "question": 0}, (2, {"a", "c"}, False, 2, 1, 1, 1)),
        ("step", {"step": "a", "position": 0}, (0, {"a", "c"}, False, 2, 1, 1, 1)),
        ("finished", {}, (0, {"a", "c"}, True, 2, 1, 1, 1)),
        ("visit", {}, (0, {"a", "c"}, True, 2, 1, 1, 2)),
        ("of a later version", {"step": 5, "position": "x"}, (0, {"a", "c"}, True, 2, 1, 1, 2)),
    ]
    for kind, details, expected in events:
        journal.record("neuron", kind, **details)
        assert standing(progress) == expected
        other = reopened(tmp_path / "deep" / "state")
        assert standing(other) == expected
        other.close()
    assert progress.notices == []


def test_the_last_place_is_that_of_the_newest_step(tmp_path: Path) -> None:
    progress = Progress(tmp_path)
    progress.record("neuron", "step", step="a", position=0)
    progress.record("shapes", "step", step="b", position=4)
    progress.record("neuron", "visit", position=2)
    assert progress.last_position() == reopened(tmp_path).last_position() == ("shapes", 4)
    assert set(progress.by_lesson()) == {"neuron", "shapes"}


def test_two_sessions_at_once_see_each_other(tmp_path: Path) -> None:
    one, two = Progress(tmp_path), Progress(tmp_path)
    one.record("neuron", "step", step="a", position=0)
    assert two.last_position() == ("neuron", 0)
    two.record("neuron", "step", step="b", position=1)
    assert one.of_lesson("neuron") == two.of_lesson("neuron")
    assert one.of_lesson("neuron").steps_seen == {"a", "b"}
    assert one.last_position() == ("neuron", 1)


def test_threads_may_record_at_once(tmp_path: Path) -> None:
    progress = Progress(tmp_path)

    def work(name: str) -> None:
        for _ in range(25):
            progress.record(name, "hint")

    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {k: s.hints for k, s in reopened(tmp_path).by_lesson().items()} == {"a": 25, "b": 25, "c": 25}
    assert progress.notices == []


def test_settings_are_kept(tmp_path: Path) -> None:
    progress = Progress(tmp_path)
    assert progress.setting("theme") is None
    progress.set_setting("theme", "dark")
    progress.set_setting("theme", "light")
    assert progress.setting("theme") == reopened(tmp_path).setting("theme") == "light"


def test_a_lab_is_kept_with_its_arrays(tmp_path: Path) -> None:
    progress = Progress(tmp_path)
    weights = np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3)
    assert progress.load_lab("shapes") is None
    progress.save_lab("shapes", LabState({"rate": 0.1}, {}))
    progress.save_lab("shapes", LabState({"rate": 0.3, "grid": [[1, 0]]}, {"W": weights}))
    for found in (progress.load_lab("shapes"), reopened(tmp_path).load_lab("shapes")):
        assert found is not None
        assert found.values == {"rate": 0.3, "grid": [[1, 0]]}
        assert found.arrays["W"].dtype == np.float32
        assert np.array_equal(found.arrays["W"], weights)
    assert progress.load_lab("neuron") is None
    assert progress.notices == []


@pytest.mark.parametrize("flip", [0, -1])
def test_a_damaged_lab_is_left_out(tmp_path: Path, flip: int) -> None:
    progress = Progress(tmp_path)
    progress.record("shapes", "visit")
    progress.save_lab("shapes", LabState({"rate": 0.1}))
    progress.close()
    with sqlite3.connect(tmp_path / "progress.db") as database:
        (packed,) = database.execute("SELECT packed FROM labs").fetchone()
        changed = bytearray(packed)
        changed[flip] ^= 1
        database.execute("UPDATE labs SET packed = ?", (bytes(changed),))
    database.close()
    progress = Progress(tmp_path)
    assert progress.load_lab("shapes") is None
    assert len(progress.notices) == 1
    assert "the saved lab of shapes is damaged" in progress.notices[0]
    assert progress.of_lesson("shapes").visits == 1
    progress.save_lab("shapes", LabState({"rate": 0.2}))
    assert progress.load_lab("shapes") == LabState({"rate": 0.2})


# Kills

WRITER = """
import sys, time
from pathlib import Path
from tutor.course.record.progress import Progress
progress = Progress(Path(sys.argv[1]))
for number in range(1000000):
    progress.record("neuron", "step", step=str(number), position=number)
    print(number, flush=True)
"""


@pytest.mark.parametrize("after", [1, 40, 133])
def test_a_kill_loses_nothing_that_was_acknowledged(tmp_path: Path, after: int) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(after)]
    writer.send_signal(signal.SIGKILL)
    acknowledged += [int(line) for line in writer.stdout if line.endswith("\n")]
    writer.wait()
    writer.stdout.close()
    progress = Progress(tmp_path)
    found = {int(step) for step in progress.of_lesson("neuron").steps_seen}
    assert len(acknowledged) >= after
    assert found >= set(acknowledged)
    assert progress.of_lesson("neuron").position == max(found)
    assert progress.notices == []


# Files that cannot be used


def some_progress(folder: Path) -> Path:
    progress = Progress(folder)
    for position in range(3):
        progress.record("neuron", "step", step=f"s{position}", position=position)
    progress.save_lab("neuron", LabState({"b": 2}))
    progress.set_setting("theme", "dark")
    progress.close()
    return folder / "progress.db"


def test_a_damaged_event_is_set_aside_and_the_others_go_on(tmp_path: Path) -> None:
    file = some_progress(tmp_path)
    with sqlite3.connect(file) as database:
        database.execute("UPDATE events SET body = replace(body, '1', '7') WHERE seq = 2")
    database.close()
    damaged = file.read_bytes()
    progress = Progress(tmp_path)
    assert standing(progress)[:2] == (2, {"s0", "s2"})
    assert progress.load_lab("neuron") == LabState({"b": 2})
    assert progress.setting("theme") == "dark"
    assert len(progress.notices) == 1
    assert "progress.db was damaged (1 of 3 events do not match their checksum)" in progress.notices[0]
    assert "kept as progress.db.set-aside-1; 2 entries were intact" in progress.notices[0]
    assert (tmp_path / "progress.db.set-aside-1").read_bytes() == damaged
    progress.record("neuron", "finished")
    progress.close()
    again = Progress(tmp_path)
    assert again.notices == []
    assert standing(again)[:3] == (2, {"s0", "s2"}, True)


def test_what_is_no_database_is_set_aside_each_time(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / "progress.db").write_bytes(b"not a database, but long enough to be read as one " * 40)
        progress = Progress(tmp_path)
        assert f"progress.db.set-aside-{number}" in progress.notices[0]
        progress.record("neuron", "visit")
        progress.close()
        other = reopened(tmp_path)
        assert other.of_lesson("neuron").visits == 1
        other.close()
    assert sorted(f.name for f in tmp_path.iterdir() if f.stat().st_size) == [
        "progress.db",
        "progress.db.set-aside-1",
        "progress.db.set-aside-2",
    ]


def test_a_database_of_something_else_is_set_aside(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "progress.db") as database:
        database.execute("CREATE TABLE birds (name TEXT)")
    database.close()
    progress = Progress(tmp_path)
    assert "it holds other tables" in progress.notices[0]
    progress.record("neuron", "visit")
    assert reopened(tmp_path).of_lesson("neuron").visits == 1


def test_any_cut_of_the_file_is_survived(tmp_path: Path) -> None:
    whole = some_progress(tmp_path / "whole").read_bytes()
    for place, length in enumerate(range(600, len(whole), 3999)):
        folder = tmp_path / str(place)
        folder.mkdir()
        (folder / "progress.db").write_bytes(whole[:length])
        progress = Progress(folder)
        assert len(progress.notices) == 1, length
        progress.record("neuron", "finished")
        progress.close()
        assert Progress(folder).of_lesson("neuron").finished


def test_a_flipped_byte_is_noticed_or_harmless(tmp_path: Path) -> None:
    whole = some_progress(tmp_path / "whole").read_bytes()
    expected = (2, {"s0", "s1", "s2"}, False, 0, 0, 0, 0)
    noticed = 0
    for place, offset in enumerate(range(3, len(whole), 997)):
        folder = tmp_path / str(place)
        folder.mkdir()
        changed = bytearray(whole)
        changed[offset] ^= 0x55
        (folder / "progress.db").write_bytes(bytes(changed))
        progress = Progress(folder)
        assert progress.notices or standing(progress) == expected, offset
        noticed += bool(progress.notices)
        progress.record("neuron", "finished")
        assert reopened(folder).of_lesson("neuron").finished
        progress.close()
    assert noticed


def test_a_newer_version_is_set_aside_untouched(tmp_path: Path) -> None:
    file = some_progress(tmp_path)
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    newer = file.read_bytes()
    progress = Progress(tmp_path)
    assert progress.by_lesson() == {}
    assert "written by a newer dl-tutor (its version is 99)" in progress.notices[0]
    assert (tmp_path / "progress.db.set-aside-1").read_bytes() == newer
    progress.record("neuron", "visit")
    assert reopened(tmp_path).of_lesson("neuron").visits == 1


def test_a_newer_session_under_way_keeps_its_file(tmp_path: Path) -> None:
    newer = sqlite3.connect(tmp_path / "progress.db", isolation_level=None)
    newer.execute("PRAGMA journal_mode = wal")
    newer.execute("CREATE TABLE things (name TEXT)")
    newer.execute("PRAGMA user_version = 99")
    progress = Progress(tmp_path)
    assert "another program has locked" in progress.trouble
    progress.record("neuron", "visit")
    newer.execute("INSERT INTO things VALUES ('kept')")
    newer.close()
    progress.record("neuron", "hint")
    assert not progress.trouble
    assert reopened(tmp_path).of_lesson("neuron") == LessonProgress(hints=1, visits=1)
    aside = sqlite3.connect(tmp_path / "progress.db.set-aside-1")
    assert aside.execute("SELECT name FROM things").fetchall() == [("kept",)]
    aside.close()


def test_what_stands_beside_an_unusable_file_goes_with_it(tmp_path: Path) -> None:
    (tmp_path / "progress.db").write_bytes(b"no database" * 400)
    (tmp_path / "progress.db-shm").write_bytes(b"old")
    progress = Progress(tmp_path)
    assert (tmp_path / "progress.db.set-aside-1-shm").read_bytes() == b"old"
    progress.close()


def test_a_file_that_is_damaged_meanwhile_is_set_aside(tmp_path: Path) -> None:
    progress = Progress(tmp_path)
    progress.record("neuron", "step", step="a", position=0)
    (tmp_path / "progress.db").write_bytes(b"\0garbage" * 3000)
    progress.record("neuron", "step", step="b", position=1)
    progress.record("neuron", "step", step="c", position=2)
    assert "set-aside-1" in progress.notices[0]
    assert progress.of_lesson("neuron").steps_seen == {"a", "b", "c"}
    assert reopened(tmp_path).of_lesson("neuron").steps_seen == {"b", "c"}


# Folders that cannot be used


def use_in_memory(progress: Progress) -> None:
    """Everything works, and one notice says that nothing is saved."""
    progress.record("neuron", "step", step="a", position=3)
    progress.record("neuron", "visit")
    progress.set_setting("theme", "dark")
    progress.save_lab("neuron", LabState({"b": 1}, {"W": np.eye(2)}))
    kept = progress.load_lab("neuron")
    assert kept is not None
    assert np.array_equal(kept.arrays["W"], np.eye(2))
    assert progress.setting("theme") == "dark"
    assert progress.last_position() == ("neuron", 3)
    assert progress.of_lesson("neuron").visits == 1
    assert len(progress.notices) == 1
    assert progress.notices[0].startswith("progress is not being saved: ")
    assert progress.notices[0].endswith(f"{progress.trouble}")


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        progress = Progress(folder)
        assert progress.trouble
        use_in_memory(progress)
        progress.close()
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.parametrize(("restricted", "advice"), [(False, "--state"), (True, "the administrator of this machine")])
def test_the_advice_is_one_that_can_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, restricted: bool, advice: str
) -> None:
    monkeypatch.setattr("tutor.course.record.event_log.is_isolated", lambda: restricted)
    (tmp_path / "state").write_text("a file where the folder should be")
    progress = Progress(tmp_path / "state")
    assert advice in progress.trouble
    assert ("--state" in progress.trouble) != restricted


def test_a_folder_where_the_file_would_stand(tmp_path: Path) -> None:
    (tmp_path / "progress.db").mkdir()
    use_in_memory(Progress(tmp_path))


def test_saving_goes_on_when_the_folder_can_be_used_again(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.write_text("in the way")
    progress = Progress(folder)
    use_in_memory(progress)
    folder.unlink()
    progress.record("neuron", "step", step="b", position=4)
    assert progress.notices[1:] == ["progress is being saved again."]
    assert not progress.trouble
    other = reopened(folder)
    assert standing(other) == standing(progress) == (4, {"a", "b"}, False, 0, 0, 0, 1)
    assert other.setting("theme") == "dark"
    assert other.load_lab("neuron") is not None


def test_a_commit_that_came_through_though_it_was_reported_as_failed(tmp_path: Path) -> None:
    class Doubtful:
        def __init__(self, connection: sqlite3.Connection) -> None:
            self._connection = connection

        def __getattr__(self, name: str) -> object:
            return getattr(self._connection, name)

        def execute(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
            cursor = self._connection.execute(statement, values)
            if statement == "COMMIT":
                raise sqlite3.OperationalError("disk I/O error")
            return cursor

    progress = Progress(tmp_path)
    progress._log._connection = Doubtful(progress._log._connection)  # type: ignore[arg-type, assignment]
    progress.record("neuron", "hint")
    assert progress.trouble
    progress.record("neuron", "hint")
    assert progress.notices[1:] == ["progress is being saved again."]
    assert reopened(tmp_path).of_lesson("neuron").hints == progress.of_lesson("neuron").hints == 2


# As root every folder can be written to, so an ordinary user, who owns the folder, is played by a child process.
AS_ORDINARY_USER = """
import os, sys
from pathlib import Path
import tutor.course.record.progress
folder, mode = Path(sys.argv[1]), int(sys.argv[2])
if os.getuid() == 0:
    os.setgid(65534); os.setuid(65534)
file = folder / "progress.db"
file.chmod(mode)
folder.chmod(0o555)
progress = tutor.course.record.progress.Progress(folder)
print(len(progress.notices), progress.notices[0].startswith("progress is not being saved: "))
print(sorted(progress.of_lesson("neuron").steps_seen), progress.setting("theme"))
progress.record("neuron", "step", step="new", position=9)
print(progress.last_position(), len(progress.notices), sorted(f.name for f in folder.iterdir() if f.stat().st_size))
folder.chmod(0o755)
file.chmod(0o644)
progress.record("neuron", "step", step="newer", position=10)
print(progress.notices[1:], progress.trouble)
"""


@pytest.mark.parametrize(
    ("journal", "mode"), [("truncate", 0o444), ("truncate", 0o644), ("wal", 0o444), ("wal", 0o644)]
)
def test_what_stands_in_a_read_only_folder_is_read(journal: str, mode: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_file, "wal_is_safe", lambda: journal == "wal")
    # Not below tmp_path, which nobody but its owner may enter.
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        some_progress(folder)
        (folder / "progress.db-journal").unlink(missing_ok=True)
        if os.getuid() == 0:
            for path in (folder, folder / "progress.db"):
                os.chown(path, 65534, 65534)
        ran = run_python(AS_ORDINARY_USER, made, str(mode))
        assert ran.stdout.splitlines() == [
            "1 True",
            "['s0', 's1', 's2'] dark",
            "('neuron', 9) 1 ['progress.db']",
            "['progress is being saved again.'] ",
        ], ran.stderr
        assert reopened(folder).of_lesson("neuron").steps_seen == {"s0", "s1", "s2", "new", "newer"}


FULL_DISK = """
import resource, sys
from pathlib import Path
from tutor.course.record.progress import Progress
progress = Progress(Path(sys.argv[1]))
progress.record("neuron", "step", step="before", position=0)
size = progress.file.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
for number in range(400):
    progress.record("neuron", "step", step=f"during {number}", position=number)
print(len(progress.of_lesson("neuron").steps_seen), len(progress.notices), progress.notices[0], sep="|")
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
progress.record("neuron", "step", step="after", position=1)
print(progress.notices[-1])
"""


def test_a_full_disk_loses_nothing_that_can_be_written_later(tmp_path: Path) -> None:
    ran = run_python(FULL_DISK, str(tmp_path))
    first, last = ran.stdout.splitlines()
    seen, notices, notice = first.split("|")
    assert (seen, notices) == ("401", "1")
    assert notice.startswith("progress is not being saved: the disk")
    assert last == "progress is being saved again."
    progress = Progress(tmp_path)
    assert progress.of_lesson("neuron").steps_seen == {"before", "after"} | {f"during {n}" for n in range(400)}
    with sqlite3.connect(tmp_path / "progress.db") as database:
        rows = database.execute("SELECT seq, body FROM events ORDER BY seq").fetchall()
    database.close()
    assert [seq for seq, _ in rows] == list(range(1, 403))
    assert '"before"' in rows[0][1]
    assert '"after"' in rows[-1][1]


NO_MORE_FILES = """
import resource, sys
from pathlib import Path
from tutor.course.record.progress import Progress
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
taken = []
def take_all():
    try:
        while True:
            taken.append(open("/dev/null"))
    except OSError:
        pass
def give_back():
    while taken:
        taken.pop().close()
progress = Progress(Path(sys.argv[1]) / "open")
take_all()
for number in range(20):
    progress.record("neuron", "step", step=f"during {number}", position=number)
late = Progress(Path(sys.argv[1]) / "late")
late.record("neuron", "step", step="late", position=1)
print(len(progress.of_lesson("neuron").steps_seen), progress.unsaved == 0 or bool(progress.trouble), bool(late.trouble))
print(late.notices)
give_back()
progress.record("neuron", "step", step="after", position=1)
late.record("neuron", "step", step="later", position=1)
print(repr(progress.trouble), repr(late.trouble), progress.unsaved, late.unsaved)
"""


def test_too_many_open_files_are_told_and_lose_nothing(tmp_path: Path) -> None:
    ran = run_python(NO_MORE_FILES, str(tmp_path))
    during, told, after = ran.stdout.splitlines()
    assert during == "20 True True"
    assert "progress is not being saved" in told
    assert after == "'' '' 0 0"
    assert len(reopened(tmp_path / "open").of_lesson("neuron").steps_seen) == 21
    assert reopened(tmp_path / "late").of_lesson("neuron").steps_seen == {"late", "later"}


def test_a_file_held_by_another_program_is_written_when_it_lets_go(tmp_path: Path) -> None:
    progress = Progress(tmp_path)
    holder = sqlite3.connect(tmp_path / "progress.db", isolation_level=None)
    # The five seconds of patience are SQLite's own; a shorter wait shows the same.
    progress._log._connection.execute("PRAGMA busy_timeout = 1")  # type: ignore[union-attr]
    holder.execute("BEGIN IMMEDIATE")
    progress.record("neuron", "step", step="a", position=0)
    assert "another program has locked" in progress.trouble
    assert progress.of_lesson("neuron").steps_seen == {"a"}
    holder.execute("ROLLBACK")
    holder.close()
    progress.close()
    assert progress.notices[1:] == ["progress is being saved again."]
    assert reopened(tmp_path).of_lesson("neuron").steps_seen == {"a"}


# How it is kept


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_the_write_ahead_log_is_used_where_it_is_sound(version: tuple[int, int, int], safe: bool) -> None:
    assert wal_is_safe(version) == safe


@pytest.mark.waits_for_disk
@pytest.mark.parametrize(("safe", "mode"), [(True, "wal"), (False, "truncate")])
def test_the_journal_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, safe: bool, mode: str) -> None:
    monkeypatch.setattr(event_file, "wal_is_safe", lambda: safe)
    progress = Progress(tmp_path)
    progress.record("neuron", "visit")
    assert progress.journal_mode == mode
    assert progress._log._connection.execute("PRAGMA synchronous").fetchone() == (2,)  # type: ignore[union-attr]
    progress.close()
    monkeypatch.setattr(event_file, "wal_is_safe", lambda: not safe)
    other = Progress(tmp_path)
    assert other.journal_mode != mode
    assert other.of_lesson("neuron").visits == 1


def test_where_progress_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DL_TUTOR_STATE", str(tmp_path / "named"))
    assert state_folder(tmp_path / "given") == tmp_path / "given"
    assert state_folder() == tmp_path / "named"
    monkeypatch.setenv("DL_TUTOR_STATE", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    found = state_folder()
    assert found.name == "dl-tutor"
    if sys.platform == "linux":
        assert found == tmp_path / "data" / "dl-tutor"


def test_the_start_path_stays_light(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tutor.course.record.progress import Progress\n"
        "p = Progress(Path(sys.argv[1])); p.record('neuron', 'visit'); p.by_lesson(); p.setting('theme'); p.close()\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('numpy', 'textual', 'platformdirs')"
        " or m.startswith('tutor.labs')])"
    )
    ran = run_python(code, str(tmp_path))
    assert ran.stdout == "[]\n", ran.stderr
