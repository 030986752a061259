"""Which of the studio's names have a meaning for the data and the network that it has now."""

from __future__ import annotations

from tutor.engine.sequence_layers import MultiHeadAttention
from tutor.labs.kit.through import has_layers_between
from tutor.labs.studio.drawing_controls import is_centred, picture_side
from tutor.labs.studio.drawing_view import OF_DRAWINGS
from tutor.labs.studio.machine import Machine
from tutor.labs.studio.map_view import MAP_NAMES
from tutor.labs.studio.maps import why_no_map
from tutor.labs.studio.text_view import NO_TEXT, OF_ATTENTION, OF_TEXTS
from tutor.studio.experiment import PICTURES
from tutor.studio.problem import problem_of

OF_POINTS = frozenset({"count", "noise", "features", "class", "set", "set_other", "unset"})
"""Controls of points that are drawn, or set by hand."""
OF_SPLIT = frozenset({"test", "draw"})
"""Controls of which rows are held out; the shipped pictures have their own split."""
MOST_CONFUSED = 100
"""Classes, or tokens, beyond which a table of confusions says nothing."""
OF_PLANE = frozenset({"point", "axes", "shown"})
"""Where there is a plane to see the rows on."""


def has_meaning(name: str, machine: Machine) -> bool:
    """Whether a control, an action or a readout has one: only a network for pictures is asked about a drawing."""
    data = machine.experiment.data
    problem = problem_of(data)
    if name in OF_TEXTS:
        return problem.text is not None and (name != "known" or problem.text.is_list)
    if name in OF_ATTENTION:
        return any(isinstance(layer, MultiHeadAttention) for layer in machine.spec.layers)
    if name in NO_TEXT and problem.text is not None:
        return False
    if name == "confusion":
        return len(problem.classes or ()) <= MOST_CONFUSED
    if name in MAP_NAMES:
        return not why_no_map(machine)
    if name in OF_POINTS:
        return data.is_plane
    if name in OF_SPLIT:
        return data.name not in PICTURES
    if name in OF_PLANE:
        return problem.plane is not None
    if name == "answer_class":
        return problem.plane is not None and machine.spec.output_size > 2
    if name == "centre" and not is_centred(data):
        return False
    if name == "drawn_through" and not has_layers_between(machine.spec):
        return False
    return name not in OF_DRAWINGS or bool(picture_side(problem))
