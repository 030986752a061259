"""The base class of views: frozen data in, lines out, a repaint only when the data changes."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive

from tutor.labs.kit.readouts import Readout
from tutor.language.catalogue import _
from tutor.ui.terminal.characters import draws_plainly
from tutor.ui.widgets.lab_view import Extent, LabView
from tutor.ui.widgets.notation import COVERED, heading, visible

R = TypeVar("R", bound=Readout)

_WIDEST_NAME = 32
"""The label of a covered picture is not broken into shorter lines than this to stand beside one that is seen."""


class ReadoutView(LabView, Generic[R]):
    """The view of one readout. ``covered`` hides its numbers."""

    takes_long: ClassVar[bool] = False
    """Whether drawing takes milliseconds, so that it is drawn less often while the lab is busy."""

    readout: reactive[Readout | None] = reactive[Readout | None](None, init=False)
    covered: reactive[bool] = reactive(False, init=False)
    numbers: reactive[bool] = reactive(False, init=False)
    """Whether a picture shows its numbers instead; other kinds always do."""

    def __init__(self, readout: R, covered: bool = False) -> None:
        super().__init__()
        self._extents: dict[int, Extent] = {}
        self._extents_of: tuple[Readout | None, object] | None = None
        self._last_extent: tuple[Readout, object, Extent] | None = None
        self.set_reactive(ReadoutView.readout, readout)
        self.set_reactive(ReadoutView.covered, covered)

    @property
    def is_picture(self) -> bool:
        """Whether it shows colours or shades, and numbers instead with ``numbers``."""
        return False

    @property
    def is_framed(self) -> bool:
        """Whether it is covered as a whole, so that there is an empty frame in its place."""
        return self.covered and self.takes_long

    def stage_extent(self, width: int) -> Extent:
        """Its label and a line while it is covered as a whole: it gets its room when it is seen.

        Kept, because every layout tries the same widths several times over.
        """
        given = (self.covered, self.numbers, self.staged, self._looks())
        if self._extents_of is None or self._extents_of[0] is not self.readout or self._extents_of[1] != given:
            self._extents_of, self._extents = (self.readout, given), {}
        if width not in self._extents:
            self._extents[width] = self._new_stage_extent(width)
        return self._extents[width]

    def _looks(self) -> object:
        """What the terminal can show: a scale in characters has another width than one in colours."""
        if not self.is_attached:
            return None
        app = self.app
        return app.current_theme.dark, app.no_color, app.console.color_system, draws_plainly(self)

    def _new_stage_extent(self, width: int) -> Extent:
        extent = self.extent(width)
        if not self.is_framed:
            return extent
        height = len(heading(self.data.label, width)) + 1
        named = min(cell_len(visible(self.data.label)), _WIDEST_NAME) + 1
        # It fills nothing: the pictures that are seen decide what stands beside what.
        return Extent(max(extent.width, named, len(_(COVERED))), height, height, fills=1)

    @property
    def data(self) -> R:
        """The readout, with this view's type."""
        return self.readout  # type: ignore[return-value]

    def watch_readout(self, before: Readout | None, now: Readout | None) -> None:
        """Request a new layout if the size it needs has changed."""
        if before is None or now is None or not self.is_mounted:
            return
        width = self.size.width
        given = (width, self.covered, self.numbers, self.staged, self._looks())
        if self._last_extent is not None and self._last_extent[0] is before and self._last_extent[1] == given:
            had = self._last_extent[2]
        else:
            self.set_reactive(ReadoutView.readout, before)
            had = self.extent(width)
            self.set_reactive(ReadoutView.readout, now)
        has = self.extent(width)
        self._last_extent = (now, given, has)
        if has != had:
            self.refresh(layout=True)

    def watch_covered(self) -> None:
        """Request a new layout, since an uncovered readout may need more room."""
        if self.is_mounted:
            self.refresh(layout=True)

    def watch_numbers(self) -> None:
        """Request a new layout, since a table needs more room than a picture."""
        if self.is_mounted:
            self.refresh(layout=True)


def empty_frame(width: int, height: int, words: str = "") -> list[Content]:
    """A frame with a few words in the middle, for a picture that is empty; or covered, without words."""
    words = words or _(COVERED)
    if height < 3 or width < 4:
        return [Content.styled(words.center(max(0, width))[: max(0, width)], "dim")]
    inside = [" " * (width - 2)] * (height - 2)
    inside[(height - 3) // 2] = words[: width - 2].center(width - 2)
    frame = [f"┌{'─' * (width - 2)}┐", *(f"│{line}│" for line in inside), f"└{'─' * (width - 2)}┘"]
    return [Content.styled(line, "dim") for line in frame]
