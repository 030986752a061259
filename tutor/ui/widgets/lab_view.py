"""What the widgets of a lab's controls and readouts have in common: how much room they ask for, and their lines."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from time import monotonic
from typing import Self

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.content import Content
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from tutor.ui.widgets.notation import heading


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


def line_extent(width: int, needed: int, label: str) -> Extent:
    """The extent of a label and its value, which need ``needed`` cells in one line and get ``width``; where those are
    too few, the value stands below the label.
    """
    if needed <= width:
        return Extent(needed, 1, 1, inline=True)
    height = len(heading(label, width)) + 1
    return Extent(needed, height, height)


class LabView(Widget):
    """One control or readout of a lab, drawn as lines of text by itself."""

    DEFAULT_CSS = """
    LabView { width: 1fr; height: auto; }
    """

    ALLOW_SELECT = False

    paint_seconds: float = 0.0
    """How long the last painting took."""

    _strips: tuple[object, list[Strip]] | None = None

    @abstractmethod
    def extent(self, width: int) -> Extent:
        """The room that it asks for when it gets ``width`` cells."""

    @abstractmethod
    def lines(self, size: Size) -> list[Content]:
        """What it looks like in this room."""

    def take_key(self, event: events.Key) -> bool:  # noqa: ARG002
        """Do what a key means beyond the bindings; true if it was for this view."""
        return False

    async def on_key(self, event: events.Key) -> None:
        """Act at once on the keys of this view and on tab.

        Textual acts on bindings only when a key has come all the way up to the app. Of a burst of keys, as a slow line
        brings them, the later ones would be taken before the first is done, and by a field that was already left.
        """
        focused = self.screen.focused
        if focused is not self and isinstance(focused, LabView):
            focused._forward_event(events.Key(event.key, event.character))
        elif not (self.take_key(event) or await self._act(event.key)):
            return
        event.stop()
        event.prevent_default()

    async def _act(self, key: str) -> bool:
        if key in ("tab", "shift+tab"):
            self.screen.focus_next() if key == "tab" else self.screen.focus_previous()
            return True
        bindings = self._bindings.key_to_bindings.get(key, ())
        for binding in bindings:
            await self.run_action(binding.action)
        return bool(bindings)

    def on_focus(self) -> None:
        """Show that the keys go here now."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that they no longer do."""
        self.refresh()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Ask for a repaint: what was painted is not good any more."""
        self._strips = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render(self) -> Content:
        """All the lines, for whoever wants the widget's text."""
        return Content("\n").join(self.lines(self.size))

    def render_line(self, y: int) -> Strip:
        """One painted line.

        Textual's own way gives every piece of text a style of its own, for selecting it with the mouse; a picture
        of a thousand pieces takes three times as long then.
        """
        key = (self.size, self.visual_style, self.app.theme)
        if self._strips is None or self._strips[0] != key:
            began = monotonic()
            self._strips = (key, self._paint())
            self.paint_seconds = monotonic() - began
        strips = self._strips[1]
        return strips[y] if y < len(strips) else Strip.blank(self.size.width, self.visual_style.rich_style)

    def _paint(self) -> list[Strip]:
        """The lines that there is room for, each filled up to the width."""
        width, height = self.size
        base = self.visual_style
        styles: dict[Style, RichStyle] = {}
        strips = []
        for line in self.lines(self.size)[:height] if width else ():
            segments, length = [], 0
            for text, style in line.render(base, end="", parse_style=self.app.stylesheet.parse_style):
                rich = styles.get(style)
                if rich is None:
                    rich = styles[style] = (base + style).rich_style
                segments.append(Segment(text, rich))
                length += cell_len(text)
            strips.append(Strip(segments, length).adjust_cell_length(width, base.rich_style))
        return strips
