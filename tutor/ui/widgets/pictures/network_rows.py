"""A network with one line per layer: its name, its width, a mark for each unit."""

from __future__ import annotations

import math
from itertools import pairwise

from textual.content import Content

from tutor.labs.kit.readouts import LayerView, Network
from tutor.ui.palette import NEGATIVE, POSITIVE
from tutor.ui.widgets.notation import fit, fit_right, number_text, visible

_POSITIVE = "▁▂▃▄▅▆▇█"
_NEGATIVE = "░▒▓"
_PLAIN_POSITIVE, _PLAIN_NEGATIVE = "12345678", "abc"
_LONGEST_NAME = 12


def unit_mark(value: float, largest: float, plain: bool = False) -> str:
    """One cell for an activation: a block of proportional height; a shade if it is negative.

    If the terminal is ``plain``, a digit from 1 to 8, or a letter from a to c.

    >>> unit_mark(0.0, 1.0), unit_mark(1.0, 1.0), unit_mark(-1.0, 1.0)
    ('▁', '█', '▓')
    """
    if math.isnan(value):
        return "?"
    positive, negative = (_PLAIN_POSITIVE, _PLAIN_NEGATIVE) if plain else (_POSITIVE, _NEGATIVE)
    if largest <= 0:
        return positive[0]
    share = min(1.0, abs(value) / largest)
    marks = negative if value < 0 else positive
    return marks[min(len(marks) - 1, int(share * len(marks)))]


def reduced(values: tuple[float, ...], room: int) -> list[float]:
    """The values, or if there are more than ``room``, the one with the largest absolute value of each part."""
    if len(values) <= room or room <= 0:
        return list(values[: max(0, room)])
    ends = [i * len(values) // room for i in range(room + 1)]
    return [max(values[a:b], key=abs) for a, b in pairwise(ends)]


def network_rows(network: Network, width: int, plain: bool = False) -> list[Content]:
    """A line for each layer, at most ``width`` cells."""
    names = [visible(layer.name) for layer in network.layers]
    name_width = min(_LONGEST_NAME, max((len(n) for n in names), default=0))
    count_width = max((len(str(len(layer.values))) for layer in network.layers), default=1)
    room = width - name_width - count_width - 5
    lines = []
    for name, layer in zip(names, network.layers, strict=True):
        head = f" {fit(name, name_width)} {fit_right(str(len(layer.values)), count_width)} │"
        lines.append(Content.assemble((head, "dim"), *_units(layer, max(0, room), plain)))
    return lines


def _units(layer: LayerView, room: int, plain: bool) -> list[Content]:
    written = "  ".join(
        f"{visible(label)}: {number_text(value, 3)}" for label, value in zip(layer.labels, layer.values, strict=False)
    )
    if layer.labels and len(written) <= room:
        return [Content.styled(written, "bold")]
    largest = max((abs(v) for v in layer.values if v == v), default=0.0)
    units = reduced(layer.values, room)
    parts = [Content.styled(unit_mark(v, largest, plain), NEGATIVE if v < 0 else POSITIVE) for v in units]
    if layer.labels:
        best = visible(layer.labels[max(range(len(layer.values)), key=lambda i: layer.values[i])])
        if len(units) + 3 + len(best) <= room:
            parts.append(Content.assemble("  ", (f"{best} ◂", "bold")))
    return parts
