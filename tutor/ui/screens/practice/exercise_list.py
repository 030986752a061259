"""The list of exercises, with how far the learner is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from tutor.course.lessons.lesson import LessonError
from tutor.practice.catalog import read_exercises
from tutor.practice.exercise import Exercise
from tutor.practice.record import ExerciseProgress, PracticeRecord
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.widgets.key_line import KeyLine
from tutor.ui.widgets.option_list import OptionList

if TYPE_CHECKING:
    from tutor.ui.screens.help import HelpSection

_SIGNS = {"new": "·", "begun": "○", "right": "●", "right, with the solution": "◐"}


class ExerciseList(OptionList):
    """The list; the key line shows its enter key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Open")]


class ExerciseListScreen(TutorScreen):
    """A line for each exercise, in the order of the lessons; ``lesson`` is the one to point at first."""

    CSS_PATH = "exercise_list.tcss"
    AUTO_FOCUS = "#exercises"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "app.help", "Help", key_display="?"),
        Binding("escape", "app.go_home", "Home", key_display="esc"),
    ]

    def __init__(self, lesson: str = "") -> None:
        super().__init__()
        self._lesson = lesson
        self._exercises: list[Exercise] = []

    def compose(self) -> ComposeResult:
        """The heading, the list, the keys."""
        yield Static(
            Content.assemble(("Exercises", "bold"), "  write the function yourself"), id="heading", markup=False
        )
        yield ExerciseList(id="exercises", markup=False)
        yield KeyLine()

    async def on_mount(self) -> None:
        """Read the exercises and fill the list."""
        try:
            self._exercises = await asyncio.to_thread(read_exercises)
        except LessonError as error:
            self.tutor.say(str(error), "error")
        if self.is_mounted:
            self.fill()

    def on_screen_resume(self) -> None:
        """Update the list after an exercise."""
        super().on_screen_resume()
        if self._exercises:
            self.fill()

    def fill(self) -> None:
        """Fill the list from the learner's progress; keep the place in it."""
        listed, record = self.query_one(ExerciseList), PracticeRecord(self.tutor.progress)
        at = listed.highlighted
        listed.clear_options()
        width = max((len(exercise.title) for exercise in self._exercises), default=0)
        for exercise in self._exercises:
            listed.add_option(Option(_row(exercise, record.of(exercise.id), width), id=exercise.id))
        if self._exercises:
            of_lesson = (i for i, exercise in enumerate(self._exercises) if exercise.lesson == self._lesson)
            listed.highlighted = at if at is not None else next(of_lesson, 0)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click opens the exercise."""
        from tutor.ui.screens.practice.exercise_screen import ExerciseScreen

        self.app.push_screen(ExerciseScreen(self._exercises[event.option_index]))

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The list's keys."""
        from tutor.ui.screens.help import HelpSection

        signs = ", ".join(f"{sign} {word}" for word, sign in _SIGNS.items())
        return (
            HelpSection("Exercises", (("up, down", "choose an exercise"), ("enter", "open it"), ("escape", "home"))),
            HelpSection("Signs", (("in the list", signs),)),
        )


def _row(exercise: Exercise, done: ExerciseProgress, width: int) -> Content:
    rest = "  " + (f"{exercise.minutes} min" if done.state == "new" else done.words)
    style = "bold" if done.solved else ""
    return Content.assemble((f"{_SIGNS[done.state]} ", style), exercise.title.ljust(width), (rest, "$text-muted"))
