"""What the widgets of a lab's controls and readouts have in common: how much room they ask for, and their lines."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget


@dataclass(frozen=True)
class Extent:
    """The room that a view asks for at some width, in cells.

    ``width`` is the least in which nothing is cut. ``height`` is what it likes; it still works in ``least``. One
    that ``grows`` takes whatever height is free, if that comes to ``useful`` lines at least. Those that are
    ``inline`` (one line, little width) may share a line, and what follows one that ``floats`` may stand at its
    right.
    """

    width: int
    height: int
    least: int
    grows: bool = False
    useful: int = 0
    inline: bool = False
    floats: bool = False


def line_extent(width: int, needed: int) -> Extent:
    """The extent of a single line that needs ``needed`` cells and gets ``width``."""
    return Extent(needed, 1, 1, inline=needed <= width)


class LabView(Widget):
    """One control or readout of a lab, drawn as lines of text by itself."""

    DEFAULT_CSS = """
    LabView { width: 1fr; height: auto; text-wrap: nowrap; text-overflow: clip; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "next_field", "next", show=False),
        Binding("up", "previous_field", "previous", show=False),
    ]

    @abstractmethod
    def extent(self, width: int) -> Extent:
        """The room that it asks for when it gets ``width`` cells."""

    @abstractmethod
    def lines(self, size: Size) -> list[Content]:
        """What it looks like in this room."""

    def on_focus(self) -> None:
        """Show that the keys go here now."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that they no longer do."""
        self.refresh()

    def action_next_field(self) -> None:
        """Go to the next view of the lab that takes keys."""
        self.screen.focus_next(LabView)

    def action_previous_field(self) -> None:
        """Go to the one before."""
        self.screen.focus_previous(LabView)

    def render(self) -> Content:
        """The lines that there is room for."""
        width, height = self.size
        if width <= 0 or height <= 0:
            return Content("")
        lines = self.lines(self.size)[:height]
        return Content("\n").join([line.truncate(width) if line.cell_length > width else line for line in lines])
