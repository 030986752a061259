"""The lesson screen: steps, questions and their answers, hints, the full lab, what is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.ui.panel_app import text, until
from tests.ui.small_lessons import NARROW, WIDE, at_home, at_step, at_the_end, press, shows, small_app
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.course.session import TRY_FIRST
from tutor.training.turns import Turns
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.question_panel import AnswerInput, ChoiceList, QuestionPanel
from tutor.ui.widgets.step_text import StepText

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


def said(pilot: Pilot[int]) -> str:
    """The step's text, without the breaks of its lines."""
    region = lesson(pilot).query_one(StepText).region
    lines = text(pilot.app).splitlines()[region.y : region.bottom]
    return " ".join(" ".join(line[region.x : region.right] for line in lines).split())


async def asks(pilot: Pilot[int], words: str) -> None:
    await until(pilot, lambda: words in question(pilot))


async def answer(pilot: Pilot[int], number: str) -> None:
    await press(pilot, "a") if not isinstance(lesson(pilot).focused, AnswerInput) else None
    lesson(pilot).query_one(AnswerInput).value = ""
    await press(pilot, number, "enter")


@BOTH
async def test_the_numbers_of_a_text_follow_the_lab(tmp_path: Path, size: tuple[int, int]) -> None:
    async with small_app(tmp_path, ("sums", 1)).run_test(size=size) as pilot:
        await at_step(pilot, 2)
        # The neuron lab begins with x = (1, 1) and w = (1, 2).
        words = "Only something to look at. With x at ({}, 1) the products are {} and 2."
        await until(pilot, lambda: said(pilot) == words.format(1, 1))
        lesson(pilot).query(ControlField).first().focus()
        await press(pilot, "up")
        await until(pilot, lambda: lesson(pilot).session.lab.lookup("x[1]") != 1)
        x = lesson(pilot).session.lab.lookup("x[1]")
        await until(pilot, lambda: said(pilot) == words.format(f"{x:g}", f"{x:g}"))
        await press(pilot, "n")
        await at_step(pilot, 3)
        await until(pilot, lambda: said(pilot) == "This was all.")


TRAINED_TOML = """
id = "trained"
number = 5
title = "Trained"
summary = "A step that trains."
lab = "shapes"

[[step]]
id = "trained"
show = ["epochs", "epochs_done", "status"]
set = { epochs = 40, pace = "full" }
press = ["reset", "finish"]
"""
TRAINED_MD = "## Trained\n\nSo far {epochs_done} of {epochs}; {status}.\n"


class TrainsInTurns:
    """As much of a workshop as a lesson needs: its runs train a little whenever they are looked at."""

    def __init__(self) -> None:
        self.start_run = Turns().start_run
        self.start_program = None

    def close(self) -> None:
        """Nothing is held."""


@BOTH
async def test_the_numbers_of_a_text_follow_a_training_to_its_end(tmp_path: Path, size: tuple[int, int]) -> None:
    folder = tmp_path / "lessons" / "05_trained"
    folder.mkdir(parents=True)
    (folder / "lesson.toml").write_text(TRAINED_TOML, encoding="utf-8")
    (folder / "lesson.md").write_text(TRAINED_MD, encoding="utf-8")
    summaries = read_summaries(tmp_path / "lessons")
    app = TutorApp(Progress(tmp_path / "state"), summaries, ("trained", 0), workshop=TrainsInTurns)  # type: ignore[arg-type]
    async with app.run_test(size=size) as pilot:
        await at_step(pilot, 1)
        await until(pilot, lambda: said(pilot) == "So far 40 of 40; trained for 40 epochs.")


@BOTH
async def test_a_step_shows_its_text_its_question_and_the_lab_with_the_answer_covered(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=size) as pilot:
        await at_step(pilot, 1)
        await shows(pilot, "3 Sums of [b]products[/b]", "1/3", "Two questions", "···", "A neuron adds products.")
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
        await asks(pilot, f"Your answer: {typed} ✓ Right. The products are 1 and -3. n: the next question")
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


