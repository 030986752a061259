"""A titled block: what belongs together in a lab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.content import Content
from textual.layout import Layout
from textual.widget import Widget

from tutor.ui.widgets.flow_layout import FlowLayout, flow_height
from tutor.ui.widgets.lab_view import LabView
from tutor.ui.widgets.notation import visible


@dataclass(frozen=True)
class BlockHeight:
    """The height that a block likes and the least it works in, title included; how many of its rows grow."""

    liked: int
    least: int
    growing: int


class GroupBlock(Widget):
    """One group of a lab under its title, which stands in the line above it."""

    DEFAULT_CSS = """
    GroupBlock { border-top: solid $primary; border-title-color: $foreground; border-title-style: bold; }
    GroupBlock:focus-within { border-top: heavy $accent; }
    """

    def __init__(self, title: str, views: Sequence[LabView]) -> None:
        super().__init__()
        self._flow = FlowLayout()
        self._views = tuple(views)
        self.border_title = Content(visible(title))

    @property
    def layout(self) -> Layout:
        """The flow of views."""
        return self._flow

    def compose(self) -> ComposeResult:
        """The views."""
        yield from self._views

    def block_height(self, width: int) -> BlockHeight:
        """What the block asks for in ``width`` cells."""
        around = self.styles.gutter
        liked, least, growing = flow_height(self._views, width - around.width)
        return BlockHeight(liked + around.height, least + around.height, growing)
