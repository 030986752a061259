"""The warm-up, progress, search and the glossary at the plain face."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.done_lesson import finish
from tests.unit.plain.conftest import Say
from tutor.course.lessons.loader import read_summaries
from tutor.course.record.progress import Progress
from tutor.course.record.review_items import Item

GLOSSARY = """# Glossary

## Bias

It is **added** to the sum.
Lesson: sum/look

## Mini-batch

A few rows.
Lesson: nowhere

## Batch

All rows.
Lesson: other
"""


def after(output: str, line: str) -> str:
    """What was printed in reply to the last line of that text."""
    return output.rpartition(f"> {line}\n")[2].partition("\n> ")[0]


@pytest.fixture
def glossary(lessons: Path) -> None:
    (lessons / "glossary.md").write_text(GLOSSARY, encoding="utf-8")


@pytest.fixture
def finished(lessons: Path, tmp_path: Path) -> None:
    """Both lessons were finished; asked again, a question of each was wrong, that of the first with confidence."""
    progress = Progress(tmp_path / "progress", lambda: datetime.now(UTC) - timedelta(days=1))
    for summary in read_summaries(lessons):
        finish(progress, summary)
    for lesson, index, said in (("sum", 1, {"confidence": "sure"}), ("other", 0, {})):
        progress.record(lesson, "answer", step="predict", question=index, correct=False, attempt=1, hints=0, **said)
    progress.close()


@pytest.mark.usefixtures("finished")
def test_a_warm_up_is_offered_and_never_begun_by_itself(say: Say):
    output = say("3.5", lesson=None)
    assert "2 questions from what you learned: type warm-up." in output
    assert "Warm-up, question" not in output
    assert "Warm-up, question" not in say("3.5")


@pytest.mark.usefixtures("finished")
def test_a_warm_up_to_its_end(say: Say, tmp_path: Path):
    output = say("warm-up", "1", "next", "hint", "skip", "next", lesson=None)
    first = after(output, "warm-up")
    assert "Warm-up, question 1. From lesson 3, A sum: Predict" in first
    assert "The question before: b is 0.5. What is z? It was 3.5." in first
    assert "z: covered until you answer" in first
    assert "Question: And when b rises?\n  1. z rises\n  2. z falls\n" in first
    right = after(output, "1")
    assert right.startswith("Right. It is added.\n")
    assert "z = sum + bias (z): 3.5" in right
    assert "It is due in 3 days again. Type next to go on." in right
    assert "Warm-up, question 2. From lesson 4" in after(output, "next") or "From lesson 4" in output
    assert "due tomorrow again" in after(output, "skip")
    assert output.rpartition("> next\n")[2].startswith("That was the warm-up.\nType open and a lesson's number")
    progress = Progress(tmp_path / "progress")
    gaps = {item: memory.gap for item, memory in progress.memories().items() if memory.ratings > 2}
    assert gaps == {Item("sum", "question", "predict", 1): 3, Item("other", "question", "predict", 0): 1}
    assert progress.of_lesson("sum").visits == 0
    assert progress.last_position() == ("other", 1)
    assert "warm-up" not in say(lesson=None)
    assert after(say("warm-up", lesson=None), "warm-up").startswith("Nothing is due now.")


@pytest.mark.usefixtures("finished")
def test_what_is_asked_about_in_a_warm_up_is_no_try(say: Say, tmp_path: Path):
    output = say("warm-up", "1", "next", "3,250", "1 + 5/2", lesson=None)
    assert after(output, "3,250").startswith("3,250 can be read as 3.25 or as 3\u00a0250.")
    assert after(output, "1 + 5/2").startswith("Right (= 3.5). It is 3.5.")
    progress = Progress(tmp_path / "progress")
    assert {memory.gap for memory in progress.memories().values() if memory.ratings > 2} == {3}
    progress.close()


@pytest.mark.usefixtures("finished")
def test_letters_stand_for_words_in_a_warm_up_too(say: Say):
    output = say("warm-up", "h", "b", "s", "n", "c", lesson=None)
    assert after(output, "h").startswith("Hint:")
    # The second of the answers.
    assert after(output, "b").startswith("No.")
    assert after(output, "s").startswith("The answer is")
    assert "Warm-up, question 2" in after(output, "n")
    assert "def " in after(output, "c"), "the engine's own code"


@pytest.mark.usefixtures("finished")
def test_a_warm_up_within_a_lesson_comes_back_to_it(say: Say):
    output = say("warm-up", "back", "set b 99", "", "leave", "3.5")
    assert "There is no back in a warm-up." in after(output, "back")
    assert after(output, "set b 99") == "bias b lies from -10 to 10; got 99"
    left = after(output, "leave")
    assert left.startswith("Questions not asked stay due.\nYou are back in lesson 3, A sum.\n")
    assert "Question 1 of 2: b is 0.5. What is z?" in left
    assert after(output, "3.5").startswith("Right. It is 3.5.")


@pytest.mark.usefixtures("finished")
def test_opening_a_lesson_or_the_end_of_the_input_ends_a_warm_up(say: Say):
    output = say("warm-up", "open other at look", "next", lesson=None)
    assert "Step 2 of 2: Look" in after(output, "open other at look")
    assert "the lesson is done" in output.rpartition("> next\n")[2]
    assert "Warm-up, question 1" in say("warm-up", lesson=None)


def test_progress_in_sentences(say: Say):
    assert after(say("progress", lesson=None), "progress") == "3. A sum: Not begun.\n4. A sum: Not begun."
    output = say("3", "3.5", "1", "next", "next", "progress")
    told = re.sub(r"\s+", " ", after(output, "progress"))
    assert "3. A sum: Steps seen: 2 of 2. The lesson is done." in told
    assert "Questions: 1 right at the first try, 1 after hints" in told
    assert "Warm-up: due tomorrow." in told
    assert "Hard: Predict, question 1: 1 wrong try. open sum at 1" in told


@pytest.mark.usefixtures("glossary")
def test_a_search_says_how_to_open_what_it_found(say: Say):
    output = say("search", "search bias", "search Here", "search [/]", lesson=None)
    assert after(output, "search") == "Usage: search WORDS"
    assert after(output, "search bias") == "Bias: glossary Bias\n  It is added to the sum."
    assert "Look: open sum at 2\n  Here it is." in after(output, "search Here")
    assert after(output, "search [/]") == "Nothing has “[/]” in it."


@pytest.mark.usefixtures("glossary")
def test_the_glossary_lists_its_terms_and_tells_one(say: Say):
    output = say("glossary", "glossary bias", "glossary batch", "glossary BAT", "glossary none")
    assert after(output, "glossary").startswith("Batch, Bias, Mini-batch\n")
    assert after(output, "glossary bias") == "Bias\nIt is added to the sum.\n  Lesson 3, A sum: open sum at 2\n"
    assert after(output, "glossary batch") == (
        "Batch\nAll rows.\n  Lesson 4, A sum: open other\n\nSee also: Mini-batch"
    )
    assert "Mini-batch\nA few rows.\n" in after(output, "glossary BAT")
    assert "There is no term with “none”" in after(output, "glossary none")


def test_without_a_glossary_that_is_said(say: Say):
    assert after(say("glossary"), "glossary") == "These lessons have no glossary."
