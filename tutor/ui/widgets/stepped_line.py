"""The line of a control that arrows change: ``bias b      ◂ 0.5 ▸``."""

from __future__ import annotations

from textual.content import Content

from tutor.ui.widgets.notation import between, fit_right, visible

FOCUS_MARK = "›"


def stepped_line(label: str, value: str, value_width: int, width: int, focused: bool, editing: bool) -> Content:
    """The line, ``width`` cells wide; the value between its arrows at the right end."""
    value = fit_right(visible(value), max(value_width, len(value) if editing else 0))
    if editing:
        right = Content.assemble("  ", (value, "bold underline"), ("▏", "bold"), " ")
    else:
        right = Content.assemble(
            ("◂ ", "$text-accent"), (value, "bold reverse" if focused else "bold"), (" ▸", "$text-accent")
        )
    left = Content.assemble(
        (FOCUS_MARK if focused else " ", "bold $text-accent"), (visible(label), "bold" if focused else "")
    )
    return between(left, right, width)


def arrow_at(x: int, width: int, value_width: int) -> int:
    """What a click at ``x`` means: −1 on the left arrow, +1 on the right one, 0 elsewhere."""
    if x >= width - 2:
        return 1
    return -1 if width - value_width - 4 <= x < width - value_width - 2 else 0


def needed_width(label: str, value_width: int) -> int:
    """The width at which nothing of the line is cut."""
    return 1 + len(visible(label)) + 1 + value_width + 4
