"""A script opens the lesson beside it before any other of that name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.scripting.parse import parse_script
from tutor.scripting.runner import Settings, run_script
from tutor.scripting.script import ScriptError


def opens(file: Path, name: str, own: tuple[Path, ...] = ()) -> str:
    """Where a script in that file is when it has opened the lesson: the step's id tells which lesson it was."""
    for step in ("predict", "what-a-neuron-does"):
        script = parse_script(f"open {name}\nexpect step {step}", file)
        try:
            run_script(script, Settings(own_lessons=own))
        except AssertionError:
            continue
        return step
    raise AssertionError(name)


@pytest.fixture
def pack(lesson_folder: Path) -> Path:
    """The lesson 70 ``sum`` in a folder of lessons with others beside it."""
    folder = lesson_folder.parent / "lessons" / "sum"
    folder.parent.mkdir()
    return lesson_folder.rename(folder)


@pytest.mark.parametrize("place", ["sum/lesson.walk", "tour.walk", "walks/tour.walk", "sum/deeper/tour.walk"])
@pytest.mark.parametrize("name", ["sum", "70"])
def test_in_its_folder_beside_it_or_in_the_folder_above(pack: Path, place: str, name: str) -> None:
    assert opens(pack.parent / place, name) == "predict"


def test_a_path_from_where_one_is(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder, file in ((pack, "lesson.walk"), (pack.parent, "tour.walk"), (pack.parent.parent, "lessons/tour.walk")):
        monkeypatch.chdir(folder)
        assert opens(Path(file), "sum") == "predict"


def test_the_lesson_beside_it_comes_before_the_shipped_one_of_that_name(pack: Path, tmp_path: Path) -> None:
    toml = pack / "lesson.toml"
    toml.write_text(toml.read_text().replace('id = "sum"', 'id = "neuron"').replace("70", "3"), encoding="utf-8")
    for name in ("neuron", "3"):
        assert opens(pack.parent / "tour.walk", name) == "predict"
        assert opens(tmp_path / "elsewhere" / "tour.walk", name) == "what-a-neuron-does"


def test_then_come_the_folders_that_are_named(pack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere" / "deeper" / "tour.walk"
    with pytest.raises(ScriptError, match="there is no lesson 'sum'; there are 1 first-look"):
        opens(elsewhere, "sum")
    assert opens(elsewhere, "sum", (pack.parent,)) == "predict"
    assert opens(elsewhere, "lessons/70", (pack.parent,)) == "predict"
    toml = pack / "lesson.toml"
    toml.write_text(toml.read_text().replace("70", "3"), encoding="utf-8")
    assert opens(elsewhere, "3", (pack.parent,)) == "predict"
    assert opens(elsewhere, "3") == "what-a-neuron-does"
    monkeypatch.setenv("DL_TUTOR_LESSONS", str(pack))
    assert opens(elsewhere, "sum") == "predict"


def test_a_lesson_beside_it_that_cannot_be_read_is_told(pack: Path) -> None:
    (pack / "lesson.toml").write_text("id = 3\n", encoding="utf-8")
    with pytest.raises(ScriptError) as error:
        opens(pack.parent / "tour.walk", "sum")
    assert str(error.value).endswith(f"; {pack / 'lesson.toml'}:1: 'id' is a text")
    assert opens(pack.parent / "tour.walk", "neuron") == "what-a-neuron-does"
