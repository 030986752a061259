"""The complete map on the studio's screen: a key asks, the bars grow out of nothing, and it says whose they are."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from tests.ui.panel_app import until
from tests.ui.small_lessons import press
from tests.ui.test_studio import opened, studio
from tutor.engine.layers import Dense
from tutor.studio.presets import PRESETS
from tutor.studio.token import token_of
from tutor.ui.screens.home import HomeScreen
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.readouts.bars_view import BarsView
from tutor.ui.widgets.readouts.picture_view import PictureView


async def test_a_key_asks_about_every_drawing(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        app.open_token(token_of(replace(PRESETS["shapes"], layers=(Dense(4, "relu"),)).at(100)))
        lab = await studio(app, pilot)
        assert isinstance(app.screen, LessonScreen)
        await app.screen.go_to_step(app.screen.session.lesson.position_of("every-drawing") or 0)
        await until(pilot, lambda: len(app.screen.query(BarsView)) == 2)
        bars = app.screen.query(BarsView).first()
        assert all(map(math.isnan, bars.readout.panels[0].values))
        await press(pilot, "m")
        await until(pilot, lambda: not lab.busy and sum(bars.readout.panels[0].values) > 99.9, tries=6000)
        assert bars.readout.panels[0].label == "epoch 20, step 100"
        picture = app.screen.query_one(PictureView)
        await until(pilot, lambda: sum(bool(tile.marked) for tile in picture.readout.tiles) >= 4)
        await press(pilot, "j")
        await until(pilot, lambda: bars.readout.panels[0].label == "epoch 20, step 100, not now")
