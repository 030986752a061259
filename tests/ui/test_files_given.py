"""The key that writes a program: the file is there, its whole path is told, and nothing is written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.given_readouts import GivenReadouts
from tests.ui.panel_app import PanelApp, text, until
from tests.ui.small_lessons import NARROW, at_step, press
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.labs.keras_program.lab import KerasProgramLab
from tutor.labs.kit.contract import Group
from tutor.labs.kit.controls import Control
from tutor.labs.kit.readouts import Code, Number, Readout
from tutor.resources import lessons_folder
from tutor.ui.app import TutorApp


@pytest.fixture(autouse=True)
def _only_what_ships(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DL_TUTOR_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))


async def test_w_writes_the_program_of_the_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "program.py").write_text("mine", encoding="utf-8")
    summaries = read_summaries(lessons_folder())
    async with TutorApp(Progress(tmp_path / "state"), summaries, ("keras", 13)).run_test(
        size=NARROW, notifications=True
    ) as pilot:
        await at_step(pilot, 14)
        await press(pilot, "w")
        written = f"Written to {folder / 'program-2.py'}"
        await until(pilot, lambda: written in [each.message for each in pilot.app._notifications])
    assert (folder / "program.py").read_text(encoding="utf-8") == "mine"
    expected = KerasProgramLab().new_file("write")
    assert expected is not None
    assert (folder / "program-2.py").read_text(encoding="utf-8") == expected.text


class TwoGroups(GivenReadouts):
    """A number and a program, in groups of their own."""

    id = "two-groups"
    title = "Two groups"

    def __init__(self, longest: int) -> None:
        super().__init__()
        self.longest = longest

    def controls(self) -> tuple[Control, ...]:
        return ()

    def given_names(self) -> tuple[str, ...]:
        return ("number", "code")

    def groups(self) -> tuple[Group, ...]:
        return (Group("One", ("number",)), Group("Two", ("code",)))

    def given(self, name: str) -> Readout:
        if name == "number":
            return Number(name, "a number", 1.0)
        return Code(name, "code", "#" * (self.longest - 1) + "|\n")


@pytest.mark.parametrize(("longest", "columns"), [(20, 2), (42, 1)])
async def test_columns_cut_no_line_of_a_program(longest: int, columns: int) -> None:
    app = PanelApp(TwoGroups(longest))
    async with app.run_test(size=(72, 20)) as pilot:
        await until(pilot, lambda: "#|" in text(app))
        assert len({block.region.x for block in app.panel.children}) == columns
