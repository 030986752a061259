"""The list of exercises, with how far the learner is."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from tutor.course.lessons.lesson import LessonError
from tutor.course.lessons.own_lessons import pack_folders_of
from tutor.language.catalogue import _
from tutor.practice.catalog import read_exercises
from tutor.practice.exercise import Exercise
from tutor.practice.record import ExerciseProgress, PracticeRecord
from tutor.ui.screens.home import WIDE
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
    """A line for each exercise, in the order of the lessons, and the highlighted one beside the list or below it.

    ``lesson`` is the one to point at first, ``exercise`` the id of one to open at once.
    """

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual declares no ClassVar
    CSS_PATH = "exercise_list.tcss"
    AUTO_FOCUS = "#exercises"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "app.help", "Help", key_display="?"),
        Binding("escape", "back", "Back", key_display="esc"),
    ]

    def __init__(self, lesson: str = "", exercise: str = "") -> None:
        super().__init__()
        self._lesson, self._exercise = lesson, exercise
        self._exercises: list[Exercise] = []

    def compose(self) -> ComposeResult:
        """The heading, the list, the pane about the highlighted exercise, the keys."""
        yield Static(
            Content.assemble((_("Exercises"), "bold"), _("  write the function yourself")), id="heading", markup=False
        )
        with Horizontal(id="body"):
            yield ExerciseList(id="exercises", markup=False)
            yield Static(id="about", markup=False)
        yield KeyLine()

    async def on_mount(self) -> None:
        """Read the exercises and fill the list."""
        try:
            self._exercises = await asyncio.to_thread(read_exercises, packs=pack_folders_of(self.tutor.summaries))
        except LessonError as error:
            self.tutor.say(str(error), "error")
        if self.is_mounted:
            self.fill()

    def on_screen_resume(self) -> None:
        """Update the list after an exercise; the first time open the one that was asked for."""
        super().on_screen_resume()
        if self._exercises:
            self.fill()
            ids, wanted = [exercise.id for exercise in self._exercises], self._exercise
            self._exercise = ""
            if wanted in ids:
                self._open(ids.index(wanted))

    def fill(self) -> None:
        """Fill the list from the learner's progress; keep the place in it."""
        listed, record = self.query_one(ExerciseList), PracticeRecord(self.tutor.progress)
        at = listed.highlighted
        listed.clear_options()
        width = max((len(exercise.title) for exercise in self._exercises), default=0)
        seen = ""
        for exercise in self._exercises:
            number = "" if exercise.lesson == seen else self._lesson_number(exercise)
            listed.add_option(Option(_row(exercise, record.of(exercise.id), number, width), id=exercise.id))
            seen = exercise.lesson
        if self._exercises:
            of_lesson = (i for i, exercise in enumerate(self._exercises) if exercise.lesson == self._lesson)
            listed.highlighted = at if at is not None else next(of_lesson, 0)

    def _lesson_number(self, exercise: Exercise) -> str:
        summary = self.tutor.summary(exercise.lesson)
        return "" if summary is None else str(summary.number)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the highlighted exercise in the pane."""
        self._about(self._exercises[event.option_index])

    def on_resize(self) -> None:
        """Fill the pane for the new width."""
        at = self.query_one(ExerciseList).highlighted
        if at is not None:
            self._about(self._exercises[at])

    def _about(self, exercise: Exercise) -> None:
        """The task, or its beginning; where there is room also the lesson, and what the learner did."""
        # Its title is in the list.
        task = exercise.task.partition("\n")[2].strip().replace("`", "")
        paragraphs = [_unwrapped(paragraph) for paragraph in task.split("\n\n")]
        lines = [Content(paragraphs[0])]
        if self.has_class("-wide"):
            summary, done = self.tutor.summary(exercise.lesson), PracticeRecord(self.tutor.progress).of(exercise.id)
            lines = [Content.styled(exercise.title, "bold"), *(Content(f"{each}\n") for each in paragraphs)]
            if summary is not None:
                lines.append(
                    Content(
                        _("It belongs to lesson {number}, {title}.").format(number=summary.number, title=summary.title)
                    )
                )
            lines.append(Content(_did(done)))
        self.query_one("#about", Static).update(Content("\n").join(lines))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter or a click opens the exercise."""
        self._open(event.option_index)

    def _open(self, at: int) -> None:
        """Open an exercise; when it is right, a key goes on to the next."""
        from tutor.ui.screens.practice.exercise_screen import ExerciseScreen

        self.query_one(ExerciseList).highlighted = at
        following = self._exercises[at + 1 : at + 2]
        self.app.push_screen(
            ExerciseScreen(
                self._exercises[at],
                following[0].title if following else "",
                partial(self._open, at + 1),
            )
        )

    def action_back(self) -> None:
        """To the lesson that this was opened from, or home."""
        if self._lesson:
            self.tutor.open_lesson(self._lesson)
        else:
            self.tutor.go_home()

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The list's keys."""
        from tutor.ui.screens.help import HelpSection

        signs = ", ".join(f"{sign} {word}" for word, sign in _SIGNS.items())
        back = _("back to the lesson") if self._lesson else _("back to the list of lessons")
        return (
            HelpSection(
                _("Exercises"), ((_("up, down"), _("choose an exercise")), ("enter", _("open it")), ("escape", back))
            ),
            HelpSection(
                _("Signs"), ((_("in the list"), signs), ("numbers", _("the lesson that the exercises belong to")))
            ),
        )


def _unwrapped(paragraph: str) -> str:
    """A paragraph as one line, or a list with a line for each of its points."""
    return "\n- ".join(" ".join(point.split()) for point in re.split(r"\n\s*- ", paragraph))


def _did(done: ExerciseProgress) -> str:
    """What the learner did with it, in a sentence."""
    if done.state == "new":
        return _("You have not begun it.")
    tries = _("1 try") if done.tries == 1 else _("{tries} tries").format(tries=done.tries)
    return _("So far: {words}, after {tries}.").format(words=done.words, tries=tries)


def _row(exercise: Exercise, done: ExerciseProgress, lesson: str, width: int) -> Content:
    """The number of the lesson stands at its first exercise, as on the list of lessons."""
    rest = "  " + (_("{minutes:>2} min").format(minutes=exercise.minutes) if done.state == "new" else done.words)
    style = "bold" if done.solved else ""
    sign = (f"{_SIGNS[done.state]} ", style)
    return Content.assemble((f"{lesson:>2}  ", "$text-muted"), sign, exercise.title.ljust(width), (rest, "$text-muted"))