async def test_it_is_said_how_an_answer_was_read_and_asked_what_was_meant(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        lesson(pilot).query_one(AnswerInput).value = "1 - 3"
        await press(pilot, "enter")
        await asks(pilot, "✗ Not yet (= −2): The bias is missing.")
        await answer(pilot, "-1,234")
        await asks(pilot, "! -1,234 can be read as −1.234 or as −1 234. To say which, write −1.2340 or −1234.")
        assert lesson(pilot).session.question_state(0).attempts == 1
        await answer(pilot, "-0,500")
        await asks(pilot, "✓ Right. The products are 1 and -3.")


async def test_any_other_wrong_number_and_what_is_no_number(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await answer(pilot, "77")
        await asks(pilot, "✗ Not yet: Go through it once more")
        await answer(pilot, "1-")
        await asks(pilot, "! A number is missing after '1-'.")
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
        await asks(pilot, "Hint: Multiply first. after a try, h: a further hint")
        await press(pilot, "h")
        await asks(pilot, "Try an answer first; then comes a further hint. Hint: Multiply first.")
        assert "Then add the bias." not in question(pilot)
        await answer(pilot, "9")
        await asks(pilot, "h: a further hint")
        await press(pilot, "escape", "h")
        await asks(pilot, "Hint: Then add the bias.")
        assert "further" not in question(pilot)
        assert "of 2" not in question(pilot).replace("Question 1 of 2", "")
    assert Progress(tmp_path / "state").of_lesson("sums").hints == 2


@BOTH
async def test_a_problem_that_comes_before_its_explanation_says_so(tmp_path: Path, size: tuple[int, int]) -> None:
    app = small_app(tmp_path, ("sums", None))
    toml = tmp_path / "lessons" / "03_sums" / "lesson.toml"
    first = toml.read_text(encoding="utf-8").replace('hide = ["z"]', 'hide = ["z"]\nproblem_first = true')
    toml.write_text(first, encoding="utf-8")
    async with app.run_test(size=size) as pilot:
        await at_step(pilot, 1)
        await asks(pilot, f"{TRY_FIRST} With b at 1.5: what is z?")
        await answer(pilot, "-0.5")
        await asks(pilot, "✓ Right.")
        assert TRY_FIRST not in question(pilot)


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
        await asks(pilot, "With b at 1.5: what is z? Your answer: -0.5 ✓ Right. The products are 1 and -3.")
        await press(pilot, "n")
        await asks(pilot, "Your answer: It rises ✓ Right. b is added to the sum. n: the next step")


async def test_answers_are_there_in_the_next_visit_and_a_key_asks_again(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await answer(pilot, "-0.5")
        await press(pilot, "n")
        await asks(pilot, "Question 2 of 2")
        await press(pilot, "s")
        await asks(pilot, "→ Skipped.")
        await shows(pilot, "→··")
    async with small_app(tmp_path, ("sums", 0)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await asks(pilot, "With b at 1.5: what is z? Your answer: -0.5 ✓ Right. The products are 1 and -3.")
        await press(pilot, "n")
        await asks(pilot, "What does z do? → Skipped. The answer is It rises. b is added to the sum. n: the next step")
        await shows(pilot, "N New numbers", "−0.5")
        await press(pilot, "N")
        await asks(pilot, "With b at 1.5: what is z? type a number, then enter")
        assert isinstance(lesson(pilot).focused, AnswerInput)
        assert "N New numbers" not in text(pilot.app)
        await answer(pilot, "-0.5")
        await asks(pilot, "✓ Right.")


async def test_what_comes_back_is_what_was_asked_and_not_what_the_step_sets(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "escape", "tab", "tab", "right")  # b one step up
        await asks(pilot, "With b at 2: what is z?")
        await answer(pilot, "0")
        await asks(pilot, "✓ Right.")
        await press(pilot, "ctrl+n", "ctrl+n")
        await press(pilot, "ctrl+n") if lesson(pilot).session.position == 0 else None
        await at_step(pilot, 2)
        await press(pilot, "b")
        await at_step(pilot, 1)
        await until(pilot, lambda: lesson(pilot).session.lab.get("b") == 2)


async def test_go_to_a_step(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await answer(pilot, "-0.5")
        await press(pilot, "n", "3", "enter", "g")
        await shows(pilot, "Go to a step")
        lines = text(pilot.app).splitlines()
        assert "✓ right at first" in next(line for line in lines if "1  Two questions" in line)
        assert "· open" in next(line for line in lines if "3  The last" in line)
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
        await shows(pilot, "Answering", "0.5 or 0,5")
        await press(pilot, "end")
        await shows(pilot, "weights w", "how much each input counts", "−10 to 10")
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
        assert "Sums of [b]products[/b]: this was the last step." in said
        assert "Steps seen: 3 of 3. Questions answered: 2 of 2." in said
        assert "✗ wrong: 1 Two questions" in said
        assert "o  go to step 1 Two questions" in said
        assert "next lesson: 4 The second" in said
        assert "E  its exercises" in said
        assert Progress(tmp_path / "state").of_lesson("sums").finished
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


async def test_from_the_end_keys_lead_to_what_is_left_and_to_any_step(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", 2)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 3)
        await press(pilot, "n")
        said = await at_the_end(pilot)
        assert "Steps seen: 1 of 3. Questions answered: 0 of 2." in said
        assert "· open: 1 Two questions, 2 Nothing asked" in said
        await press(pilot, "o")
        await at_step(pilot, 1)
        await press(pilot, "ctrl+n")
        await at_step(pilot, 2)
        await press(pilot, "n")
        await at_step(pilot, 3)
        await press(pilot, "n")
        assert "· open: 1 Two questions\n" in await at_the_end(pilot)
        await press(pilot, "g")
        await shows(pilot, "Go to a step", "○ seen")
        await press(pilot, "escape", "g")
        await shows(pilot, "Go to a step")
        await press(pilot, "up", "enter")
        await at_step(pilot, 2)


async def test_a_lesson_that_is_done_says_so_and_begins_again_at_its_first_step(tmp_path: Path) -> None:
    async with small_app(tmp_path, ("sums", None)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await answer(pilot, "-0.5")
        await asks(pilot, "✓ Right.")
        await press(pilot, "n", "3", "enter", "n")
        await at_step(pilot, 2)
        await press(pilot, "n")
        await at_step(pilot, 3)
        await shows(pilot, "✓○○")
        await press(pilot, "n")
        said = await at_the_end(pilot)
        assert "✓ Sums of [b]products[/b]: done." in said
        assert "go to step" not in said
        await press(pilot, "o")
        await press(pilot, "escape")
        await at_home(pilot)
        await shows(pilot, "✓ done")
        await press(pilot, "enter")
        await at_step(pilot, 1)
        await asks(pilot, "Your answer: -0.5 ✓ Right.")


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
