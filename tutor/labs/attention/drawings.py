"""Pictures of attention: who looks at whom, arrows of queries, keys and values, and what comes back."""

from __future__ import annotations

import numpy as np

from tutor.engine.derivations.cells import Cells, constant, sum_of
from tutor.labs.attention.backward import saturation
from tutor.labs.attention.forward import Seen, Settings
from tutor.labs.attention.words import FEATURES, PLACES, TOKENS
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.places import Index
from tutor.labs.kit.readouts import MASKED, Curve, Edge, Node, Picture, Series, Tile
from tutor.labs.kit.sheet import Sheet, Telling

FACTORS = np.linspace(0.0, 10.0, 101)
KNOWN = 11
"""The factors up to 1, at which it is now."""
AXES = ("first number", "second number")


def draw_forward(sheet: Sheet, settings: Settings) -> None:
    """Words and their mean; heat maps of scores and weights; arrows between words and in the plane."""
    row = settings.row
    everyone = np.ones_like(settings.seen)
    _map(sheet, "score_map", "scores q · k: rows look", "scores", everyone, signed=True)
    _map(sheet, "masked_map", "scores for the softmax", "scaled", settings.seen, signed=True)
    weights_map(sheet, "attention", "who looks at whom: each row makes 1", "weights", settings.seen)
    _draw_looks(sheet, settings.seen)
    q, k, v = (sheet[name] for name in "qkv")
    words = {f"k {word}": k[i] for i, word in enumerate(TOKENS)}
    arrows = {f"q {TOKENS[row]}": q[row]} | words
    sheet.arrows("plane", f"{TOKENS[row]}'s query and all keys", AXES, arrows)
    _draw_sum(sheet, settings, v)
    _draw_making(sheet, row)
    x = sheet["x"]
    panels = [(BarPanel(word, FEATURES, low=None), x[i]) for i, word in enumerate(TOKENS)]
    mean = BarPanel("mean of those before", FEATURES, low=None), sheet["average"]
    sheet.bars("in_bars", "the words, and a fixed mean", [*panels[: max(1, row)], panels[row], mean])
    shares = BarPanel("weights", TOKENS, high=1.0), sheet["weights"][row]
    sheet.bars(
        "row_bars", f"{TOKENS[row]} looks", [(BarPanel("scores", TOKENS, low=None), sheet["scores"][row]), shares]
    )


def draw_backward(sheet: Sheet, settings: Settings) -> None:
    """From the output to the values and weights; from the weights through the softmax; what a long query does."""
    row, v, out, missed = settings.row, sheet["v"], sheet["out"][settings.row], sheet["d_out"]
    weights, d_weights, d_v = sheet["weights"][row], sheet["d_weights"], sheet["d_v"]
    outputs = tuple(f"o{place}" for place in PLACES)
    columns = [
        [(Node(word), weights[i], d_weights[i]) for i, word in enumerate(TOKENS)],
        [(Node(name), out[j], missed[j]) for j, name in enumerate(outputs)],
    ]
    pairs = [(i, word, j, name) for i, word in enumerate(TOKENS) for j, name in enumerate(outputs)]
    forward = [(Edge(word, name), v[i, j], None) for i, word, j, name in pairs]
    back = [(Edge(word, name), v[i, j], d_v[i, j]) for i, word, j, name in pairs]
    sheet.graph(
        "ways", "weights, along v to o", [[(node, cells, None) for node, cells, _ in c] for c in columns], forward, 3
    )
    sheet.graph("ways_back", "back along v: ∂v on the lines", columns, back, 3)
    panels = (
        (BarPanel("weights", TOKENS, high=1.0), weights),
        (BarPanel("∂weights", TOKENS, low=None), d_weights),
        (BarPanel("∂scores", TOKENS, low=None), sheet["d_scores"]),
    )
    sheet.bars("through", "back through the softmax", panels)
    for name, label, of, columns_of in (
        ("keys_back", "∂k: what comes back to each key", "d_k", PLACES),
        ("words_back", "∂x: what comes back to each word", "d_x", FEATURES),
    ):
        _map(sheet, name, label, of, np.ones(sheet[of].values.shape, dtype=bool), signed=True, columns=columns_of)
    sheet.show("saturating", lambda: _saturating(sheet, settings))


