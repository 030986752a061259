"""A titled block: a group of a lab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.layout import Layout
from textual.widget import Widget

from tutor.ui.widgets.action_bar import ActionBar
from tutor.ui.widgets.fields.control_field import ControlField
from tutor.ui.widgets.flow_layout import FlowLayout, flow_height
from tutor.ui.widgets.lab_view import LabView
from tutor.ui.widgets.notation import visible
from tutor.ui.widgets.readouts.arithmetic_view import ArithmeticView
from tutor.ui.widgets.readouts.code_view import CodeView

# The cells of the border that a title leaves free at its ends.
_CORNERS = 2


@dataclass(frozen=True)
class BlockHeight:
    """A block's preferred and minimum height, including the title, and the lift of each growing row."""

    liked: int
    least: int
    growing: tuple[int, ...]


class GroupBlock(Widget):
    """One group of a lab, with its title in the border above it."""

    DEFAULT_CSS = """
    GroupBlock { border-top: solid $primary; border-title-color: $foreground; border-title-style: bold; }
    GroupBlock:focus-within { border-top: heavy $accent; }
    """

    def __init__(self, title: str, views: Sequence[LabView]) -> None:
        super().__init__()
        self._flow = FlowLayout()
        self._views = tuple(views)
        self._title = visible(title)
        self._about = ""
        self._write_title()

    @property
    def layout(self) -> Layout:
        """The layout of the views."""
        return self._flow

    def compose(self) -> ComposeResult:
        """The views."""
        yield from self._views

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Show the focused control's help in the title."""
        self.tell(event.widget)

    def on_descendant_blur(self) -> None:
        """Remove the help from the title."""
        self._about = ""
        self._write_title()

    def on_resize(self) -> None:
        """Fit the title to the new width."""
        self._write_title()

    def tell(self, focused: Widget) -> None:
        """Show the help of a control of this block next to the title."""
        self._about = visible(focused.help_text) if isinstance(focused, ControlField | ActionBar) else ""
        self._write_title()

    def _write_title(self) -> None:
        """The title and the help, or only the help if there is no room for both."""
        plain = Content(f" {self._title} ")
        told = Content.assemble(plain, (f"─ {self._about} ", "not bold"))
        room = self.outer_size.width - _CORNERS
        if room > 0 and told.cell_length > room:
            shorter = self._about if cell_len(self._about) + 2 <= room else self._about.partition(": ")[2]
            told = Content.styled(f" {shorter} ", "not bold")
        self.border_title = told if self._about else plain

    @property
    def uncut_width(self) -> int:
        """The width at which no line of a program is cut; 0 without a program."""
        widths = [view.whole_width for view in self._views if isinstance(view, CodeView)]
        return max(widths) + self.styles.gutter.width if widths else 0

    def block_height(self, width: int) -> BlockHeight:
        """The heights that the block asks for in ``width`` cells."""
        around = self.styles.gutter
        liked, least, growing = flow_height(self._views, width - around.width)
        return BlockHeight(liked + around.height, least + around.height, growing)

    def formula_heights(self, width: int) -> tuple[int, ...]:
        """The height of each formula in ``width`` cells: larger than at another width where it is broken more often."""
        room = width - self.styles.gutter.width
        return tuple(view.extent(room).least for view in self._views if isinstance(view, ArithmeticView))
