"""A lesson that is open twice at once: what each made of the lab is kept."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from zlib import crc32

import pytest

from tutor.course.record.event_log import MOST_LABS
from tutor.course.record.progress import Progress
from tutor.labs.kit.contract import LabState
from tutor.training.saved.packing import pack


def lab(number: float) -> LabState:
    return LabState({"b": number})


@pytest.fixture
def first(tmp_path: Path) -> Progress:
    return Progress(tmp_path)


@pytest.fixture
def second(tmp_path: Path) -> Progress:
    return Progress(tmp_path)


def test_one_session_after_the_other_goes_on_with_the_one_lab(first: Progress, second: Progress) -> None:
    first.save_lab("neuron", lab(1))
    assert second.load_lab("neuron") == lab(1)
    second.save_lab("neuron", lab(2))
    assert second.load_lab("neuron") == lab(2)
    assert second.other_labs("neuron") == 0


def test_both_are_kept_where_both_went_on(tmp_path: Path, first: Progress, second: Progress) -> None:
    first.save_lab("neuron", lab(1))
    assert second.load_lab("neuron") == lab(1)
    second.save_lab("neuron", lab(2))
    first.save_lab("neuron", lab(3))
    assert second.load_lab("neuron") == lab(2)
    assert first.load_lab("neuron") == lab(3)
    assert (first.other_labs("neuron"), second.other_labs("neuron")) == (1, 1)
    later = Progress(tmp_path)
    assert later.load_lab("neuron") == lab(3)
    assert later.other_labs("neuron") == 1


def test_the_other_can_be_taken_and_the_own_stays_beside_it(tmp_path: Path, first: Progress, second: Progress) -> None:
    first.save_lab("neuron", lab(1))
    second.save_lab("neuron", lab(2))
    assert first.take_other_lab("neuron") == lab(2)
    first.save_lab("neuron", lab(2.5))
    # Back again, and so on: neither is lost.
    assert first.take_other_lab("neuron") == lab(1)
    first.save_lab("neuron", lab(1.5))
    assert first.take_other_lab("neuron") == lab(2.5)
    assert second.load_lab("neuron") is not None


def test_what_the_other_session_does_later_to_what_was_taken_is_kept_too(first: Progress, second: Progress) -> None:
    first.save_lab("neuron", lab(1))
    second.save_lab("neuron", lab(2))
    assert first.take_other_lab("neuron") == lab(2)
    second.save_lab("neuron", lab(20))
    first.save_lab("neuron", lab(3))
    assert first.load_lab("neuron") == lab(3)
    found = {first.take_other_lab("neuron").values["b"] for _ in range(3)}  # type: ignore[union-attr]
    assert {1, 20} <= found


def test_where_there_is_no_other_there_is_none_to_take(first: Progress) -> None:
    assert first.take_other_lab("neuron") is None
    first.save_lab("neuron", lab(1))
    assert first.take_other_lab("neuron") is None
    assert first.load_lab("neuron") == lab(1)


def test_only_so_many_are_kept(tmp_path: Path) -> None:
    for number in range(MOST_LABS + 3):
        Progress(tmp_path).save_lab("neuron", lab(number))
    with sqlite3.connect(tmp_path / "progress.db") as database:
        assert database.execute("SELECT count(*) FROM labs").fetchone() == (MOST_LABS,)
    database.close()
    assert Progress(tmp_path).load_lab("neuron") == lab(MOST_LABS + 2)


def test_a_file_of_the_first_version_goes_on(tmp_path: Path) -> None:
    packed = pack({"b": 7}, {})
    with sqlite3.connect(tmp_path / "progress.db") as database:
        database.executescript(
            "CREATE TABLE events (seq INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, session TEXT NOT NULL, "
            "ts TEXT NOT NULL, kind TEXT NOT NULL, lesson TEXT NOT NULL, body TEXT NOT NULL, crc INTEGER NOT NULL);"
            "CREATE TABLE labs (lesson TEXT PRIMARY KEY, packed BLOB NOT NULL, crc INTEGER NOT NULL);"
            "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);"
            "INSERT INTO settings VALUES ('theme', 'dark');"
            "PRAGMA user_version = 1"
        )
        database.execute("INSERT INTO labs VALUES ('neuron', ?, ?)", (packed, crc32(packed)))
    database.close()
    progress = Progress(tmp_path)
    assert progress.notices == []
    assert progress.setting("theme") == "dark"
    assert progress.load_lab("neuron") == lab(7)
    progress.save_lab("neuron", lab(8))
    later = Progress(tmp_path)
    assert later.load_lab("neuron") == lab(8)
    assert later.other_labs("neuron") == 0
