"""One name in the network: the vector of each letter on its way, who looks at whom, and the letters that may follow."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tutor.datasets.texts.vocabulary import NAMES
from tutor.engine.derivations.cells import Cells, exp, ln, sqrt, stacked
from tutor.engine.parameters import count, layout
from tutor.engine.spec import NetworkSpec
from tutor.labs.gpt.network import ATTENTION, MLP_OUT, POSITIONS
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.readouts import Edge, Node, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.labs.sequences.attention_maps import fill_attention_maps, first_of
from tutor.training.gpt import EPSILON, Gpt

LOGITS = "dense_2.out"
NATS_A_BIT = 0.6931471805599453


def letters_of(name: str) -> tuple[str, ...]:
    """The tokens that the network reads: the dot before the name, then its letters."""
    return (".", *name)


def places_of(name: str) -> tuple[str, ...]:
    """The same as labels that differ: a letter with the number of its place."""
    return tuple(f"{letter}{place}" for place, letter in enumerate(letters_of(name)))


def _after_attention(form: Gpt) -> str:
    return "add.out" if form.residuals else f"{ATTENTION}.out"


def _after_mlp(form: Gpt) -> str:
    return "add_1.out" if form.residuals else f"{MLP_OUT}.out"


def _begin(form: Gpt) -> str:
    return f"{POSITIONS}.out" if form.positions else "embedding.out"


def fill_stream(sheet: Sheet, form: Gpt, name: str) -> None:
    """The vectors of all letters, a row for each: as they come from the table, and after each part of the block."""
    rows = len(letters_of(name))
    stages = {"letters": "embedding.out"}
    if form.positions:
        stages["with positions"] = f"{POSITIONS}.out"
    stages |= {"after attention": _after_attention(form), "after the MLP": _after_mlp(form)}
    if form.normalized:
        stages["normalized"] = "layer_normalization_2.out"
    tiles = [
        (Tile(label, (), band=label), first_of(sheet[array][0], rows, form.width)) for label, array in stages.items()
    ]
    sheet.picture("stream", "a row of numbers for each letter", tiles, signed=True)


def fill_block(sheet: Sheet, form: Gpt, place: int) -> None:
    """The block as a graph: at each station the size of the vector at one place, and of its gradient.

    Normalized vectors are no stations: they have the size 1.
    """

    def station(label: str, array: str, mark: str = "") -> list[tuple[Node, Cells, Cells]]:
        return [(Node(label, mark=mark), _size(sheet[array][0, place]), _size(sheet[f"grad:{array}"][0, place]))]

    around = form.residuals
    columns = [
        station("start", _begin(form)),
        station("attention", f"{ATTENTION}.out", "" if around else "now"),
        *([station("sum 1", "add.out", "now")] if around else []),
        station("MLP", f"{MLP_OUT}.out"),
        *([station("sum 2", "add_1.out")] if around else []),
    ]
    names = [column[0][0].label for column in columns]
    edges = [(Edge(before, after), None, None) for before, after in pairwise(names)]
    if around:
        edges += [(Edge("start", "sum 1"), None, None), (Edge("sum 1", "sum 2"), None, None)]
    sheet.graph("block", "size of the vector on its way, and of its gradient", columns, edges)


def _size(vector: Cells) -> Cells:
    """The root of the mean square of a vector's numbers."""
    return sqrt((vector * vector).sum() / len(vector))


def fill_heads(sheet: Sheet, form: Gpt, name: str, head: int) -> None:
    """Who looks at whom: all heads as maps, and one with its numbers; rows look, columns are looked at."""
    fill_attention_maps(sheet, ATTENTION, form.heads, places_of(name), head)


