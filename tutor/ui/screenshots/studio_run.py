"""The studio without a terminal: a picture of a run at its moment, or a film of it from its beginning."""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.color import ColorSystem
from textual._compositor import LayoutUpdate
from textual.pilot import Pilot
from textual.strip import Strip

from tutor.course.lessons.lesson import STUDIO
from tutor.course.lessons.loader import read_summary
from tutor.course.record.progress import Progress
from tutor.course.studio_opening import first_view
from tutor.engine.validation import SpecError, one_of
from tutor.labs.studio import StudioLab
from tutor.resources import studio_folder
from tutor.studio.building import training_data
from tutor.studio.replaying import Replay
from tutor.studio.token import token_of
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screenshots.cast import cast_of
from tutor.ui.screenshots.cells import screen_cells, screen_update
from tutor.ui.screenshots.png import png_of
from tutor.ui.terminal.frame_difference import FrameDifference
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.step_text import StepText

if TYPE_CHECKING:
    from tutor.studio.experiment import Experiment

MOST_FRAMES = 150
"""After the first one; a longer run has several epochs between two."""
FASTEST, SLOWEST = 0.1, 1.0
"""Seconds that a frame stands."""
AT_LEAST = 6.0
"""Seconds of a film, if no frame stands too long."""
MOST_LOOKS = 100
"""Until a screen counts as one that never stands still."""
COLOURS = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}

Act = Callable[[Pilot[object], LessonScreen], Awaitable[None]]


def picture_of(replay: Replay, ending: str, size: tuple[int, int], view: str = "") -> bytes:
    """The screen of a run at the moment of its replay, as a file with this ending, ``.png`` or ``.svg``.

    Raises ``SpecError`` for a view that there is not.
    """
    found: list[bytes] = []

    async def take(pilot: Pilot[object], screen: LessonScreen) -> None:
        await _settled(pilot)
        if ending == ".png":
            found.append(png_of(screen_cells(screen.app)))
        else:
            found.append(screen.app.export_screenshot(title="dl-tutor").encode())

    _work(replay, size, view, take)
    return found[0]


def film_of(replay: Replay, size: tuple[int, int], view: str = "") -> bytes:
    """A cast of a run from its beginning to the moment of its experiment, or to where it stopped.

    The ``replay`` has taken no step yet, and is at the end afterwards. Raises ``SpecError`` for a run without steps and
    for a view that there is not.
    """
    moments = _moments(replay.experiment)
    each = min(SLOWEST, max(FASTEST, AT_LEAST / len(moments)))
    frames: list[tuple[float, str]] = []

    async def shoot(pilot: Pilot[object], screen: LessonScreen) -> None:
        lab, panel, shown = screen.session.lab, screen.query_one(LabPanel), FrameDifference(ColorSystem.TRUECOLOR)
        assert isinstance(lab, StudioLab)
        for number, moment in enumerate((0, *moments)):
            if number:
                replay.to(moment)
                lab.follow(replay)
                panel.refresh_lab()
                await screen.query_one(StepText).show(screen.session.text)
            frames.append((number * each, shown.sequence(await _settled(pilot), *size) or ""))
            if replay.stopped:
                break

    _work(replay, size, view, shoot)
    return cast_of(frames, *size, token_of(replay.experiment))


async def _settled(pilot: Pilot[object]) -> LayoutUpdate:
    """The screen once it stands still: what has changed may give another place to what stands beside it."""
    seen: list[list[Strip]] = []
    for _ in range(MOST_LOOKS):
        await pilot.pause(0)
        # While something is replaced nobody is to see it.
        if not pilot.app._batch_count:
            before, seen = seen, [list(row) for row in screen_update(pilot.app).strips]
            if seen == before:
                break
    return screen_update(pilot.app)


def _moments(experiment: Experiment) -> list[int]:
    """The steps after which a frame is taken: the ends of epochs, or of every so many."""
    if not experiment.step:
        raise SpecError("a cast shows a run from its beginning to the moment of its token, and this one is untrained")
    rows = training_data(experiment.data, experiment.loss).rows
    epoch = -(-rows // experiment.batch_now)
    every = epoch * max(1, -(-experiment.step // (epoch * MOST_FRAMES)))
    return [*range(every, experiment.step, every), experiment.step]


def _work(replay: Replay, size: tuple[int, int], view: str, act: Act) -> None:
    """Open the studio headless at the moment of the replay, and act once it is on the screen."""
    views = [each.id for each in read_summary(studio_folder()).outline]
    if view:
        one_of("view", view, tuple(views))
    position = views.index(view) if view else first_view(replay.experiment) or 0
    with tempfile.TemporaryDirectory(prefix="dl-tutor-") as folder:
        progress = Progress(Path(folder), learner=0)
        lab = StudioLab()
        lab.follow(replay)
        progress.save_lab(STUDIO, lab.state())
        lab.close()
        with _environment(COLOURS, without="NO_COLOR"):
            app = TutorApp(progress, (), (STUDIO, position), still=True)

        async def pilot_acts(pilot: Pilot[object]) -> None:
            while app._exception is None:
                await pilot.pause(0)
                if isinstance(app.screen, LessonScreen) and app.screen.query(LabPanel):
                    await act(pilot, app.screen)
                    break
            app.exit(0)

        try:
            asyncio.run(app.run_async(headless=True, size=size, auto_pilot=pilot_acts))
        finally:
            progress.close()
        if app._exception is not None:
            raise app._exception


@contextmanager
def _environment(values: Mapping[str, str], without: str) -> Iterator[None]:
    """With these variables, from which Textual finds the colours: a file has the same ones wherever it is made."""
    before = dict(os.environ)
    os.environ.update(values)
    os.environ.pop(without, None)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
