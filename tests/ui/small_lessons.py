"""Two small lessons on the neuron lab whose numbers are easy to check by hand, and the app on them."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from rich.style import Style
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Static

from tests.ui.panel_app import text, until
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress, local_now
from tutor.ui.app import TutorApp
from tutor.ui.idle import is_idle
from tutor.ui.screens.finished import FinishedScreen
from tutor.ui.screens.home import HomeScreen

NARROW, WIDE = (80, 24), (120, 40)

# z = 2·0.5 + 3·(−1) + 1.5 = −0.5, and −2 without the bias.
SUMS_TOML = """
id = "sums"
number = 3
title = "Sums of [b]products[/b]"
summary = "A sum [/] of products."
lab = "neuron"

[[step]]
id = "two-questions"
show = ["x", "w", "b", "z"]
hide = ["z"]
set = { x = [2, 3], w = [0.5, -1], b = 1.5, activation = "sigmoid" }

[[step.question]]
ask = "With b at {b}: what is z?"
answer = "z"
tolerance = 0.005
explain = "The products are 1 and -3."
hints = ["Multiply first.", "Then add the bias."]
wrong = [{ gives = { read = "z", set = { b = 0 } }, say = "The bias is missing." }]

[[step.question]]
ask = "b goes up by 1. What does z do?"
answer = { read = "z", set = { b = 2.5 }, against = "z" }
choices = { less = "It falls", equal = "It stays", greater = "It rises" }
explain = "b is added to the sum."
hints = ["Where does b stand in the formula?"]
wrong = [{ gives = "equal", say = "b is part of z." }]

[[step]]
id = "nothing-asked"
show = ["x", "w", "products"]

[[step]]
id = "the-last"
show = ["activation", "y"]
"""
SUMS_MD = """# Sums

## Two questions

A neuron adds **products**.

## Nothing asked

Only something to look at. With x at ({x[1]}, {x[2]}) the products are {products[1]} and {products[2]}.

## The last

This was all.
"""
SECOND_TOML = """
id = "second"
number = 4
title = "The second"
summary = "More of it."
lab = "neuron"

[[step]]
id = "one-step"
show = ["x"]
"""
SECOND_MD = "# Second\n\n## One step\n\nOne step only.\n"


def write_lessons(folder: Path) -> Path:
    """The two lessons as a folder of lessons."""
    for name, toml, markdown in (("03_sums", SUMS_TOML, SUMS_MD), ("04_second", SECOND_TOML, SECOND_MD)):
        lesson = folder / name
        lesson.mkdir(parents=True, exist_ok=True)
        (lesson / "lesson.toml").write_text(toml, encoding="utf-8")
        (lesson / "lesson.md").write_text(markdown, encoding="utf-8")
    return folder


def small_app(
    tmp_path: Path, start: tuple[str, int | None] | None = None, clock: Callable[[], datetime] = local_now
) -> TutorApp:
    """The app on the small lessons; calls with one ``tmp_path`` share their progress."""
    lessons = write_lessons(tmp_path / "lessons")
    return TutorApp(Progress(tmp_path / "state", clock, learner=0), read_summaries(lessons), start)


async def shows(pilot: Pilot[int], *words: str) -> None:
    """Wait until all of ``words`` stand on the screen."""
    await until(pilot, lambda: all(word in text(pilot.app) for word in words))


async def at_home(pilot: Pilot[int]) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))


async def at_step(pilot: Pilot[int], number: int) -> None:
    """Wait until the lesson shows this step (from 1) and takes keys."""
    from tutor.ui.screens.lesson import LessonScreen

    def ready() -> bool:
        screen = pilot.app.screen
        if not isinstance(screen, LessonScreen) or screen.session.position != number - 1:
            return False
        return screen.focused is not None and f"  {number}/" in text(pilot.app)

    await until(pilot, ready)


async def at_the_end(pilot: Pilot[int]) -> str:
    """Wait for the screen after the last step; what it says."""
    await until(pilot, lambda: isinstance(pilot.app.screen, FinishedScreen))
    await shows(pilot, "escape")
    return str(pilot.app.screen.query_one("#done", Static).content)


def takes_keys(app: App[int]) -> bool:
    """Whether what a person types now is for what they see."""
    return is_idle(app) and getattr(app.screen, "shown_since", 0.0) < math.inf


async def press(pilot: Pilot[int], *keys: str) -> None:
    """Press keys one by one, each once what the one before did is painted; ``-0,5`` is pressed letter by letter."""
    names = {"-": "minus", ",": "comma", ".": "full_stop", "?": "question_mark"}
    for key in keys:
        await until(pilot, lambda: takes_keys(pilot.app))
        if len(key) > 1 and not key.startswith(("ctrl+", "shift+")) and (key.isdecimal() or not key.isalnum()):
            await pilot.press(*(names.get(letter, letter) for letter in key))
        else:
            await pilot.press(names.get(key, key))


def styles(app: TutorApp) -> list[tuple[str, Style]]:
    strips = app.screen._compositor.render_strips()
    return [(segment.text, segment.style) for strip in strips for segment in strip if segment.style is not None]


def colours(app: TutorApp) -> set[str]:
    """The colours on the screen, of letters and behind them."""
    found = [c for _, style in styles(app) for c in (style.color, style.bgcolor) if c is not None]
    return {colour.name for colour in found}


def underlined(app: TutorApp) -> str:
    return "".join(text for text, style in styles(app) if style.underline).strip()
