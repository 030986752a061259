"""Exercises on the screen: the list, writing and checking, hints, the forms, what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.ui.panel_app import until
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.practice.catalog import read_exercises
from tutor.practice.record import PracticeRecord
from tutor.resources import lessons_folder
from tutor.sandbox.restriction import reachable_level
from tutor.ui.app import TutorApp
from tutor.ui.screens.practice.exercise_list import ExerciseList, ExerciseListScreen
from tutor.ui.screens.practice.exercise_screen import ExerciseScreen
from tutor.ui.widgets.code_editor import CodeEditor

pytestmark = pytest.mark.skipif(not reachable_level().complete, reason="this machine cannot restrict a process")
SUMMARIES = read_summaries(lessons_folder())
SOFTMAX = next(exercise for exercise in read_exercises() if exercise.id == "softmax")


def opened(folder: Path) -> TutorApp:
    return TutorApp(Progress(folder, learner=0), SUMMARIES, ("softmax", 0))


async def exercise_screen(app: TutorApp, pilot: Pilot[int]) -> ExerciseScreen:
    """From the lesson to its exercise, by keys alone."""
    await until(pilot, lambda: getattr(app.screen, "session", None) is not None)
    await pilot.press("E")
    await until(pilot, lambda: isinstance(app.screen, ExerciseListScreen) and bool(app.screen.query(ExerciseList)))
    await until(pilot, lambda: app.screen.query_one(ExerciseList).highlighted is not None)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, ExerciseScreen) and bool(app.screen.query(CodeEditor)))
    screen = app.screen
    assert isinstance(screen, ExerciseScreen)
    return screen


def said(screen: ExerciseScreen) -> str:
    return str(screen.query_one("#verdict", Static).render())


async def checked(screen: ExerciseScreen, pilot: Pilot[int], source: str | None = None) -> str:
    if source is not None:
        screen.query_one(CodeEditor).text = source
    screen.query_one("#verdict", Static).update("")
    await pilot.press("ctrl+r")
    await until(pilot, lambda: said(screen) not in ("", "Running …"))
    return said(screen)


async def test_from_a_lesson_to_its_exercise_and_to_right(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await exercise_screen(app, pilot)
        assert "..." in screen.source
        assert "a ... still stands" in await checked(screen, pilot)
        wrong = SOFTMAX.solution.replace("axis=1, keepdims=True)\n    return", "axis=0, keepdims=True)\n    return")
        assert "over the batch" in await checked(screen, pilot, wrong)
        assert "✓ Right" in await checked(screen, pilot, SOFTMAX.solution)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ExerciseListScreen))
        row = app.screen.query_one(ExerciseList).get_option("softmax")
        assert "right" in str(row.prompt)
    done = PracticeRecord(Progress(tmp_path, learner=0)).of("softmax")
    assert (done.tries, done.bugs, done.forms) == (3, ("over-the-batch",), ("write",))


async def test_what_is_typed_is_kept_and_the_cursor_goes_to_the_line_at_fault(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await exercise_screen(app, pilot)
        await checked(screen, pilot, "import numpy as np\n\n\ndef softmax(z):\n    return np.exp(q)\n")
        assert "Line 5: NameError" in said(screen)
        assert screen.query_one(CodeEditor).cursor_location == (4, 0)
        await pilot.press("end", *" # mine")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ExerciseListScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ExerciseScreen) and bool(app.screen.query(CodeEditor)))
        assert "return np.exp(q) # mine" in app.screen.query_one(CodeEditor).text


async def test_a_hint_after_each_try_and_a_solution_always(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await exercise_screen(app, pilot)
        await pilot.press("ctrl+t")
        assert SOFTMAX.hints[0] not in said(screen)
        await checked(screen, pilot)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: SOFTMAX.hints[0] in said(screen).replace("\n", " "))
        await pilot.press("ctrl+t")
        assert SOFTMAX.hints[1] not in said(screen).replace("\n", " ")
        await pilot.press("ctrl+g")
        await until(pilot, lambda: "return e / total" in said(screen))


async def test_find_the_bug_by_the_cursor_then_mend_it(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await exercise_screen(app, pilot)
        await pilot.press("ctrl+o", "ctrl+o")
        await until(pilot, lambda: screen._form.name == "find")
        editor = screen.query_one(CodeEditor)
        editor.move_cursor((0, 0))
        assert "Line 1 is right" in await checked(screen, pilot)
        editor.move_cursor((min(screen._form.lines) - 1, 0))
        assert "Yes, it is in line" in await checked(screen, pilot)
        assert "✓ Right" in await checked(screen, pilot, SOFTMAX.solution)
    assert PracticeRecord(Progress(tmp_path, learner=0)).of("softmax").forms == ("find",)


async def test_python_is_coloured_as_it_is_typed(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await exercise_screen(app, pilot)
        editor = screen.query_one(CodeEditor)
        editor.text = "def f(é):\n    return 'é' + 1  # é\n"
        await pilot.pause()
        marks = {row: [(start, end, name) for start, end, name in found] for row, found in editor._highlights.items()}
        assert (0, 3, "keyword") in marks[0]
        assert (4, 5, "function") in marks[0]
        assert {"keyword", "string", "number", "comment"} <= {name for *_, name in marks[1]}
        # Counted in bytes, of which é has two.
        assert max(end for _, end, _ in marks[1]) == len("    return 'é' + 1  # é".encode())


async def test_a_network_in_keras_is_checked_like_any_other_and_the_verdict_stays_above_what_was_printed(
    tmp_path: Path,
) -> None:
    app = TutorApp(Progress(tmp_path, learner=0), SUMMARIES, ("shapes", 0))
    keras = next(exercise for exercise in read_exercises() if exercise.id == "keras-shapes")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: getattr(app.screen, "session", None) is not None)
        await app.push_screen(ExerciseScreen(keras))
        screen = app.screen
        assert isinstance(screen, ExerciseScreen)
        await until(pilot, lambda: bool(screen.query(CodeEditor)))
        wrong = keras.solution.replace("20, 15", "21, 15").replace("    return", "    model.summary()\n    return")
        verdict = await checked(screen, pilot, wrong)
        assert (
            "model.layers[2].units is 21, and should be 20. It has 1,741 parameters, and should have 1,700." in verdict
        )
        assert "dense_1 (Dense)      (None, 21)" in verdict
        column, shown = screen.query_one("#said"), screen.query_one("#verdict")
        await until(pilot, lambda: column.region.y <= shown.region.y < column.region.bottom)
        assert "✓ Right" in await checked(screen, pilot, keras.solution)
