"""The line above a lesson: which lesson, which step, how far."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from tutor.course.session import LessonSession
from tutor.ui.progress_bar import progress_bar

LONGEST_BAR = 12


class LessonHead(Widget):
    """``2 The neuron · step 1 of 9: The weighted sum      ▰▱▱``; what does not fit is cut with an ellipsis."""

    DEFAULT_CSS = """
    LessonHead { height: 1; padding: 0 1; background: $panel; color: $foreground; }
    """

    def __init__(self, session: LessonSession) -> None:
        super().__init__()
        self._session = session

    def render(self) -> RenderResult:
        """The line, laid out for the present width."""
        lesson, position = self._session.lesson, self._session.position
        count = len(lesson.steps)
        bar = Content(progress_bar(position + 1, count, LONGEST_BAR))
        words = Content.assemble(
            (f"{lesson.number} {lesson.title}", "bold"),
            f"  {position + 1}/{count}  ",
            (self._session.step.title, "bold $text-accent"),
        )
        room = max(0, self.size.width - bar.cell_length - 1)
        words = (
            words.truncate(room, ellipsis=True)
            if words.cell_length > room
            else words.pad_right(room - words.cell_length)
        )
        return words + Content(" ") + bar
