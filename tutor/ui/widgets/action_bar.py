"""The actions of a group as a few lines of ``[p] play`` that wrap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive

from tutor.labs.kit.controls import ActionControl
from tutor.ui.widgets.fields.stepped_line import FOCUS_MARK
from tutor.ui.widgets.lab_view import Extent, LabView
from tutor.ui.widgets.notation import visible, wrap

_GAP = 2
_INDENT = 5
"""The cells before a label: the mark, the key between brackets, a blank."""


def action_text(action: ActionControl) -> str:
    """``[p] play``, or ``[W]↑`` with a sign as its label, or ``[·] play`` without a key."""
    return f"[{action.key or '·'}]{_space(action)}{visible(action.label)}"


def _words(action: ActionControl, width: int) -> list[str]:
    """Its label, wrapped to the room after its key."""
    return wrap(action.label, max(1, width - _INDENT))


def _space(action: ActionControl) -> str:
    return " " if len(action.label) > 1 else ""


class ActionBar(LabView, can_focus=True):
    """Several actions. The arrows choose one; enter or a click presses it. The panel handles their letters."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "choose(-1)", "one back"),
        Binding("right", "choose(1)", "one on"),
        Binding("up", "choose(-1)", show=False),
        Binding("down", "choose(1)", show=False),
        Binding("enter,space", "press_chosen", "press"),
    ]

    chosen: reactive[int] = reactive(0)

    class Pressed(Message):
        """An action was pressed."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action
            """Its name in the lab."""

    def __init__(self, actions: Sequence[ActionControl]) -> None:
        super().__init__()
        self.actions = tuple(actions)

    @property
    def help_text(self) -> str:
        """A sentence about the chosen action."""
        action = self.actions[self.chosen]
        return f"{action.label}: {action.help}" if action.help else action.label

    def places(self, width: int) -> list[tuple[int, int]]:
        """The (column, line) where each action begins, in ``width`` cells."""
        places = []
        x = y = 0
        for action in self.actions:
            long = len(action_text(action))
            if x and x + long + 1 > width:
                x, y = 0, y + 1
            places.append((x, y))
            x += long + _GAP
            # An action that is too long for a line gets separate lines.
            y += len(_words(action, width)) - 1
        return places

    def extent(self, width: int) -> Extent:
        """As many lines as they wrap to."""
        height = self.places(width)[-1][1] + len(_words(self.actions[-1], width))
        return Extent(min(width, 1 + max(len(action_text(a)) for a in self.actions)), height, height)

    def lines(self, size: Size) -> list[Content]:
        """The actions, each indented by a cell for the focus mark."""
        parts: list[list[Content]] = [[] for _ in range(self.extent(size.width).height)]
        for number, (action, (_, y)) in enumerate(zip(self.actions, self.places(size.width), strict=True)):
            here = self.has_focus and number == self.chosen
            key = Content.styled(f"[{action.key or '·'}]", "bold $text-accent")
            first, *more = (Content.styled(line, "bold reverse" if here else "") for line in _words(action, size.width))
            parts[y].append(
                Content.assemble((FOCUS_MARK if here else " ", "bold $text-accent"), key, _space(action), first)
            )
            for further, line in enumerate(more, y + 1):
                parts[further].append(Content(" " * _INDENT) + line)
        return [Content(" " * (_GAP - 1)).join(line) for line in parts]

    def on_click(self, event: events.Click) -> None:
        """Press what was clicked."""
        for number, (x, y) in enumerate(self.places(self.size.width)):
            if y == event.y and x < event.x <= x + len(action_text(self.actions[number])):
                self.chosen = number
                self.action_press_chosen()

    def action_choose(self, direction: int) -> None:
        """Choose the next (+1) or the previous one (−1)."""
        self.chosen = (self.chosen + direction) % len(self.actions)

    def action_press_chosen(self) -> None:
        """Press the chosen one."""
        self.post_message(self.Pressed(self.actions[self.chosen].name))
