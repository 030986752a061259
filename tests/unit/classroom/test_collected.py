"""Many machines in one PostgreSQL: nothing twice, nothing lost, nothing that was typed, and the same report."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.postgresql import cluster, why_no_postgresql
from tutor.classroom import log_reader
from tutor.classroom.database_address import DatabaseAddress
from tutor.classroom.learners import Learner, NoClass, learners_in
from tutor.classroom.live import LiveClass
from tutor.classroom.log_reader import Batch
from tutor.cli import main
from tutor.course.record.event_log import FILE_NAME, EventLog

pytest.importorskip("sqlalchemy", reason="the extra collect is not installed")
psycopg = pytest.importorskip("psycopg", reason="the extra collect is not installed")
from sqlalchemy import Engine, text  # noqa: E402

from tutor.classroom.collected.collecting import Collector  # noqa: E402
from tutor.classroom.collected.connecting import engine_for  # noqa: E402
from tutor.classroom.collected.schema import make_tables  # noqa: E402
from tutor.classroom.collected.source import CollectedClass  # noqa: E402

pytestmark = pytest.mark.skipif(why_no_postgresql() is not None, reason=why_no_postgresql() or "")
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
SECRET = "what-ada-typed"
DOCUMENT = Path(__file__).parents[3] / "docs" / "collect.md"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with cluster() as address:
        yield address


@pytest.fixture
def url(server: str) -> Iterator[str]:
    """A database of the test's own."""
    name = f"class_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = engine_for(DatabaseAddress(url))
    make_tables(made)
    yield made
    made.dispose()


def write_log(folder: Path, count: int = 30, lesson: str = "neuron", begins: datetime = NINE) -> None:
    """Events of every kind that a report counts, 50 seconds apart."""
    asked: dict[str, Any] = {"step": "the-weighted-sum", "question": 0, "text": SECRET, "numbers": {"x": 1}}
    course: list[tuple[str, str, dict[str, Any]]] = [
        ("visit", lesson, {}), ("step", lesson, {"step": "the-weighted-sum", "position": 1}),
        ("answer", lesson, {**asked, "correct": False, "slip": "sign", "attempt": 1}), ("hint", lesson, asked),
        ("answer", lesson, {**asked, "correct": True, "attempt": 2, "hints": 1}),
        ("goal", lesson, {"step": "the-bias", "goal": 0, "hint": True}), ("skip", lesson, {**asked, "question": 1}),
        ("again", lesson, {"step": "the-weighted-sum"}), ("warm-up answer", lesson, {**asked, "correct": True}),
        ("check", "exercise:softmax", {"verdict": "bug", "bugs": ["no-shift"], "program": SECRET}),
        ("check", "exercise:softmax", {"verdict": "right"}),
    ]  # fmt: skip
    with closing(EventLog(folder, [])) as log:
        for number in range(count):
            kind, where, details = course[number % len(course)]
            log.append(kind, where, details, at=begins + timedelta(seconds=50 * number))


def reports(capsys: pytest.CaptureFixture[str], *places: object, options: tuple[str, ...] = ("--json",)) -> list[str]:
    said = []
    for place in places:
        assert main(["report", str(place), *options]) == 0
        said.append(capsys.readouterr().out)
    return said


def counted(engine: Engine) -> tuple[int, int]:
    """How many events there are, and how many different ones."""
    with engine.connect() as connection:
        row = connection.execute(text("SELECT count(*), count(DISTINCT (learner_id, uuid)) FROM event")).one()
    return row[0], row[1]


def test_the_report_of_the_database_is_that_of_the_folder_byte_for_byte(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_reader, "AT_ONCE", 7)
    for name, count in (("ada", 30), ("bob", 3), ("cem", 0)):
        write_log(tmp_path / name, count)
    # In two rounds and in batches of seven: the sums go on where they stopped.
    assert main(["collect", str(tmp_path), "--to", url, "--machine", "room-1"]) == 0
    assert "33 new events of 3 learners of room-1" in capsys.readouterr().out
    write_log(tmp_path / "ada", 25, "softmax", NINE + timedelta(days=1))
    write_log(tmp_path / "bob", 40, "neuron", NINE + timedelta(days=1))
    assert main(["collect", str(tmp_path), "--to", url, "--machine", "room-1"]) == 0
    assert "65 new events" in capsys.readouterr().out
    assert main(["collect", str(tmp_path), "--to", url, "--machine", "room-1"]) == 0
    assert capsys.readouterr().out.startswith("0 new events")
    for options in (("--json",), (), ("--csv", "moodle"), ("--json", "--since", "2026-03-03")):
        here, there = reports(capsys, tmp_path, url, options=options)
        assert here == there
        assert "neuron" in here or "The neuron" in here


