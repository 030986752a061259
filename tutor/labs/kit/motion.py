"""Motion: a lab that goes on by itself, one frame after the other, each a step that a learner can take by hand."""

from __future__ import annotations

from collections.abc import Container

from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import NumberControl


def motions_shown(lab: Lab, shown: Container[str]) -> tuple[str, ...]:
    """The lab's motions among the names ``shown``."""
    return tuple(name for name in lab.motions() if name in shown)


def next_value(lab: Lab, name: str) -> float | None:
    """What the number ``name`` is in the next frame; None for an action, and where the number has reached its end."""
    control = lab.control(name)
    if not isinstance(control, NumberControl):
        return None
    value = lab.number(name)
    following = control.stepped(value, 1)
    return following if following > value else None


def first_value(lab: Lab, name: str) -> float | None:
    """Where a number that has reached its end begins again; None for an action, and for a number on its way."""
    control = lab.control(name)
    if not isinstance(control, NumberControl):
        return None
    return control.low if next_value(lab, name) is None else None
