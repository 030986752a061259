"""Where the keys go, which choice is pointed at and what was right is told by text and weight, not by colour alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from tests.ui.panel_app import text, until
from tests.ui.small_lessons import press
from tutor.course.lessons.loader import read_summaries
from tutor.course.questions.checking import right_answer
from tutor.course.record.progress import Progress
from tutor.labs.catalog import lab_class, lab_ids
from tutor.labs.kit.controls import ActionControl
from tutor.resources import lessons_folder
from tutor.ui.app import TutorApp
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.action_bar import ActionBar
from tutor.ui.widgets.lab_view import LabView
from tutor.ui.widgets.question_panel import ChoiceList
from tutor.ui.widgets.registry import field_for
from tutor.ui.widgets.step_text import StepText

Look = list[tuple[str, bool, bool, bool]]


def look(widget: Widget) -> Look:
    """Its characters with what does not need a colour: bold, reversed, underlined."""
    found: Look = []
    for strip in widget.screen._compositor.render_strips()[widget.region.y : widget.region.bottom]:
        for segment in strip.crop(widget.region.x, widget.region.right):
            style = segment.style
            weight = (bool(style and style.bold), bool(style and style.reverse), bool(style and style.underline))
            found += [(character, *weight) for character in segment.text]
    return found


def weights(line: Content) -> list[tuple[str, frozenset[str]]]:
    """A line's characters with what their styles say besides colours."""
    found: list[set[str]] = [set() for _ in line.plain]
    for span in line.spans:
        for place in range(span.start, span.end):
            found[place] |= {"bold", "reverse", "underline"} & set(str(span.style).split())
    return [(character, frozenset(weight)) for character, weight in zip(line.plain, found, strict=True)]


@pytest.mark.parametrize("name", lab_ids())
def test_which_control_has_the_keys(name: str) -> None:
    lab = lab_class(name)()
    actions = [control for control in lab.controls() if isinstance(control, ActionControl)]
    fields: list[LabView] = [field_for(control, lab.get(control.name)) for control in lab.value_controls()]
    for view in [*fields, *([ActionBar(actions)] if actions else [])]:
        room = Size(41, view.extent(41).height)
        before = [weights(line) for line in view.lines(room)]
        view.set_reactive(Widget.has_focus, True)
        assert [weights(line) for line in view.lines(room)] != before
    lab.close()


async def test_which_choice_is_pointed_at_and_what_was_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = TutorApp(Progress(tmp_path, learner=0), read_summaries(lessons_folder()), ("neuron", 0))
    async with app.run_test(size=(60, 16)) as pilot:
        await until(pilot, lambda: app.screen.query(StepText))
        screen = app.screen
        assert isinstance(screen, LessonScreen)
        steps = screen.session.lesson.steps
        await screen.go_to_step(next(i for i, s in enumerate(steps) if s.questions and s.questions[0].choices))
        listed = screen.query_one(ChoiceList)
        await until(pilot, lambda: listed.has_focus and listed.size.height)
        before = look(listed)
        await press(pilot, "down")
        await until(pilot, lambda: look(listed) != before)
        question = screen.session.step.questions[0]
        keys = list(question.choices)
        right = keys.index(right_answer(question, screen.session.lab))
        await press(pilot, str(1 + (right + 1) % len(keys)), "enter")
        await until(pilot, lambda: "✗ Not yet:" in text(app))
        await press(pilot, str(1 + right), "enter")
        await until(pilot, lambda: "✓ Right." in text(app))
