"""A cursor on a curve: it has the focus while it reads, and goes from point to point over the x axis."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_left, bisect_right
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive

from tutor.course.words.curve_reading import places_to_read
from tutor.labs.kit.readouts import Curve
from tutor.language.catalogue import N_, _
from tutor.ui.widgets.readouts.readout_view import ReadoutView
from tutor.ui.widgets.remark import Remark

JUMPS = 10
"""So many jumps lead from one end of the axis to the other."""
HOW = N_("← → move, shift: further, home end; enter: back to this moment of a run; C goes on, escape leaves.")


class CurveCursor(ReadoutView[Curve]):
    """The view of a curve that can be read: ``at`` is the place of its cursor, None without one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave_cursor", "Leave curve"),
        Binding("enter", "take", show=False),
        Binding("left", "go(-1)", show=False),
        Binding("right", "go(1)", show=False),
        Binding("shift+left", "jump(-1)", show=False),
        Binding("shift+right", "jump(1)", show=False),
        Binding("pageup", "jump(-1)", show=False),
        Binding("pagedown", "jump(1)", show=False),
        Binding("home", "end(-1)", show=False),
        Binding("end", "end(1)", show=False),
    ]

    at: reactive[float | None] = reactive[float | None](None, init=False)

    class Left(Message):
        """The learner has left the cursor."""

    class Clicked(Message):
        """The learner wants to read at a place of this curve."""

        def __init__(self, view: CurveCursor, x: float) -> None:
            super().__init__()
            self.view, self.x = view, x

    class Taken(Message):
        """The learner wants the moment under the cursor to be shown."""

        def __init__(self, view: CurveCursor, x: float) -> None:
            super().__init__()
            self.view, self.x = view, x

    @property
    def places(self) -> tuple[float, ...]:
        """The places where there is something to read, from the left."""
        return () if self.covered else places_to_read(self.data)

    @abstractmethod
    def x_under(self, event: events.MouseEvent) -> float | None:
        """The place of the x axis under the mouse; None beside the picture."""

    def begin_reading(self, near: float | None = None) -> None:
        """Show the cursor at the place next to ``near``, else where it is, at the mark, or at the last place."""
        places = self.places
        if not places:
            return
        self.can_focus = True
        self.focus()
        marker = self.data.marker
        if near is not None or self.at is None:
            start = near if near is not None else marker[0] if marker is not None else places[-1]
            self.at = min(places, key=lambda place: abs(place - start))
        self.post_message(Remark(_(HOW)))

    def stop_reading(self) -> None:
        """Remove the cursor."""
        self.at = None
        self.can_focus = False

    def watch_at(self) -> None:
        """Repaint."""
        self.refresh()

    def on_blur(self) -> None:
        """Remove the cursor if another widget has the focus; not if the window has lost it."""
        super().on_blur()
        if self.is_attached and self.app.app_focus and self.screen.focused is not self:
            self.stop_reading()

    def on_click(self, event: events.Click) -> None:
        """Read where the mouse is."""
        x = self.x_under(event)
        if x is not None and self.places:
            event.stop()
            self.post_message(self.Clicked(self, x))

    def action_leave_cursor(self) -> None:
        """Remove the cursor and say so."""
        self.post_message(self.Left())

    def action_take(self) -> None:
        """Ask for the moment under the cursor."""
        if self.at is not None:
            self.post_message(self.Taken(self, self.at))

    def action_go(self, direction: int) -> None:
        """Go to the next place on the left or on the right."""
        places, at = self.places, self.at
        if not places or at is None:
            return
        i = bisect_right(places, at) if direction > 0 else bisect_left(places, at) - 1
        self.at = places[min(max(i, 0), len(places) - 1)]

    def action_jump(self, direction: int) -> None:
        """Go by a tenth of the axis, at least to the next place."""
        places, at = self.places, self.at
        if not places or at is None:
            return
        aim = at + direction * (places[-1] - places[0]) / JUMPS
        nearest = min(places, key=lambda place: abs(place - aim))
        if (nearest - at) * direction > 0:
            self.at = nearest
        else:
            self.action_go(direction)

    def action_end(self, direction: int) -> None:
        """Go to the first place or to the last."""
        places = self.places
        if places:
            self.at = places[0] if direction < 0 else places[-1]
