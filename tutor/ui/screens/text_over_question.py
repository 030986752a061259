"""The layout of the left side of a lesson: the text, and the question directly below it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

# The share of the height that the text keeps, however long the question is.
MOST_OF_THE_HEIGHT = 0.7
LEAST_TEXT = 3


class TextOverQuestion(Layout):
    """Gives both their preferred height, with a line between them, if there is room.

    Otherwise the question takes precedence and the text scrolls.
    """

    name = "text-over-question"

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002
    ) -> ArrangeResult:
        """Place the displayed children, one below the other."""
        parent.pre_layout(self)
        heights = _liked_heights(parent, children, size)
        room = size.height
        # A hidden question is not among the children; the text then gets all the room.
        if len(children) < 2:
            heights = [min(height, room) for height in heights]
        elif sum(heights) > room:
            heights[1] = min(heights[1], max(int(room * MOST_OF_THE_HEIGHT), room - heights[0]))
            heights[1] = min(heights[1], max(0, room - LEAST_TEXT))
            heights[0] = room - heights[1]
        between = 1 if sum(heights) < room else 0
        placements, y = [], 0
        for child, height in zip(children, heights, strict=True):
            placements.append(WidgetPlacement(Region(0, y, size.width, height), NULL_OFFSET, NULL_SPACING, child))
            y += height + between
        return placements

    def height_liked(self, parent: Widget, children: Sequence[Widget], size: Size) -> int:
        """The height with which nothing scrolls."""
        heights = _liked_heights(parent, children, size)
        return sum(heights) + len(heights) - 1


def _liked_heights(parent: Widget, children: Sequence[Widget], size: Size) -> list[int]:
    return [_liked_height(child, parent, size) for child in children]


def _liked_height(child: Widget, parent: Widget, size: Size) -> int:
    gutter = child.gutter
    width = max(1, size.width - gutter.width - child.scrollbar_size_vertical * child.show_vertical_scrollbar)
    return child.get_content_height(size, parent.app.size, width) + gutter.height
