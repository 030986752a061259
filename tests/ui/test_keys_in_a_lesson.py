"""What a key means in a lesson: to the question, to the lab, to the lesson; and where the focus goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.ui.panel_app import text, until
from tests.ui.small_lessons import NARROW, at_home, at_step, press, shows, small_app, takes_keys
from tutor.course.record.progress import Progress
from tutor.ui.screens.glossary import GlossaryScreen
from tutor.ui.screens.help import HelpScreen
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screens.search import SearchScreen
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.question_panel import AnswerInput, ChoiceList, Said


def lesson(pilot: Pilot[int]) -> LessonScreen:
    screen = pilot.app.screen
    assert isinstance(screen, LessonScreen)
    return screen


def answer_field(pilot: Pilot[int]) -> AnswerInput:
    return lesson(pilot).query_one(AnswerInput)


async def says(pilot: Pilot[int], words: str) -> None:
    """Wait until the key line says this."""
    await until(pilot, lambda: words in pilot.app.screen.query_one(KeyLine).remark)


async def focus_is_in(pilot: Pilot[int], kind: type) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen.focused, kind))


async def at_choices(pilot: Pilot[int]) -> None:
    """Past the first question, at the second, a choice."""
    await at_step(pilot, 1)
    await press(pilot, "s", "n")
    await focus_is_in(pilot, ChoiceList)


# Letters


@pytest.mark.parametrize(
    ("key", "words"),
    [("h", "Hint: Multiply first."), ("s", "→ Skipped."), ("f", "layer weights W"), ("g", "Go to a step")],
)
async def test_a_letter_in_an_empty_field_is_its_command(tmp_path: Path, key: str, words: str) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await focus_is_in(pilot, AnswerInput)
        await press(pilot, key)
        await shows(pilot, words)


async def test_help_search_and_glossary_open_from_an_empty_field(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        for key, kind in (("?", HelpScreen), ("slash", SearchScreen), ("y", GlossaryScreen)):
            await at_step(pilot, 1)
            await press(pilot, key)
            await until(pilot, lambda kind=kind: isinstance(pilot.app.screen, kind))
            await press(pilot, "escape")
        await at_step(pilot, 1)
        await focus_is_in(pilot, AnswerInput)


async def test_a_look_elsewhere_comes_back_to_what_was_half_typed_and_moves_no_bookmark(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "state")
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "escape", "4")
        field = lesson(pilot).focused
        assert isinstance(field, ControlField)
        before = progress.of_lesson("sums").visits, progress.last_position()
        pilot.app.action_search()  # the key is text here, but the palette and the mouse are not
        await until(pilot, lambda: isinstance(pilot.app.screen, SearchScreen))
        await press(pilot, "b", "i", "a", "s", "escape")
        await at_step(pilot, 1)
        assert lesson(pilot).focused is field
        assert field.editing
        assert lesson(pilot).session.lab.get("x") == (2.0, 3.0)
        await press(pilot, "escape", "a", "1", ".")
        pilot.app.action_glossary()
        await until(pilot, lambda: isinstance(pilot.app.screen, GlossaryScreen))
        await press(pilot, "escape")
        await at_step(pilot, 1)
        await press(pilot, "5")
        await until(pilot, lambda: answer_field(pilot).value == "1.5")
        assert (progress.of_lesson("sums").visits, progress.last_position()) == before


async def test_q_leaves_dl_tutor_from_a_lesson_and_keeps_the_lab(tmp_path: Path) -> None:
    app = small_app(tmp_path, ("sums", 1))
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        await press(pilot, "7", "enter")
        await until(pilot, lambda: lesson(pilot).session.lab.get("x") == (7.0, 1.0))
        await press(pilot, "q")
    assert app.return_value == 0
    kept = Progress(tmp_path / "state").load_lab("sums")
    assert kept is not None
    assert kept.values["x"][0] == 7


# Answers


async def test_what_was_judged_is_typed_over_and_a_letter_after_it_is_a_command(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "7", "7", "enter")
        await shows(pilot, "✗ Not yet")
        await press(pilot, "h")
        await shows(pilot, "Hint:")
        await press(pilot, "-0,5")
        await until(pilot, lambda: answer_field(pilot).value == "-0,5")


async def test_an_enter_too_many_judges_nothing_twice(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "enter")
        await says(pilot, "Type a number first")
        await press(pilot, "7", "enter", "enter", "enter")
        await says(pilot, "Judged already")
        assert lesson(pilot).session.question_state(0).attempts == 1
        await press(pilot, "-0.5", "enter", "enter", "1", "enter")
        await says(pilot, "This question is answered")
        await focus_is_in(pilot, Said)
        assert lesson(pilot).session.question_state(0).attempts == 2
        assert lesson(pilot).session.position == 0
        assert lesson(pilot).session.lab.get("x") == (2.0, 3.0)


async def test_the_same_number_is_judged_again_where_the_question_has_changed(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "0", "enter")
        await shows(pilot, "✗ Not yet")
        await press(pilot, "escape", "escape", "tab", "tab", "right", "a", "0", "enter")  # b at 2: 1 − 3 + 2
        await shows(pilot, "✓ Right.")


async def test_a_digit_marks_a_choice_and_enter_answers(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_choices(pilot)
        state = lesson(pilot).session.question_state(1)
        await press(pilot, "enter")
        await says(pilot, "Mark a choice first")
        await press(pilot, "9")
        await says(pilot, "There are 3 choices.")
        await press(pilot, "2", "1", "3")
        await until(pilot, lambda: lesson(pilot).query_one(ChoiceList).highlighted == 2)
        assert state.attempts == 0
        await press(pilot, "enter")
        await until(pilot, lambda: state.correct)
        await press(pilot, "enter", "1", "enter")
        await focus_is_in(pilot, Said)
        assert lesson(pilot).session.position == 0
        assert state.attempts == 1


async def test_a_skip_from_the_lab_leaves_the_focus_there(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "escape", "tab", "s")
        await shows(pilot, "→ Skipped.")
        await focus_is_in(pilot, ControlField)


# Escape


async def test_escape_goes_out_a_level_at_a_time(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "7", "escape")
        await until(pilot, lambda: answer_field(pilot).value == "")
        await focus_is_in(pilot, AnswerInput)
        await press(pilot, "escape")
        await focus_is_in(pilot, ControlField)
        await says(pilot, "escape again leaves the lesson; a: back to the question.")
        await press(pilot, "7", "escape")
        assert lesson(pilot).session.lab.get("x") == (2.0, 3.0)
        await press(pilot, "a")
        await focus_is_in(pilot, AnswerInput)
        await press(pilot, "escape", "escape")
        await at_home(pilot)


@pytest.mark.parametrize("right", [("-0.5", "enter"), ("s",)])
async def test_escape_right_after_an_answer_stays_in_the_lesson(tmp_path: Path, right: tuple[str, ...]) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, *right, "escape")
        await focus_is_in(pilot, ControlField)
        await press(pilot, "escape")
        await at_home(pilot)


# What came before the question


async def test_keys_that_are_older_than_the_question_do_not_answer_it(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_choices(pilot)
        await press(pilot, "b")  # shows the step's first open question again
        app = pilot.app
        await until(pilot, lambda: takes_keys(app))
        for name, character in (("3", "3"), ("enter", "\r")):
            early = events.Key(name, character)
            early.time = lesson(pilot).shown_since - 0.001
            app.post_message(early)
            await until(pilot, lambda: takes_keys(app))
        await says(pilot, "Ignored: you typed that before")
        assert lesson(pilot).session.question_state(1).attempts == 0
        await press(pilot, "3", "enter")
        await until(pilot, lambda: lesson(pilot).session.question_state(1).correct)


# The list of steps


async def test_g_a_number_and_enter_go_to_that_step(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "g", "3", "enter")
        await at_step(pilot, 3)


@pytest.mark.parametrize(("wrong", "right"), [("32", ("2",)), ("0", ("2",)), ("999", ("up",)), ("32", ())])
async def test_the_number_of_no_step_goes_nowhere(tmp_path: Path, wrong: str, right: tuple[str, ...]) -> None:
    async with small_app(tmp_path, ("sums", 2)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 3)
        await press(pilot, "g", wrong)
        await shows(pilot, f"There is no step {wrong}, only 1 to 3.")
        await press(pilot, "enter", "enter")
        await shows(pilot, f"There is no step {wrong}, only 1 to 3.")
        if right:
            await press(pilot, *right, "enter")
            await at_step(pilot, 2)
        else:
            await press(pilot, "escape")
            await at_step(pilot, 3)


async def test_a_digit_too_many_is_taken_back(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "g", "32")
        await shows(pilot, "There is no step 32")
        await press(pilot, "backspace", "enter")
        await at_step(pilot, 3)


async def test_a_step_of_two_digits(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    file = tmp_path / "lessons" / "04_second" / "lesson.toml"
    more = "".join(f'\n[[step]]\nid = "s{n}"\nshow = ["x"]\n' for n in range(2, 13))
    file.write_text(file.read_text() + more)
    titles = file.with_name("lesson.md")
    titles.write_text(titles.read_text() + "".join(f"\n## S{n}\n\nText {n}.\n" for n in range(2, 13)))
    app = type(app)(app.progress, app.summaries, ("second", 0))
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "g", "1", "2", "enter")
        await at_step(pilot, 12)
        await press(pilot, "g", "1", "down", "1", "enter")  # the arrows begin a new number
        await at_step(pilot, 1)


# Keys that mean nothing


async def test_a_key_that_does_nothing_says_so_until_the_next_one(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        await press(pilot, "k")
        await says(pilot, "k does nothing here; ? shows the keys.")
        assert "k does nothing here; ? shows the keys." in text(pilot.app).splitlines()[-1]
        await press(pilot, "h")
        await says(pilot, "No question is open here, so h does nothing; n goes on.")
        await press(pilot, "right")
        await until(pilot, lambda: not lesson(pilot).query_one(KeyLine).remark)
        await press(pilot, "n", "escape")
        await at_home(pilot)
        await press(pilot, "k")
        await says(pilot, "k does nothing here")


async def test_a_letter_in_a_number_of_the_lab_says_what_would_work(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        await press(pilot, "7", "n")
        await says(pilot, "n is no part of a number: enter takes 7, escape drops it.")
        assert lesson(pilot).session.position == 1
        await press(pilot, "backspace", "n")  # an empty field again
        await at_step(pilot, 3)


async def test_a_window_at_the_back_keeps_what_was_half_typed(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        await press(pilot, ".")
        for event in (events.AppBlur(), events.AppFocus()):
            pilot.app.post_message(event)
            await until(pilot, lambda: takes_keys(pilot.app))
        await press(pilot, "5", "enter")
        await until(pilot, lambda: lesson(pilot).session.lab.get("x") == (0.5, 1.0))
