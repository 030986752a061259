"""One key that says how sure one is, before the verdict: in a field, at choices, with the mouse, in a warm-up."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.ui.panel_app import text, until
from tests.ui.small_lessons import NARROW, WIDE, at_step, press, shows, small_app
from tests.ui.test_lesson import asks, lesson, question
from tests.ui.test_warm_up import asked, days_later, finished
from tutor.course.record.calibration import Judged
from tutor.course.record.progress import Progress
from tutor.course.session import SURE_AND_WRONG
from tutor.ui.widgets.question_panel import AnswerInput

__all__ = ["finished"]
BOTH = pytest.mark.parametrize("size", [NARROW, WIDE])


def calibration(folder: Path) -> object:
    return Progress(folder / "state").of_lesson("sums").calibration


def field(pilot: Pilot[int]) -> AnswerInput:
    return lesson(pilot).query_one(AnswerInput)


@BOTH
async def test_a_key_goes_round_beside_the_question_and_takes_no_line(tmp_path: Path, size: tuple[int, int]) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=size) as pilot:
        await at_step(pilot, 1)
        await asks(pilot, "Question 1 of 2 ! how sure?")
        height = lesson(pilot).query_one("#question").region.height
        for said in ("! sure", "! fairly sure", "! a guess", "! how sure?", "! sure"):
            await press(pilot, "!")
            await asks(pilot, f"Question 1 of 2 {said}━")
        assert lesson(pilot).query_one("#question").region.height == height
        await press(pilot, "-0,5", "enter")
        await asks(pilot, "Your answer: -0,5 (sure) ✓ Right.")
        assert "!" not in question(pilot)
    assert calibration(tmp_path) == {"sure": Judged(1, 1)}


async def test_it_works_while_an_answer_is_typed_and_leaves_it_as_it_is(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "-0", "!", "!", ",5")
        await asks(pilot, "! fairly sure")
        assert field(pilot).value == "-0,5"
        await press(pilot, "enter")
        await asks(pilot, "(fairly sure)")
    assert calibration(tmp_path) == {"fairly": Judged(1, 1)}


async def test_who_was_sure_and_wrong_is_told_that_it_comes_back(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "!", "-2", "enter")
        await asks(pilot, f"✗ Not yet: The bias is missing. {SURE_AND_WRONG}")
        assert "how sure" not in question(pilot)
        await press(pilot, "!")
        await shows(pilot, "No question waits for its first answer, so ! does nothing.")
        field(pilot).value = ""
        await press(pilot, "-0.5", "enter")
        await asks(pilot, "✓ Right.")
        assert SURE_AND_WRONG not in question(pilot)
    assert calibration(tmp_path) == {"sure": Judged(1, 0)}


async def test_at_choices_and_where_it_is_ignored(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "-0,5", "enter")
        await asks(pilot, "✓ Right.")
        await press(pilot, "n")
        await asks(pilot, "Question 2 of 2 ! how sure?")
        await press(pilot, "3", "!", "!", "!", "enter")
        await asks(pilot, "Your answer: It rises (a guess)")
        await press(pilot, "b", "n")
    assert calibration(tmp_path) == {"guess": Judged(1, 1)}


async def test_a_click_does_the_same(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await asks(pilot, "! how sure?")
        lines = text(pilot.app).splitlines()
        row, line = next((y, line) for y, line in enumerate(lines) if "how sure?" in line)
        await pilot.click(offset=(line.index("how sure?") + 2, row))
        await asks(pilot, "! sure")


async def test_in_a_warm_up(finished: Path) -> None:
    async with small_app(finished, clock=days_later(1)).run_test(size=NARROW) as pilot:
        await asked(pilot)
        await shows(pilot, "Question  ! how sure?")
        await press(pilot, "!", "-0,5", "enter")
        await shows(pilot, "✓ Right.", "(sure)")
    assert calibration(finished) == {"sure": Judged(1, 1)}


@BOTH
async def test_progress_shows_how_it_went_for_the_levels_that_were_used(tmp_path: Path, size: tuple[int, int]) -> None:
    progress = Progress(tmp_path / "state")
    for said, correct in (("sure", True), ("sure", False), ("sure", True), ("guess", False)):
        details = {"step": "two-questions", "question": 0, "attempt": 1, "correct": correct, "confidence": said}
        progress.record("sums", "answer", **details)
    progress.close()
    async with small_app(tmp_path).run_test(size=size) as pilot:
        await press(pilot, "p")
        await shows(pilot, "Of 3 answers that you were sure of, 2 were right.")
        await until(pilot, lambda: "The one answer that you guessed was wrong." in " ".join(text(pilot.app).split()))
        assert "fairly" not in text(pilot.app)
