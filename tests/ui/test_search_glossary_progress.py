"""Finding things again: search, glossary, progress, and the list of lessons when it is long."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.content import Content
from textual.events import Key
from textual.widgets import OptionList

from tests.ui.panel_app import dump, text, until
from tests.ui.small_lessons import (
    NARROW,
    SECOND_MD,
    SECOND_TOML,
    WIDE,
    at_home,
    at_step,
    colours,
    press,
    shows,
    small_app,
    underlined,
    write_lessons,
)  # fmt: skip
from tutor.course.record.progress import Progress
from tutor.ui.screens.choosing import LONGEST, WordsInput
from tutor.ui.screens.glossary import GlossaryScreen
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.screens.progress import LONGEST_TITLE, ProgressScreen, _row
from tutor.ui.screens.search import SearchScreen

BOTH = pytest.mark.parametrize("size", [NARROW, WIDE])
GLOSSARY = """# Glossary

## Bias [b]

What a neuron adds to its **products** [/].
Lesson: sums/nothing-asked

## Pooling

A window becomes one number.
Lesson: pooling
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (write_lessons(tmp_path / "lessons") / "glossary.md").write_text(GLOSSARY, encoding="utf-8")
    return tmp_path


# Search


async def test_what_was_typed_over_already_is_not_searched_for(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    find = SearchScreen.find

    def noted(self: SearchScreen, words: str) -> list[Content]:
        searched.append(words)
        return find(self, words)

    monkeypatch.setattr(SearchScreen, "find", noted)
    app = small_app(place)
    async with app.run_test(size=NARROW) as pilot:
        await at_home(pilot)
        await press(pilot, "/")
        await until(pilot, lambda: isinstance(app.screen, SearchScreen))
        words = app.screen.query_one(WordsInput)
        # As many keys at once as a flood brings.
        for _ in range(LONGEST + 50):
            words.post_message(Key("9", "9"))
        await until(pilot, lambda: searched and searched[-1] == "9" * LONGEST)
        assert len(searched) < LONGEST / 2
        assert words.value == "9" * LONGEST


@BOTH
async def test_search_opens_a_lesson_at_the_step(place: Path, size: tuple[int, int]) -> None:
    async with small_app(place).run_test(size=size) as pilot:
        await at_home(pilot)
        await press(pilot, "/")
        await shows(pilot, "type words")
        await press(pilot, *"only")
        await shows(pilot, "Nothing asked", "3 Sums of [b]products[/b]", "Only something to look at.")
        await press(pilot, "enter")
        await at_step(pilot, 2)


async def test_a_click_on_what_the_typing_took_away_opens_nothing(place: Path) -> None:
    async with small_app(place).run_test(size=NARROW) as pilot:
        await press(pilot, "/", *"only")
        await shows(pilot, "Nothing asked")
        listed = pilot.app.screen.query_one(OptionList)
        clicked = listed.get_option_at_index(0)
        await press(pilot, *"xyz")
        await shows(pilot, "Nothing has “onlyxyz” in it.")
        # The click was on its way while the letters came.
        listed.post_message(OptionList.OptionSelected(listed, clicked, 0))
        await pilot.pause()
        assert isinstance(pilot.app.screen, SearchScreen)


async def test_search_from_a_lesson_comes_back_to_it(place: Path) -> None:
    async with small_app(place, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        await press(pilot, "/")
        await until(pilot, lambda: isinstance(pilot.app.screen, SearchScreen))
        await press(pilot, *"ndq")
        await shows(pilot, "Nothing has “ndq” in it.")
        await press(pilot, "escape")
        await at_step(pilot, 2)


async def test_in_the_answer_field_a_slash_is_a_part_of_the_answer(place: Path) -> None:
    async with small_app(place, ("sums", 0)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 1)
        await press(pilot, "-1/2", "enter")
        await shows(pilot, "✓ Right (= −0.5).")


async def test_a_term_that_is_found_opens_the_glossary_and_that_its_lesson(place: Path) -> None:
    async with small_app(place).run_test(size=NARROW) as pilot:
        await press(pilot, "/")
        await until(pilot, lambda: isinstance(pilot.app.screen, SearchScreen))
        await press(pilot, *"bias")
        await shows(pilot, "Bias [b]", "term")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, GlossaryScreen))
        await shows(pilot, "What a neuron adds to its products [/].", "enter: lesson 3, Sums of [b]products[/b]")
        await press(pilot, "enter")
        await at_step(pilot, 2)
        assert isinstance(pilot.app.screen, LessonScreen)


