"""What the plain face says of saving: when it cannot, when it can again, and nothing that is not so."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tutor.course.record.event_log import EventLog
from tutor.course.record.progress import Progress
from tutor.plain.face import FAREWELL, run

NOT_BEING_SAVED = "Note: progress is not being saved:"
SAVED_AGAIN = "Note: progress is being saved again."


class Lines(io.StringIO):
    """Standard input whose lines come one by one; what stands between them happens between them."""

    def __init__(self, lines: Iterator[str]) -> None:
        super().__init__()
        self._lines = lines

    def readline(self, _size: int | None = -1, /) -> str:
        line = next(self._lines, None)
        return "" if line is None else f"{line}\n"


Session = Callable[[Iterator[str]], str]


@pytest.fixture
def session(lessons: Path, tmp_path: Path) -> Session:
    def learn(lines: Iterator[str]) -> str:
        out = io.StringIO()
        assert run("sum", None, tmp_path / "state", stdin=Lines(lines), stdout=out, lessons=lessons) == 0
        return " ".join(out.getvalue().split())

    return learn


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Says whether the disk is full from now on."""
    write = EventLog._write
    disk = {"full": False}

    def write_if_there_is_room(self: EventLog, connection: sqlite3.Connection) -> None:
        if disk["full"]:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        write(self, connection)

    monkeypatch.setattr(EventLog, "_write", write_if_there_is_room)
    return lambda is_full: disk.update(full=is_full)


def kept(tmp_path: Path) -> tuple[int, object]:
    progress = Progress(tmp_path / "state")
    try:
        lab = progress.load_lab("sum")
        return progress.of_lesson("sum").correct, None if lab is None else lab.values["b"]
    finally:
        progress.close()


def test_a_full_disk_is_told_once_and_again_when_there_is_room(
    session: Session, full: Callable[[bool], None], tmp_path: Path
) -> None:
    def lines() -> Iterator[str]:
        yield "set b 1"
        full(True)
        yield "4"
        yield "set b 2"
        full(False)
        yield "show b"
        yield "quit"

    output = session(lines())
    assert output.count(NOT_BEING_SAVED) == 1
    assert "is full. Free some space; your progress is then saved." in output
    # Also after a line that had nothing to save.
    assert output.index("> set b 2") < output.index("> show b") < output.index(SAVED_AGAIN)
    assert output.endswith(f"> quit {FAREWELL}")
    assert kept(tmp_path) == (1, 2)


@pytest.mark.parametrize("last", ["quit", None])
def test_what_is_not_saved_at_the_end_is_said_instead_of_a_farewell(
    session: Session, full: Callable[[bool], None], tmp_path: Path, last: str | None
) -> None:
    def lines() -> Iterator[str]:
        yield "set b 1"
        full(True)
        yield "4"
        if last:
            yield last

    output = session(lines())
    assert FAREWELL not in output
    assert output.partition("NOT SAVED: ")[2].startswith("the disk that holds")
    full(False)
    assert kept(tmp_path) == (0, 1)


def test_what_can_be_saved_only_at_the_very_end_is_saved(
    session: Session, full: Callable[[bool], None], tmp_path: Path
) -> None:
    def lines() -> Iterator[str]:
        full(True)
        yield "4"
        yield "set b 1"
        full(False)
        yield "quit"

    output = session(lines())
    assert "NOT SAVED" not in output
    assert output.endswith(FAREWELL)
    assert kept(tmp_path)[1] == 1


def test_a_folder_that_cannot_be_used_is_told_at_once_and_the_lesson_goes_on(session: Session, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")

    def lines() -> Iterator[str]:
        yield "3.5"
        (tmp_path / "state").unlink()
        yield "next"
        yield "quit"

    output = session(lines())
    assert output.index(NOT_BEING_SAVED) < output.index("> 3.5 Right.") < output.index(SAVED_AGAIN)
    assert output.endswith(FAREWELL)
    assert kept(tmp_path)[0] == 1


def test_a_fault_claims_nothing_that_is_not_so(
    full: Callable[[bool], None], lessons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def lines() -> Iterator[str]:
        full(True)
        yield "3.5"
        raise ZeroDivisionError

    out = io.StringIO()
    status = run("sum", None, tmp_path / "state", stdin=Lines(lines()), stdout=out, lessons=lessons)
    told = capsys.readouterr().err
    assert status == 70
    assert "Not all of your work is saved." in told
    assert "Your progress is kept" not in told


def test_the_lab_of_another_session_is_offered_and_taken(session: Session, lessons: Path, tmp_path: Path) -> None:
    def other() -> Iterator[str]:
        yield "set b 7"
        yield "quit"

    def lines() -> Iterator[str]:
        yield "other"
        assert "more lab" not in session(other())
        yield "set b 1"
        yield "open sum"
        yield "show b"
        yield "other"
        yield "quit"

    out = io.StringIO()
    assert run("sum", None, tmp_path / "state", stdin=Lines(lines()), stdout=out, lessons=lessons) == 0
    output = " ".join(out.getvalue().split())
    alone, _, output = output.partition("> set b 1")
    assert "> other There is no other lab of this lesson" in alone
    assert "one more lab is saved. To go on from it, type other." in output
    assert "bias b (b): 1;" in output.partition("> show b")[2]
    assert "bias b (b): 7;" in output.partition("> other")[2]
