"""The network on one name: states, gates and answers at each place, and the gradients that come back."""

from __future__ import annotations

import numpy as np

from tutor.datasets.texts.vocabulary import NAMES
from tutor.engine.derivations.cells import Cells, constant, ln, power, sqrt
from tutor.engine.sequence_layers import LSTM, SimpleRNN
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.readouts import Tile
from tutor.labs.kit.sheet import Sheet
from tutor.labs.recurrent.network import TIME, TOKENS, twice
from tutor.labs.recurrent.one_unit import BACK
from tutor.labs.sequences.names import pair_counts

FOLLOWERS = 6
"""The letters that are shown of those that may follow, besides the end."""
LETTERS = tuple(NAMES.characters)


def columns_of(name: str) -> tuple[str, ...]:
    """The places by their number and what is read there: ``0.``, ``1m``, ``2a``, …"""
    return tuple(f"{place}{letter}" for place, letter in enumerate(f".{name}"))


def beginnings(name: str) -> tuple[str, ...]:
    """What has been read at each place, and what follows: ``→m``, ``m→a``, ``ma→r``, …"""
    return tuple(f"{name[:place]}→{follows}" for place, follows in enumerate(f"{name}."))


def fill_answers(sheet: Sheet, name: str) -> None:
    """The probability of each letter at each place, and of that which follows."""
    p, tokens = sheet["dense.out"][0], [*NAMES.encode(name).tolist(), 0]
    right = p.viewed((len(tokens),), lambda at: (at[0], tokens[at[0]]))
    costs = sheet.let("−ln p", -ln(right), "−ln(p)")
    sheet.table("by_place", "what follows, and how likely it was", ("read→next", "p", "−ln p"), beginnings(name),
                (right, costs), digits=3)  # fmt: skip
    sheet.number("name_loss", "mean of −ln p over the name", costs.sum() / len(tokens), "Σ −ln p / places", digits=4)
    sheet.picture("answers", "p of the next letter, by place", [(Tile("", ()), p.transposed)],
                  row_labels=LETTERS, column_labels=columns_of(name))  # fmt: skip
    bars = BarPanel("p of what follows", beginnings(name), high=1.0)
    sheet.bars("right_bars", "", [(bars, right)])


def fill_twice(sheet: Sheet, name: str) -> None:
    """What may follow a letter that the name has twice: by pairs, and by the network at both places."""
    places = twice(name)
    begun, letters = tuple(name[:place] for place in places), [name[place - 1] for place in places]
    for which, start in zip(("first", "second"), begun, strict=True):
        sheet.text(f"read_{which}", f"read, the {which} time", start)
    counts = [pair_counts(TIME)[LETTERS.index(letter)] for letter in letters]
    order = np.argsort(-(counts[0] / counts[0].sum() + counts[1] / counts[1].sum()), kind="stable").tolist()
    shown = [0, *[token for token in order if token][:FOLLOWERS]]
    labels = tuple("end" if token == 0 else LETTERS[token] for token in shown)

    def of(cells: Cells) -> Cells:
        return cells.viewed((len(shown),), lambda at: (shown[at[0]],))

    one, answers = constant(1.0), sheet["dense.out"][0]
    by_pairs, by_network = [], []
    for which, place, letter, each in zip(("first", "second"), places, letters, counts, strict=True):
        counted = sheet.give(f"pairs with the {which}", each)
        p = (counted + one) / (counted.sum() + TOKENS)
        p = sheet.let(f"p by pairs, the {which}", p, "(pairs + 1) / (all pairs + 27)")
        by_pairs.append(sheet.vector(f"pairs_{which}", f"by pairs: after {letter}", labels, of(p), digits=3))
        label = f"the network: after {name[:place]}"
        by_network.append(sheet.vector(f"{which}_time", label, labels, of(answers[place]), digits=3))
    for drawn, by, cells in (("pair_bars", "by pairs", by_pairs), ("network_bars", "by the network", by_network)):
        panels = [(BarPanel(f"after {start}", labels, high=1.0), each) for start, each in
                  zip(begun, cells, strict=True)]  # fmt: skip
        sheet.bars(drawn, f"p of the next letter, {by}", panels)


