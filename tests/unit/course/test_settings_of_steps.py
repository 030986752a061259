"""Every step that trains sets what its training depends on, so that the steps can be taken in any order."""

from __future__ import annotations

import pytest

from tutor.course.lessons.lesson import Step
from tutor.course.lessons.loader import load_lesson
from tutor.course.session import LessonSession
from tutor.labs.catalog import lab_class
from tutor.resources import lessons_folder

PICTURES = ("optimizer", "learning_rate", "batch_size", "epochs", "rows", "pixels", "seed", "patience", "engine")
DEPENDS_ON = {
    "11_shapes_network": ("seed", "learning_rate", "dropout", "batch_size", "epochs"),
    "12_overfitting": (
        "units", "layers", "epochs", "learning_rate", "l2", "rows", "noise", "validation_split", "order", "seed",
    ),
    "17_shapes_cnn": ("head", "filters", "seed", "learning_rate", "epochs"),
    "18_digits": ("network", *PICTURES),
    "19_letters": ("network", *PICTURES),
}  # fmt: skip


def trains(step: Step) -> bool:
    """Whether the step trains a network as it opens, or lets the learner do so."""
    return "train" in step.show or "finish" in step.press


@pytest.mark.parametrize("name", DEPENDS_ON)
def test_a_step_that_trains_sets_all_that_its_training_depends_on(name: str) -> None:
    steps = [step for step in load_lesson(lessons_folder() / name).steps if trains(step)]
    assert steps
    for step in steps:
        given = {*step.set, *(draw.control for draw in step.draw)}
        assert set(DEPENDS_ON[name]) <= given, step.id


def test_the_last_step_of_the_digits_trains_on_scaled_pixels_after_the_step_that_does_not_scale() -> None:
    lesson = load_lesson(lessons_folder() / "18_digits")
    lab = lab_class(lesson.lab)()
    session = LessonSession(lesson, lab)
    session.jump("pixels-that-were-not-scaled")
    assert lab.word("pixels") == "0 to 255"
    lab.set("optimizer", "Adam")
    session.jump("your-turn")
    assert (lab.word("pixels"), lab.word("optimizer"), lab.number("learning_rate")) == ("0 to 1", "SGD", 0.5)
    lab.close()
