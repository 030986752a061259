"""The end of a lesson: what was done, what is left, and where to go next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tutor.course.session import LessonSession
from tutor.course.words.lesson_end import by_state, counts, steps_left
from tutor.language.catalogue import _
from tutor.ui.screens.jump import JumpScreen
from tutor.ui.screens.tutor_screen import TutorScreen
from tutor.ui.widgets.key_line import KeyLine

if TYPE_CHECKING:
    from tutor.ui.screens.help import HelpSection


class FinishedScreen(TutorScreen):
    """A summary of the lesson that stays until the learner chooses how to go on.

    ``go_to_step`` makes the lesson go to the step at a position, from 0.
    """

    CSS_PATH = "finished.tcss"
    AUTO_FOCUS = "#box"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,enter", "next_lesson", "Next lesson", key_display="n"),
        Binding("o", "first_left", "To what is left"),
        Binding("g", "jump", "Go to"),
        Binding("E", "exercises", "Exercises"),
        Binding("b", "back", "Back to the last step"),
        Binding("escape", "home", "Home"),
        Binding("question_mark,f1", "app.help", "Help", key_display="?"),
    ]

    def __init__(self, session: LessonSession, go_to_step: Callable[[int], Awaitable[None]]) -> None:
        super().__init__()
        self._session, self._go_to_step = session, go_to_step
        self._left = steps_left(session.lesson, session.state)

    def compose(self) -> ComposeResult:
        """The lines in a box, and the keys."""
        with VerticalScroll(id="box"):
            yield Static(Content("\n").join(self._lines()), id="done", markup=False)
        yield KeyLine()

    def _lines(self) -> list[Content]:
        lesson, state = self._session.lesson, self._session.state
        after = self.tutor.lesson_after(lesson.id)
        if state.done:
            title = Content.assemble(
                ("✓ ", "bold $text-success"), (_("{title}: done.").format(title=lesson.title), "bold")
            )
        else:
            title = Content.styled(_("{title}: this was the last step.").format(title=lesson.title), "bold")
        lines = [title, Content(""), Content(counts(state))]
        if self._left:
            left = (Content(f"{state}: {names}") for state, names in by_state(self._left))
            lines += [Content(""), *left, Content("")]
            lines += [
                Content(_("o  go to step {name}").format(name=self._left[0].name)),
                Content(_("g  go to another step")),
            ]
        else:
            lines += [Content("")]
        return [
            *lines,
            Content(
                _("n  next lesson: {number} {title}").format(number=after.number, title=after.title)
                if after
                else _("This was the last lesson.")
            ),
            *([Content(_("E  its exercises: write the functions yourself"))] if self._has_exercises else []),
            Content(_("b  back to the last step")),
            Content(_("escape  home")),
        ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Disable the next lesson after the last one, and the way to open steps if there are none."""
        if action == "first_left":
            return bool(self._left)
        if action == "exercises":
            return self._has_exercises
        return action != "next_lesson" or self.tutor.lesson_after(self._session.lesson.id) is not None

    def action_next_lesson(self) -> None:
        """Open the next lesson."""
        after = self.tutor.lesson_after(self._session.lesson.id)
        if after is not None:
            self.tutor.open_lesson(after.id)

    @property
    def _has_exercises(self) -> bool:
        """Whether it is a shipped lesson: each of these has exercises, and no other."""
        summary = self.tutor.summary(self._session.lesson.id)
        return summary is not None and summary.collection is None

    def action_exercises(self) -> None:
        """The exercises of this lesson."""
        self.tutor.action_practice(self._session.lesson.id)

    def action_first_left(self) -> None:
        """Return to the lesson, at the first step that is open, wrong or skipped."""
        if self._left:
            self._return_to(self._left[0].position)

    def action_jump(self) -> None:
        """Choose a step of the lesson from a list."""

        def chosen(position: int | None) -> None:
            if position is not None:
                self._return_to(position)

        self.app.push_screen(JumpScreen(self._session), chosen)

    def action_back(self) -> None:
        """Return to the lesson's last step."""
        self.dismiss()

    def _return_to(self, position: int) -> None:
        if not self.is_active:
            return
        self.dismiss()
        if position != self._session.position:
            # Not in this screen's task, since it is closed by then.
            self.app.call_later(self._go_to_step, position)

    def action_home(self) -> None:
        """Go to the list of lessons."""
        self.tutor.go_home()

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The keys of this screen, and the meaning of the signs."""
        from tutor.course.record.step_states import LEGEND
        from tutor.ui.screens.help import HelpSection, in_words

        rows = (
            ("n", _("the next lesson")),
            ("o", _("the first step that is open, wrong or skipped")),
            ("g", _("any step of this lesson")),
            ("E", _("its exercises: write the functions yourself")),
            ("b", _("back to the last step")),
            ("escape", _("home")),
        )
        return (HelpSection(_("The end of a lesson"), rows), HelpSection(_("Steps"), in_words(LEGEND)))
