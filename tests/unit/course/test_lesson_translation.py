from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.course.lesson_files import WriteLesson, line_of
from tutor.course.lessons.check import check_lessons
from tutor.course.lessons.finding import open_lesson
from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.loader import load_lesson, read_summary
from tutor.course.lessons.search import pages, search
from tutor.course.lessons.step_texts import read_step_texts
from tutor.language.chosen import speaking
from tutor.resources import lessons_folder

MARKDOWN = """# Eine Lektion

## Die Summe

Jede Eingabe mal ihr Gewicht, und der Bias.

## Die Ausgabe

Die Summe geht durch die Aktivierung.
"""

TOML = """\
title = "Summen"
summary = "Was ein Neuron addiert."

[[step]]
id = "the-sum"

[[step.question]]
ask = "x ist ({x[1]}, {x[2]}), w ist ({w[1]}, {w[2]}), b ist {b}. Was ist z?"
explain = "Die Summe ist {weighted_sum:2}, z ist {z:2}."
hints = ["Erst multiplizieren.", "Die Produkte sind {products[1]} und {products[2]}."]
wrong = [
    { say = "Der Bias {b} fehlt." },
    { say = "Jede Eingabe hat ihr eigenes Gewicht." },
]

[[step]]
id = "the-output"

[[step.question]]
ask = "b geht von 0 auf 1. Was macht y?"
choices = { less = "Es fällt", greater = "Es steigt", equal = "Es bleibt" }
explain = "z wächst."
hints = ["Ist b ein Teil von z?"]
wrong = [{ say = "b ist ein Teil von z." }]
"""


def translate(folder: Path, *changes: tuple[str, str], markdown: str | None = MARKDOWN) -> Path:
    """Write the German lesson with changes to its TOML; returns that file."""
    toml = TOML
    for old, new in changes:
        assert toml.count(old) == 1, old
        toml = toml.replace(old, new)
    if markdown is not None:
        (folder / "lesson.de.md").write_text(markdown, encoding="utf-8")
    file = folder / "lesson.de.toml"
    file.write_text(toml, encoding="utf-8")
    return file


def test_a_translated_lesson_has_its_own_texts_and_the_same_ids(write_lesson: WriteLesson) -> None:
    folder = write_lesson()
    translate(folder)
    lesson = load_lesson(folder, "de")
    assert (lesson.id, lesson.title) == ("sums", "Summen")
    assert [(step.id, step.title) for step in lesson.steps] == [("the-sum", "Die Summe"), ("the-output", "Die Ausgabe")]
    question = lesson.steps[1].questions[0]
    assert dict(question.choices) == {"greater": "Es steigt", "less": "Es fällt", "equal": "Es bleibt"}
    # The letters a, b, c of the choices go by the order of the original.
    assert list(question.choices) == list(load_lesson(folder, "en").steps[1].questions[0].choices)
    assert question.misconceptions[0].gives == "equal"
    assert load_lesson(folder).title == "Sums"
    assert load_lesson(folder, "fr").title == "Sums"


def test_lists_and_searches_are_in_the_chosen_language(write_lesson: WriteLesson) -> None:
    folder = write_lesson()
    translate(folder)
    with speaking("de"):
        summary = read_summary(folder)
        assert (summary.id, summary.title, summary.summary) == ("sums", "Summen", "Was ein Neuron addiert.")
        assert next((step.id, step.title) for step in read_step_texts(folder)) == ("the-sum", "Die Summe")
        assert [find.title for find in search(pages([summary], ()), "aktivierung")] == ["Die Ausgabe"]
        session = open_lesson(summary, "the-output")
        assert session.step.title == "Die Ausgabe"
        session.lab.close()
    assert read_summary(folder).title == "Sums"


def test_a_sound_translation_has_no_fault_and_a_missing_text_stays_english(write_lesson: WriteLesson) -> None:
    folder = write_lesson()
    file = translate(folder)
    assert check_lessons(folder.parent).faults == ()
    translate(folder, ('explain = "z wächst."\n', ""))
    assert load_lesson(folder, "de").steps[1].questions[0].explain == "z grows."
    (fault,) = check_lessons(folder.parent).faults
    assert fault.startswith(f"{file}:")
    assert "not translated; it stands in English: z grows." in fault