def fill_one_number(sheet: Sheet, form: Gpt, place: int, head: int) -> None:
    """The first number of the vector at one place on its way through attention, and how it is normalized."""
    start, after = _begin(form), _after_attention(form)
    sheet.number("looked_at_dot", "weight of the dot", sheet[f"{ATTENTION}.weights"][0, head - 1, place, 0], digits=4)
    sheet.number("came_in", "came in", sheet[start][0, place, 0], digits=4)
    sheet.number("told", "attention gives", sheet[f"{ATTENTION}.out"][0, place, 0], digits=4)
    sheet.text("pair", "its row and the one before", lambda: _pair(sheet[start].values[0], place))
    sheet.number("went_on", "went on", sheet[after][0, place, 0], digits=4)
    if not form.normalized:
        return
    layer = "layer_normalization_1"
    sheet.number("mean", "mean of the vector", sheet[f"{layer}.mean"][0, place], digits=4)
    variance = sheet[f"{layer}.variance"][0, place]
    sheet.number("deviation", "its deviation", sqrt(variance + EPSILON), "√(variance + ε)", digits=4)
    sheet.number("x_hat", "normalized", sheet[f"{layer}.x_hat"][0, place, 0], digits=3)


def _pair(rows: NDArray[np.float64], place: int) -> str:
    """Whether attention gets the same row (places, width) at ``place`` as at the one before it."""
    return "the same" if np.array_equal(rows[place], rows[max(0, place - 1)]) else "different"


def fill_answers(sheet: Sheet, name: str, place: int) -> None:
    """The probability of each next letter at one place; and for every place how surprising the true one was."""
    z, labels = sheet[LOGITS][0], tuple(NAMES.characters)
    follows = (*name, ".")
    sheet.let("logits", z[place], "the logits at this place")
    p = sheet.let("probabilities", sheet.softmax("logits"))
    said = "".join(letters_of(name)[: place + 1])
    panel = BarPanel(f"after {said}", labels, high=None, digits=3, marked=(follows[place],))
    sheet.bars("next", "probability of the next letter", [(panel, p)])
    tokens = NAMES.encode("".join(follows))
    losses = [-ln(exp(z[at, int(token)]) / exp(z[at]).sum()) for at, token in enumerate(tokens)]
    each = sheet.let("losses", stacked(losses), "−ln p of the letter that follows")
    steps = tuple(f"{a}→{b}" for a, b in zip(places_of(name), follows, strict=True))
    sheet.bars("letter_losses", "surprise at each letter, in nats", [(BarPanel("−ln p", steps), each)])
    mean = sheet.number("name_loss", "loss of the name", sheet["loss"], digits=4)
    sheet.number("name_bits", "in bits a letter", mean / NATS_A_BIT, "loss / ln 2", digits=3)
    truth = sheet.number("chance", "p of the true next letter", p[int(tokens[place])], digits=4)
    sheet.number("surprise", "its −ln p", -ln(truth), "−ln p", digits=4)


def fill_counts(sheet: Sheet, spec: NetworkSpec, form: Gpt) -> None:
    """The layers with their shapes and parameters, and the parameters of each part."""
    owned = {name: 0 for name, _ in spec.named_layers}
    for entry in layout(spec):
        owned[entry.layer] += entry.stop - entry.start
    sheet.text("layers", "layers", lambda: _table_of_layers(spec, owned))
    sheet.number("parameters", "parameters", count(spec), digits=0)
    parts = {
        "letter_parameters": ("of the letters' table", owned["embedding"]),
        "position_parameters": ("of the positions' table", owned.get(POSITIONS, 0)),
        "attention_parameters": ("of attention", owned[ATTENTION]),
        "mlp_parameters": ("of the MLP", owned["dense"] + owned[MLP_OUT]),
        "output_parameters": ("of the output", owned["dense_2"]),
    }
    for name, (label, number) in parts.items():
        sheet.number(name, label, number, digits=0)
    sheet.number("head_width", "numbers a head", form.head_width, digits=0)


def _table_of_layers(spec: NetworkSpec, owned: dict[str, int]) -> str:
    lines = [
        f"{name}: {' × '.join(map(str, shape))}, {owned[name]:,} parameters"
        for (name, _), shape in zip(spec.named_layers, spec.shapes[1:], strict=True)
    ]
    return "\n".join(lines)
