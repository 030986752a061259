"""Drawing in the studio on the screen: a pixel changes the answer, and other data brings another canvas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from textual.pilot import Pilot

from tests.ui.panel_app import until
from tests.ui.small_lessons import press
from tests.ui.test_studio import opened, studio
from tutor.labs.studio import StudioLab
from tutor.studio.presets import PRESETS
from tutor.studio.token import token_of
from tutor.ui.app import TutorApp
from tutor.ui.screens.home import HomeScreen
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.fields.canvas_field import CanvasField
from tutor.ui.widgets.fields.choice_field import ChoiceField
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.fields.grid_field import GridField
from tutor.ui.widgets.readouts.bars_view import BarsView


async def drawing(app: TutorApp, pilot: Pilot[int], token: str) -> StudioLab:
    """The view of the drawing, on a token's network."""
    await until(pilot, lambda: isinstance(app.screen, HomeScreen))
    app.open_token(token)
    lab = await studio(app, pilot)
    assert isinstance(app.screen, LessonScreen)
    await app.screen.go_to_step(app.screen.session.lesson.position_of("drawing") or 0)
    return lab


async def test_a_pixel_and_a_moment_change_the_answer(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        lab = await drawing(app, pilot, token_of(PRESETS["shapes"].at(200)))
        await until(pilot, lambda: isinstance(app.screen.focused, GridField))
        view = app.screen.query_one(BarsView)
        before = view.readout.panels[0].values
        on = lab.vector("canvas").sum()
        await press(pilot, "right", "down", "space")
        await until(pilot, lambda: lab.vector("canvas").sum() == on + 1)
        await until(pilot, lambda: view.readout.panels[0].values != before)
        drawn = view.readout.panels[0].values
        await press(pilot, "j")
        await until(pilot, lambda: lab.get("moment") == 196)
        await until(pilot, lambda: view.readout.panels[0].values != drawn)
        await press(pilot, "k", "ctrl+z")
        await until(pilot, lambda: view.readout.panels[0].values == before)


async def test_other_data_brings_another_canvas_and_the_focus_stays(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        lab = await drawing(app, pilot, token_of(PRESETS["playground"].at(3)))
        assert not app.screen.query(GridField)
        assert not app.screen.query(BarsView)

        def preset() -> ChoiceField:
            found = [w for w in app.screen.query(ChoiceField) if w.lab_control.name == "preset"]
            return found[0]

        await until(pilot, lambda: app.screen.focused is preset())
        preset().enter("shapes")
        await until(pilot, lambda: bool(app.screen.query(GridField)) and bool(app.screen.query(BarsView)))
        await until(pilot, lambda: app.screen.focused is preset())
        preset().enter("digits softmax")
        await until(pilot, lambda: bool(app.screen.query(CanvasField)) and not app.screen.query(GridField))
        await until(pilot, lambda: isinstance(app.screen.focused, ControlField))
        canvas = app.screen.query_one(CanvasField)
        canvas.focus()
        before = lab.vector("canvas")
        await press(pilot, "space")
        await until(pilot, lambda: not np.array_equal(lab.vector("canvas"), before))
