"""The lesson screen: steps, questions and their answers, hints, the full lab, what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.ui.panel_app import text, until
from tests.ui.small_lessons import NARROW, WIDE, at_home, at_step, at_the_end, press, shows, small_app
from tutor.course.progress import Progress
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.control_field import ControlField
from tutor.ui.widgets.question_panel import AnswerInput, ChoiceList, QuestionPanel

BOTH = pytest.mark.parametrize("size", [NARROW, WIDE])


def lesson(pilot: Pilot[int]) -> LessonScreen:
    screen = pilot.app.screen
    assert isinstance(screen, LessonScreen)
    return screen


def question(pilot: Pilot[int]) -> str:
    """What stands in the question panel, without the breaks of its lines."""
    panel = lesson(pilot).query_one(QuestionPanel)
    region = panel.region
    lines = text(pilot.app).splitlines()[region.y : region.bottom]
    return " ".join(" ".join(line[region.x : region.right] for line in lines).split())


async def asks(pilot: Pilot[int], words: str) -> None:
    await until(pilot, lambda: words in question(pilot))


async def answer(pilot: Pilot[int], number: str) -> None:
    await press(pilot, "a") if not isinstance(lesson(pilot).focused, AnswerInput) else None
    lesson(pilot).query_one(AnswerInput).value = ""
    await press(pilot, number, "enter")


@BOTH
async def test_a_step_shows_its_text_its_question_and_the_lab_with_the_answer_covered(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=size) as pilot:
        await at_step(pilot, 1)
        await shows(pilot, "3 Sums of [b]products[/b]", "1/3", "Two questions", "▰▱▱", "A neuron adds products.")
        await asks(pilot, "With b at 1.5: what is z?")
        assert "Question 1 of 2" in question(pilot)
        assert isinstance(lesson(pilot).focused, AnswerInput)
        z_line = next(line for line in text(pilot.app).splitlines() if "z = sum + bias" in line)
        assert z_line.rstrip().endswith("?")
        assert "output y" not in text(pilot.app)


@pytest.mark.parametrize("typed", ["-0,5", "-0.5"])
async def test_a_right_number_is_announced_and_waits(tmp_path: Path, typed: str) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await answer(pilot, typed)
        await asks(pilot, "✓ Right. The products are 1 and -3. n: the next question")
        z_line = next(line for line in text(pilot.app).splitlines() if "z = sum + bias" in line)
        # The second question is open still, so what the step hides stays hidden.
        assert z_line.rstrip().endswith("?")
        await press(pilot, "n")
        await asks(pilot, "Question 2 of 2")
        await asks(pilot, "b goes up by 1. What does z do? 1 It falls 2 It stays 3 It rises")
        assert isinstance(lesson(pilot).focused, ChoiceList)
        assert lesson(pilot).session.position == 0


async def test_a_known_wrong_number_is_told_its_reason(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await answer(pilot, "-2")
        await asks(pilot, "✗ Not yet: The bias is missing.")
        assert isinstance(lesson(pilot).focused, AnswerInput)
        await press(pilot, "-0.5", "enter")  # the wrong number stands selected, so typing replaces it
        await asks(pilot, "✓ Right.")


async def test_any_other_wrong_number_and_what_is_no_number(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await answer(pilot, "77")
        await asks(pilot, "✗ Not yet: Go through it once more")
        await answer(pilot, "1-")
        await asks(pilot, "! Type a number")
        assert lesson(pilot).session.question_state(0).attempts == 1


@pytest.mark.parametrize("keys", [["3", "enter"], ["down", "down", "enter"]])
async def test_a_choice_by_digit_and_by_arrows(tmp_path: Path, keys: list[str]) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "escape", "s", "n")
        await asks(pilot, "Question 2 of 2")
        await press(pilot, "2", "enter")
        await asks(pilot, "✗ Not yet: b is part of z.")
        await press(pilot, "up", *keys)
        await asks(pilot, "✓ Right. b is added to the sum. n: the next step")
        z_line = next(line for line in text(pilot.app).splitlines() if "z = sum + bias" in line)
        assert "−0.5" in z_line
        await press(pilot, "n")
        await at_step(pilot, 2)


async def test_hints_come_one_at_a_time_with_a_try_between(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "escape", "h")
        await asks(pilot, "Hint 1 of 2: Multiply first.")
        await press(pilot, "h")
        await asks(pilot, "Try an answer first")
        assert "Then add the bias." not in question(pilot)
        await answer(pilot, "9")
        await press(pilot, "escape", "h")
        await asks(pilot, "Hint 2 of 2: Then add the bias.")
    assert Progress(tmp_path / "state").standing("sums").hints == 2


async def test_a_skip_shows_the_answer_and_why(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "escape", "s")
        await asks(pilot, "→ Skipped. The answer is −0.5. The products are 1 and -3. n: the next question")


async def test_the_question_speaks_of_the_numbers_on_the_screen(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "escape")  # to the first control, x
        await press(pilot, "tab", "tab", "right")  # b one step up
        await asks(pilot, "With b at 2: what is z?")
        await answer(pilot, "0")  # 1 − 3 + 2
        await asks(pilot, "✓ Right.")
        await press(pilot, "escape", "tab", "tab", "right")
        await until(pilot, lambda: lesson(pilot).session.lab.get("b") == 2.5)
        assert "With b at 2: what is z?" in question(pilot)  # what was asked stays with its answer


async def test_letters_are_no_commands_while_an_answer_is_being_typed(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "4", "n", "b", "h", "s", "f", "d", "q", "?")
        await shows(pilot, "? is no part of an answer: enter answers, escape clears.")
        assert lesson(pilot).query_one(AnswerInput).value == "4"
        assert not lesson(pilot).session.question_state(0).hints_taken
        await press(pilot, "5")
        keys = text(pilot.app).splitlines()[-1]
        assert "^n Next" in keys
        assert " n Next" not in keys
        await press(pilot, "escape")
        await until(pilot, lambda: " n Next" in text(pilot.app).splitlines()[-1])
        assert isinstance(lesson(pilot).focused, AnswerInput)
        assert lesson(pilot).query_one(AnswerInput).value == ""
        await press(pilot, "4", "ctrl+n")
        await at_step(pilot, 2)


async def test_on_and_back(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        await shows(pilot, "Only something to look at.", "products x·w")
        assert "Question" not in text(pilot.app)
        await press(pilot, "n")
        await at_step(pilot, 3)
        await shows(pilot, "This was all.")
        await press(pilot, "b", "b")
        await at_step(pilot, 1)
        await press(pilot, "ctrl+b")
        await at_step(pilot, 1)


async def test_an_answered_question_is_still_answered_on_the_way_back(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await answer(pilot, "-0.5")
        await press(pilot, "n", "3", "enter", "n")
        await at_step(pilot, 2)
        await press(pilot, "b")
        await at_step(pilot, 1)
        await asks(pilot, "✓ Right. b is added to the sum.")


async def test_go_to_a_step(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await answer(pilot, "-0.5")
        await press(pilot, "n", "3", "enter", "g")
        await shows(pilot, "Go to a step")
        lines = text(pilot.app).splitlines()
        assert "✓ answered" in next(line for line in lines if "1  Two questions" in line)
        assert "✓" not in next(line for line in lines if "3  The last" in line)
        await press(pilot, "down", "down", "enter")
        await at_step(pilot, 3)
        await press(pilot, "g")
        await shows(pilot, "Go to a step")
        await press(pilot, "escape")
        await at_step(pilot, 3)


async def test_the_full_lab_gives_no_covered_number_away(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=WIDE) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "escape", "f")
        await shows(pilot, "output y", "layer weights W")
        assert "A neuron adds products." not in text(pilot.app)
        # σ(−0.5) would tell z.
        assert "0.3775" not in text(pilot.app)
        await press(pilot, "f")
        await shows(pilot, "A neuron adds products.")
        await press(pilot, "f")
        await shows(pilot, "output y")
        await press(pilot, "s")
        await shows(pilot, "→ Skipped.", "A neuron adds products.")
        await press(pilot, "n", "3", "enter", "f")
        await shows(pilot, "output y", "0.3775")
        await press(pilot, "escape")
        await shows(pilot, "A neuron adds products.")


async def test_help_names_the_keys_the_lab_and_how_to_answer(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=WIDE) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "f1")
        await shows(pilot, "Answering", "0.5 or 0,5", "weights w", "how much each input counts", "−10 to 10")
        await press(pilot, "escape")
        await at_step(pilot, 1)


async def test_the_lab_is_kept_and_the_drawn_seed_is_another_on_the_next_visit(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        assert lesson(pilot).session.seed == 0
        await press(pilot, "right", "4", "enter", "escape")
        await at_home(pilot)
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        assert lesson(pilot).session.seed == 1
        assert lesson(pilot).session.lab.get("x") == (1.0, 4.0)
        await press(pilot, "b")
        await at_step(pilot, 1)
        assert lesson(pilot).session.lab.get("x") == (2.0, 3.0)


async def test_a_change_is_written_soon_without_leaving(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        await press(pilot, "7", "enter")

        def written() -> bool:
            kept = Progress(tmp_path / "state").load_lab("sums")
            return kept is not None and kept.values["x"][0] == 7

        await until(pilot, written)


async def test_the_end_says_what_was_done_and_offers_the_next_lesson(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await answer(pilot, "-0.5")
        await asks(pilot, "✓ Right.")
        await press(pilot, "n", "1", "enter", "n")
        await at_step(pilot, 2)
        await press(pilot, "n")
        await at_step(pilot, 3)
        await press(pilot, "n")
        said = await at_the_end(pilot)
        assert "Sums of [b]products[/b]: you are through it." in said
        assert "Steps seen: 3 of 3." in said
        assert "Questions: 2. Answers given: 2, right: 1." in said
        assert "next lesson: 4 The second" in said
        assert Progress(tmp_path / "state").standing("sums").finished
        await press(pilot, "b")
        await at_step(pilot, 3)
        await press(pilot, "n")
        await at_the_end(pilot)
        await press(pilot, "n")
        await shows(pilot, "One step only.")
        await press(pilot, "n")
        assert "This was the last lesson." in await at_the_end(pilot)
        assert "Next lesson" not in text(pilot.app)
        await press(pilot, "n")
        await press(pilot, "escape")
        await at_home(pilot)


async def test_a_question_longer_than_its_room_scrolls_to_the_verdict(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    file = tmp_path / "lessons" / "03_sums" / "lesson.toml"
    file.write_text(file.read_text().replace("The products are 1 and -3.", "Word " * 220 + "the end of it."))
    app = type(app)(app.progress, app.summaries, ("sums", None))
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await answer(pilot, "-0.5")
        await asks(pilot, "the end of it. n: the next question")
        assert "A neuron adds" in text(app)


@pytest.mark.parametrize(
    "keys", [("n", "escape"), ("f", "escape", "escape"), ("n", "n", "escape", "enter", "b"), ("g", "escape", "escape")]
)
async def test_leaving_while_a_step_is_still_being_shown(tmp_path: Path, keys: tuple[str, ...]) -> None:
    app = small_app(tmp_path, ("sums", 1))
    async with app.run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        for _ in range(5):
            # All at once, as a fast hand or a slow line sends them.
            for key in keys:
                app._driver.send_message(events.Key(key, key if len(key) == 1 else None))
            await pilot.pause()
        app.go_home()
        await at_home(pilot)


async def test_leaving_before_the_lesson_is_there(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    async with app.run_test(size=NARROW) as pilot:
        await at_home(pilot)
        for _ in range(3):
            app.open_lesson("sums", 0)
            app.go_home()
        await at_home(pilot)


@pytest.mark.parametrize("over", [False, True])
async def test_keys_go_on_where_the_focus_came_to_what_is_being_taken_off(tmp_path: Path, over: bool) -> None:
    """Textual focuses it when a change of focus was under way; a window that comes back to the front does the same."""
    async with small_app(tmp_path, ("sums", 2)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 3)
        await press(pilot, "f", "tab")
        screen = lesson(pilot)
        field = screen.focused
        assert isinstance(field, ControlField)
        removal = field.remove()
        screen.set_focus(field)
        if over:
            await removal
        assert screen.focused is field
        await press(pilot, "f", "b")
        await at_step(pilot, 2)
        await removal
