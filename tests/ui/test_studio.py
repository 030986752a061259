"""The studio on the screen: from home by a key, by a token from the palette, trained, and back in time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from textual.command import CommandList, CommandPalette
from textual.pilot import Pilot

from tests.ui.panel_app import until
from tests.ui.small_lessons import at_step, press, shows, small_app
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.engine.layers import Conv2D, Flatten, MaxPooling2D, Reshape
from tutor.labs.studio import StudioLab
from tutor.resources import lessons_folder
from tutor.studio.presets import PRESETS
from tutor.studio.replaying import replayed
from tutor.studio.token import experiment_of, token_of
from tutor.ui.app import TutorApp
from tutor.ui.screens.home import HomeScreen
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screens.palette import Palette
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.readouts.curve_view import CurveView

SUMMARIES = read_summaries(lessons_folder())


def opened(folder: Path) -> TutorApp:
    return TutorApp(Progress(folder, learner=0), SUMMARIES)


async def studio(app: TutorApp, pilot: Pilot[int]) -> StudioLab:
    """The studio's lab, once it is on the screen."""
    await until(pilot, lambda: isinstance(app.screen, LessonScreen) and bool(app.screen.query(LabPanel)))
    assert isinstance(app.screen, LessonScreen)
    lab = app.screen.session.lab
    assert isinstance(lab, StudioLab)
    return lab


async def test_a_key_opens_it_its_views_go_round_and_it_is_kept(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        await pilot.press("s")
        lab = await studio(app, pilot)
        screen = app.screen
        assert isinstance(screen, LessonScreen)
        await pilot.press("e", "e")
        await until(pilot, lambda: lab.get("moment") == 20)
        await pilot.press("j")
        await until(pilot, lambda: lab.get("moment") == 19)
        views = len(screen.session.lesson.steps)
        for view in (*range(1, views), 0):
            await pilot.press("n")
            await until(pilot, lambda view=view: screen.session.position == view)  # type: ignore[misc]
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        await pilot.press("r")
        again = await studio(app, pilot)
        assert again.get("moment") == 19
        assert again.lookup("token") == lab.lookup("token")


async def test_a_click_on_the_curve_goes_to_that_moment(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        app.open_token(token_of(PRESETS["xor"].at(400)))
        lab = await studio(app, pilot)
        screen = app.screen
        assert isinstance(screen, LessonScreen)
        await screen.go_to_step(screen.session.lesson.position_of("training") or 0)
        await until(pilot, lambda: bool(screen.query(CurveView)) and bool(screen.query_one(CurveView).region))
        curve = screen.query_one(CurveView)
        await pilot.click(curve, offset=(curve.size.width // 2, 5))
        await until(pilot, lambda: 100 < float(lab.get("moment")) < 300)  # type: ignore[arg-type]
        assert float(lab.get("moment")) % 10 == 0  # type: ignore[arg-type]
        assert lab.read("curve").marker_label == "this moment"  # type: ignore[union-attr]
        await pilot.press("C", "home", "enter")
        await until(pilot, lambda: lab.get("moment") == 10)


async def test_a_token_in_the_palette_and_one_that_is_none(tmp_path: Path) -> None:
    app = opened(tmp_path)
    token = token_of(PRESETS["xor"].at(30))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        app.open_token(token)
        lab = await studio(app, pilot)
        assert lab.lookup("token") == token
        assert lab.get("moment") == 30
        app.open_token(token[:-1] + "?")
        await until(pilot, lambda: any("changed or cut off" in each.message for each in app._notifications))
        assert lab.lookup("token") == token


async def lab_of(app: TutorApp, pilot: Pilot[int], lesson: str, step: int) -> LessonScreen:
    """A lesson's screen at a step, from 1, with nothing covered."""
    app.open_lesson(lesson, step - 1)
    await at_step(pilot, step)
    screen = app.screen
    assert isinstance(screen, LessonScreen)
    while screen.session.question is not None:
        screen.session.skip()
    return screen


async def test_a_lab_is_taken_to_the_studio_and_what_was_there_stays(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        await press(pilot, "s")
        mine = await studio(app, pilot)
        await press(pilot, "e", "e")
        await until(pilot, lambda: mine.get("moment") == 20)
        token = mine.lookup("token")
        await press(pilot, "U")
        await until(pilot, lambda: app.screen.query_one(KeyLine).remark == "This is the studio.")
        shapes = (await lab_of(app, pilot, "shapes", 3)).session.lab
        shapes.press("reset")
        for _ in range(3):
            shapes.press("epoch")
        theta = shapes._training.checkpoint().engine.theta  # type: ignore[attr-defined]
        await press(pilot, "U")
        lab = await studio(app, pilot)
        taken = experiment_of(str(lab.lookup("token")))
        assert (taken.data.name, taken.step) == ("shapes", 15)
        assert isinstance(app.screen, LessonScreen)
        assert app.screen.session.step.id == "training"
        assert np.array_equal(replayed(taken).checkpoint.engine.theta, theta)
        assert not app._notifications
        lab.press("take")
        assert lab.lookup("token") == token


async def test_by_the_palette_and_what_is_not_taken_along_is_said(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        await lab_of(app, pilot, "shapes-cnn", 1)
        await press(pilot, "ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, Palette))
        await press(pilot, *"takethisto")
        await shows(pilot, "Take this to the studio")
        await press(pilot, "enter")
        lab = await studio(app, pilot)
        taken = experiment_of(str(lab.lookup("token")))
        assert taken.data.name == "shapes"
        assert [type(layer) for layer in taken.layers] == [Reshape, Conv2D, MaxPooling2D, Flatten]
        await shows(pilot, "Not taken along: the MLP.")


async def test_where_there_is_none_and_where_it_would_show_what_is_covered(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        app.open_lesson("sums", 0)
        await at_step(pilot, 1)
        await press(pilot, "escape", "U")
        await until(pilot, lambda: "answer or skip the question" in app.screen.query_one(KeyLine).remark)
        assert isinstance(app.screen, LessonScreen)
        assert app.screen.session.lesson.id == "sums"
    app = opened(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        screen = await lab_of(app, pilot, "softmax", 1)
        await press(pilot, "U")
        await until(pilot, lambda: "nothing like this lab" in screen.query_one(KeyLine).remark)


async def test_the_palette_saves_a_picture_of_the_screen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = opened(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        await pilot.press("s")
        await studio(app, pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"as a picture")
        await until(pilot, lambda: "Save this screen" in "".join(map(str, palette_options(app))))
        await pilot.press("enter", "enter")
        await until(pilot, lambda: (tmp_path / "dl-tutor.svg").is_file() and not isinstance(app.screen, CommandPalette))
    saved = (tmp_path / "dl-tutor.svg").read_text(encoding="utf-8")
    assert saved.startswith("<svg")
    assert "playground" not in saved
    assert "output" in saved


def palette_options(app: TutorApp) -> list[object]:
    """What the palette offers now."""
    listed = app.screen.query_one(CommandList)
    return [listed.get_option_at_index(i).prompt for i in range(listed.option_count)]
