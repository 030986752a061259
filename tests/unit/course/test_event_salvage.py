"""A log that was cut or damaged gives back what is whole, and nothing in it keeps a learner from starting."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tests.unit.course.test_writer_thread import wait_until
from tutor.course.record.event_log import EventLog
from tutor.course.record.event_salvage import row_crc
from tutor.course.record.progress import Progress
from tutor.labs.kit.contract import LabState
from tutor.private_files import make_private_folder

EVENTS = 9


@pytest.fixture
def wide_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def written(folder: Path, events: int, numbers: int) -> bytes:
    """The bytes of a log with so many events, then a lab of so many numbers."""
    progress = Progress(folder)
    for position in range(events):
        progress.record("neuron", "step", step=f"s{position}", position=position)
    progress.save_lab("neuron", LabState({"b": 2}, {"drawn": np.arange(numbers, dtype=float)}))
    progress.set_setting("theme", "dark")
    progress.close()
    return (folder / "progress.db").read_bytes()


def test_of_a_file_that_was_cut_in_the_middle_all_events_come_back(tmp_path: Path) -> None:
    whole = written(tmp_path / "whole", EVENTS, numbers=20_000)
    cut = tmp_path / "cut"
    cut.mkdir()
    (cut / "progress.db").write_bytes(whole[: len(whole) // 2])
    progress = Progress(cut)
    assert progress.of_lesson("neuron").steps_seen == {f"s{position}" for position in range(EVENTS)}
    assert progress.setting("theme") == "dark"
    assert f"{EVENTS} entries were intact and have been recovered" in progress.notices[0]
    assert (cut / "progress.db.set-aside-1").read_bytes() == whole[: len(whole) // 2]
    progress.record("neuron", "finished")
    progress.close()
    again = Progress(cut)
    assert again.notices == []
    assert again.of_lesson("neuron").finished
    again.close()
    assert {path.name for path in cut.iterdir() if path.stat().st_size} == {"progress.db", "progress.db.set-aside-1"}


def test_what_a_damaged_file_has_lost_is_in_the_older_copy(tmp_path: Path) -> None:
    written(tmp_path, EVENTS, numbers=10)
    log = EventLog(tmp_path, [])
    log.back_up_daily()
    # A day's copy is not made again by what comes later.
    log.append("step", "neuron", {"step": "later", "position": EVENTS})
    log.back_up_daily()
    log.close()
    copy = tmp_path / "progress.db.older"
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT count(*) FROM events").fetchone() == (EVENTS,)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert {path.name for path in tmp_path.iterdir() if path.stat().st_size} == {"progress.db", "progress.db.older"}
    os.utime(copy, (0, 0))
    log = EventLog(tmp_path, [])
    log.back_up_daily()
    log.close()
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT count(*) FROM events").fetchone() == (EVENTS + 1,)
    (tmp_path / "progress.db").write_bytes(b"no database at all")
    progress = Progress(tmp_path)
    assert f"{EVENTS + 1} entries were intact and have been recovered" in progress.notices[0]
    assert progress.of_lesson("neuron").steps_seen == {"later", *(f"s{position}" for position in range(EVENTS))}
    assert progress.load_lab("neuron") is not None
    progress.close()


def test_events_behind_a_page_that_is_lost_come_back_too(tmp_path: Path) -> None:
    whole = bytearray(written(tmp_path / "whole", 400, numbers=1))
    pages = [whole[start : start + 4096] for start in range(0, len(whole), 4096)]
    # A leaf of a table begins with 13; bytes 3 and 4 say how many rows are on it.
    leaves = [number for number, page in enumerate(pages) if page[0] == 13 and b'"position": 200}' in page]
    assert len(leaves) == 1
    lost = int.from_bytes(pages[leaves[0]][3:5], "big")
    whole[leaves[0] * 4096 : (leaves[0] + 1) * 4096] = bytes(4096)
    (tmp_path / "progress.db").write_bytes(whole)
    progress = Progress(tmp_path)
    assert len(progress.of_lesson("neuron").steps_seen) == 400 - lost
    assert {"s0", "s399"} <= progress.of_lesson("neuron").steps_seen
    progress.close()


@pytest.mark.parametrize("says", [1 << 31, 0, 3])
def test_a_length_that_cannot_be_is_not_believed(says: int, tmp_path: Path) -> None:
    whole = bytearray(written(tmp_path / "whole", EVENTS, numbers=20_000))
    whole[28:32] = says.to_bytes(4, "big")
    (tmp_path / "progress.db").write_bytes(whole[: len(whole) // 2])
    progress = Progress(tmp_path)
    progress.record("neuron", "finished")
    assert progress.trouble == ""
    assert progress.of_lesson("neuron").finished
    progress.close()
    assert sum(path.stat().st_size for path in tmp_path.iterdir() if path.is_file()) < 1 << 21


@pytest.mark.parametrize("body", ["no JSON", "", "[" * 100_000, '"a text"'])
def test_an_entry_that_is_no_json_is_passed_over_and_said_once(body: str, tmp_path: Path) -> None:
    written(tmp_path, 3, numbers=1)
    with sqlite3.connect(tmp_path / "progress.db") as database:
        for seq in (4, 5):
            columns = (seq, f"u{seq}", "another", "2026-01-01T00:00:00+00:00", "step", "neuron", body)
            database.execute("INSERT INTO events VALUES (?,?,?,?,?,?,?,?)", (*columns, row_crc(*columns)))
    database.close()
    progress = Progress(tmp_path)
    assert progress.of_lesson("neuron").steps_seen == {"s0", "s1", "s2"}
    progress.record("neuron", "finished")
    assert progress.of_lesson("neuron").finished
    said = [] if body.startswith('"') else ["2 entries of progress.db cannot be read: skipped and left unchanged."]
    assert progress.notices == said
    progress.close()
    again = Progress(tmp_path)
    assert again.of_lesson("neuron").finished
    assert again.notices == []
    again.close()


def test_a_name_that_is_no_text_keeps_nothing_else_from_being_saved(tmp_path: Path) -> None:
    notices: list[str] = []
    log = EventLog(tmp_path, notices)
    log.append("visit", "caf\udce9", {})
    log.append("visit", "neuron", {})
    assert log.unsaved == 0
    assert len(notices) == 1
    assert "one entry cannot be saved and is left out" in notices[0]
    log.close()
    assert Progress(tmp_path).of_lesson("neuron").visits == 1


def test_saving_goes_on_after_a_fault_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    progress = Progress(tmp_path, in_thread=True)
    keep = EventLog.keep_setting

    def fault(log: EventLog, name: str, value: str) -> None:
        if name == "faulty":
            raise ZeroDivisionError("in the writing thread")
        keep(log, name, value)

    monkeypatch.setattr(EventLog, "keep_setting", fault)
    progress.set_setting("faulty", "x")
    progress.set_setting("theme", "dark")
    progress.record("neuron", "visit")
    wait_until(lambda: progress.unsaved == 0)
    progress.close()
    assert Progress(tmp_path).setting("theme") == "dark"
    assert len(list(tmp_path.glob("crash-*.log"))) == 1
    assert any("saving failed (crash report " in notice for notice in progress.notices)


# Nobody else reads it


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}


@pytest.mark.usefixtures("wide_umask")
@pytest.mark.parametrize("in_thread", [False, True])
def test_the_folder_and_all_in_it_are_the_learners_alone(in_thread: bool, tmp_path: Path) -> None:
    folder = tmp_path / "state"
    progress = Progress(folder, in_thread=in_thread)
    progress.record("neuron", "visit")
    assert progress.flush(10.0)
    beside = sqlite3.connect(folder / "progress.db", isolation_level=None)
    beside.execute("BEGIN IMMEDIATE")
    beside.execute("UPDATE settings SET value = 'x'")
    found = modes(folder)
    beside.execute("ROLLBACK")
    beside.close()
    progress.close()
    assert found.pop("state") == 0o700
    assert set(found.values()) == {0o600}, found


@pytest.mark.usefixtures("wide_umask")
def test_what_an_older_version_left_open_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    whole = written(folder, 1, numbers=1)
    (folder / "progress.db").write_bytes(whole[:-4096])
    folder.chmod(0o755)
    (folder / "progress.db").chmod(0o644)
    Progress(folder).close()
    found = modes(folder)
    assert found.pop("state") == 0o700
    assert "progress.db.set-aside-1" in found
    assert set(found.values()) == {0o600}, found


@pytest.mark.usefixtures("wide_umask")
def test_a_folder_with_other_things_in_it_stays_as_the_learner_has_it(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o755)
    (folder / "letter.txt").touch()
    make_private_folder(folder)
    Progress(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755
    assert stat.S_IMODE((folder / "progress.db").stat().st_mode) == 0o600