# A change to the translation, a text on the line that the fault names, words of the reason.
FAULTS = [
    ("Der Bias {b} fehlt", "Der Bias fehlt", "Der Bias fehlt", "lacks {b}: its placeholders are those"),
    ("z wächst.", "z wächst auf {z}.", "z wächst auf", "adds {z}"),
    ("{weighted_sum:2}", "{weighted_sum:3}", "Die Summe ist", "lacks {weighted_sum:2} and adds {weighted_sum:3}"),
    ('id = "the-output"', 'id = "die-ausgabe"', "die-ausgabe", "has no step 'die-ausgabe'; ids are not translated"),
    ('id = "the-output"', 'id = "the-sum"', "__last__", "step 'the-sum' is there twice"),
    ("less = ", "faellt = ", "faellt = ", "keys are not translated"),
    ('hints = ["Ist b', 'hints = ["Noch einer.", "Ist b', "Noch einer", "has 2 texts here, but 1 in lesson.toml"),
    ("wrong = [{ say", 'wrong = [{ say = "Nie." }, { say', "Nie.", "there are only 1 of 'wrong'"),
    ('explain = "z wächst."', 'explain = "z wächst."\ntolerance = 1', "tolerance = 1", "unknown key 'tolerance'"),
    ("wrong = [{ say", 'wrong = [{ gives = "less", say', 'gives = "less"', "unknown key 'gives'"),
    ('title = "Summen"', 'title = "Summen"\nlab = "plane"', 'lab = "plane"', "unknown key 'lab'"),
    ('explain = "z wächst."', "explain = 3", "explain = 3", "'explain' is a text"),
]


@pytest.mark.parametrize(("old", "new", "at", "reason"), FAULTS)
def test_the_checker_names_each_fault_of_a_translation(
    write_lesson: WriteLesson, old: str, new: str, at: str, reason: str
) -> None:
    folder = write_lesson()
    file = translate(folder, (old, new))
    faults = check_lessons(folder.parent).faults
    line = [n for n, text in enumerate(file.read_text().splitlines(), 1) if text == 'id = "the-sum"'][-1] \
        if at == "__last__" else line_of(file, at)  # fmt: skip
    assert any(fault.startswith(f"{file}:{line}: ") and reason in fault for fault in faults), faults


@pytest.mark.parametrize(
    ("markdown", "reason"),
    [
        (MARKDOWN.partition("## Die Ausgabe")[0], "this has 1 sections, but lesson.md has 2"),
        (MARKDOWN + "\n## Mehr\n\nText.\n", "this has 3 sections, but lesson.md has 2"),
        (MARKDOWN.replace("Jede", "{z} Jede"), "adds {z}"),
        (MARKDOWN.replace("Jede", "Wort " * 121 + "Jede"), "fit beside a lab"),
        (MARKDOWN.replace("Die Summe geht durch die Aktivierung.", ""), "has no text; it stands in English"),
        (None, "there is no text of the steps in 'de'"),
    ],
)
def test_the_checker_compares_the_sections(write_lesson: WriteLesson, markdown: str | None, reason: str) -> None:
    folder = write_lesson()
    translate(folder, markdown=markdown)
    (fault,) = check_lessons(folder.parent).faults
    assert fault.startswith(f"{folder / 'lesson.de.md'}:")
    assert reason in fault


def test_a_name_that_is_no_language_is_a_fault(write_lesson: WriteLesson) -> None:
    folder = write_lesson()
    (folder / "lesson.german.md").write_text(MARKDOWN, encoding="utf-8")
    (fault,) = check_lessons(folder.parent).faults
    assert "'german' is not the code of another language" in fault


def test_a_translation_that_leads_out_of_the_folder_is_refused(write_lesson: WriteLesson, tmp_path: Path) -> None:
    folder = write_lesson()
    elsewhere = tmp_path / "elsewhere.toml"
    elsewhere.write_text('title = "Woanders"\n', encoding="utf-8")
    (folder / "lesson.de.toml").symlink_to(elsewhere)
    with pytest.raises(LessonError, match="leads out of the folder"):
        load_lesson(folder, "de")


@pytest.mark.parametrize("language", ["de", "fr"])
def test_the_shipped_neuron_keeps_its_code_and_its_formulas(language: str) -> None:
    folder = lessons_folder() / "03_neuron"
    english, translated = load_lesson(folder, "en"), load_lesson(folder, language)
    assert [step.id for step in translated.steps] == [step.id for step in english.steps]
    for one, other in zip(english.steps, translated.steps, strict=True):
        assert one.text != other.text
        assert one.text.count("`") == other.text.count("`")
