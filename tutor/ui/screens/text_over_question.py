"""The layout of the left side of a lesson: the text, and the question right below it."""

from __future__ import annotations

from textual.geometry import NULL_OFFSET, NULL_SPACING, Region, Size
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

# Of the height, however long the question: some of the text stays in sight.
MOST_OF_THE_HEIGHT = 0.7
LEAST_TEXT = 3


class TextOverQuestion(Layout):
    """Both as high as they like where there is room; otherwise the question comes first, and the text scrolls."""

    name = "text-over-question"

    def arrange(
        self,
        parent: Widget,
        children: list[Widget],
        size: Size,
        greedy: bool = True,  # noqa: ARG002
    ) -> ArrangeResult:
        """Place the two children one over the other."""
        parent.pre_layout(self)
        text, question = children[0], children[-1]
        heights = [_liked_height(child, parent, size) for child in (text, question)]
        room = size.height
        if sum(heights) > room:
            heights[1] = min(heights[1], max(int(room * MOST_OF_THE_HEIGHT), room - heights[0]))
            heights[1] = min(heights[1], max(0, room - LEAST_TEXT))
            heights[0] = room - heights[1]
        placements, y = [], 0
        for child, height in zip((text, question), heights, strict=True):
            if child.display:
                placements.append(WidgetPlacement(Region(0, y, size.width, height), NULL_OFFSET, NULL_SPACING, child))
                y += height
        return placements


def _liked_height(child: Widget, parent: Widget, size: Size) -> int:
    if not child.display:
        return 0
    gutter = child.gutter
    width = max(1, size.width - gutter.width - child.scrollbar_size_vertical * child.show_vertical_scrollbar)
    return child.get_content_height(size, parent.app.size, width) + gutter.height
