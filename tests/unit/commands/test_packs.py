"""``dl-tutor packs``: added, listed, removed; refused in sentences, with nothing left behind."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.unit.course.packs.made_packs import pack_texts, write_pack, zip_pack
from tutor.cli import main
from tutor.course.packs import installed
from tutor.practice.packs import check


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    """The folder of the learner's packs."""
    return Path(os.environ["DL_TUTOR_STATE"]) / "packs"


def left_behind(packs: Path) -> list[str]:
    return sorted(each.name for each in packs.iterdir()) if packs.exists() else []


def test_a_round_trip(tmp_path: Path, packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = zip_pack(tmp_path / "of-use.zip", pack_texts(exercises=True), "of-use-main/")
    assert main(["packs", "add", str(file)]) == 0
    said = capsys.readouterr()
    assert "Of use, version 1, is added. dl-tutor learn of-use/sums" in said.out
    assert said.err == ""
    assert left_behind(packs) == ["of-use"]

    assert main(["list", "--json"]) == 0
    rows = [row for row in json.loads(capsys.readouterr().out) if row.get("collection")]
    assert [(row["id"], row["collection"]) for row in rows] == [("of-use/sums", "of-use"), ("of-use/neuron", "of-use")]
    assert main(["practice", "list"]) == 0
    assert "of-use/double" in capsys.readouterr().out
    assert main(["packs", "--json"]) == 0
    (row,) = [row for row in json.loads(capsys.readouterr().out) if row["added"]]
    assert (row["id"], row["version"]) == ("of-use", "1")

    newer = pack_texts() | {"pack.toml": pack_texts()["pack.toml"].replace('"1"', '"2"')}
    assert main(["packs", "add", str(write_pack(tmp_path / "newer", newer))]) == 0
    assert "version 2, is added, in place of version 1" in capsys.readouterr().out
    assert not (packs / "of-use" / "exercises").exists()

    assert main(["packs", "remove", "of-use"]) == 0
    assert "Your progress in it is kept" in capsys.readouterr().out
    assert left_behind(packs) == []
    assert main(["packs", "remove", "of-use"]) == 2
    assert main(["list"]) == 0
    assert "of-use" not in capsys.readouterr().out


def test_a_walk_through_script_opens_its_lessons(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["packs", "add", str(write_pack(tmp_path / "p", pack_texts()))]) == 0
    (tmp_path / "mine.walk").write_text("open of-use/neuron seed 1\nexpect step the-sum\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["walk", str(tmp_path / "mine.walk"), "of-use/sums"]) == 0
    assert capsys.readouterr().out.count("1 expectation held") == 2


def test_faults_are_told_with_the_file_that_was_given(
    tmp_path: Path, packs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = pack_texts()
    toml = texts["lessons/02_neuron/lesson.toml"]
    texts["lessons/02_neuron/lesson.toml"] = toml.replace('answer = "z"', 'answer = "nothing"')
    file = zip_pack(tmp_path / "a.zip", texts)
    assert main(["packs", "add", str(file)]) == 1
    said = capsys.readouterr().err
    assert f"{file}/lessons/02_neuron/lesson.toml:{toml[: toml.index('answer')].count(chr(10)) + 1}: " in said
    assert f"{file} was not added" in said
    assert ".adding-" not in said
    assert left_behind(packs) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"pack.toml": 'id = "neuron"\ntitle = "T"\nsummary = "S"\nversion = "1"\n'}, "a shipped lesson has the id"),
        ({"pack.toml": "id = 1\n"}, "pack.toml:1: 'id' is a text"),
        ({"lessons/01_sums/lesson.toml": "id ="}, "lesson.toml:1: this is not TOML"),
        ({"exercises/01_double/solution.py": "def double(x):\n    return 3 * x\n"}, "2 * x"),
        ({"exercises/01_double/another.py": "def double(x):\n    return 3 * x\n"}, "another.py is not right"),
    ],
)
def test_a_pack_with_a_fault_is_not_added(
    changed: dict[str, str], said: str, tmp_path: Path, packs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_pack(tmp_path / "p", pack_texts(exercises=True) | changed)
    assert main(["packs", "add", str(folder)]) == 1
    assert said in capsys.readouterr().err
    assert left_behind(packs) == []


def test_exercises_that_never_end_are_refused_in_time(
    tmp_path: Path, packs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "SECONDS", 0.5)
    endless = {"exercises/01_double/solution.py": "while True:\n    y = '2 * x'\n"}
    assert main(["packs", "add", str(write_pack(tmp_path / "p", pack_texts(exercises=True) | endless))]) == 1
    assert "exercise.toml:1: the check of the exercises did not finish within 0.5 seconds" in capsys.readouterr().err
    assert left_behind(packs) == []


def test_what_cannot_be_read_is_not_added(tmp_path: Path, packs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK")
    for given in (str(tmp_path / "a.zip"), str(tmp_path / "none"), str(tmp_path), "no-such-pack"):
        assert main(["packs", "add", given]) == 2
        assert capsys.readouterr().err.count("\n") == 1
    assert left_behind(packs) == []


def test_a_pack_of_the_administrator_is_there_for_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pack(tmp_path / "system" / "of-use", pack_texts())
    monkeypatch.setenv("DL_TUTOR_PACKS", str(tmp_path / "system"))
    assert main(["packs"]) == 0
    assert "for all users of this machine" in capsys.readouterr().out
    assert main(["packs", "add", str(write_pack(tmp_path / "mine", pack_texts()))]) == 1
    assert "for all users" in capsys.readouterr().err
    assert main(["packs", "remove", "of-use"]) == 1
    assert "--for-all" in capsys.readouterr().err
    assert main(["list"]) == 0
    assert "of-use/neuron" in capsys.readouterr().out


def test_the_administrator_adds_and_removes_one_for_all(
    tmp_path: Path, packs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DL_TUTOR_PACKS", str(tmp_path / "system"))
    given = write_pack(tmp_path / "p", pack_texts())
    assert main(["packs", "add", "--for-all", str(given)]) == 0
    assert main(["packs", "add", "--for-all", str(given)]) == 0
    assert left_behind(tmp_path / "system") == ["of-use"]
    assert not packs.exists()
    modes = {each.is_dir(): each.stat().st_mode & 0o777 for each in (tmp_path / "system" / "of-use").rglob("*")}
    assert modes == {True: 0o755, False: 0o644}
    capsys.readouterr()
    assert main(["packs", "remove", "of-use", "--for-all"]) == 0
    assert left_behind(tmp_path / "system") == []


def test_a_pack_that_ships_is_added_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_pack(tmp_path / "shipped" / "of-use", pack_texts())
    monkeypatch.setattr(installed, "shipped_packs_folder", lambda: tmp_path / "shipped")
    assert main(["packs"]) == 0
    assert "to be added: dl-tutor packs add of-use" in capsys.readouterr().out
    assert main(["packs", "add", "of-us"]) == 2
    assert "did you mean 'of-use'?" in capsys.readouterr().err
    assert main(["packs", "add", "of-use"]) == 0
    capsys.readouterr()
    assert main(["packs"]) == 0
    assert "version 1: added" in capsys.readouterr().out


def test_in_a_restricted_session_only_the_packs_of_the_machine_are_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["packs", "add", str(write_pack(tmp_path / "mine", pack_texts("mine")))]) == 0
    system = write_pack(tmp_path / "system" / "ours", pack_texts("ours"))
    monkeypatch.setenv("DL_TUTOR_PACKS", str(tmp_path / "system"))
    state = Path(os.environ["DL_TUTOR_STATE"])
    assert installed.pack_folders(state) == (system, state / "packs" / "mine")
    assert installed.pack_folders(state, restricted=True) == (system,)


def test_check_lessons_and_check_exercises_take_a_pack(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_pack(tmp_path / "p", pack_texts(exercises=True))
    assert main(["check-lessons", str(folder)]) == 0
    assert capsys.readouterr().out == "2 lessons, 4 steps, 4 questions, 0 goals: all hold\n"
    # Within it, a lesson may have the id of a shipped one.
    for part in (folder / "lessons", folder / "lessons" / "02_neuron"):
        assert main(["check-lessons", str(part)]) == 0
        said = capsys.readouterr()
        assert ": all hold\n" in said.out
        assert said.err == ""
    assert main(["check-exercises", str(folder)]) == 0
    assert capsys.readouterr().out == "1 exercise, 1 bugs: all hold\n"