async def test_the_arrows_point_while_the_field_keeps_the_letters(place: Path) -> None:
    async with small_app(place).run_test(size=NARROW) as pilot:
        await press(pilot, "/")
        await until(pilot, lambda: isinstance(pilot.app.screen, SearchScreen))
        await press(pilot, "s")
        listed = pilot.app.screen.query_one(OptionList)
        await until(pilot, lambda: listed.option_count > 2)
        await press(pilot, "down", "down", "up")
        await until(pilot, lambda: listed.highlighted == 1)
        await press(pilot, "u")
        await until(pilot, lambda: listed.highlighted == 0)
        await press(pilot, "up")
        assert listed.highlighted == 0
        await press(pilot, *["down"] * 30)
        await until(pilot, lambda: listed.highlighted == listed.option_count - 1)


# Glossary


@BOTH
async def test_the_glossary_lists_the_terms_and_filters_them(place: Path, size: tuple[int, int]) -> None:
    async with small_app(place).run_test(size=size) as pilot:
        await at_home(pilot)
        await press(pilot, "y")
        await shows(pilot, "Bias [b]", "Pooling", "What a neuron adds")
        await press(pilot, *"pool")
        await shows(pilot, "A window becomes one number.")
        assert "Bias" not in text(pilot.app)
        await press(pilot, *"x")
        await shows(pilot, "There is no term with “poolx”.")
        await press(pilot, "enter", "escape")
        await at_home(pilot)


async def test_what_is_pointed_at_is_underlined_where_there_are_no_colours(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = small_app(place)
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "y")
        await shows(pilot, "Pooling")
        await press(pilot, "down")
        await until(pilot, lambda: underlined(app) == "Pooling")
        assert colours(app) == {"default"}


async def test_a_term_whose_lesson_is_not_there_says_so(place: Path) -> None:
    async with small_app(place).run_test(size=NARROW, notifications=True) as pilot:
        await press(pilot, "y")
        await shows(pilot, "Pooling")
        await press(pilot, "down")
        await shows(pilot, "A window becomes one number.")
        await press(pilot, "enter")
        await shows(pilot, "The lesson pooling is not")


@pytest.mark.parametrize(
    ("glossary", "said"),
    [(None, "These lessons have no glossary."), ("## Term\n\nText.\n", "glossary.md:1: 'Term'")],
)
async def test_a_glossary_that_is_missing_or_wrong(place: Path, glossary: str | None, said: str) -> None:
    file = place / "lessons" / "glossary.md"
    file.unlink()
    if glossary is not None:
        file.write_text(glossary, encoding="utf-8")
    app = small_app(place)
    async with app.run_test(size=(200, 40)) as pilot:
        await press(pilot, "y")
        await shows(pilot, *said.split(": "))
        await press(pilot, "escape", "/")
        await shows(pilot, "type words")


@pytest.mark.parametrize(
    ("typed", "shown"), [("glossarywhat", "Bias [b]"), ("searchless", "type words"), ("progresswhat", "0 of 2 lessons")]
)
async def test_the_palette_has_them(place: Path, typed: str, shown: str) -> None:
    async with small_app(place).run_test(size=NARROW) as pilot:
        await at_home(pilot)
        await press(pilot, "ctrl+p")
        await pilot.press(*typed)
        await until(pilot, lambda: pilot.app.screen.query_one(OptionList).option_count == 1)
        await press(pilot, "enter")
        await shows(pilot, shown)


# Progress


def did(place: Path) -> None:
    progress = Progress(place / "state", lambda: datetime(2026, 3, 2, tzinfo=UTC))
    for position, step in enumerate(("two-questions", "nothing-asked", "the-last")):
        progress.record("sums", "step", step=step, position=position)
    answer = {"step": "two-questions", "question": 0, "hints": 0}
    progress.record("sums", "answer", **answer, correct=False, attempt=1)
    progress.record("sums", "answer", **answer, correct=False, attempt=2)
    progress.record("sums", "hint", step="two-questions", question=0, rung=1)
    progress.record("sums", "answer", **{**answer, "hints": 1}, correct=True, attempt=3)
    progress.record("sums", "answer", **{**answer, "question": 1}, correct=True, attempt=1)
    progress.record("sums", "finished")
    progress.close()


