"""Reading a curve: a cursor that goes over its x axis, and a logarithmic y axis."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.geometry import Size
from textual.pilot import Pilot

from tests.ui.panel_app import dump, text, until
from tests.ui.small_lessons import NARROW, WIDE, press
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.labs.kit.readouts import Curve, Series
from tutor.resources import lessons_folder
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.terminal.characters import Characters
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.readouts.curve_view import CurveView
from tutor.ui.widgets.stage import Stage

SET = 'set = { surface = "bowl", optimizer = "SGD", race = "one", start = [-2.5, 1], learning_rate = 0.1, steps = 20 }'
LESSON_TOML = f"""
id = "curves"
number = 1
title = "Curves"
summary = "Two curves, then none."
lab = "gradient-descent"

[[step]]
id = "two"
show = ["steps", "losses", "rates"]
{SET}

[[step]]
id = "none"
show = ["steps"]

[[step]]
id = "below"
show = ["losses"]
set = {{ surface = "saddle", optimizer = "SGD", race = "one", start = [1, 1], learning_rate = 0.1, steps = 20 }}
"""
LESSON_MD = "# Curves\n\n## Two\n\nTwo curves.\n\n## None\n\nNo curve.\n\n## Below\n\nA loss below 0.\n"


def loss(step: int) -> str:
    """In the round bowl each step takes both weights to 0.9 of what they were."""
    return f"{0.5 * (2.5**2 + 1) * 0.9 ** (2 * step):.4f}"


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    folder = tmp_path / "lessons" / "curves"
    folder.mkdir(parents=True)
    (folder / "lesson.toml").write_text(LESSON_TOML, encoding="utf-8")
    (folder / "lesson.md").write_text(LESSON_MD, encoding="utf-8")
    return folder.parent


def app_on(lessons: Path, step: int = 0, characters: Characters = Characters.ALL) -> TutorApp:
    progress = Progress(lessons.parent / "state")
    return TutorApp(progress, read_summaries(lessons), ("curves", step), characters=characters)


async def opened(pilot: Pilot[int], words: str = "Two curves") -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, LessonScreen) and words in text(pilot.app))
    await until(pilot, lambda: pilot.app.screen.query(CurveView) or "No curve" in words)


def curves(pilot: Pilot[int]) -> list[CurveView]:
    return list(pilot.app.screen.query(CurveView))


async def reads(pilot: Pilot[int], words: str) -> None:
    await until(pilot, lambda: words in text(pilot.app))


async def says(pilot: Pilot[int], words: str) -> None:
    await until(pilot, lambda: words in pilot.app.screen.query_one(KeyLine).remark)


async def test_the_cursor_reads_step_and_loss(lessons: Path) -> None:
    app = app_on(lessons)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await press(pilot, "C")
        await reads(pilot, f"step 20: {loss(20)}")
        await press(pilot, "left")
        await reads(pilot, f"step 19: {loss(19)}")
        await press(pilot, "home")
        await reads(pilot, f"step 0: {loss(0)}")
        await press(pilot, "left")
        await reads(pilot, f"step 0: {loss(0)}")
        # A tenth of the axis.
        await press(pilot, "shift+right", "right")
        await reads(pilot, f"step 3: {loss(3)}")
        await press(pilot, "pagedown")
        await reads(pilot, f"step 5: {loss(5)}")
        await press(pilot, "end")
        await reads(pilot, f"step 20: {loss(20)}")


async def test_the_key_goes_from_curve_to_curve_and_gives_the_focus_back(lessons: Path) -> None:
    app = app_on(lessons)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await until(pilot, lambda: app.focused is not None)
        before = app.focused
        first, second = curves(pilot)
        await press(pilot, "C", "left")
        await until(pilot, lambda: (first.at, second.at) == (19, None))
        await press(pilot, "C")
        # The learning rates are marked where the descent is.
        await until(pilot, lambda: (first.at, second.at) == (None, 20))
        assert app.focused is second
        await press(pilot, "C")
        await until(pilot, lambda: (first.at, second.at) == (None, None))
        assert app.focused is before
        await press(pilot, "C")
        await until(pilot, lambda: first.at is not None)
        await press(pilot, "escape")
        await until(pilot, lambda: first.at is None)
        assert app.focused is before
        assert isinstance(app.screen, LessonScreen)
        await press(pilot, "C", "tab")
        await until(pilot, lambda: first.at is None)


async def test_the_cursor_stays_while_the_curve_goes_on(lessons: Path) -> None:
    app = app_on(lessons)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await press(pilot, "C", "home", "right", "right")
        await reads(pilot, f"step 2: {loss(2)}")
        panel = app.screen.query_one(LabPanel)
        for steps in (60, 1, 7):
            panel.lab.set("steps", steps)
            panel.refresh_lab()
            # Beyond its end the curve has no value.
            await reads(pilot, f"step 2: {loss(2) if steps > 1 else '–'}")
        assert curves(pilot)[0].at == 2


async def test_the_mouse_puts_the_cursor_where_it_points(lessons: Path) -> None:
    app = app_on(lessons)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        view = curves(pilot)[0]
        axis = next(y for y, row in enumerate(dump(app)) if "└┬" in row)
        row = dump(app)[axis]
        left, right = row.index("┬"), row.rindex("┬")
        middle = (left + right) // 2 - view.region.x
        await pilot.click(view, offset=(middle, axis - view.region.y - 1))
        await until(pilot, lambda: view.at == 10)
        await pilot.click(view, offset=(left - view.region.x, axis - view.region.y - 1))
        await until(pilot, lambda: view.at == 0)


async def test_the_cursor_is_seen_without_colours_and_in_ascii(lessons: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = app_on(lessons, characters=Characters.ASCII)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot)
        await press(pilot, "C", "home", "shift+right", "shift+right", "shift+right")
        await reads(pilot, f"step 6: {loss(6)}")
        rows = [row[37:] for row in dump(app)]
        foot = next(y for y, row in enumerate(rows) if "^" in row)
        column = rows[foot].index("^")
        assert sum(row[column] == "|" for row in rows[:foot]) > 1
        assert text(app).isascii()


async def test_l_makes_the_axis_logarithmic_and_linear_again(lessons: Path) -> None:
    app = app_on(lessons)
    async with app.run_test(size=(100, 40)) as pilot:
        await opened(pilot)
        assert "loss, log" not in text(app)
        await press(pilot, "L")
        await reads(pilot, "loss, log")
        # 3.625 goes down to 0.0536: from 0.05 to 5.
        ticks = [row.split("┤")[0].split()[-1] for row in dump(app) if "┤" in row]
        assert {"0.1", "1"} <= set(ticks)
        # In the full lab too, and not on another step.
        await press(pilot, "f")
        await until(pilot, lambda: app.screen.has_class("-full") and "loss, log" in text(app))
        await press(pilot, "f", "L")
        await until(pilot, lambda: "loss, log" not in text(app))
        await press(pilot, "L", "n", "b")
        await until(pilot, lambda: "Two curves" in text(app) and curves(pilot) and curves(pilot)[0].logarithmic)
        await press(pilot, "n", "n")
        await until(pilot, lambda: "A loss below 0" in text(app) and curves(pilot) != [])
        assert not curves(pilot)[0].logarithmic


async def test_why_an_axis_cannot_be_logarithmic(lessons: Path) -> None:
    app = app_on(lessons, 2)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot, "A loss below 0")
        await press(pilot, "L")
        await says(pilot, "no place for 0 or less")
        assert not curves(pilot)[0].logarithmic


async def test_without_a_curve_the_keys_say_so(lessons: Path) -> None:
    app = app_on(lessons, 1)
    async with app.run_test(size=NARROW) as pilot:
        await opened(pilot, "No curve")
        for key in ("C", "L"):
            await press(pilot, key)
            await says(pilot, "no curve")
            await press(pilot, "n", "b")
            await until(pilot, lambda: "No curve" in text(app))


async def test_no_curve_is_read_while_a_question_asks_for_a_number(tmp_path: Path) -> None:
    """By key or by mouse."""
    app = TutorApp(Progress(tmp_path, learner=0), read_summaries(lessons_folder()), ("activations", 2))
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot, "What is the slope")
        await press(pilot, "C")
        await says(pilot, "once the question is answered")
        await press(pilot, "h")
        await until(pilot, lambda: not app.screen.query_one(KeyLine).remark)
        await pilot.click(curves(pilot)[0], offset=(20, 4))
        await says(pilot, "once the question is answered")
        assert all(view.at is None for view in curves(pilot))
        await press(pilot, "s", "C")
        await until(pilot, lambda: curves(pilot)[0].at is not None)


async def test_a_curve_that_is_uncovered_gets_its_room(tmp_path: Path) -> None:
    """As much as if the step had been opened with it."""
    app = TutorApp(Progress(tmp_path, learner=0), read_summaries(lessons_folder()), ("gradient-descent", 7))
    async with app.run_test(size=WIDE) as pilot:
        await opened(pilot, "Who is lowest?")

        def heights() -> list[int]:
            views = (*app.screen.query(Stage), *app.screen.query(CurveView))
            return [view.size.height for view in views]

        await press(pilot, "s")
        await reads(pilot, "─ SGD")
        uncovered = heights()
        await press(pilot, "f", "f")
        await until(pilot, lambda: not app.screen.has_class("-full") and app.screen.query(Stage) and min(heights()))
        assert heights() == uncovered
        assert min(uncovered) > 10


def test_in_a_strip_the_reading_stands_without_the_plot() -> None:
    xs, names = (1.0, 2.0), ("training", "training, averaged", "held out")
    view = CurveView(Curve("loss", "loss", "epoch", tuple(Series(name, xs, (1.5, 0.5)) for name in names)))
    view.staged = True
    view.set_reactive(CurveView.at, 1.0)
    said = "\n".join(line.plain for line in view.lines(Size(40, 4)))
    assert "too small" not in said
    assert all(f"{name} 1.5" in said for name in names)
    # With more room both stand there.
    assert "┤" in "\n".join(line.plain for line in view.lines(Size(40, 12)))