def test_the_live_view_and_a_path_are_those_of_the_folder(tmp_path: Path, url: str, engine: Engine) -> None:
    write_log(tmp_path / "ada", 3)
    write_log(tmp_path / "bob", 30)
    collector, live = Collector(engine, "room-1"), LiveClass(CollectedClass(engine))
    collector.collect(learners_in(tmp_path))
    assert live.update() == LiveClass(tmp_path).update()
    write_log(tmp_path / "ada", 2, "softmax", NINE + timedelta(hours=1))
    collector.collect(learners_in(tmp_path))
    assert live.update() == LiveClass(tmp_path).update()
    assert live.update().standings["ada"].lesson == "softmax"


def test_a_path_is_printed_from_the_database(tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_log(tmp_path / "ada")
    main(["collect", str(tmp_path), "--to", url])
    capsys.readouterr()
    said = []
    for place in (str(tmp_path), url):
        assert main(["class", place, "--learner", "ada"]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1] != ""


def test_nothing_that_was_typed_is_in_the_database_unless_the_class_says_so(tmp_path: Path, engine: Engine) -> None:
    write_log(tmp_path / "ada")

    def everything() -> str:
        with engine.connect() as connection:
            return "".join(
                str(connection.execute(text(f"SELECT string_agg(t::text, '') FROM {table} t")).scalar())
                for table in ("machine", "learner", "event", "work")
            )

    Collector(engine, "room-1").collect(learners_in(tmp_path))
    assert "the-weighted-sum" in everything()
    assert SECRET not in everything()
    Collector(engine, "room-2", typed=True).collect(learners_in(tmp_path))
    assert SECRET in everything()


class _Cut:
    """A learner whose line is cut, by the server, each time that events are read for a transaction, up to ``times``."""

    def __init__(self, learner: Learner, engine: Engine, times: int) -> None:
        self.learner, self.engine, self.times, self.read = learner, engine, times, 0
        self.name, self.file = learner.name, learner.file

    def events(self, after: int = 0, after_uuid: str = "") -> Batch:
        self.read += 1
        if self.times and self.read % 2 == 0:
            self.times -= 1
            with self.engine.connect() as other:
                cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() " \
                      "AND datname = current_database() AND backend_type = 'client backend'"  # fmt: skip
                assert other.execute(text(cut)).all()
        return self.learner.events(after, after_uuid)


def test_a_line_that_breaks_in_the_middle_loses_nothing_and_doubles_nothing(
    tmp_path: Path, url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(log_reader, "AT_ONCE", 4)
    write_log(tmp_path / "ada")
    waited: list[float] = []
    cut = _Cut(learners_in(tmp_path)[0], engine_for(DatabaseAddress(url)), 3)
    found = Collector(engine, "room-1", wait=waited.append).collect([cut])  # type: ignore[list-item]
    assert (cut.times, len(waited), found.events) == (0, 3, 30)
    assert counted(engine) == (30, 30)
    here, there = reports(capsys, tmp_path, url)
    assert here == there


def test_a_line_that_stays_broken_is_told_after_some_tries(tmp_path: Path) -> None:
    write_log(tmp_path / "ada", 1)
    waited: list[float] = []
    nobody = engine_for(DatabaseAddress(f"postgresql://ada:s3cret@/class?host={tmp_path}"))
    with pytest.raises(NoClass, match="the database cannot be used") as told:
        Collector(nobody, "room-1", wait=waited.append).collect(learners_in(tmp_path))
    assert waited == [0.5, 1, 2, 4, 8]
    assert "s3cret" not in str(told.value)


def test_several_who_collect_at_the_same_time_double_nothing(
    tmp_path: Path, url: str, engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(log_reader, "AT_ONCE", 3)
    for name in ("ada", "bob", "cem"):
        write_log(tmp_path / name, 40)
    learners, brought = learners_in(tmp_path), []
    start = threading.Barrier(3)

    def collect(order: int) -> None:
        start.wait()
        brought.append(Collector(engine, "room-1").collect(learners[::order]).events)

    threads = [threading.Thread(target=collect, args=(order,)) for order in (1, -1, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(brought), sum(brought)) == (3, 120)
    assert counted(engine) == (120, 120)
    here, there = reports(capsys, tmp_path, url)
    assert here == there


def test_a_restored_log_takes_the_place_of_the_one_that_was_collected(
    tmp_path: Path, url: str, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    write_log(tmp_path / "ada", 12)
    shutil.copytree(tmp_path / "ada", tmp_path / "backup")
    write_log(tmp_path / "ada", 8, "softmax", NINE + timedelta(days=1))
    (tmp_path / "states").mkdir()
    shutil.move(tmp_path / "ada", tmp_path / "states" / "ada")
    collector = Collector(engine, "room-1")
    collector.collect(learners_in(tmp_path / "states"))
    shutil.rmtree(tmp_path / "states" / "ada")
    shutil.move(tmp_path / "backup", tmp_path / "states" / "ada")
    write_log(tmp_path / "states" / "ada", 20, "neuron", NINE + timedelta(days=2))
    collector.collect(learners_in(tmp_path / "states"))
    assert counted(engine) == (32, 32)
    here, there = reports(capsys, tmp_path / "states", url)
    assert here == there


def test_learners_of_two_machines_with_one_name_are_told_apart(tmp_path: Path, engine: Engine) -> None:
    for machine, names in (("room-1", ("ada", "bob")), ("room-2", ("ada",))):
        for name in names:
            write_log(tmp_path / machine / name, 2)
        Collector(engine, machine).collect(learners_in(tmp_path / machine))
    assert [each.name for each in CollectedClass(engine)()] == ["ada (room-1)", "ada (room-2)", "bob"]


def test_one_learner_is_removed_with_all_that_is_theirs(
    tmp_path: Path, url: str, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("ada", "bob"):
        write_log(tmp_path / name, 12)
    Collector(engine, "room-1").collect(learners_in(tmp_path))
    assert main(["collect", "--forget", "ada", "--machine", "room-1", "--to", url]) == 0
    assert main(["collect", "--forget", "ada", "--machine", "room-1", "--to", url]) == 2
    assert "no learner 'ada' of the machine room-1" in capsys.readouterr().err
    shutil.rmtree(tmp_path / "ada")
    here, there = reports(capsys, tmp_path, url)
    assert here == there
    assert counted(engine) == (12, 12)


HOSTILE = {
    "NUL and line ends": ("kind", "a\x00b\n\\N\t\\."),
    "a name longer than any": ("lesson", "x" * 5000),
    "no identity": ("uuid", "y" * 5000),
    "a time before all": ("ts", "0001-01-01T00:00:00+14:00"),
    "numbers that no table takes": ("body", '{"step": NaN, "question": 1e999, "position": ' + "9" * 900 + "}"),
    "half a character": ("body", '{"step": "\\ud800\\u0000"}'),
}


@pytest.mark.parametrize(("column", "value"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_event_stops_nobody(tmp_path: Path, engine: Engine, column: str, value: str) -> None:
    write_log(tmp_path / "ada", 3)
    with closing(sqlite3.connect(tmp_path / "ada" / FILE_NAME)) as log:
        row = list(
            log.execute("SELECT seq, uuid, session, ts, kind, lesson, body FROM events WHERE seq = 2").fetchone()
        )
        row[("seq", "uuid", "session", "ts", "kind", "lesson", "body").index(column)] = value
        log.execute("REPLACE INTO events VALUES (?,?,?,?,?,?,?,?)", (*row, log_reader.row_crc(*row)))
        log.commit()
    write_log(tmp_path / "bob", 3)
    assert Collector(engine, "room-1").collect(learners_in(tmp_path)).troubles == []
    assert counted(engine)[0] >= 5
    assert all(LiveClass(CollectedClass(engine)).update().standings[name].lesson == "neuron" for name in ("ada", "bob"))


def test_tables_of_a_newer_version_are_left_alone(
    tmp_path: Path, url: str, engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    write_log(tmp_path / "ada", 1)
    with engine.begin() as connection:
        connection.execute(text("UPDATE schema_version SET version = version + 1"))
    for command in (["collect", str(tmp_path), "--to", url], ["report", url], ["class", url, "--plain"]):
        assert main(command) == 2
        assert "use the newer dl-tutor that made them" in capsys.readouterr().err
    assert counted(engine) == (0, 0)


def test_a_database_without_tables_is_told(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", url]) == 2
    assert "nothing was collected in this database" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["postgresql://ada:s3cret@host:s3cret/x", "postgresql://ada:s3cret@[::1/x"])
def test_an_address_that_is_none_is_told_without_its_password(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", address]) == 2
    said = capsys.readouterr()
    assert "database" in said.err
    assert "s3cret" not in said.err + said.out


def test_with_the_roles_of_the_document_a_collector_writes_and_a_reader_only_reads(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first, last = (part.split("```")[0] for part in DOCUMENT.read_text(encoding="utf-8").split("```sql\n")[1:])
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(first)
    collector, reader = (url.replace("tester@", f"{role}@") for role in ("collector", "reader"))
    try:
        write_log(tmp_path / "ada")
        assert main(["collect", str(tmp_path), "--to", collector, "--machine", "room-1"]) == 0
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("REVOKE CREATE ON SCHEMA public FROM collector")
        write_log(tmp_path / "ada", 5, "softmax", NINE + timedelta(days=1))
        assert main(["collect", str(tmp_path), "--to", collector, "--machine", "room-1"]) == 0
        capsys.readouterr()
        here, there = reports(capsys, tmp_path, reader)
        assert here == there
        assert main(["collect", str(tmp_path), "--to", reader, "--machine", "room-2"]) == 2
        assert "permission denied" in capsys.readouterr().err
        with psycopg.connect(collector) as connection:
            connection.execute(last)
            for table in ("learner", "event", "work"):
                assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP OWNED BY reader; DROP OWNED BY collector; DROP ROLE collector, reader")


def test_without_the_extra_it_is_said_what_to_install(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.classroom.collected.find_spec", lambda name: None)
    for command in (["collect", "--to", "postgresql://x/y"], ["class", "postgresql://x/y", "--plain"]):
        assert main(command) == 2
        assert "pip install 'dl-tutor[collect]'" in capsys.readouterr().err
