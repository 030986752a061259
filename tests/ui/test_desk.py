"""Where there is room, controls and numbers stand below the text, and the picture has its side for itself.

And where there is little, the lab gets a scrollbar only if it needs one beside it too.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Size
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from tests.ui.panel_app import until
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.resources import lessons_folder
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screens.lesson_body import Divider, LeftSide
from tutor.ui.terminal.characters import Characters
from tutor.ui.widgets.group_block import GroupBlock
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.question_panel import QuestionPanel
from tutor.ui.widgets.stage import Stage

# Bars above, one vector of controls and one of numbers below, and a question that knows wrong answers.
LESSON, STEP = "softmax", 1


def app(folder: Path) -> TutorApp:
    return TutorApp(Progress(folder, learner=0), read_summaries(lessons_folder()), (LESSON, STEP))


async def opened(pilot: Pilot[None]) -> LabPanel:
    await until(pilot, lambda: isinstance(pilot.app.screen, LessonScreen) and pilot.app.screen.query(Stage))
    panel = pilot.app.screen.query_one(LabPanel)
    await until(pilot, lambda: panel.query_one(Stage).size.height)
    return panel


def sides(panel: LabPanel) -> tuple[int, int, int]:
    """Where the text ends and the picture begins, and the left edge of the blocks farthest to the right."""
    screen = panel.screen
    blocks = max(block.region.x for block in panel.query(GroupBlock))
    return screen.query_one(Divider).region.x, panel.query_one(Stage).region.x, blocks


@pytest.mark.parametrize("size", [(120, 40), (200, 50)])
async def test_the_picture_has_the_right_side_for_itself(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app(tmp_path).run_test(size=size) as pilot:
        panel = await opened(pilot)
        divider, picture, blocks = sides(panel)
        assert blocks < divider < picture
        assert all(block.region.right <= divider for block in panel.query(GroupBlock))
        text = pilot.app.screen.query_one(LeftSide).region
        assert all(block.region.y >= text.bottom for block in panel.query(GroupBlock))
        assert max(block.region.bottom for block in panel.query(GroupBlock)) == panel.region.bottom
        assert panel.query_one(Stage).region.y == panel.region.y
        assert panel.max_scroll_y == 0


@pytest.mark.parametrize("size", [(80, 24), (99, 40), (120, 20)])
async def test_with_too_little_room_they_stand_below_the_picture(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app(tmp_path).run_test(size=size) as pilot:
        divider, picture, blocks = sides(await opened(pilot))
        assert divider < picture
        assert divider < blocks


async def test_an_answer_moves_nothing_even_where_there_is_just_enough_room(tmp_path: Path) -> None:
    async with app(tmp_path / "first").run_test(size=(120, 40)) as pilot:
        panel = await opened(pilot)
        height = 40
        while panel.desk_height:
            height -= 1
            await pilot.resize_terminal(120, height)
            await until(pilot, lambda: panel.region.bottom == height - 1)  # noqa: B023 - the keys are below it
    async with app(tmp_path / "second").run_test(size=(120, height + 1)) as pilot:
        panel = await opened(pilot)
        assert panel.desk_height
        before = [view.region for view in (panel.query_one(Stage), *panel.query(GroupBlock))]
        question = pilot.app.screen.query_one(QuestionPanel)
        high = question.region.height
        for answer in ("7", "8", "9"):
            await pilot.press(answer, "enter", "h")
        await until(pilot, lambda: question.region.height > high)
        assert [view.region for view in (panel.query_one(Stage), *panel.query(GroupBlock))] == before


async def test_a_message_leaves_controls_and_numbers_free(tmp_path: Path) -> None:
    async with app(tmp_path).run_test(size=(120, 40), notifications=True) as pilot:
        panel = await opened(pilot)
        pilot.app.notify("A message.")
        await until(pilot, lambda: pilot.app.screen.query(Toast) and pilot.app.screen.query_one(Toast).region.height)
        assert pilot.app.screen.query_one(Toast).region.bottom <= min(b.region.y for b in panel.query(GroupBlock))


async def test_a_scrollbar_never_takes_the_room_for_which_alone_it_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the full width this step is too high by a line, and one cell narrower it fits: it came and went for ever."""
    monkeypatch.setenv("NO_COLOR", "1")
    summaries = read_summaries(lessons_folder())
    app = TutorApp(Progress(tmp_path, learner=0), summaries, ("convolution", 1), characters=Characters.ASCII)
    async with app.run_test(size=(80, 24)) as pilot:
        panel = await opened(pilot)
        stage, blocks = panel.query_one(Stage), list(panel.query(GroupBlock))

        def height(scrollbar: bool) -> int:
            room = panel.scrollable_size.width + panel.show_vertical_scrollbar - scrollbar
            with monkeypatch.context() as patch:
                patch.setattr(LabPanel, "show_vertical_scrollbar", scrollbar)
                placed = panel.layout.arrange(panel, [stage, *blocks], Size(room, panel.size.height))
            return max(each.region.bottom for each in placed)

        assert height(scrollbar=True) <= panel.size.height
        assert height(scrollbar=False) <= panel.size.height
