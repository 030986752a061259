"""The studio: a frame while it trains, a moment of a long run, and what it sends over a line.

A frame is reading the lab and painting its view, in this process, after each epoch of the spiral on two layers of eight
units, with the garbage collector set as the program sets it. A moment is the time to get to a random step of a run of
100,000.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.line import OVER_SSH
from benchmarks.report import Figure, print_figures
from tests.e2e.terminal import tutor_terminal
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.labs.studio import StudioLab
from tutor.resources import lessons_folder
from tutor.studio.presets import PRESETS
from tutor.studio.replaying import Replay
from tutor.studio.timeline import Timeline
from tutor.studio.token import token_of
from tutor.ui.allocation import collect_seldom
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.lab_panel import LabPanel

FRAMES, MOMENTS, STEPS, STRIDE = 100, 200, 100_000, 200
SECONDS_ON_THE_LINE = 15.0
MOST_MS_FOR_A_FRAME, MOST_MS_FOR_A_MOMENT, MOST_KB = 33, 100, 20


def run() -> bool:
    frames = asyncio.run(milliseconds_for_frames())
    moments = milliseconds_for_moments()
    sent = kilobytes_a_second()
    figures = [
        *(
            Figure(f"a frame, {view}, 95th percentile", percentile(times), " ms", at_most=MOST_MS_FOR_A_FRAME)
            for view, times in frames.items()
        ),
        Figure(f"a moment of a run of {STEPS:,} steps, 95th percentile", percentile(moments), " ms",
               at_most=MOST_MS_FOR_A_MOMENT),
        Figure("training over SSH at 80×24", sent, " kB/s", at_most=MOST_KB),
    ]  # fmt: skip
    return print_figures("studio", figures)


def percentile(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


async def milliseconds_for_frames() -> dict[str, list[float]]:
    """The times of ``FRAMES`` frames of each view, at 120×40."""
    found: dict[str, list[float]] = {}
    collect_seldom()
    with tempfile.TemporaryDirectory() as folder:
        app = TutorApp(Progress(Path(folder), learner=0), read_summaries(lessons_folder()))
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            app.open_token(token_of(PRESETS["spiral"]))
            await pilot.pause(1.0)
            screen = app.screen
            assert isinstance(screen, LessonScreen)
            lab = screen.session.lab
            assert isinstance(lab, StudioLab)
            for position, step in enumerate(screen.session.lesson.steps):
                await screen.go_to_step(position)
                await pilot.pause(0.5)
                times = []
                for _ in range(FRAMES):
                    lab.press("epoch")
                    began = time.perf_counter()
                    screen.query_one(LabPanel).refresh_lab()
                    await pilot.pause(0)
                    times.append(1000 * (time.perf_counter() - began))
                found[step.title.lower()] = times
    return found


def milliseconds_for_moments() -> list[float]:
    """The times to random moments of a long run."""
    experiment = PRESETS["spiral"]
    timeline, replay = Timeline(), Replay(experiment)
    for step in range(STRIDE, STEPS + 1, STRIDE):
        timeline.keep(replay.to(step))
    rng, times = random.Random(0), []
    for _ in range(MOMENTS):
        step = rng.randrange(STEPS)
        began = time.perf_counter()
        timeline.at(experiment, step)
        times.append(1000 * (time.perf_counter() - began))
    return times


def kilobytes_a_second() -> float:
    """What the studio sends while it trains, as over SSH."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tutor_terminal(Path(folder), "studio", environment=OVER_SSH) as terminal,
    ):
        terminal.wait_for("Output")
        terminal.send("p")
        terminal.wait_for("training:")
        sent, end = 0, time.monotonic() + SECONDS_ON_THE_LINE
        while (left := end - time.monotonic()) > 0:
            sent += len(terminal.take(left) or b"")
    return sent / SECONDS_ON_THE_LINE / 1000
