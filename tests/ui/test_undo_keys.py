"""ctrl+z and ctrl+y in a lesson and in the warm-up: strokes, and training that a reset threw away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from textual.pilot import Pilot

from tests.done_lesson import finish
from tests.ui.panel_app import text, until
from tests.ui.small_lessons import NARROW, WIDE, shows
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.labs.kit.contract import Lab
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screens.warm_up.question import WarmUpQuestionScreen
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.lab_panel import LabPanel

TOML = """
id = "drawing"
number = 3
title = "Drawing"
summary = "A drawing and its network."
lab = "shapes"

[[step]]
id = "draw"
show = ["drawing", "clear", "invert", "epoch", "reset", "seed", "status", "epochs_done", "forget", "teach"]

[[step.question]]
ask = "How many drawings does it train on?"
answer = "training_rows"
tolerance = 0.5
explain = "Five."
hints = ["One of each."]
wrong = []

[[step]]
id = "after"
show = ["drawing", "status"]
"""
BOTH = pytest.mark.parametrize("size", [NARROW, WIDE])


def app(tmp_path: Path, now: datetime | None = None) -> TutorApp:
    folder = tmp_path / "lessons" / "03_drawing"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lesson.toml").write_text(TOML, encoding="utf-8")
    (folder / "lesson.md").write_text("# Drawing\n\n## Draw\n\nDraw.\n\n## After\n\nLook.\n", encoding="utf-8")
    clock = {} if now is None else {"clock": lambda: now}
    start = ("drawing", None) if now is None else None
    return TutorApp(Progress(tmp_path / "state", **clock), read_summaries(tmp_path / "lessons"), start)


async def opened(pilot: Pilot[int]) -> Lab:
    """The lab, with the focus on its drawing."""
    await until(pilot, lambda: isinstance(pilot.app.screen, LessonScreen) and pilot.app.screen.focused is not None)
    screen = pilot.app.screen
    assert isinstance(screen, LessonScreen)
    screen._focus_lab()
    await until(pilot, lambda: screen.focused is not None and "Undo" not in keys(pilot))
    return screen.session.lab


def keys(pilot: Pilot[int]) -> str:
    return text(pilot.app).splitlines()[-1]


@BOTH
async def test_a_drawing_goes_back_and_forth_and_the_key_line_says_when(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app(tmp_path).run_test(size=size, notifications=True) as pilot:
        lab = await opened(pilot)
        first = lab.vector("drawing")
        await pilot.press("space", "i")
        await until(pilot, lambda: "^z Undo" in keys(pilot))
        await pilot.press("ctrl+z", "ctrl+z")
        await until(pilot, lambda: (lab.vector("drawing") == first).all())
        await until(pilot, lambda: "^z Undo" not in keys(pilot) and "^y Redo" in keys(pilot))
        await pilot.press("ctrl+z")
        await shows(pilot, "There is nothing to undo.")
        await pilot.press("ctrl+y")
        await until(pilot, lambda: np.abs(lab.vector("drawing") - first).sum() == 1)


@BOTH
async def test_a_reset_says_what_brings_the_training_back(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app(tmp_path).run_test(size=size, notifications=True) as pilot:
        lab = await opened(pilot)
        await pilot.press("e", "e")
        await until(pilot, lambda: lab.lookup("epochs_done") == 2 and not lab.busy)
        trained = lab.read("confidences")
        await pilot.press("r")
        await shows(pilot, "Back to the initial weights.", "brings back 2 epochs", "untrained")
        await pilot.press("ctrl+z")
        await shows(pilot, "You have 2 epochs", "at epoch 2")
        assert lab.read("confidences") == trained


async def test_so_does_a_control_that_starts_the_training_over_once(tmp_path: Path) -> None:
    async with app(tmp_path).run_test(size=WIDE, notifications=True) as pilot:
        lab = await opened(pilot)
        await pilot.press("e")
        await until(pilot, lambda: lab.lookup("epochs_done") == 1 and not lab.busy)
        pilot.app.screen.query_one(LabPanel)._fields["seed"].focus()
        await pilot.press("right", "right", "right")
        await shows(pilot, "Started over. ctrl+z brings back 1 epoch of training.")
        await until(pilot, lambda: lab.get("seed") == 3)
        assert text(pilot.app).count("Started over") == 1
        await pilot.press("ctrl+z")
        await until(pilot, lambda: (lab.get("seed"), lab.lookup("epochs_done")) == (0, 1))


@BOTH
async def test_no_undo_is_offered_of_a_choice_that_is_no_step(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app(tmp_path).run_test(size=size, notifications=True) as pilot:
        lab = await opened(pilot)
        panel = pilot.app.screen.query_one(LabPanel)
        field = panel._fields["seed"]
        field.focus()
        await pilot.pause()
        # The keys are painted while the value is on its way to the panel.
        field.enter(1)
        pilot.app.screen.refresh_bindings()
        assert "Undo" not in {binding.description for binding in pilot.app.screen.query_one(KeyLine).shown()}
        await until(pilot, lambda: lab.get("seed") == 1)
        assert "Undo" not in keys(pilot)
        await pilot.press("ctrl+z")
        await shows(pilot, "There is nothing to undo.")


async def test_undo_right_behind_the_first_stroke_takes_it_back(tmp_path: Path) -> None:
    async with app(tmp_path).run_test(size=WIDE, notifications=True) as pilot:
        lab = await opened(pilot)
        first = lab.vector("drawing")
        screen = pilot.app.screen
        assert isinstance(screen, LessonScreen)
        screen.query_one(LabPanel)._fields["drawing"].enter(np.zeros((5, 5)).tolist())
        screen.action_nothing_to("undo")
        await until(pilot, lambda: "^y Redo" in keys(pilot))
        assert (lab.vector("drawing") == first).all()


async def test_another_step_begins_without_a_history(tmp_path: Path) -> None:
    async with app(tmp_path).run_test(size=NARROW, notifications=True) as pilot:
        lab = await opened(pilot)
        await pilot.press("space")
        await until(pilot, lambda: "^z Undo" in keys(pilot))
        drawn = lab.vector("drawing")
        await pilot.press("n")
        await until(pilot, lambda: "2/2" in text(pilot.app) and "^z Undo" not in keys(pilot))
        await pilot.press("ctrl+z")
        await shows(pilot, "There is nothing to undo.")
        assert (lab.vector("drawing") == drawn).all()


async def test_a_full_lab_has_the_history_of_its_step(tmp_path: Path) -> None:
    async with app(tmp_path).run_test(size=WIDE, notifications=True) as pilot:
        lab = await opened(pilot)
        first = lab.vector("drawing")
        await pilot.press("space", "f")
        await until(pilot, lambda: pilot.app.screen.has_class("-full") and "^z Undo" in keys(pilot))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: (lab.vector("drawing") == first).all())


async def test_the_warm_up_has_the_keys_too(tmp_path: Path) -> None:
    then = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
    progress = Progress(tmp_path / "state", lambda: then)
    later = app(tmp_path, then + timedelta(days=3))
    finish(progress, later.summaries[0])
    progress.close()
    async with later.run_test(size=WIDE, notifications=True) as pilot:
        await until(pilot, lambda: isinstance(pilot.app.screen, WarmUpQuestionScreen))
        await shows(pilot, "How many drawings")
        panel = pilot.app.screen.query_one(LabPanel)
        first = panel.lab.vector("drawing")
        await pilot.press("i")
        await until(pilot, lambda: "^z Undo" in keys(pilot))
        await pilot.press("ctrl+z")
        await until(pilot, lambda: (panel.lab.vector("drawing") == first).all())