@BOTH
async def test_progress_says_what_is_done_what_was_hard_and_what_is_due(place: Path, size: tuple[int, int]) -> None:
    did(place)
    app = small_app(place, clock=lambda: datetime(2026, 3, 2, 9, tzinfo=UTC))
    async with app.run_test(size=size) as pilot:
        await at_home(pilot)
        await press(pilot, "p")
        await shows(
            pilot, "1 of 2 lessons done", "tries and hints", "✓  3/3", "1/2", "2 wrong", "1 hint", "tomorrow",
            "1  Two questions, question 1: 2",
        )  # fmt: skip
        await press(pilot, "down")
        await shows(pilot, "Not begun.")
        await press(pilot, "up", "e")
        await at_step(pilot, 1)


async def test_a_row_of_progress_has_one_line_under_the_names_of_its_columns(place: Path) -> None:
    did(place)
    app = small_app(place, clock=lambda: datetime(2026, 3, 2, 9, tzinfo=UTC))
    async with app.run_test(size=NARROW) as pilot:
        await at_home(pilot)
        await press(pilot, "p")
        await shows(pilot, "3/3", "tomorrow")
        lines = dump(app)
        (row,) = [line for line in lines if "3/3" in line]
        (names,) = [line for line in lines if "warm-up" in line and "at first" in line]
        assert lines.index(names) == lines.index(row) - 1
        # With the longest title and the longest word for a day it still has one line, beside a scroll bar.
        assert isinstance(app.screen, ProgressScreen)
        (one,) = [line for line in app.screen._reports if line.begun]
        assert _row(one, "on 28 Mar", LONGEST_TITLE).cell_length <= 80 - 3
        for name, value in (("seen", " 3/3"), ("at first", " 1/2"), ("tries", " 2 wrong"), ("warm-up", "tomorrow")):
            assert row.index(value) in range(names.index(name) - 1, names.index(name) + 2), name
        await pilot.resize_terminal(80, 14)
        await until(pilot, lambda: "at first" not in "".join(dump(app)[:4]))


async def test_progress_closes_and_opens_lessons(place: Path) -> None:
    async with small_app(place).run_test(size=NARROW) as pilot:
        await at_home(pilot)
        await press(pilot, "p")
        await until(pilot, lambda: isinstance(pilot.app.screen, ProgressScreen))
        await press(pilot, "escape")
        await at_home(pilot)
        await press(pilot, "p")
        await until(pilot, lambda: isinstance(pilot.app.screen, ProgressScreen))
        await press(pilot, "e", "down", "enter")
        await shows(pilot, "One step only.")


async def test_what_was_answered_or_skipped_is_marked_in_the_next_visit_too(place: Path) -> None:
    progress = Progress(place / "state")
    progress.record("sums", "step", step="two-questions", position=0)
    for question in (0, 1):
        progress.record("sums", "answer", step="two-questions", question=question, correct=True)
    progress.close()
    async with small_app(place, ("sums", 1)).run_test(size=NARROW) as pilot:
        await at_step(pilot, 2)
        await press(pilot, "g")
        await shows(pilot, "1  Two questions", "✓ right at first", "2  Nothing asked", "○ seen")


# A long list


def eighteen(place: Path) -> None:
    for number in range(5, 21):
        folder = place / "lessons" / f"{number:02}_more"
        folder.mkdir()
        toml = SECOND_TOML.replace('"second"', f'"more-{number}"').replace("number = 4", f"number = {number}")
        toml = toml.replace('"The second"', f'"A rather long title of the lesson with number {number}"')
        (folder / "lesson.toml").write_text(toml, encoding="utf-8")
        (folder / "lesson.md").write_text(SECOND_MD, encoding="utf-8")


async def test_the_way_back_stays_while_a_long_list_scrolls(place: Path) -> None:
    eighteen(place)
    Progress(place / "state").record("more-19", "step", step="one-step", position=0)
    async with small_app(place).run_test(size=(80, 20)) as pilot:
        await shows(pilot, "r  Resume: A rather long title", " 19  A rather")
        assert "3  Sums" not in text(pilot.app)
        assert all(len(line.rstrip()) <= 79 for line in text(pilot.app).splitlines())
        await press(pilot, "home")
        await shows(pilot, "r  Resume: A rather long title", " 3  Sums")
        await pilot.click("#resume")
        await shows(pilot, "One step only.")