def weights_map(sheet: Sheet, name: str, label: str, of: str, seen: Seen) -> None:
    """The table ``of`` of weights as a heat map."""
    _map(sheet, name, label, of, seen, signed=False)


def _map(
    sheet: Sheet, name: str, label: str, of: str, seen: Seen, *, signed: bool, columns: tuple[str, ...] = TOKENS
) -> None:
    """A table (words, columns) as a heat map with its numbers; what a mask leaves out is marked as such."""

    def made() -> Picture:
        values = sheet[of].values
        rows = tuple(
            tuple(value if seen[i, j] else MASKED for j, value in enumerate(row))
            for i, row in enumerate(values.tolist())
        )
        most = float(np.abs(values[seen]).max()) or 1.0 if signed else 1.0
        return Picture(
            name, label, (Tile("", rows),), low=-most if signed else 0.0, high=most, signed=signed,
            digits=2, row_labels=TOKENS, column_labels=columns, numbered=True,
        )  # fmt: skip

    def named(at: Index) -> tuple[str, Index]:
        return sheet.cell_of(of, at)

    sheet.show(name, made, named)


def _draw_looks(sheet: Sheet, seen: Seen) -> None:
    """Lines from the words that are looked at to those that look, as thick as the weight is large: the sum of the
    second numbers.
    """
    lookers = tuple(f"{word} looks" for word in TOKENS)
    weights, last = sheet["weights"], len(PLACES) - 1
    columns = [
        [(Node(word), sheet[of][i, last], None) for i, word in enumerate(names)]
        for of, names in (("v", TOKENS), ("out", lookers))
    ]
    edges = [(Edge(TOKENS[j], lookers[i]), weights[i, j], None) for i, j in np.argwhere(seen).tolist()]
    sheet.graph("looks", "second numbers: v, weights, o", columns, edges, 2)


def _draw_making(sheet: Sheet, row: int) -> None:
    """How the word in hand makes its key."""
    inputs = [(Node(of), sheet["x"][row, i], None) for i, of in enumerate(FEATURES)]
    key = [(Node(f"k{place}"), sheet["k"][row, j], None) for j, place in enumerate(PLACES)]
    edges = [
        (Edge(of, f"k{place}"), sheet["Wk"][i, j], None)
        for i, of in enumerate(FEATURES)
        for j, place in enumerate(PLACES)
    ]
    sheet.graph("making", f"{TOKENS[row]}: from x to its key, by Wk", [inputs, key], edges, 3)


def _draw_sum(sheet: Sheet, settings: Settings, v: Cells) -> None:
    """The values of the words that are seen, each times its weight, one after the other; they end at the output."""
    row = settings.row
    seen = [(i, word) for i, word in enumerate(TOKENS) if settings.seen[row, i]]
    weighted = sheet.let("weighted", sheet["weights"][row].reshaped((len(TOKENS), 1)) * v, "weight·v")
    reached = [
        constant(np.zeros(len(PLACES))),
        *(sum_of([weighted[i] for i in range(n + 1)]) for n in range(len(TOKENS))),
    ]
    ways = {f"{word}'s part": (reached[i], reached[i + 1]) for i, word in seen}
    tips = {f"v {word}": v[i] for i, word in seen} | {"o": sheet["out"][row]}
    covered: dict[str, Telling] = dict.fromkeys([*ways, "o"], (("row_out", "out"), 0))
    sheet.arrows("summed", "values, and their parts in o", AXES, tips, covered, ways, compared=False)
    sheet.matrix("parts", f"weight·v for {TOKENS[row]}", TOKENS, PLACES, weighted, digits=3)


def _saturating(sheet: Sheet, settings: Settings) -> Curve:
    """The largest gradient of a score as the query gets longer."""
    xs, ys = FACTORS, saturation(sheet, settings, FACTORS)
    line = Series("largest ∂score", tuple(xs.tolist()), tuple(ys.tolist()), tells=("d_size",), known=KNOWN)
    now = float(np.abs(sheet["d_scores"].values).max())
    return Curve("saturating", "largest ∂score", "times as long a query", (line,), low=0.0, marker=(1.0, now))
