"""A lab that plays: frame after frame on one key, as a learner would press, and never by itself where motion is off."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ui.panel_app import PanelApp, text, until
from tests.ui.small_lessons import NARROW, press
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.labs.catalog import lab_class, lab_ids
from tutor.labs.computation_graph import ComputationGraphLab
from tutor.labs.gradient_descent import GradientDescentLab
from tutor.labs.kit.controls import NumberControl
from tutor.labs.kit.motion import first_value, motions_shown, next_value
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.lab_panel import LabPanel

DESCENT_TOML = """
id = "descent"
number = 1
title = "Descent"
summary = "Two steps."
lab = "gradient-descent"

[[step]]
id = "down"
show = ["steps", "position"]
set = { steps = 197 }

[[step]]
id = "nothing-moves"
show = ["learning_rate"]
"""
DESCENT_MD = "# Descent\n\n## Down\n\nStep by step.\n\n## Nothing moves\n\nHere.\n"


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    folder = tmp_path / "lessons" / "descent"
    folder.mkdir(parents=True)
    (folder / "lesson.toml").write_text(DESCENT_TOML, encoding="utf-8")
    (folder / "lesson.md").write_text(DESCENT_MD, encoding="utf-8")
    return folder.parent


def app_on(lessons: Path, still: bool = False) -> TutorApp:
    return TutorApp(Progress(lessons.parent / "state"), read_summaries(lessons), ("descent", 0), still=still)


def steps(app: TutorApp) -> float:
    return app.screen.query_one(LabPanel).lab.number("steps")


def test_each_motion_is_a_control_of_its_lab() -> None:
    labs = [lab_class(lab_id)() for lab_id in lab_ids()]
    assert {"gradient-descent", "convolution", "pooling", "backpropagation", "computation-graph"} <= {
        lab.id for lab in labs if lab.motions()
    }
    for lab in labs:
        assert set(lab.motions()) <= {control.name for control in lab.controls()}


def test_a_number_goes_up_to_its_end_and_begins_at_its_low_end() -> None:
    lab = GradientDescentLab()
    lab.set("steps", 199)
    assert motions_shown(lab, ("learning_rate", "steps")) == ("steps",)
    assert motions_shown(lab, ("learning_rate",)) == ()
    assert (next_value(lab, "steps"), first_value(lab, "steps")) == (200, None)
    lab.set("steps", 200)
    control = lab.control("steps")
    assert isinstance(control, NumberControl)
    assert (next_value(lab, "steps"), first_value(lab, "steps")) == (None, control.low)


async def test_the_passes_of_a_graph_follow_each_other_to_the_end() -> None:
    app = PanelApp(ComputationGraphLab(), show=("forward", "backward", "nodes"))
    async with app.run_test(size=(80, 40)):
        frames = 0
        while app.panel.next_frame():
            frames += 1
        graph = app.panel.lab.read("nodes")
        alone = ComputationGraphLab()
        alone.press("run")
        assert graph == alone.read("nodes")
        # Three nodes get their values, then all five their gradients.
        assert frames > 3
        assert not app.panel.next_frame()


async def test_p_plays_to_the_end_and_again_from_the_start(lessons: Path) -> None:
    app = app_on(lessons)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LessonScreen) and "P Play" in text(app))
        await press(pilot, "P", ">", ">", ">")
        await until(pilot, lambda: "16 steps a second" in text(app))
        await until(pilot, lambda: "That was the last step" in text(app))
        assert steps(app) == 200
        assert "w at step 200" in text(app)
        await press(pilot, "P")
        await until(pilot, lambda: 0 < steps(app) < 100)
        await press(pilot, "P")
        await until(pilot, lambda: "Paused" in text(app))
        assert not app.screen.plays  # type: ignore[attr-defined]


async def test_what_plays_stops_when_the_step_is_left(lessons: Path) -> None:
    app = app_on(lessons)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LessonScreen) and "P Play" in text(app))
        screen = app.screen
        await press(pilot, "P", "n")
        await until(pilot, lambda: "Nothing moves" in text(app))
        assert not screen.plays  # type: ignore[attr-defined]
        await press(pilot, "P")
        await until(pilot, lambda: "nothing to play" in text(app))


async def test_without_motion_the_steps_are_taken_by_hand(lessons: Path) -> None:
    app = app_on(lessons, still=True)
    async with app.run_test(size=NARROW) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LessonScreen) and "P Play" in text(app))
        await press(pilot, "P")
        await until(pilot, lambda: "Motion is off here" in text(app))
        await press(pilot, "right")
        await until(pilot, lambda: steps(app) == 198)


async def test_without_colours_nothing_moves_by_itself(lessons: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert app_on(lessons).still
