"""One question or goal of a warm-up, on a lesson's screen with a lab of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.app import RenderResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen

from tutor.course.record.warm_up_question import WarmUpQuestion
from tutor.language.catalogue import N_, _
from tutor.ui.screens.lesson import LessonScreen
from tutor.ui.widgets.goal_panel import GoalPanel
from tutor.ui.widgets.lesson_head import LessonHead
from tutor.ui.widgets.question_panel import QuestionPanel

if TYPE_CHECKING:
    from tutor.ui.screens.help import HelpSection
    from tutor.ui.screens.review.under_way import WarmUp

_GO_ON = N_("n: go on")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&!])")


class WarmUpHead(LessonHead):
    """``Warm-up  2 of 3  3 The neuron: The bias``."""

    def __init__(self, question: WarmUpQuestion, number: int, of: int) -> None:
        super().__init__(question.session)
        self._words = _("{number} of {of}  {heading}: {title}").format(
            number=number, of=of, heading=question.session.lesson.heading, title=question.session.step.title
        )

    def render(self) -> RenderResult:
        """The line."""
        return Content.assemble((_("Warm-up  "), "bold"), self._words).truncate(self.size.width, ellipsis=True)


class WarmUpQuestionPanel(QuestionPanel):
    """The question panel of a warm-up."""

    def _question_name(self) -> str:
        return _("Question")

    def _way_on(self) -> str:
        return _(_GO_ON)


class WarmUpGoalPanel(GoalPanel):
    """The goal of a warm-up."""

    def _way_on(self) -> str:
        return _(_GO_ON)


class WarmUpQuestionScreen(LessonScreen):
    """Asks one question. Does not change the position in its lesson, nor the lab that the learner has there.

    ``go_on`` makes the screen that sets up the next one.
    """

    CSS_PATH = "../lesson.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("g", "go_to_lesson", "Go to its lesson")]

    def __init__(self, question: WarmUpQuestion, warm_up: WarmUp, go_on: Callable[[WarmUp], Screen[None]]) -> None:
        super().__init__(question.session, warm_up.progress)
        self._question, self._warm_up, self._after = question, warm_up, go_on

    @property
    def text(self) -> str:
        """Where the question is from, and the questions before it on its step with their answers."""
        lines = [self._question.whence(self._progress.now())]
        lines += [
            _("The question before: {ask} It was {answer}.").format(ask=before.ask, answer=before.answer)
            for before in self._question.before
        ]
        return "\n\n".join(_MARKDOWN.sub(r"\\\1", line) for line in lines)

    def _head(self) -> LessonHead:
        asked = len(self._warm_up.asked)
        return WarmUpHead(self._question, asked, max(asked, self._warm_up.number))

    def _question_panel(self) -> QuestionPanel:
        return WarmUpQuestionPanel(self.session)

    def _goal_panel(self) -> GoalPanel:
        return WarmUpGoalPanel(self.session)

    async def action_next(self) -> None:
        """Go to the next question, or to the end of the warm-up."""
        if not self._left:
            self.app.switch_screen(self._after(self._warm_up))

    def action_go_to_lesson(self) -> None:
        """Open the question's lesson at the question's step."""
        from tutor.course.lessons.step_texts import read_step_texts, step_position

        lesson = self.session.lesson
        position = step_position(read_step_texts(lesson.folder), self._question.item.step)
        self.tutor.open_lesson(lesson.id, position)

    def action_leave_field(self) -> None:
        """Go home: unless something is being typed, escape leaves at once."""
        self.tutor.go_home()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A question is asked once, and its lab is none that could be kept."""
        if action in ("again", "other_lab", "jump", "back"):
            return False
        return super().check_action(action, parameters)

    def keep_lab(self) -> None:
        """Keep nothing: the lesson's own lab stays as it is."""

    def notify_of_other_labs(self) -> None:
        """Say nothing: it is a lab of its own."""

    def help_sections(self) -> tuple[HelpSection, ...]:
        """The keys of the warm-up before those of a lesson."""
        from tutor.ui.screens.help import HelpSection, in_words
        from tutor.ui.screens.review.under_way import WARM_UP_HELP

        return (HelpSection(_("The warm-up"), in_words(WARM_UP_HELP)), *super().help_sections())
