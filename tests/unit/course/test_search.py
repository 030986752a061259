from __future__ import annotations

from pathlib import Path

from tests.unit.course.lesson_files import WriteLesson
from tutor.course.lessons.glossary import Entry
from tutor.course.lessons.loader import read_summaries
from tutor.course.lessons.search import EXCERPT, Find, pages, search

GLOSSARY = (
    Entry("Bias", "It is added to the sum. It moves the **point** at which a neuron answers.", "sums", "the-sum"),
    Entry("Pooling", "A window becomes one number.", "pooling", "windows"),
)


def found(write_lesson: WriteLesson, query: str) -> list[tuple[str, str, str, int | None]]:
    folder = Path(write_lesson().parent)
    finds = search(pages(read_summaries(folder), GLOSSARY), query)
    return [(find.kind, find.title, find.lesson, find.position) for find in finds]


def test_a_term_before_a_lesson_and_what_has_it_in_its_title_before_the_rest(write_lesson: WriteLesson) -> None:
    assert found(write_lesson, "bias") == [("term", "Bias", "sums", 0), ("step", "The sum", "sums", 0)]


def test_the_beginning_of_a_word_is_found_and_its_middle_is_not(write_lesson: WriteLesson) -> None:
    assert found(write_lesson, "ACTIV") == [("step", "The output", "sums", 1)]


def test_every_word_has_to_be_there(write_lesson: WriteLesson) -> None:
    assert found(write_lesson, "sum activation") == [("step", "The output", "sums", 1)]


def test_summaries_are_searched_and_the_lesson_is_not_at_a_step(write_lesson: WriteLesson) -> None:
    assert found(write_lesson, "adds up") == [("lesson", "Sums", "sums", None)]


def test_the_title_counts_more_than_the_text(write_lesson: WriteLesson) -> None:
    assert [title for _, title, *_ in found(write_lesson, "sum")] == ["The sum", "Sums", "Bias", "The output"]


def test_a_term_whose_lesson_is_not_there_leads_nowhere(write_lesson: WriteLesson) -> None:
    assert found(write_lesson, "pooling") == [("term", "Pooling", "", None)]


def test_nothing_typed_and_nothing_found(write_lesson: WriteLesson) -> None:
    folder = write_lesson().parent
    among = pages(read_summaries(folder), GLOSSARY)
    assert [search(among, query) for query in ("", "  ", "[/]", "ctivation", "no such words")] == [()] * 5


def test_the_excerpt_begins_with_the_sentence_that_has_the_word(write_lesson: WriteLesson) -> None:
    among = pages(read_summaries(write_lesson().parent), GLOSSARY)
    assert search(among, "moves")[0].excerpt == "… It moves the point at which a neuron answers."
    assert search(among, "added")[0].excerpt.startswith("It is added to the sum.")


def test_a_long_text_is_cut_between_words() -> None:
    long = Entry("Long", "before " * 40 + "here " + "after " * 40, "x")
    (find,) = search(pages((), (long,)), "here")
    assert isinstance(find, Find)
    assert find.excerpt.startswith("… before")
    assert " here after" in find.excerpt
    assert find.excerpt.endswith("after …")
    assert len(find.excerpt) <= EXCERPT + 4


def test_a_lesson_without_a_text_is_found_by_its_title(write_lesson: WriteLesson) -> None:
    folder = write_lesson(markdown=None).parent
    assert [find.kind for find in search(pages(read_summaries(folder), ()), "sums")] == ["lesson"]
