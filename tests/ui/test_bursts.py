"""Keys that the terminal hands over in one read: an expression is text, letters are commands."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui.panel_app import until
from tests.ui.small_lessons import NARROW, at_step, shows, small_app, takes_keys
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.terminal.driver import TutorDriver
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.question_panel import AnswerInput


def lesson(pilot: Pilot[int]) -> LessonScreen:
    screen = pilot.app.screen
    assert isinstance(screen, LessonScreen)
    return screen


async def read(pilot: Pilot[int], keys: str) -> None:
    """Have a terminal send these keys in one read, and wait until all of them are done with."""
    await until(pilot, lambda: takes_keys(pilot.app))
    driver = TutorDriver(pilot.app, size=NARROW)
    # The app of the test has a driver without a terminal; what waits, waits in this one.
    setattr(pilot.app._driver, "drop_burst", driver.drop_burst)  # noqa: B010 - mypy knows no such attribute
    driver._begin_reading()
    driver._take(keys.encode(), time.monotonic())
    await until(pilot, lambda: not driver._waiting and takes_keys(pilot.app))


@pytest.mark.parametrize("text", ["sqrt(2)", "ln 5", "log(2)", "e^-2.5", "pi/2", "sqr(2)"])
async def test_an_expression_is_text_in_an_empty_answer(tmp_path: Path, text: str) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await read(pilot, text)
        await until(pilot, lambda: lesson(pilot).query_one(AnswerInput).value == text)
        state = lesson(pilot).session.question_state(0)
        assert (lesson(pilot).session.position, state.attempts, state.settled) == (0, 0, False)


async def test_an_expression_is_typed_over_what_was_judged_and_goes_on_with_the_next_read(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await read(pilot, "77\r")
        await shows(pilot, "✗ Not yet")
        await read(pilot, "sqrt(1/")
        await read(pilot, "4)-1\r")
        await shows(pilot, "✓ Right (= −0.5).")


async def test_letters_that_write_no_expression_stay_commands(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await read(pilot, "hs")
        await shows(pilot, "→ Skipped.")


async def test_an_expression_is_text_in_a_number_of_the_lab(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        assert isinstance(lesson(pilot).focused, ControlField)
        await read(pilot, "sqrt(9)\r")
        await until(pilot, lambda: lesson(pilot).session.lab.get("x") == (3.0, 1.0))
        await read(pilot, "pi/2 + 1/3 + 1/7 + 1/9 + 1/11")
        await shows(pilot, "at most 24 characters")
        assert lesson(pilot).session.lab.get("x") == (3.0, 1.0)


async def test_an_expression_from_before_the_question_was_seen_is_no_answer(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await until(pilot, lambda: takes_keys(pilot.app))
        lesson(pilot).shown_since += 1000
        await read(pilot, "sqrt(2)\r")
        await shows(pilot, "Ignored: you typed that before")
        assert lesson(pilot).query_one(AnswerInput).value == ""
        assert not lesson(pilot).session.question_state(0).settled


async def test_an_expression_that_comes_before_the_focus_is_the_answers(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await until(pilot, lambda: takes_keys(pilot.app))
        lesson(pilot).set_focus(None)
        await read(pilot, "e^-2.5")
        await until(pilot, lambda: lesson(pilot).query_one(AnswerInput).value == "e^-2.5")
        assert lesson(pilot).focused is lesson(pilot).query_one(AnswerInput)


@pytest.mark.parametrize("burst", ["k-2.5\r", "k 5\r"])
async def test_what_follows_a_character_that_means_nothing_is_no_answer(tmp_path: Path, burst: str) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await read(pilot, burst)
        await shows(pilot, "k does nothing here, the rest is dropped. = begins an expression: =ln 5")
        assert lesson(pilot).query_one(AnswerInput).value == ""
        assert lesson(pilot).session.question_state(0).attempts == 0
        await read(pilot, "-0.5\r")
        await shows(pilot, "✓ Right.")


async def test_what_follows_a_character_that_is_no_part_of_an_answer_is_dropped(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await read(pilot, "12k4\r")
        await shows(pilot, "k is no part of an answer: enter answers, escape clears. The rest is dropped.")
        assert lesson(pilot).query_one(AnswerInput).value == "12"
        assert lesson(pilot).session.question_state(0).attempts == 0


async def test_what_follows_a_character_that_is_no_part_of_a_number_of_the_lab_is_dropped(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        before = lesson(pilot).session.lab.get("x")
        await read(pilot, "7k3\r")
        await shows(pilot, "k is no part of a number: enter takes 7, escape drops it. The rest is dropped.")
        assert lesson(pilot).session.lab.get("x") == before
        await read(pilot, "\r")
        await until(pilot, lambda: lesson(pilot).session.lab.get("x") == (7.0, 1.0))
