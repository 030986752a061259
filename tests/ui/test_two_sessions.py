"""A lesson that is open twice: each session is told of the other's lab and can go on from it; none is lost."""

from __future__ import annotations

import re
from pathlib import Path

from textual.pilot import Pilot

from tests.ui.panel_app import text, until
from tests.ui.small_lessons import NARROW, at_step, press, shows, small_app
from tutor.course.record.progress import Progress
from tutor.labs.kit.contract import LabState
from tutor.ui.screens.lesson import LessonScreen


def bias(pilot: Pilot[int]) -> object:
    screen = pilot.app.screen
    assert isinstance(screen, LessonScreen)
    return screen.session.lab.get("b")


async def test_the_other_lab_is_told_of_and_can_be_taken_and_given_back(tmp_path: Path) -> None:
    one, other = Progress(tmp_path / "state"), Progress(tmp_path / "state")
    one.save_lab("sums", LabState({"b": 3.0}))
    other.save_lab("sums", LabState({"b": -2.0}))
    assert one.other_labs("sums") == 1
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW, notifications=True) as pilot:
        await at_step(pilot, 2)
        await shows(pilot, "ctrl+o shows it.")
        mine = bias(pilot)
        assert mine in (3.0, -2.0)
        await press(pilot, "ctrl+o")
        await until(pilot, lambda: bias(pilot) in {3.0, -2.0} - {mine})
        await shows(pilot, "This is the lab of another session")
        await press(pilot, "ctrl+o")
        await until(pilot, lambda: bias(pilot) == mine)


async def test_what_is_shown_is_the_lab_that_was_taken(tmp_path: Path) -> None:
    one, other = Progress(tmp_path / "state"), Progress(tmp_path / "state")
    one.save_lab("sums", LabState({"x": (2.0, 3.0), "w": (1.0, 1.0), "b": 0.0, "activation": "linear"}))
    other.save_lab("sums", LabState({"x": (2.0, 3.0), "w": (4.0, 1.0), "b": 0.0, "activation": "linear"}))
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        # The other one's first product is 2 · 4, this one's 2 · 1.
        await at_step(pilot, 2)
        await until(pilot, lambda: re.search(r"products x·w +8 +3\b", text(pilot.app)))
        await press(pilot, "ctrl+o")
        await until(pilot, lambda: pilot.app.screen.session.lab.get("w") == (1.0, 1.0))  # type: ignore[attr-defined]
        await until(pilot, lambda: re.search(r"products x·w +2 +3\b", text(pilot.app)))


async def test_where_there_is_no_other_it_says_so(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW, notifications=True) as pilot:
        await at_step(pilot, 2)
        await press(pilot, "ctrl+o")
        await shows(pilot, "There is no other lab")
