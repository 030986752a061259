"""What a lab's panel shows: pictures on its stage, groups, and what it cannot follow without being made anew."""

from __future__ import annotations

from tutor.labs.kit.contract import Lab
from tutor.labs.kit.controls import GridControl
from tutor.ui.widgets.registry import is_on_stage


def staged_names(lab: Lab, show: tuple[str, ...]) -> tuple[str, ...]:
    """What a step shows on its stage, in the order of its lesson."""
    controls = {control.name: control for control in lab.value_controls()}
    readouts = set(lab.readout_names())

    def belongs(name: str) -> bool:
        return is_on_stage(controls[name]) if name in controls else name in readouts and is_on_stage(lab.read(name))

    return tuple(name for name in show if lab.in_use(name) and belongs(name))


def made_for(lab: Lab, show: tuple[str, ...]) -> object:
    """What a panel cannot follow: the drawings to draw on, and which names are in use."""
    drawings = tuple(control for control in lab.controls() if isinstance(control, GridControl))
    return drawings, tuple(map(lab.in_use, show or lab.overview()))


def shown_groups(lab: Lab, show: tuple[str, ...], staged: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """The headings and the names below them, without what is on the stage; what is in no group comes last."""
    show = tuple(name for name in show or lab.overview() if name not in staged and lab.in_use(name))
    groups = [(g.title, tuple(n for n in g.names if n in show)) for g in lab.groups()]
    grouped = {n for _, names in groups for n in names}
    known = (*(c.name for c in lab.controls()), *lab.readout_names())
    rest = tuple(n for n in known if n in show and n not in grouped)
    return [(title, names) for title, names in (*groups, (lab.title, rest)) if names]
