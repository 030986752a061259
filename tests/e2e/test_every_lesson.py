"""Every step of some lessons on the smallest usual screen, by keyboard: read, asked, and gone on from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.step_on_screen import asked, asks, shows
from tests.e2e.terminal import CTRL_N, NotSeen, Terminal, tutor_terminal
from tutor.course.lessons.lesson import Lesson, Step
from tutor.course.lessons.loader import load_lesson
from tutor.resources import lessons_folder

# tests/ui/test_poor_terminals.py looks at every step of every lesson at this size, without a terminal.
NAMES = ("neuron", "convolution", "keras")
LESSONS = [
    pytest.param(folder, id=folder.name)
    for folder in sorted(lessons_folder().iterdir())
    if folder.name.partition("_")[2] in NAMES
]


def check_step(terminal: Terminal, lesson: Lesson, number: int, step: Step) -> None:
    here = f"{number}/{len(lesson.steps)}"
    try:
        # All of the text, so its last line too, and no line that is wider than the column.
        said = asked(step.text)
        terminal.wait_until(lambda text: here in text and asks(text, said), f"all of the text of step {here}")
        for question in step.questions[:1]:
            # Which of its variants is asked depends on the learner.
            each = {asked(one.ask): one for one in (question, *question.variants)}
            terminal.wait_until(lambda text: any(asks(text, ask) for ask in each), f"the question {question.ask!r}")  # noqa: B023
            shown = next(one for ask, one in each.items() if asks(terminal.text, ask))
            for choice in shown.choices.values():
                terminal.wait_until(lambda text: shows(text, choice), f"the choice {choice!r}")  # noqa: B023
    except NotSeen as missing:
        pytest.fail(f"{lesson.id}, step {here} {step.id}: {missing}")
    assert "Traceback" not in terminal.text
    assert "cannot be shown" not in terminal.text


@pytest.mark.parametrize("folder", LESSONS)
def test_from_the_first_step_to_the_last(tmp_path: Path, folder: Path) -> None:
    lesson = load_lesson(folder)
    with tutor_terminal(tmp_path, "learn", lesson.id) as terminal:
        for number, step in enumerate(lesson.steps, start=1):
            check_step(terminal, lesson, number, step)
            # ctrl+n goes on from inside the answer field too.
            terminal.send(CTRL_N)
        terminal.wait_for("this was the last step", f"Steps seen: {len(lesson.steps)} of {len(lesson.steps)}.")
        terminal.send("\x11")
        assert terminal.wait_ended() == 0
        assert terminal.restored
