"""The base class of the widgets for a lab's controls and readouts: their size and their lines."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from time import monotonic
from typing import ClassVar, Self

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
    """The size that a view asks for at some width, in cells.

    ``width`` is the smallest at which nothing is cut, ``height`` the preferred height, ``least`` the minimum. A view
    that ``grows`` takes spare height if it gets at least ``useful`` lines. Views that are ``inline`` (one line, narrow)
    may share a line, and the next view may be to the right of one that ``floats``. On a stage it gets at most ``most``
    lines, if that is not 0, and then fills ``fills`` cells of its width, or all; from ``least``
    on it has a use for ``quantum`` lines more at a time. It may show itself only in ``part``, or reduced.
    """

    width: int
    height: int
    least: int
    grows: bool = False
    useful: int = 0
    inline: bool = False
    floats: bool = False
    most: int = 0
    fills: int = 0
    quantum: int = 1
    part: bool = False


def line_extent(width: int, needed: int, label: str) -> Extent:
    """The extent of a label and its value, which need ``needed`` cells in one line and get ``width``; if those are too
    few, the value goes below the label.
    """
    if needed <= width:
        return Extent(needed, 1, 1, inline=True)
    height = len(heading(label, width)) + 1
    return Extent(needed, height, height)


class LabView(Widget):
    """One control or readout of a lab, drawn as lines of text."""

    DEFAULT_CSS = """
    LabView { width: 1fr; height: auto; }
    """

    ALLOW_SELECT = False

    on_stage: ClassVar[bool] = False
    """Whether a step shows it on its stage: across the width of the lab, as high as there is room."""

    staged: bool = False
    """Whether it is on a stage now."""

    paint_seconds: float = 0.0
    """How long the last painting took, in seconds."""

    _strips: tuple[object, list[Strip]] | None = None
    _painted: tuple[object, list[Content], list[Strip], dict[str | Style, RichStyle]] | None = None
    """The last lines, their strips, and the styles of their pieces: most lines of the next painting are the same."""

    @abstractmethod
    def extent(self, width: int) -> Extent:
        """The size that it asks for at a width of ``width`` cells."""

    def stage_extent(self, width: int) -> Extent:
        """The size that it asks for on a stage."""
        return self.extent(width)

    @abstractmethod
    def lines(self, size: Size) -> list[Content]:
        """The lines at this size."""

    def take_key(self, event: events.Key) -> bool:  # noqa: ARG002
        """Handle a key that is not a binding; true if it was for this view."""
        return False

    async def on_key(self, event: events.Key) -> None:
        """Act at once on the keys of this view and on tab.

        Textual acts on bindings only after a key has travelled up to the app. In a burst of keys, as over a slow
        connection, later keys would be handled before the first is done, by a field that should have lost the focus.
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
        """Show the focus."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that the focus has left."""
        self.refresh()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Request a repaint and drop the painted lines."""
        self._strips = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def render(self) -> Content:
        """All the lines, for code that reads the widget's text."""
        return Content("\n").join(self.lines(self.size))

    def render_line(self, y: int) -> Strip:
        """One painted line.

        Textual's own method gives every piece of text an extra style for selection with the mouse, which triples the
        time for a picture of a thousand pieces.
        """
        key = (self.size, self.visual_style, self.app.theme)
        if self._strips is None or self._strips[0] != key:
            began = monotonic()
            self._strips = (key, self._paint())
            self.paint_seconds = monotonic() - began
        strips = self._strips[1]
        return strips[y] if y < len(strips) else Strip.blank(self.size.width, self.visual_style.rich_style)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The painted lines, filtered.

        Textual's own method makes new strips of them, for borders, padding and tints. A view has none; and a strip that
        is the same as in the last frame remembers what the filters and the cuts at other widgets made of it.
        """
        if not self._is_bare:
            return super().render_lines(crop)
        background = self.background_colors[1]
        strips = [self.render_line(y) for y in crop.line_range]
        for line_filter in self.get_line_filters():
            strips = [strip.apply_filter(line_filter, background) for strip in strips]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    @property
    def _is_bare(self) -> bool:
        """Whether nothing is drawn around the lines or over them."""
        styles = self.styles
        return (
            self.region.size == self.size
            and not any(kind for kind, _ in styles.outline)
            and not styles.tint.a
            and not styles.has_rule("hatch")
            and self.opacity == styles.text_opacity == 1
        )

    def _paint(self) -> list[Strip]:
        """The lines that fit, each padded to the width."""
        width, height = self.size
        base = self.visual_style
        key = (width, base, self.app.theme)
        before, strips_before, styles = list[Content](), list[Strip](), dict[str | Style, RichStyle]()
        if self._painted is not None and self._painted[0] == key:
            _, before, strips_before, styles = self._painted
        lines = self.lines(self.size)[:height] if width else []
        padding = base.rich_style
        strips = []
        for y, line in enumerate(lines):
            if y < len(before) and _same(line, before[y]):
                strips.append(strips_before[y])
                continue
            segments, length = [], 0
            for text, style in _pieces(line):
                rich = styles.get(style)
                if rich is None:
                    rich = styles[style] = self._rich_style(base, style)
                segments.append(Segment(text, rich))
                length += cell_len(text)
            strips.append(Strip(segments, length).adjust_cell_length(width, padding))
        self._painted = (key, lines, strips, styles)
        return strips

    def _rich_style(self, base: Style, style: str | Style) -> RichStyle:
        if not style:
            return base.rich_style
        return (base + self.app.stylesheet.parse_style(style)).rich_style


def _same(line: Content, other: Content) -> bool:
    """Whether two lines are drawn alike; contents are equal already when their texts are."""
    return line is other or (line.plain == other.plain and line.spans == other.spans)


def _pieces(line: Content) -> Iterator[tuple[str, str | Style]]:
    """The line in pieces of one style each; where styles lie over each other, Textual combines them."""
    text, spans = line.plain, line.spans
    if any(before.end > after.start for before, after in pairwise(spans)):
        yield from line.render(end="")
        return
    at = 0
    for start, end, style in spans:
        if start > at:
            yield text[at:start], ""
        if end > start:
            yield text[start:end], style
        at = end
    if at < len(text):
        yield text[at:], ""
