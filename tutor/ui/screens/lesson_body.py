"""The body of a lesson: the text on the left, the lab on the right, and below the text what it has no room for."""

from __future__ import annotations

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

from tutor.ui.screens.text_over_question import TextOverQuestion
from tutor.ui.widgets.lab_panel import LabPanel

SHARE_OF_THE_TEXT = 0.4
"""The text's share of the width, so that with each column more neither the text nor the lab gets narrower."""
NARROWEST_TEXT, WIDEST_TEXT = 36, 72
"""The bounds of the text's width, its margins included."""
DESK_FROM = 100
"""The width of the window from which controls and numbers may stand below the text."""
ROOM_TO_ANSWER = 5
"""The lines left free below text and question for what is said about an answer."""

_TEXT_OVER_QUESTION = TextOverQuestion()


class LeftSide(Widget):
    """The text, and the question below it."""

    DEFAULT_CSS = """
    LeftSide { width: 1fr; height: 1fr; }
    """

    @property
    def layout(self) -> Layout:
        """The question directly below the text."""
        return _TEXT_OVER_QUESTION

    def height_liked(self, size: Size) -> int:
        """The lines for all of the text and the question in this many cells."""
        room = Size(size.width - self.styles.gutter.width, size.height)
        children = [child for child in self.children if child.display]
        return _TEXT_OVER_QUESTION.height_liked(self, children, room)


class Divider(Widget):
    """The line between the text and the lab."""

    DEFAULT_CSS = """
    Divider { width: 1; height: 1fr; border-left: solid $panel; }
    """


class LessonBody(Widget):
    """The body of a lesson's screen."""

    DEFAULT_CSS = """
    LessonBody { width: 1fr; height: 1fr; }
    """

    def __init__(self, *children: Widget, id: str | None = None) -> None:
        super().__init__(*children, id=id)
        self._sides = LessonBodyLayout()

    @property
    def layout(self) -> Layout:
        """Two sides."""
        return self._sides


class LessonBodyLayout(Layout):
    """Places the text, or what is shown in its place, and the lab.

    Beside a picture the lab's controls and numbers stand below the text, at the bottom, if they fit there: the picture
    then has its side for itself. The lab takes the whole body in that case, and the text lies upon it.
    """

    name = "lesson-body"

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002
    ) -> ArrangeResult:
        """Place the displayed children."""
        parent.pre_layout(self)
        panels = [child for child in children if isinstance(child, LabPanel)]
        dividers = [child for child in children if isinstance(child, Divider)]
        texts = [child for child in children if not isinstance(child, LabPanel | Divider)]
        if not texts:
            return [_placed(panel, Region(0, 0, size.width, size.height)) for panel in panels]
        wide = text_width(size.width)
        text_height, lab = size.height, Region(wide + 1, 0, size.width - wide - 1, size.height)
        for panel in panels:
            left, room = texts[0], None
            if isinstance(left, LeftSide) and size.width >= DESK_FROM:
                free = size.height - left.height_liked(Size(wide, size.height)) - ROOM_TO_ANSWER
                room = Size(wide - 1, max(0, free))
            if desk := panel.desk_in(size, room):
                text_height = size.height - desk - 1
                lab = Region(0, 0, size.width, size.height)
        placed = [_placed(panel, lab) for panel in panels]
        placed += [_placed(divider, Region(wide, 0, 1, size.height), over=1) for divider in dividers]
        return placed + [_placed(text, Region(0, 0, wide, text_height), over=1) for text in texts]


def text_width(width: int) -> int:
    """The width of the text's side in a window of this width."""
    return min(WIDEST_TEXT, max(NARROWEST_TEXT, int(width * SHARE_OF_THE_TEXT)))


def _placed(widget: Widget, region: Region, over: int = 0) -> WidgetPlacement:
    return WidgetPlacement(region, NULL_OFFSET, NULL_SPACING, widget, over)
