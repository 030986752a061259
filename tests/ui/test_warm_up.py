"""The warm-up: offered once a day where something is due, left at once, recorded as what it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.done_lesson import finish
from tests.ui.panel_app import text, until
from tests.ui.small_lessons import NARROW, WIDE, at_home, at_step, press, shows, small_app, write_lessons
from tutor.course.lessons.loader import read_summary
from tutor.course.record.progress import Progress
from tutor.course.record.review_items import Item
from tutor.labs.neuron import NeuronLab
from tutor.ui.screens.warm_up.question import WarmUpQuestionScreen

FINISHED = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
BOTH = pytest.mark.parametrize("size", [NARROW, WIDE])


def days_later(days: float) -> Callable[[], datetime]:
    return lambda: FINISHED + timedelta(days=days)


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    """The progress of someone who finished the lesson on sums, and was last in the other one."""
    progress = Progress(tmp_path / "state", days_later(0))
    progress.record("sums", "visit")
    summary = read_summary(write_lessons(tmp_path / "lessons") / "03_sums")
    finish(progress, summary)
    progress.record("second", "step", step="one-step", position=0)
    # The first question was wrong when it was asked again, so it is the one that is due the next day.
    progress.record("sums", "answer", step="two-questions", question=0, correct=False, attempt=1, hints=0)
    progress.close()
    return tmp_path


async def asked(pilot: Pilot[int]) -> None:
    """Wait until the question stands there and takes keys."""
    await until(pilot, lambda: isinstance(pilot.app.screen, WarmUpQuestionScreen))
    await shows(pilot, "With b at", "what is z?")


@BOTH
async def test_it_begins_by_itself_with_the_lab_beside_the_question(finished: Path, size: tuple[int, int]) -> None:
    async with small_app(finished, clock=days_later(3)).run_test(size=size) as pilot:
        await asked(pilot)
        shown = text(pilot.app)
        assert "3 Sums of [b]products[/b]: Two questions" in shown
        assert "days" in shown
        assert "ago. The" in shown
        assert "inputs x" in shown
        (line,) = (line for line in shown.splitlines() if " z " in line and "?" in line and "│" in line)
        assert "0.5" not in line, "z is covered"


async def test_a_number_is_answered_without_going_to_the_field(finished: Path) -> None:
    async with small_app(finished, clock=days_later(1)).run_test(size=NARROW) as pilot:
        await asked(pilot)
        await press(pilot, "-0,5", "enter")
        await shows(pilot, "✓ Right.", "n: go on")
        await press(pilot, "enter")  # one too many does not go on
        await shows(pilot, "✓ Right.")
        await press(pilot, "n")
        await shows(pilot, "That was the warm-up.", "✓ 3 Sums of [b]products[/b], Two questions: due in 3 days")
        await press(pilot, "n")
        await at_home(pilot)
        await until(pilot, lambda: "Warm-up:" not in text(pilot.app))
    progress = Progress(finished / "state", days_later(1))
    of_lesson = progress.of_lesson("sums")
    assert (of_lesson.position, of_lesson.visits, of_lesson.hints, of_lesson.answered) == (2, 1, 0, 2)
    assert of_lesson.question("two-questions", 0).right
    assert progress.last_position() == ("second", 0)
    assert progress.memories()[Item("sums", "question", "two-questions", 0)].ratings == 3


async def test_a_wrong_answer_a_hint_and_a_skip_bring_it_back_tomorrow(finished: Path) -> None:
    async with small_app(finished, clock=days_later(1)).run_test(size=NARROW) as pilot:
        await asked(pilot)
        await press(pilot, "7", "enter")
        await shows(pilot, "✗ Not yet")
        await press(pilot, "h")
        await shows(pilot, "Hint: Multiply first.")
        await press(pilot, "s")
        await shows(pilot, "→ Skipped. The answer is −0.5.")
        await press(pilot, "n")
        await shows(pilot, "↻ 3 Sums of [b]products[/b], Two questions: due tomorrow")
    question = Progress(finished / "state").of_lesson("sums").question("two-questions", 0)
    assert (question.wrong, question.hints, question.skips, question.trouble) == (2, 1, 1, 4)


async def test_escape_leaves_at_once_and_it_is_not_begun_again_that_day(finished: Path) -> None:
    async with small_app(finished, clock=days_later(1)).run_test(size=NARROW) as pilot:
        await asked(pilot)
        await press(pilot, "escape")
        await at_home(pilot)
        await shows(pilot, "w  Warm-up: 1 question from what you learned", "✓ done · due")
    async with small_app(finished, clock=days_later(1.01)).run_test(size=NARROW) as pilot:
        await shows(pilot, "Warm-up: 1 question")
        await at_home(pilot)
        await press(pilot, "w")
        await asked(pilot)
        await press(pilot, "escape")
        await at_home(pilot)
    async with small_app(finished, clock=days_later(2)).run_test(size=NARROW) as pilot:
        await asked(pilot)


async def test_escape_empties_the_answer_before_it_leaves(finished: Path) -> None:
    async with small_app(finished, clock=days_later(1)).run_test(size=NARROW) as pilot:
        await asked(pilot)
        await press(pilot, "1", "2")
        await until(pilot, lambda: pilot.app.screen.query_one(Input).value == "12")
        await press(pilot, "escape")
        await until(pilot, lambda: pilot.app.screen.query_one(Input).value == "")
        assert isinstance(pilot.app.screen, WarmUpQuestionScreen)
        await press(pilot, "escape")
        await at_home(pilot)


async def test_nothing_due_no_warm_up(finished: Path) -> None:
    async with small_app(finished, clock=days_later(0.1)).run_test(size=NARROW, notifications=True) as pilot:
        await shows(pilot, "✓ done")
        await at_home(pilot)
        await until(pilot, lambda: "Warm-up:" not in text(pilot.app))
        assert "· due" not in text(pilot.app)
        await press(pilot, "w")
        await shows(pilot, "Nothing is due.")


async def test_who_asks_for_a_lesson_gets_the_lesson(finished: Path) -> None:
    async with small_app(finished, ("second", None), days_later(1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        assert not any(isinstance(screen, WarmUpQuestionScreen) for screen in pilot.app.screen_stack)


async def test_g_opens_the_lesson_at_the_questions_step(finished: Path) -> None:
    async with small_app(finished, clock=days_later(1)).run_test(size=NARROW) as pilot:
        await asked(pilot)
        await press(pilot, "g")
        await at_step(pilot, 1)


async def test_where_nothing_can_be_asked_it_says_so_and_is_home(finished: Path) -> None:
    app = small_app(finished, clock=days_later(1))
    toml = finished / "lessons" / "03_sums" / "lesson.toml"
    toml.write_text(toml.read_text().replace('lab = "neuron"', 'lab = "nowhere"'))
    async with app.run_test(size=NARROW, notifications=True) as pilot:
        await shows(pilot, "No question could be set up today")
        await at_home(pilot)


async def test_the_lab_is_let_go_of(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[NeuronLab] = []
    async with small_app(finished, clock=days_later(1)).run_test(size=NARROW) as pilot:
        await asked(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, WarmUpQuestionScreen)
        monkeypatch.setattr(NeuronLab, "close", lambda lab: closed.append(lab))
        await press(pilot, "escape")
        await at_home(pilot)
        await until(pilot, lambda: len(closed) == 1)