def fill_states(sheet: Sheet, layer: str, kind: SimpleRNN | LSTM, name: str) -> None:
    """The state at each place as colours, the gates of an LSTM, and what lets a gradient pass."""
    units, columns = kind.units, columns_of(name)

    h = sheet[f"{layer}.h"][0]
    colours = {
        "low": -1.0,
        "high": 1.0,
        "signed": True,
        "row_labels": columns,
    }
    sheet.picture("states", "state h: a row a place, a column a unit", [(Tile("", ()), h)], **colours)
    here, there = (h[place] for place in twice(name))
    apart = sqrt(((here - there) * (here - there)).sum())
    sheet.number("apart", "distance of the two states", apart, "√Σ (h − h)·(h − h)", digits=4)
    if isinstance(kind, LSTM):
        tiles = [(Tile(part, ()), sheet[f"{layer}.{part}"][0]) for part in ("f", "i", "o", "c")]
        sheet.picture("gates", "gates f, i, o and the cell c", tiles, low=-1.0, high=1.0, signed=True)
        passing, said = sheet[f"{layer}.f"][0].sum(axis=1) / units, "Σ f / units"
    else:
        sheet.picture("gates", "no gates: the state h", [(Tile("", ()), h)], low=-1.0, high=1.0, signed=True)
        passing, said = (1.0 - h * h).sum(axis=1) / units, "Σ (1 − h·h) / units"
    label = "mean forget gate f" if isinstance(kind, LSTM) else "mean slope 1 − h²"
    means = sheet.vector("passing", f"{label}, by place", columns, passing, said, digits=3)
    sheet.bars("passing_bars", "", [(BarPanel(label, columns, high=1.0), means)])


def fill_gradients(sheet: Sheet, layer: str, kind: SimpleRNN | LSTM, name: str, own: float) -> None:
    """The length of the state's gradient at each place, on a logarithmic axis.

    ``own`` is the spectral radius at scale 1, of an LSTM that of the weights of its candidate.
    """
    places, columns = len(name) + 1, columns_of(name)
    given = sheet.give("ρ of the layer", np.array(own))
    of = "spectral radius ρ" if isinstance(kind, SimpleRNN) else "spectral radius ρ of the candidate g"
    rho = sheet.number("radius", of, sheet["scale"] * given, "scale·ρ of the layer", digits=4)
    ten, back = ln(constant(10.0)), constant(float(places - 1))
    lengths: dict[str, Cells] = {}
    for part in ("h", "c") if isinstance(kind, LSTM) else ("h",):
        d = sheet[f"grad:{layer}.{part}"][0]
        said = f"√Σ ∂{part}·∂{part}"
        label = f"length of ∂{part} at each place"
        lengths[part] = sheet.vector(f"length_{part}", label, columns, sqrt((d * d).sum(axis=1)), said, digits=6)
    most = lengths["c" if isinstance(kind, LSTM) else "h"]
    left = most[0] / most[places - 1]
    left = sheet.number("left", "first place / last place", left, "length at 0 / length at the last", digits=6)
    sheet.number("by_radius", "by ρ alone", power(rho, back), "ρ^(places back)", digits=4)
    root = constant(1.0 / (places - 1))
    sheet.number("factor_a_place", "factor a place, on average", power(left, root), "left^(1/places back)", digits=4)
    # From the last place back, where the gradient comes from.
    steps = sheet.give("steps back", np.arange(float(places)))
    lines = {}
    for part, length in lengths.items():
        turned = length.viewed((places,), lambda at: (places - 1 - at[0],))
        lines[f"∂{part}"] = sheet.let(f"log |∂{part}|", ln(turned) / ten, "ln(length) / ln(10)")
    if not isinstance(kind, LSTM):
        law = (ln(most[places - 1]) + steps * ln(rho)) / ten
        lines["by ρ alone"] = sheet.let("log by ρ alone", law, "(ln(length at the last) + k·ln(ρ)) / ln(10)")
    tells = {of: (("left", "factor_a_place"), 1) for of in lines if of != "by ρ alone"}
    sheet.curve("gradient_curve", "log₁₀ of the gradient's length", BACK, steps, lines, tells=tells)
