"""The goals of a step on the screen: listed below the text, lit at the moment they are reached."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui.panel_app import text
from tests.ui.small_lessons import NARROW, at_step, press, shows
from tests.unit.course.goal_files import write_goals
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.labs.kit.contract import Lab
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.lab_panel import LabPanel


def app_at_goals(tmp_path: Path) -> TutorApp:
    """The app at the step with the goals; a second one goes on with the same progress."""
    if not (tmp_path / "lessons").exists():
        write_goals(tmp_path / "lessons")
    return TutorApp(Progress(tmp_path / "state"), read_summaries(tmp_path / "lessons"), ("aims", 0))


def lab_of(pilot: Pilot[int]) -> Lab:
    screen = pilot.app.screen
    assert isinstance(screen, LessonScreen)
    return screen.session.lab


async def type_bias(pilot: Pilot[int], typed: str) -> None:
    """Past the inputs and the weights to the bias, and a number typed there."""
    await press(pilot, "tab", "tab", typed, "enter")


async def set_control(pilot: Pilot[int], name: str, value: object) -> None:
    """As an action of the lab would: the panel is told that something was pressed."""
    lab_of(pilot).set(name, value)
    pilot.app.screen.query_one(LabPanel).post_message(LabPanel.Updated())


async def test_a_goal_lights_up_as_the_learner_turns_a_knob(tmp_path: Path) -> None:
    async with app_at_goals(tmp_path).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await shows(pilot, "Goals: 0 of 2 reached", "☐ 1 Make z, now 2, exactly −3.", "☐ 2 (1 of 4 met) AND.")
        await type_bias(pilot, "-5")
        await shows(pilot, "Goals: 1 of 2 reached", "☑ 1 reached: Make z, now −3", "✓ Goal 1 reached.")


async def test_what_a_press_or_a_run_changes_is_judged(tmp_path: Path) -> None:
    async with app_at_goals(tmp_path).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await set_control(pilot, "b", -1)
        await shows(pilot, "☐ 2 (2 of 4 met)")
        await set_control(pilot, "b", -1.5)
        await shows(pilot, "☑ 2 reached: AND.")


async def test_hint_solution_and_having_it_done(tmp_path: Path) -> None:
    async with app_at_goals(tmp_path).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await shows(pilot, "s Solution", "h Hint")
        await press(pilot, "h")
        await shows(pilot, "Hint for goal 1")
        await press(pilot, "s")
        await shows(pilot, "A solution of goal 1", "Set bias b", "s: do it")
        assert lab_of(pilot).get("b") == 0
        await press(pilot, "s")
        await shows(pilot, "Goals: 1 of 2 reached", "−3")
        assert lab_of(pilot).get("b") == -5
        await press(pilot, "s", "s")
        await shows(pilot, "Goals: 2 of 2 reached", "n: the next step")
        # There is nothing left to help with.
        assert "s Solution" not in text(pilot.app)
        before = lab_of(pilot).state()
        await press(pilot, "s", "h")
        assert lab_of(pilot).state() == before
        await press(pilot, "n")
        await shows(pilot, "Here it is.")
        assert "Goals" not in text(pilot.app)


async def test_one_ctrl_z_takes_a_solution_back(tmp_path: Path) -> None:
    async with app_at_goals(tmp_path).run_test(size=NARROW, notifications=True) as pilot:
        await at_step(pilot, 1)
        await type_bias(pilot, "2")
        await press(pilot, "s", "s")
        await shows(pilot, "Goals: 1 of 2 reached", "^z Undo")
        assert lab_of(pilot).get("b") == -5
        await press(pilot, "ctrl+z")
        await shows(pilot, "Undone. You have your own lab back.", "^y Redo")
        assert lab_of(pilot).get("b") == 2
        assert "^z Undo" not in text(pilot.app)
        assert "is set in the lab" not in text(pilot.app)


async def test_a_solution_that_misses_its_goal_says_so(tmp_path: Path) -> None:
    write_goals(tmp_path / "lessons", ("b = -5", "b = -4"))
    async with app_at_goals(tmp_path).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "s", "s")
        await shows(pilot, "! The solution was carried out,", "goal 1 is not reached.")
        assert lab_of(pilot).get("b") == -4


async def test_they_stay_lit_across_visits(tmp_path: Path) -> None:
    async with app_at_goals(tmp_path).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "s", "s")
        await shows(pilot, "Goals: 1 of 2 reached")
    async with app_at_goals(tmp_path).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await shows(pilot, "Goals: 1 of 2 reached", "☑ 1")


async def test_in_the_full_lab_a_message_says_it(tmp_path: Path) -> None:
    async with app_at_goals(tmp_path).run_test(size=NARROW, notifications=True) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "f")
        await shows(pilot, "layer weights W")
        await type_bias(pilot, "-5")
        await shows(pilot, "Goal 1 reached.")


@pytest.mark.parametrize("keys", ["ssss", "shsnbsh", "nbnbnb", "fsfs", "sf", "tst"])
async def test_keys_in_a_burst(tmp_path: Path, keys: str) -> None:
    async with app_at_goals(tmp_path).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await pilot.press(*keys)
        await pilot.press("g", "escape")
        assert isinstance(pilot.app.screen, LessonScreen)
