"""Logs of learners are read while their sessions write, and nothing in them is trusted."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tutor.classroom import log_reader
from tutor.classroom.learners import NoClass, learner_name, learners_in
from tutor.classroom.live import LiveClass
from tutor.classroom.log_reader import Replaced, Unreadable, file_mark, read_events
from tutor.course.record.event_log import FILE_NAME, EventLog


def test_what_a_session_writes_is_read_while_it_goes_on(tmp_path: Path) -> None:
    with closing(EventLog(tmp_path, [])) as log:
        log.append("visit", "neuron", {})
        first = read_events(log.file)
        assert [logged.event.kind for logged in first.events] == ["visit"]
        mark = file_mark(log.file)
        log.append("answer", "neuron", {"step": "s", "question": 0, "correct": False})
        assert file_mark(log.file) != mark
        assert [logged.event.kind for logged in read_events(log.file, first.last).events] == ["answer"]
        # The session writes on: nobody holds its file.
        log.append("step", "neuron", {})
        assert not log.trouble
        again = read_events(log.file)
    assert len({logged.uuid for logged in again.events}) == 3
    assert len({logged.session for logged in again.events}) == 1


def test_reading_leaves_no_file_behind_and_changes_none(tmp_path: Path) -> None:
    with closing(EventLog(tmp_path, [])) as log:
        log.append("visit", "neuron", {})
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in tmp_path.iterdir()}
    read_events(tmp_path / FILE_NAME)
    assert {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in tmp_path.iterdir()} == before


def test_more_events_than_one_query_reads_come_in_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_reader, "AT_ONCE", 2)
    with closing(EventLog(tmp_path, [])) as log:
        for number in range(5):
            log.append("step", "neuron", {"position": number})
        seen, after, more = [], 0, True
        while more:
            batch = read_events(log.file, after)
            seen += [logged.event.details["position"] for logged in batch.events]
            after, more = batch.last, batch.more
    assert seen == [0, 1, 2, 3, 4]


def test_a_changed_event_is_left_out_and_the_others_are_read(tmp_path: Path) -> None:
    with closing(EventLog(tmp_path, [])) as log:
        for kind in ("visit", "step", "done"):
            log.append(kind, "neuron", {})
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as other:
        other.execute("UPDATE events SET lesson = 'digits' WHERE kind = 'step'")
        other.commit()
    assert [logged.event.kind for logged in read_events(tmp_path / FILE_NAME).events] == ["visit", "done"]


def test_a_log_from_a_backup_in_the_place_of_another_is_read_anew(tmp_path: Path) -> None:
    folder = tmp_path / "ada"
    with closing(EventLog(folder, [])) as log:
        for _ in range(3):
            log.append("step", "neuron", {"step": "s"})
    live = LiveClass(tmp_path)
    assert live.update().standings["ada"].lesson == "neuron"
    shutil.rmtree(folder)
    with closing(EventLog(folder, [])) as log:
        log.append("step", "softmax", {"step": "s"})
    live.update()
    assert live.update().standings["ada"].lesson == "softmax"
    last = read_events(folder / FILE_NAME)
    with pytest.raises(Replaced):
        read_events(folder / FILE_NAME, last.last, "of another event")


HOSTILE = {
    "a view that computes for ever": [
        "CREATE VIEW events AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
        "SELECT x AS seq, '' AS uuid, '' AS session, '' AS ts, '' AS kind, '' AS lesson, '' AS body, 0 AS crc FROM n"
    ],
    "a table with a computed column": ["CREATE TABLE events (seq INTEGER PRIMARY KEY, body AS (zeroblob(1000000000)))"],
    "no table": [],
}


@pytest.mark.parametrize("statements", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_file_whose_tables_are_not_those_of_dl_tutor_is_refused(tmp_path: Path, statements: list[str]) -> None:
    file = tmp_path / FILE_NAME
    with closing(sqlite3.connect(file)) as made:
        for statement in statements:
            made.execute(statement)
        made.execute("PRAGMA user_version = 2")
        made.commit()
    with pytest.raises(Unreadable, match="not a log of dl-tutor"):
        read_events(file)


def test_no_file_a_link_a_pipe_and_no_database_are_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be read"):
        read_events(tmp_path / "away.db")
    target = tmp_path / "secret"
    target.write_text("not a database", encoding="utf-8")
    (tmp_path / "link.db").symlink_to(target)
    with pytest.raises(Unreadable, match="cannot be read"):
        read_events(tmp_path / "link.db")
    os.mkfifo(tmp_path / "pipe.db")
    with pytest.raises(Unreadable, match="is no file"):
        read_events(tmp_path / "pipe.db")
    with pytest.raises(Unreadable, match="not a database"):
        read_events(target)


def test_a_log_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    file = tmp_path / FILE_NAME
    with file.open("wb") as large:
        large.truncate(log_reader.LARGEST_FILE + 1)
    with pytest.raises(Unreadable, match="at most 268,435,456 are read"):
        read_events(file)


def test_learners_are_the_folders_with_a_log_and_no_links(tmp_path: Path) -> None:
    for name in ("bob", "ada\x1b[31m"):
        with closing(EventLog(tmp_path / name, [])) as log:
            log.append("visit", "neuron", {})
    (tmp_path / "eve").symlink_to(tmp_path / "bob")
    (tmp_path / "empty").mkdir()
    assert [learner.name for learner in learners_in(tmp_path)] == ["ada[31m", "bob"]
    with pytest.raises(NoClass, match="has no learner"):
        learners_in(tmp_path / "empty")
    with pytest.raises(NoClass, match="cannot be read"):
        learners_in(tmp_path / "away")


def test_folders_whose_names_look_the_same_are_told_apart(tmp_path: Path) -> None:
    folders = ["ada", "ada\x07", "ada\x1b", "ada (2)"]
    for name in folders:
        with closing(EventLog(tmp_path / name, [])) as log:
            log.append("visit", "neuron", {})
    found = learners_in(tmp_path)
    assert {learner.name for learner in found} == {"ada", "ada (2)", "ada (3)", "ada (2) (2)"}
    assert {learner.file.parent.name for learner in found} == set(folders)


@pytest.mark.parametrize(
    ("text", "name"), [("a\nb", "a b"), ("\x1b]0;x\x07", "]0;x"), ("\u202eada", "ada"), ("x" * 99, "x" * 64)]
)
def test_a_name_cannot_make_a_terminal_do_anything(text: str, name: str) -> None:
    assert learner_name(text) == name


ESCAPES = ("\x1b]0;owned\x07", "\x9b2J", "\u202e", "a\x1b[31mb", "\x1bP+q\x1b\\\\")


def test_nothing_that_a_learner_wrote_reaches_the_reader_as_a_control_character(tmp_path: Path) -> None:
    with closing(EventLog(tmp_path, [])) as log:
        for text in ESCAPES:
            details = {"text": text, "numbers": {text: [[text, 1.5]]}, "shown": text}
            log.append(f"answer{text}", f"neuron{text}", details)
        events = [logged.event for logged in read_events(log.file).events]
    assert len(events) == len(ESCAPES)
    read = "".join(f"{event.kind}{event.lesson}{event.details}" for event in events)
    assert read.isprintable()
    # What is no control character stays.
    assert events[3].details["text"] == "a[31mb"
