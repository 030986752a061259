"""The line of a control with arrows: ``bias b      ◂ 0.5 ▸``."""

from __future__ import annotations

from textual.content import Content

from tutor.ui.widgets.notation import between, fit, fit_right, visible, wrap

FOCUS_MARK = "›"
_ARROWS = 4


def stepped_lines(label: str, value: str, value_width: int, width: int, focused: bool, editing: bool) -> list[Content]:
    """The line, ``width`` cells wide, with the value between its arrows at the right end, or below the label if that
    leaves no room.
    """
    one_line = needed_width(label, value_width) <= width
    room = value_width if one_line else min(value_width, width - _ARROWS)
    text = fit_right(visible(value), max(room, len(value)))
    if len(text) + _ARROWS > width:
        # The word is more important than its arrows.
        right = Content.styled(fit(text, width), "bold reverse" if focused else "bold")
    elif editing:
        right = Content.assemble("  ", (text, "bold underline"), ("▏", "bold"), " ")
    else:
        right = Content.assemble(
            ("◂ ", "$text-accent"), (text, "bold reverse" if focused else "bold"), (" ▸", "$text-accent")
        )
    names = [visible(label)] if one_line else wrap(label, max(1, width - 1))
    marks = [FOCUS_MARK if focused else " ", *(" " for _ in names[1:])]
    lines = [
        Content.assemble((mark, "bold $text-accent"), (name, "bold" if focused else ""))
        for mark, name in zip(marks, names, strict=True)
    ]
    return [between(lines[0], right, width)] if one_line else [*lines, between(Content(""), right, width)]


def arrow_at(x: int, width: int, value_width: int) -> int:
    """The meaning of a click at ``x``: −1 on the left arrow, +1 on the right one, 0 elsewhere."""
    if x >= width - 2:
        return 1
    return -1 if width - value_width - 4 <= x < width - value_width - 2 else 0


def needed_width(label: str, value_width: int) -> int:
    """The width at which nothing is cut."""
    return 1 + len(visible(label)) + 1 + value_width + _ARROWS
