"""The line above a lesson: lesson, step, progress."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tutor.course.session import LessonSession
from tutor.language.catalogue import _
from tutor.ui.saving_state import Saving
from tutor.ui.widgets.notation import fit

SHORTEST_STRIP = 5
_SHORTEST_NAME = 5
_LONGEST_SAVING = max(len(word) for word in Saving)


class LessonHead(Widget):
    """``2 The neuron  1/9  The weighted sum      ✓○·····  ✓ saved``: a sign for each step, the current one reversed.

    If the words leave no room for all the signs, it shows those around the current step. If the words alone do not fit,
    it cuts the lesson's title with an ellipsis, and only then the step's.
    """

    DEFAULT_CSS = """
    LessonHead { height: 1; padding: 0 1; background: $panel; color: $foreground; }
    """

    saving: reactive[Saving] = reactive(Saving.UNKNOWN)
    """The saving state."""

    def __init__(self, session: LessonSession) -> None:
        super().__init__()
        self._session = session

    def render(self) -> RenderResult:
        """The line, laid out for the current width."""
        lesson, position = self._session.lesson, self._session.position
        count = len(lesson.steps)
        saving = Content.styled(_(self.saving), "bold reverse" if self.saving is Saving.NOT else "")
        name = lesson.heading
        place = f"  {position + 1}/{count}  "
        # If there is no room for both titles, the step's is the more useful one.
        room = self.size.width - len(place) - len(self._session.step.title) - 1 - _LONGEST_SAVING
        words = Content.assemble(
            (fit(name, min(len(name), max(_SHORTEST_NAME, room))), "bold"),
            place,
            (self._session.step.title, "bold $text-accent"),
        )
        left = self.size.width - words.cell_length - 3 - _LONGEST_SAVING
        strip = self._strip(left) if left >= min(SHORTEST_STRIP, count) else Content("")
        right = Content("  ").join(part for part in (strip, saving) if part)
        room = max(0, self.size.width - right.cell_length - bool(right))
        words = (
            words.truncate(room, ellipsis=True)
            if words.cell_length > room
            else words.pad_right(room - words.cell_length)
        )
        return words + Content(" ") + right if right else words

    def _strip(self, longest: int) -> Content:
        """The steps' signs, at most ``longest`` of them."""
        signs, at = self._session.state.signs, self._session.position
        begin = max(0, min(at - longest // 2, len(signs) - longest))
        end = begin + longest
        return Content.assemble(signs[begin:at], (signs[at], "bold reverse"), signs[at + 1 : end])
