"""One recurrent unit on paper: a state handed on, its gradients back, powers of a weight, a cell, a gradient cut."""

from __future__ import annotations

import numpy as np

from tutor.engine.derivations.cells import Cells, constant, ln, power, sqrt, stacked
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.readouts import Edge, Node
from tutor.labs.kit.sheet import Sheet

PLACES, STATES = ("x1", "x2", "x3"), ("h1", "h2", "h3")
FARTHEST, DRAWN = 30, 61
BACK = "k places back"
Drawn = tuple[Node, Cells | None, Cells | None]


def fill_one_unit(sheet: Sheet) -> None:
    """h = tanh(u·x + w·h before) at three places; then the gradients of h3 by each number, from the last to the first.

    The weights are the same at each place, so that their gradients are sums over the places.
    """
    x, u, w, last = sheet["x"], sheet["u"], sheet["w"], len(STATES)
    for t in range(1, last + 1):
        read = u * x[t - 1]
        sheet.let(f"z{t}", read + w * sheet[f"h{t - 1}"] if t > 1 else read, "u·x + w·h" if t > 1 else "u·x")
        sheet.let(f"h{t}", sheet.activated("tanh", f"z{t}"))
    zs, h = ([sheet[f"{part}{t}"] for t in range(1, last + 1)] for part in ("z", "h"))
    sheet.vector("z", "z = u·x + w·h before", tuple(f"z{t}" for t in range(1, last + 1)), stacked(zs))
    sheet.vector("h", "state h = tanh(z)", STATES, stacked(h))
    sheet.vector("later", "states after the first", STATES[1:], stacked(h[1:]))
    sheet.let(f"∂h{last}", constant(1.0), "1: the loss is h3 itself")
    for t in range(last, 0, -1):
        slope = sheet.let(f"slope{t}", 1.0 - h[t - 1] * h[t - 1], "1 − h·h")
        dz = sheet.let(f"∂z{t}", sheet[f"∂h{t}"] * slope, "∂h·(1 − h·h)")
        if t > 1:
            sheet.let(f"∂h{t - 1}", dz * w, "∂z·w")
    slopes, dzs, dh = ([sheet[f"{part}{t}"] for t in range(1, last + 1)] for part in ("slope", "∂z", "∂h"))
    sheet.vector("slopes", "slope 1 − h²", STATES, stacked(slopes))
    sheet.vector("dh_before", "∂h before the last place", STATES[:-1], stacked(dh[:-1]), digits=5)
    back = sheet.vector("dh", "∂h: how h3 moves with each h", STATES, stacked(dh), digits=5)
    sheet.vector("dz", "∂z", tuple(f"∂z{t}" for t in range(1, last + 1)), stacked(dzs), digits=5)
    parts = stacked(dzs[1:]) * stacked(h[:-1])
    parts = sheet.vector("dw_parts", "part of ∂w from each place", STATES[1:], parts, "∂z·h before", digits=5)
    sheet.number("dw", "∂w, over all places", parts.sum(), "Σ ∂z·h before", digits=5)
    _draw_unrolled(sheet, "unrolled", "from place to place", back=False)
    _draw_unrolled(sheet, "unrolled_back", "∂h below each h: from the last place back", back=True)
    sheet.bars("dh_bars", "∂h by place", [(BarPanel("∂h", STATES, high=1.0, digits=4), back)])


def _draw_unrolled(sheet: Sheet, name: str, label: str, *, back: bool) -> None:
    """The unit once for each place: what it reads beside the state before, both leading to the next state."""
    last = len(STATES)
    columns: list[list[Drawn]] = []
    edges: list[tuple[Edge, Cells | None, Cells | None]] = []
    for t in range(last + 1):
        column: list[Drawn] = []
        if t:
            column.append((Node(f"h{t}"), sheet[f"h{t}"], sheet[f"∂h{t}"] if back else None))
        if t < last:
            column.append((Node(f"x{t + 1}"), sheet["x"][t], None))
            edges.append((Edge(f"x{t + 1}", f"h{t + 1}"), sheet["u"], None))
            if t:
                edges.append((Edge(f"h{t}", f"h{t + 1}"), sheet["w"], None))
        columns.append(column)
    # With more digits not all places are seen at 80 columns.
    sheet.graph(name, label, columns, edges, digits=2 if back else 3)


