from __future__ import annotations

import json
import subprocess
import sys
from argparse import Namespace
from datetime import datetime
from pathlib import Path

import pytest

from tests.done_lesson import finish
from tests.unit.course.lesson_files import MARKDOWN, TOML
from tutor.backends import availability
from tutor.commands import check_lessons, doctor, list_lessons, search
from tutor.commands.findings.sandbox_finding import examine_sandbox
from tutor.course.lessons.loader import read_summary
from tutor.course.record.progress import Progress
from tutor.sandbox.restriction import Level


@pytest.fixture
def lessons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of one sound lesson, in place of those that ship."""
    folder = tmp_path / "lessons" / "03_sums"
    folder.mkdir(parents=True)
    (folder / "lesson.toml").write_text(TOML, encoding="utf-8")
    (folder / "lesson.md").write_text(MARKDOWN, encoding="utf-8")
    (folder / "lesson.walk").write_text("open sums\n", encoding="utf-8")
    for command in (list_lessons, check_lessons, doctor, search):
        monkeypatch.setattr(command, "lessons_folder", lambda: folder.parent)
    return folder.parent


def given(**values: object) -> Namespace:
    return Namespace(
        **{"json": False, "state": None, "folder": None, "class_machine": False, "teaching": False, **values}
    )


def test_the_list_shows_progress(lessons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = tmp_path / "state"
    progress = Progress(state)
    progress.record("sums", "step", step="the-sum", position=0)
    progress.close()
    assert list_lessons.run(given(json=True, state=state)) == 0
    out = capsys.readouterr()
    assert out.err == ""
    assert json.loads(out.out) == [
        {
            "id": "sums", "number": 3, "title": "Sums", "summary": "What a neuron adds up.",
            "steps": 2, "done": 1, "finished": False,
            "state": "0 of 2 answered", "questions": 2, "answered": 0, "states": ["open", "open"],
            "right_at_first_try": 0, "right_later": 0, "not_right": 2, "wrong_tries": 0, "hints": 0, "confidence": {},
            "hard": [],
            "due": None,
        }
    ]  # fmt: skip
    progress = Progress(state)
    for step in ("the-sum", "the-output", "of-an-earlier-edition"):
        progress.record("sums", "step", step=step, position=1)
    progress.record("sums", "finished")
    progress.close()
    assert list_lessons.run(given(state=state)) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == [
        "3", "sums", "Sums", "2", "of", "2", "0", "of", "2", "answered",
    ]  # fmt: skip


def test_the_list_for_programs_says_what_was_hard_and_what_is_due(
    lessons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moment = datetime(2026, 3, 2, 12).astimezone()
    progress = Progress(tmp_path / "state", lambda: moment)
    progress.record("sums", "answer", step="the-output", question=0, correct=False, attempt=1)
    finish(progress, read_summary(lessons / "03_sums"))
    progress.close()
    assert list_lessons.run(given(json=True, state=tmp_path / "state")) == 0
    (row,) = json.loads(capsys.readouterr().out)
    told = {"right_at_first_try": 1, "right_later": 1, "not_right": 0, "wrong_tries": 1, "hints": 0}
    assert {name: row[name] for name in told} == told
    assert (row["state"], row["states"]) == ("done", ["right at first", "right later"])
    assert row["hard"] == [{"step": 2, "wrong_tries": 1, "hints": 0}]
    assert row["due"] == "2026-03-03"


def test_a_search(lessons: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (lessons / "glossary.md").write_text("## Bias\n\nIt is added.\nLesson: sums/the-sum\n", encoding="utf-8")
    assert search.run(given(words=["times", "bias"])) == 0
    assert capsys.readouterr().out == "sums/1  The sum: Each input times its weight, and the bias.\n"
    assert search.run(given(words=["BIAS"], json=True)) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"kind": "term", "title": "Bias", "excerpt": "It is added.", "lesson": "sums", "step": 1},
        {
            "kind": "step", "title": "The sum", "excerpt": "Each input times its weight, and the bias.",
            "lesson": "sums", "step": 1,
        },
    ]  # fmt: skip
    assert search.run(given(words=["nowhere"], json=True)) == 1
    assert json.loads(capsys.readouterr().out) == []
    (lessons / "glossary.md").write_text("## Bias\n", encoding="utf-8")
    assert search.run(given(words=["bias"])) == 1
    out = capsys.readouterr()
    assert (out.out, "glossary.md:1: 'Bias' does not end with" in out.err) == ("", True)


def test_the_list_says_what_is_wrong(lessons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    assert list_lessons.run(given(json=True, state=in_the_way)) == 0
    out = capsys.readouterr()
    assert json.loads(out.out)[0]["done"] == 0
    assert out.err.startswith("progress is not being saved: ")
    (lessons / "03_sums" / "lesson.toml").write_text("id = 1\n")
    assert list_lessons.run(given()) == 1
    out = capsys.readouterr()
    assert (out.out, "lesson.toml:1: 'id' is a text" in out.err) == ("", True)


def test_sound_lessons_are_counted(lessons: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in (None, lessons, lessons / "03_sums"):
        assert check_lessons.run(given(folder=folder)) == 0
        out = capsys.readouterr()
        assert (out.out, out.err) == ("1 lesson, 2 steps, 2 questions, 0 goals: all hold\n", "")


def test_faults_go_to_stderr(lessons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (lessons / "03_sums" / "lesson.walk").unlink()
    assert check_lessons.run(given(folder=lessons)) == 1
    out = capsys.readouterr()
    assert out.out == ""
    assert out.err.startswith(f"{lessons / '03_sums' / 'lesson.walk'}:1: ")
    for absent in (tmp_path / "absent", lessons / "03_sums" / "lesson.md"):
        assert check_lessons.run(given(folder=absent)) == 2
        out = capsys.readouterr()
        assert (out.out, str(absent) in out.err) == ("", True)


def test_a_shipped_lesson_that_cannot_be_read_is_a_fault_like_others(
    lessons: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toml = lessons / "03_sums" / "lesson.toml"
    toml.write_text(TOML.replace("number = 3", "number = 0"), encoding="utf-8")
    for folder in (None, lessons, lessons / "03_sums"):
        assert check_lessons.run(given(folder=folder)) == 1
        assert capsys.readouterr().err.startswith(f"{toml}:")


def findings(capsys: pytest.CaptureFixture[str], state: Path, status: int) -> dict[str, dict[str, object]]:
    assert doctor.run(given(json=True, state=state)) == status
    return {row["name"]: row for row in json.loads(capsys.readouterr().out)}


def test_the_doctor_finds_everything(lessons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = findings(capsys, tmp_path / "state", 0)
    assert list(found) == [
        "terminal", "colours", "text", "Python", "textual", "numpy", "TensorFlow",
        "lessons", "data", "digits", "progress", "SQLite", "sandbox", "crash reports",
    ]  # fmt: skip
    assert all(found[name]["ok"] for name in ("Python", "textual", "numpy", "lessons", "data", "progress"))
    assert str(found["lessons"]["found"]).startswith("1 in ")
    assert "shapes" in str(found["data"]["found"])
    assert str(tmp_path / "state" / "progress.db") in str(found["progress"]["found"])
    assert doctor.run(given(state=tmp_path / "state")) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in found)


@pytest.mark.parametrize(
    ("level", "words", "advised"),
    [
        (Level(7, True), ("Landlock 7", "programs"), False),
        (Level(0, True), ("programs",), True),
        (Level(0, False), ("nothing",), True),
    ],
)
def test_the_doctor_says_how_far_the_kernel_goes_along(
    level: Level, words: tuple[str, ...], advised: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.commands.findings.sandbox_finding.reachable_level", lambda: level)
    for needed in (False, True):
        finding = examine_sandbox(needed)
        assert all(word in finding.found for word in words)
        assert bool(finding.advice) == advised
        assert finding.broken == (needed and advised)


def test_the_doctor_says_what_to_do(
    lessons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    found = findings(capsys, tmp_path / "file", 0)
    assert not found["progress"]["ok"]
    assert "Progress is not being saved: " in str(found["progress"]["advice"])
    (lessons / "03_sums" / "lesson.toml").write_text("id = 1\n")
    found = findings(capsys, tmp_path / "state", 1)
    assert "Install dl-tutor again" in str(found["lessons"]["advice"])
    assert doctor.run(given(state=tmp_path / "state")) == 1
    assert "BROKEN  lessons" in capsys.readouterr().out


def test_the_doctor_says_where_digits_come_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("DL_TUTOR_MNIST", raising=False)
    found = findings(capsys, tmp_path / "state", 0)["digits"]
    assert str(found["found"]).startswith("synthetic, ")
    assert "data digits --download" in str(found["found"])
    monkeypatch.setenv("DL_TUTOR_MNIST", str(tmp_path / "absent.npz"))
    found = findings(capsys, tmp_path / "state", 0)["digits"]
    assert not found["ok"]
    (tmp_path / "absent.npz").write_bytes(b"")
    assert findings(capsys, tmp_path / "state", 0)["digits"]["found"] == str(tmp_path / "absent.npz")


@pytest.mark.parametrize(
    ("environment", "colours", "advice"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, "16 million", ""),
        ({"TERM": "xterm-256color"}, "256", ""),
        ({"TERM": "xterm"}, "16", "xterm-256color"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "none (NO_COLOR is set)", "Unset NO_COLOR"),
    ],
)
def test_colours_are_told_from_the_environment(
    tmp_path: Path, environment: dict[str, str], colours: str, advice: str
) -> None:
    found = {finding.name: finding for finding in doctor.examine(tmp_path, environment, True)}
    assert found["colours"].found == colours
    assert advice in found["colours"].advice
    assert bool(advice) == bool(found["colours"].advice)


def test_terminals_that_cannot_be_painted_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("LINES", "30")

    def advice(term: str, is_terminal: bool = True) -> str:
        return doctor.examine(tmp_path, {"TERM": term}, is_terminal)[0].advice

    assert advice("xterm") == ""
    assert "set TERM" in advice("dumb")
    assert "set TERM" in advice("")
    assert "ssh -t" in advice("xterm", is_terminal=False)
    monkeypatch.setenv("LINES", "20")
    assert "at least 80×24" in advice("xterm")


def test_missing_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    monkeypatch.setattr(availability, "is_tensorflow_installed", lambda: False)
    found = {finding.name: finding for finding in doctor.examine(tmp_path, {}, True)}
    assert not found["TensorFlow"].broken
    assert found["TensorFlow"].advice.endswith(availability.why_no_tensorflow())
    assert found["textual"].broken
    assert found["numpy"].broken


def test_another_textual_than_the_one_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "requires", lambda name: ["textual==1.2.3", "numpy>=2.2"])
    found = {finding.name: finding for finding in doctor.examine(tmp_path, {}, True)}
    assert "made for textual 1.2.3" in found["textual"].advice
    assert found["numpy"].advice == ""


def test_the_doctor_never_imports_what_it_looks_for(tmp_path: Path) -> None:
    code = (
        "import sys; from argparse import Namespace; from pathlib import Path; from tutor.commands import doctor\n"
        "doctor.run(Namespace(json=True, state=Path(sys.argv[1]), class_machine=False))\n"
        "print([m for m in ('tensorflow', 'keras', 'textual') if m in sys.modules], file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert ran.stderr == "[]\n"
    assert json.loads(ran.stdout)
