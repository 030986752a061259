"""More columns and rows never show less: every step's lab as windows of eight sizes show it."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.screen import Screen

from tests.ui.panel_app import unpainted, until
from tutor.course.lessons.finding import open_lesson
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.course.session import LessonSession
from tutor.resources import lessons_folder
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.action_bar import ActionBar
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.lab_view import LabView
from tutor.ui.widgets.readouts.readout_view import ReadoutView

SIZES = ((80, 24), (90, 30), (100, 30), (110, 36), (120, 40), (130, 40), (160, 50), (200, 50))
SUMMARIES = read_summaries(lessons_folder())
ROOM_FOR_ALL = (200, sum(rows for _, rows in SIZES))


class PanelsApp(App[None]):
    """One step's lab in several panels, each as large as a window of one size makes it."""

    ENABLE_COMMAND_PALETTE = False
    AUTO_FOCUS = None
    CSS = "LabPanel { padding: 0 1; border-left: solid $panel; }"

    def __init__(self, rooms: dict[tuple[int, int], tuple[int, int]]) -> None:
        super().__init__()
        self._rooms = rooms

    def compose(self) -> ComposeResult:
        yield VerticalScroll(id="all")

    async def show(self, session: LessonSession) -> dict[tuple[int, int], LabPanel]:
        """The panels of the session's step, by the size of the window."""
        holder = self.query_one("#all")
        covered = frozenset(name for name in session.lab.readout_names() if session.keeps_back(name))
        panels = {
            size: LabPanel(session.lab, show=session.step.show, covered=covered, read=session.readout)
            for size in self._rooms
        }
        for size, panel in panels.items():
            panel.styles.width, panel.styles.height = self._rooms[size]
        # One layout for all of it.
        with self.batch_update():
            await holder.remove_children()
            await holder.mount_all(panels.values())
        return panels


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, int], tuple[int, int]]:
    """How large the panel of a lab is in a window of each size, with its border and padding."""
    app = TutorApp(Progress(tmp_path_factory.mktemp("state"), learner=0), SUMMARIES, ("neuron", 0))
    found = {}

    async def measure() -> None:
        async with app.run_test(size=SIZES[0]) as pilot:
            await until(pilot, lambda: isinstance(app.screen, LessonScreen))
            for columns, rows in SIZES:
                await pilot.resize_terminal(columns, rows)
                panel = app.screen.query_one(LabPanel)
                await until(pilot, lambda p=panel, c=columns: p.region.right == c)
                found[columns, rows] = (panel.region.width, panel.region.height)

    asyncio.run(measure())
    return found


def seen(panel: LabPanel) -> set[str]:
    """The controls, actions and readouts that stand whole in the panel."""
    return {
        name
        for view in panel.query(LabView)
        if view.region.height and panel.region.contains_region(view.region)
        for name in names(view)
    }


def names(view: LabView) -> list[str]:
    if isinstance(view, ControlField):
        return [view.lab_control.name]
    if isinstance(view, ReadoutView):
        return [view.data.name]
    assert isinstance(view, ActionBar)
    return [action.name for action in view.actions]


@pytest.mark.parametrize("lesson", [summary.id for summary in SUMMARIES])
async def test_every_step(
    lesson: str, rooms: dict[tuple[int, int], tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Where things stand is all that is asked here, and painting them takes most of the time.
    monkeypatch.setattr(Screen, "_compositor_refresh", unpainted)
    summary = next(summary for summary in SUMMARIES if summary.id == lesson)
    session = open_lesson(summary)
    app = PanelsApp(rooms)
    async with app.run_test(size=ROOM_FOR_ALL) as pilot:
        for position in range(summary.steps):
            if position:
                session.jump(str(position + 1))
            panels = await app.show(session)
            await until(pilot, lambda p=panels: all(v.region.width for v in p[SIZES[-1]].query(LabView)))
            await pilot.pause()
            shown = [(size, seen(panel)) for size, panel in panels.items()]
            for i, (small, some) in enumerate(shown):
                for large, more in shown[i + 1 :]:
                    assert some <= more, f"step {position + 1}: {some - more} at {small}, but not at {large}"
    session.lab.close()