def fill_far_back(sheet: Sheet) -> None:
    """What is left of a gradient many places back: w^k for a unit at rest, f^k for a cell; on a logarithmic axis."""
    w, f, k = sheet["w"], sheet["f"], sheet["back"]
    sheet.number("left_of_state", "w^k: left of ∂h", power(w, k), "w^k", digits=7)
    sheet.number("left_of_cell", "f^k: left of ∂c", power(f, k), "f^k", digits=7)
    steps = sheet.give("all k", np.arange(FARTHEST + 1.0))
    ten = ln(constant(10.0))
    by_w = sheet.let("log of w^k", steps * ln(w) / ten, "k·ln(w) / ln(10)")
    by_f = sheet.let("log of f^k", steps * ln(f) / ten, "k·ln(f) / ln(10)")
    all_left = constant(np.zeros(FARTHEST + 1))
    # The line of 1 keeps the axis as it is while another is covered.
    lines = {"∂h by w": by_w, "w = 1": all_left}
    tells = {"∂h by w": (("left_of_state",), 1)}
    sheet.curve("fading", "log₁₀ of what is left of ∂h", BACK, steps, lines, tells=tells, low=-9.0, high=1.0)
    lines, tells = {"∂h by w": by_w, "∂c by f": by_f}, {"∂c by f": (("left_of_cell",), 1)}
    sheet.curve("keeping", "log₁₀ of what is left", BACK, steps, lines, tells=tells, low=-9.0, high=1.0)


def fill_cell(sheet: Sheet) -> None:
    """One step of an LSTM's cell with the gates as given: c = f·c before + i·g, h = o·tanh(c)."""
    f, i, g, o, before = (sheet[name] for name in ("f", "i", "g", "o", "before"))
    kept = sheet.number("kept", "kept: f·c before", f * before, "f·c before", digits=4)
    written = sheet.number("written", "written: i·g", i * g, "i·g", digits=4)
    c = sheet.number("c", "new cell c", kept + written, "kept + written", digits=4)
    squashed = sheet.let("tanh of c", sheet.activated("tanh", "c"))
    sheet.number("shown", "state h = o·tanh(c)", o * squashed, "o·tanh(c)", digits=4)
    columns: list[list[Drawn]] = [[(Node("c before"), before, None), (Node("g"), g, None)], [(Node("c"), c, None)]]
    edges = [(Edge("c before", "c"), f, None), (Edge("g", "c"), i, None)]
    sheet.graph("cell_graph", "the cell at one place: f keeps, i writes", columns, edges, digits=3)


def fill_clipping(sheet: Sheet) -> None:
    """A gradient of two numbers cut to a length, as ``clipnorm`` does, and number by number, as ``clipvalue`` does."""
    gradient, most = sheet["gradient"], sheet["clipnorm"]
    norm = sheet.number(
        "norm", "length of the gradient", sqrt((gradient * gradient).sum()), "√(g1·g1 + g2·g2)", digits=4
    )
    longer = norm.number > most.number
    factor = sheet.number(
        "factor", "multiplied by", most / norm if longer else constant(1.0),
        "clipnorm / length" if longer else "1: it is not too long", digits=4,
    )  # fmt: skip
    clipped = sheet.vector("clipped", "cut to length", ("1", "2"), gradient * factor, "g·factor", digits=4)
    limited = stacked([_limited(gradient[n], most) for n in range(2)])
    said = tuple("g" if abs(v) <= most.number else "±clipvalue" for v in gradient.values.tolist())
    limits = sheet.vector("limited", "cut number by number", ("1", "2"), limited, lambda i: said[i], digits=4)
    arrows = {"gradient": gradient, "cut to length": clipped}
    tells = {"cut to length": (("clipped",), 1)}
    sheet.arrows("cut", "a gradient, and what is left of it", ("1", "2"), arrows, tells)
    both = {"gradient": gradient, "cut to length": clipped, "number by number": limits}
    sheet.arrows("cuts", "cut to length, and number by number", ("1", "2"), both, tells)


def _limited(number: Cells, most: Cells) -> Cells:
    if abs(number.number) <= most.number:
        return number
    return most if number.number > 0 else -most


def fill_cost(sheet: Sheet) -> None:
    """What has to be kept after so many letters: the cell and the state, or the keys and values of every place."""
    units, letters, two = sheet["units"], sheet["letters"], constant(2.0)
    state = sheet.let("kept by the LSTM", two * units, "2·units: c and h")
    cache = sheet.let("kept by attention", two * units * letters, "2·units·letters: a key and a value each")
    sides = ("LSTM", "attention")
    sheet.vector("memory", "numbers kept for the next letter", sides, stacked([state, cache]), digits=0)
    read = sheet.give("so many letters", np.linspace(1.0, max(2.0, letters.number), DRAWN))
    ten = ln(constant(10.0))
    lines = {
        "LSTM": sheet.let("log kept by the LSTM", ln(two * units + 0.0 * read) / ten, "ln(2·units) / ln(10)"),
        "attention": sheet.let("log kept by attention", ln(two * units * read) / ten, "ln(2·units·letters) / ln(10)"),
    }
    tells = {"LSTM": (("memory",), 0)}
    sheet.curve("memory_curve", "log₁₀ of the numbers kept", "letters read", read, lines, tells=tells, low=0.0)
    waits = stacked([letters, constant(1.0)])
    told = ("letters: each waits for the one before", "1: all places at once")
    sheet.vector("waits", "steps one after the other to learn from them", sides, waits, lambda i: told[i], digits=0)
