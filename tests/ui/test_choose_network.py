"""A trained network of a file on the screen: with the lesson, by its name, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.ui.panel_app import until
from tests.ui.small_lessons import press
from tutor.cli import main
from tutor.course.bringing_network import read_given
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.labs.shapes import ShapesLab
from tutor.resources import lessons_folder
from tutor.training.saved.model_file import load_network
from tutor.ui.app import TutorApp
from tutor.ui.face import bringing
from tutor.ui.screens.keys.choose_network import WANTED, ChooseNetworkScreen
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.lab_panel import LabPanel

SUMMARIES = read_summaries(lessons_folder())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.net"
    assert main(["train", "shapes-mlp", "--epochs", "3", "--out", str(path)]) == 0
    return path


def lab_of(app: TutorApp) -> ShapesLab:
    assert isinstance(app.screen, LessonScreen)
    lab = app.screen.session.lab
    assert isinstance(lab, ShapesLab)
    return lab


def has(app: TutorApp, file: Path) -> bool:
    theta = lab_of(app)._training.checkpoint().engine.theta
    return bool(np.array_equal(theta, load_network(file).theta))


async def test_a_file_is_typed_a_wrong_one_is_told_and_undo_takes_it_back(tmp_path: Path, file: Path) -> None:
    app = TutorApp(Progress(tmp_path / "state", learner=0), SUMMARIES, ("shapes", 5))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LessonScreen) and bool(app.screen.query(LabPanel)))
        lesson = app.screen
        assert isinstance(lesson, LessonScreen)
        names = dict(lesson.lab_commands)
        next(command for name, command in names.items() if ".keras" in name)()
        await until(pilot, lambda: isinstance(app.screen, ChooseNetworkScreen) and app.screen.focused is not None)
        dialog = app.screen
        said = dialog.query_one("#said")
        await press(pilot, "enter")
        await until(pilot, lambda: f"Type the name of a file: {WANTED}" in str(said.render()))
        await press(pilot, *"no.net", "enter")
        await until(pilot, lambda: "no such file" in str(said.render()))
        assert app.screen is dialog
        dialog.query_one("#typed").value = str(file)  # type: ignore[attr-defined]
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen is lesson)
        await until(pilot, lambda: has(app, file))
        await until(pilot, lambda: any("mine.net is the network" in n.message for n in app._notifications))
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: not has(app, file))


async def test_a_lesson_opens_with_it(tmp_path: Path, file: Path) -> None:
    app = TutorApp(Progress(tmp_path / "state", learner=0), SUMMARIES, ("shapes", None))
    app.begins_with = bringing(read_given(file))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LessonScreen) and bool(app.screen.query(LabPanel)))
        assert has(app, file)
        await until(pilot, lambda: any("mine.net" in n.message for n in app._notifications))
    kept = Progress(tmp_path / "state", learner=0).load_lab("shapes")
    assert kept is not None
    np.testing.assert_array_equal(kept.arrays["theta"], load_network(file).theta)


async def test_other_lessons_do_not_offer_it(tmp_path: Path) -> None:
    app = TutorApp(Progress(tmp_path / "state", learner=0), SUMMARIES, ("neuron", None))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, LessonScreen))
        assert isinstance(app.screen, LessonScreen)
        assert not any(".keras" in name for name, _ in app.screen.lab_commands)
