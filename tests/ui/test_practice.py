"""Exercises on the screen: the list, writing and checking, hints, the forms, what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.ui.panel_app import until
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.practice import permission
from tutor.practice.catalog import read_exercises
from tutor.practice.permission import Permission
from tutor.practice.record import PracticeRecord
from tutor.resources import lessons_folder
from tutor.sandbox.restriction import Level, reachable_level
from tutor.ui.app import TutorApp
from tutor.ui.screens.finished import FinishedScreen
from tutor.ui.screens.practice.exercise_list import ExerciseList, ExerciseListScreen
from tutor.ui.screens.practice.exercise_screen import ExerciseScreen
from tutor.ui.screens.practice.yes_or_no import YesOrNoScreen
from tutor.ui.widgets.code_editor import CodeEditor
from tutor.ui.widgets.lab_panel import LabPanel
from tutor.ui.widgets.readouts.picture_view import PictureView

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


async def test_e_opens_the_exercises_where_the_lab_has_no_e_of_its_own(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: getattr(app.screen, "session", None) is not None)
        await pilot.press("e")
        await until(pilot, lambda: isinstance(app.screen, ExerciseListScreen))
    app = TutorApp(Progress(tmp_path, learner=0), SUMMARIES, ("shapes", 16))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: getattr(app.screen, "session", None) is not None and app.screen.query(LabPanel))
        lab = app.screen.query_one(LabPanel).lab
        await pilot.press("f")
        await until(pilot, lambda: any(each.name == "epoch" for each in app.screen.query_one(LabPanel).action_keys))
        await pilot.press("e")
        await until(pilot, lambda: lab.lookup("epochs_done") == 1)
        assert not isinstance(app.screen, ExerciseListScreen)
        await pilot.press("E")
        await until(pilot, lambda: isinstance(app.screen, ExerciseListScreen))


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


@pytest.mark.parametrize(("size", "told"), [((80, 24), ()), ((120, 40), ("lesson 6, Softmax", "not begun it"))])
async def test_the_list_tells_what_the_exercise_is_about(
    tmp_path: Path, size: tuple[int, int], told: tuple[str, ...]
) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: getattr(app.screen, "session", None) is not None)
        await pilot.press("E")
        await until(pilot, lambda: isinstance(app.screen, ExerciseListScreen) and bool(app.screen.query("#about")))
        about = app.screen.query_one("#about", Static)

        def words() -> str:
            return " ".join(str(about.render()).split())

        await until(pilot, lambda: words().startswith("Softmax" if told else "Turn logits into shares: for each row"))
        assert "e to the power of each logit" in words()
        assert all(each in words() for each in told)
        listed = app.screen.query_one(ExerciseList)
        assert str(listed.get_option("softmax").prompt).startswith(" 6  · Softmax ")
        assert str(listed.get_option("one-hot").prompt).startswith("    · One-hot")
        await pilot.press("down")
        await until(pilot, lambda: "e to the power" not in words())


async def test_the_next_one_is_a_key_away_and_back_is_the_lesson(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await exercise_screen(app, pilot)
        assert "ctrl+n goes on to the next: One-hot labels." in (
            await checked(screen, pilot, SOFTMAX.solution)
        ).replace("\n", " ")
        await pilot.press("ctrl+n")
        await until(pilot, lambda: isinstance(app.screen, ExerciseScreen) and app.screen is not screen)
        await until(pilot, lambda: "One-hot" in str(app.screen.query_one("#heading", Static).render()))
        assert [type(each).__name__ for each in app.screen_stack].count("ExerciseScreen") == 1
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ExerciseListScreen))
        listed = app.screen.query_one(ExerciseList)
        assert listed.highlighted_option is not None
        assert listed.highlighted_option.id == "one-hot"
        await pilot.press("escape")
        await until(pilot, lambda: getattr(app.screen, "session", None) is not None)
        assert app.screen.session.lesson.id == "softmax"  # type: ignore[attr-defined]


async def test_the_end_of_a_lesson_leads_to_its_exercises(tmp_path: Path) -> None:
    last = next(each for each in SUMMARIES if each.id == "softmax").steps - 1
    app = TutorApp(Progress(tmp_path, learner=0), SUMMARIES, ("softmax", last))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: getattr(app.screen, "session", None) is not None)
        screen = app.screen
        await until(pilot, lambda: screen.session.position == last)  # type: ignore[attr-defined]
        app.push_screen(FinishedScreen(screen.session, screen.go_to_step))  # type: ignore[attr-defined]
        await until(pilot, lambda: isinstance(app.screen, FinishedScreen) and bool(app.screen.query("#done")))
        await pilot.press("E")
        await until(pilot, lambda: isinstance(app.screen, ExerciseListScreen) and bool(app.screen.query(ExerciseList)))
        listed = app.screen.query_one(ExerciseList)
        await until(pilot, lambda: listed.highlighted_option is not None and listed.highlighted_option.id == "softmax")


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
        # The verdict takes its place; the key brings it back, and then the next after it.
        await checked(screen, pilot)
        assert SOFTMAX.hints[0] not in said(screen).replace("\n", " ")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: all(hint in said(screen).replace("\n", " ") for hint in SOFTMAX.hints[:2]))


async def test_a_solution_stands_in_place_of_the_editor_until_the_key_is_pressed_again(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await exercise_screen(app, pilot)
        solution, editor = screen.query_one("#solution", CodeEditor), screen.query_one("#code", CodeEditor)
        editor.text = "mine"
        await pilot.press("ctrl+g")
        assert not solution.display, "whoever has not tried is asked first"
        assert not PracticeRecord(app.progress).of("softmax").shown
        await pilot.press("ctrl+g")
        assert (solution.display, editor.display, screen.focused) == (True, False, solution)
        assert solution.text == SOFTMAX.solution.rstrip()
        assert "ctrl+g goes back" in str(screen.query_one("#heading", Static).render())
        await pilot.press("x", "enter", "tab", "backspace", "escape")
        assert (solution.text, editor.text) == (SOFTMAX.solution.rstrip(), "mine")
        assert (solution.display, screen.focused) == (False, editor)
        await pilot.press("ctrl+g")
        assert solution.display
        # A check is of what the learner wrote.
        assert "NameError" in await checked(screen, pilot)
        assert editor.display
    assert PracticeRecord(Progress(tmp_path, learner=0)).of("softmax").shown


async def test_the_page_keys_scroll_the_task_and_a_long_verdict_is_seen_from_its_beginning(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await exercise_screen(app, pilot)
        box, verdict = screen.query_one("#said"), screen.query_one("#verdict")
        many = "\n".join(f"    print({n}, 'long ' * 9)" for n in range(30))
        await checked(screen, pilot, f"def softmax(z):\n{many}\n    return z\n")
        await until(pilot, lambda: verdict.region.y - box.region.y in (0, 1))
        assert box.max_scroll_y > box.scroll_y
        await pilot.press(*["pagedown"] * 8)
        await until(pilot, lambda: box.scroll_y == box.max_scroll_y)
        await pilot.press(*["pageup"] * 10)
        await until(pilot, lambda: box.scroll_y == 0)


async def test_what_was_returned_is_shown_in_numbers_where_all_of_them_have_room(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await exercise_screen(app, pilot)
        await checked(screen, pilot, SOFTMAX.solution.replace("return e", "return 2 * e"))
        holder = screen.query_one("#picture")
        await until(pilot, lambda: bool(holder.children))
        view = holder.children[0]
        assert isinstance(view, PictureView)
        await until(pilot, lambda: view.numbers and view.size.height == view.extent(view.size.width).height)
        assert all(tile.marked for tile in view.data.tiles[:1])
        # In a narrow window the task is above the editor, and in a low one the editor has all the room.
        await pilot.resize_terminal(60, 16)
        await until(pilot, lambda: not holder.display)
        said, editor = screen.query_one("#said"), screen.query_one("#code")
        assert said.region.bottom <= editor.region.y
        assert min(said.size.width, editor.size.width) >= 50
        await pilot.resize_terminal(60, 40)
        await until(pilot, lambda: holder.display and view.numbers)
        await until(pilot, lambda: view.extent(view.size.width).height <= view.size.height)


async def test_what_is_written_in_each_form_is_kept(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await exercise_screen(app, pilot)
        begun: dict[str, str] = {}
        for form in ("write", "complete", "find"):
            await until(pilot, lambda form=form: screen._form.name == form)
            begun[form] = screen.source
            await pilot.press("f7", *form, "ctrl+o")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ExerciseListScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ExerciseScreen) and bool(app.screen.query(CodeEditor)))
        screen = app.screen
        assert isinstance(screen, ExerciseScreen)
        for form in ("write", "complete", "find"):
            await until(pilot, lambda form=form: screen._form.name == form)
            assert screen.source == form
            # Emptied, it begins anew.
            await pilot.press("f7", "delete", "ctrl+o")
        for form in ("write", "complete", "find"):
            await until(pilot, lambda form=form: screen._form.name == form)
            assert screen.source == begun[form]
            await pilot.press("ctrl+o")


async def test_what_is_typed_first_takes_the_place_of_the_gap(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await exercise_screen(app, pilot)
        await pilot.press("z")
        assert screen.source == SOFTMAX.start.replace("...", "z", 1)


async def test_where_code_cannot_be_kept_in_a_learner_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permission, "reachable_level", lambda: Level(0, False))
    app = opened(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await exercise_screen(app, pilot)
        assert screen._checker is not None
        assert not screen._checker.is_started, "nothing is started before the answer"
        screen.query_one(CodeEditor).text = SOFTMAX.solution
        for key, allowed in (("escape", None), ("y", True)):
            await pilot.press("ctrl+r")
            await until(pilot, lambda: isinstance(app.screen, YesOrNoScreen))
            await pilot.press(key)
            await until(pilot, lambda: app.screen is screen)
            assert Permission(app.progress).is_given == bool(allowed)
        await until(pilot, lambda: "✓ Right" in said(screen))
        assert screen._checker._checker is not None
        assert screen._checker._checker._runner._unprotected
        assert "✓ Right" in await checked(screen, pilot), "it is asked once"


async def test_the_lab_of_the_lesson_stands_in_place_of_the_task_and_stays_while_one_writes(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await exercise_screen(app, pilot)
        lesson_lab = Progress(tmp_path, learner=0).load_lab("softmax")
        await pilot.press("f2")
        await until(pilot, lambda: screen.in_lab)
        panel = screen.query_one(LabPanel)
        assert not screen.query_one("#said").display
        assert panel.region.right <= screen.query_one(CodeEditor).region.x
        before = panel.lab.lookup("p[A]")
        await pilot.press("up")
        await until(pilot, lambda: panel.lab.lookup("p[A]") != before)
        await pilot.press("down")
        await until(pilot, lambda: panel.lab.lookup("p[A]") == before)
        await pilot.press("f2", "space")
        await until(pilot, lambda: screen.query_one(CodeEditor).has_focus and "..." not in screen.source.split("#")[0])
        assert panel.display
        assert panel.region
        assert "not Python" in await checked(screen, pilot)
        assert screen.query_one("#said").display
        assert not panel.display
        assert Progress(tmp_path, learner=0).load_lab("softmax") == lesson_lab
        await pilot.press("f2")
        await until(pilot, lambda: screen.in_lab)
        await pilot.press("escape")
        await until(pilot, lambda: not screen.in_lab)
        assert app.screen is screen
        assert screen.query_one("#said").display


async def test_where_there_is_room_the_lab_stands_beside_task_and_editor(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(160, 50)) as pilot:
        screen = await exercise_screen(app, pilot)
        await until(pilot, lambda: bool(screen.query(LabPanel)) and bool(screen.query_one(LabPanel).region))
        sides = [screen.query_one(each).region for each in ("#said", CodeEditor, LabPanel)]
        assert all(sides)
        assert sides == sorted(sides, key=lambda side: side.x)
        assert screen.query_one(CodeEditor).has_focus
        await pilot.resize_terminal(100, 30)
        await until(pilot, lambda: not screen.query_one(LabPanel).display and bool(screen.query_one("#said").region))
        await pilot.resize_terminal(160, 50)
        await until(pilot, lambda: bool(screen.query_one(LabPanel).region) and screen.query_one("#said").display)
        assert screen.query_one(LabPanel).region.x > screen.query_one(CodeEditor).region.x


async def typed(pilot: Pilot[int], editor: CodeEditor, *keys: str, text: str = "") -> str:
    editor.text = text
    editor.move_cursor(editor.document.end)
    await pilot.press(*keys)
    await pilot.pause()
    return editor.text


async def test_lines_are_indented_as_python_wants_them(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await exercise_screen(app, pilot)
        editor = screen.query_one("#code", CodeEditor)
        assert await typed(pilot, editor, *"f:", "enter", *"a", "enter", *"b") == "f:\n    a\n    b"
        assert await typed(pilot, editor, "enter", "backspace", *"c", text="f:\n    if x:  ") == (
            "f:\n    if x:  \n    c"
        )
        assert await typed(pilot, editor, "backspace", text="  a") == "  "
        assert await typed(pilot, editor, "backspace", text="      ") == "    "
        assert await typed(pilot, editor, "tab", text="ab") == "ab  "
        assert await typed(pilot, editor, "shift+tab", text="a\n      bc") == "a\n  bc"
        assert editor.cursor_location == (1, 4)
        assert await typed(pilot, editor, "shift+tab", text="bc") == "bc"
        assert screen.focused is editor
        block = "a\n\n  b\nc"
        moved = await typed(pilot, editor, "shift+up", "shift+up", "shift+up", "tab", text=block)
        assert moved == "    a\n\n      b\n    c"
        await pilot.press("shift+tab", "shift+tab")
        assert editor.text == "a\n\nb\nc"
        await pilot.press("ctrl+z", "ctrl+z", "ctrl+z")
        assert editor.text == block
        # From the beginning of a line to the beginning of another, the other is not selected.
        editor.move_cursor((0, 0))
        await pilot.press("shift+down", "shift+down", "tab")
        assert editor.text == "    a\n\n  b\nc"


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
