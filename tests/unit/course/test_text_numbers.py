"""Numbers of the lab in a step's text: filled outside code, followed by every face, proved by check-lessons."""

from __future__ import annotations

import pytest

from tests.unit.course.lesson_files import MARKDOWN, WriteLesson, line_of
from tutor.course.lessons.check import check_folder
from tutor.course.lessons.loader import load_lesson
from tutor.course.lessons.placeholders import without_numbers
from tutor.course.lessons.step_texts import read_step_texts
from tutor.course.lessons.text_numbers import fill_markdown, fill_markdown_for_learner, placeholders_in
from tutor.course.session import LessonSession
from tutor.labs.kit.places import LookupFailed
from tutor.labs.neuron import NeuronLab


@pytest.fixture
def lab() -> NeuronLab:
    """x = (1, 1), w = (0.5, −2), b = 0.25: 1·0.5 + 1·(−2) + 0.25 = −1.25."""
    neuron = NeuronLab()
    for name, value in (("x", [1, 1]), ("w", [0.5, -2]), ("b", 0.25), ("activation", "linear")):
        neuron.set(name, value)
    return neuron


@pytest.mark.parametrize(
    ("markdown", "filled"),
    [
        ("z is **{z}**.", "z is **−1.25**."),
        ("z is {z:1}, 1·{(w[2])}.", "z is −1.2, 1·(−2)."),
        ("With {activation}:", "With linear:"),
        ("Type `{z}`, or ``a ` {z}``: {z}.", "Type `{z}`, or ``a ` {z}``: −1.25."),
        ("{b}\n\n```python\nf\"{z}\"\n```\n\n{b}", "0.25\n\n```python\nf\"{z}\"\n```\n\n0.25"),
        ("~~~\n{z}\n~~~\n{b}", "~~~\n{z}\n~~~\n0.25"),
        ("{b}\n```\n{z}\n", "0.25\n```\n{z}\n"),
        ("A lone ` and {b}", "A lone ` and 0.25"),
        ("No place at all.", "No place at all."),
    ],
)  # fmt: skip
def test_places_are_filled_outside_code(lab: NeuronLab, markdown: str, filled: str) -> None:
    assert fill_markdown(markdown, lab) == filled


def test_a_place_that_the_lab_does_not_have_is_refused_but_never_to_a_learner(lab: NeuronLab) -> None:
    with pytest.raises(LookupFailed):
        fill_markdown("{nothing}", lab)
    assert fill_markdown_for_learner("{nothing} and {b}", lab) == "(no value yet) and 0.25"


def test_a_word_of_the_lab_is_shown_letter_by_letter(lab: NeuronLab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab, "lookup", lambda _: "*a_b* <c>")
    assert fill_markdown("{word}", lab) == r"\*a\_b\* \<c\>"


def test_without_a_lab_there_is_a_gap() -> None:
    assert without_numbers("z is {z:2}, `{code}`.") == "z is …, `{code}`."
    assert placeholders_in("z is {z:2} = {(w[1])}, `{code}`.") == ("z:2", "(w[1])")


def _with_text(write_lesson: WriteLesson, text: str) -> LessonSession:
    folder = write_lesson()
    (folder / "lesson.md").write_text(MARKDOWN.replace("The sum goes", f"{text} The sum goes"), encoding="utf-8")
    lesson = load_lesson(folder)
    return LessonSession(lesson, NeuronLab())


def test_the_session_s_text_follows_the_lab(write_lesson: WriteLesson) -> None:
    session = _with_text(write_lesson, "b is {b}.")
    session.open(1)
    assert session.text.startswith("b is 0. The sum")
    session.lab.set("b", 2)
    assert session.text.startswith("b is 2. The sum")
    assert read_step_texts(session.lesson.folder)[1].text.startswith("b is …. The sum")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("b is {b}.", None),
        ("`{bias}` is code.", None),
        ("b is {bias}.", "a placeholder {…} cannot be filled: there is no readout or control 'bias'"),
        ("b is {b:x}.", "the number of decimals"),
    ],
)
def test_check_lessons_proves_every_place_of_a_text(write_lesson: WriteLesson, text: str, reason: str | None) -> None:
    folder = _with_text(write_lesson, text).lesson.folder
    faults = check_folder(folder)
    if reason is None:
        assert faults == []
        return
    (fault,) = faults
    file = folder / "lesson.md"
    assert fault.startswith(f"{file}:{line_of(file, '## The output')}: ")
    assert reason in fault


@pytest.mark.parametrize("hidden", ['hide = ["z"]', 'hide = ["products"]\nshow = ["x"]'])
def test_a_text_does_not_give_an_answer_away(write_lesson: WriteLesson, hidden: str) -> None:
    folder = write_lesson(('show = ["x", "w", "b", "z"]\nhide = ["z"]', hidden if "show" in hidden else
                           f'show = ["x", "w", "b", "z"]\n{hidden}'))  # fmt: skip
    (folder / "lesson.md").write_text(MARKDOWN.replace("Each input", "z is {z:2}. Each input"), encoding="utf-8")
    (fault,) = check_folder(folder)
    assert "{z:2} gives away what the step asks for or covers" in fault
