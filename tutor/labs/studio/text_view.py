"""What there is to see of a network for a text: what it writes, what may follow a word, who looks at whom."""

from __future__ import annotations

import math

import numpy as np

from tutor.engine.sequence_layers import Embedding, MultiHeadAttention
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.charts import BarPanel, Bars
from tutor.labs.kit.places import Index
from tutor.labs.kit.readouts import Number, Picture, Table, Tile
from tutor.labs.kit.sheet import Sheet
from tutor.labs.sequences.attention_maps import fill_attention_maps
from tutor.labs.studio.machine import Machine
from tutor.labs.studio.text_controls import tokens_of
from tutor.labs.studio.writing_view import fill_writing, visible
from tutor.studio.text_rows import TextRows
from tutor.training.writing import Draw

MOST_BARS, BEST = 30, 12
"""Tokens that are drawn as bars all; of more the likeliest."""
MOST_TOKENS = 60
OF_TEXTS = frozenset({"word", "sample", "temperature", "samples", "known", "texts", "next", "chance"})
"""Controls and readouts of a network for a text."""
OF_ATTENTION = frozenset({"head", "heads_of_name", "attention"})
NO_TEXT = frozenset({"map", "neuron", "answer"})
"""What is there for points and pictures alone."""


def fill_text(sheet: Sheet, machine: Machine, rows: TextRows, word: str, layer: int, head: int, draw: Draw) -> None:
    """What it writes; of the ``word`` what may follow and who looks at whom, in the layer in hand if it is attention.

    ``layer`` and ``head`` count from 0.
    """
    fill_writing(sheet, machine, rows, draw)
    tokens = tokens_of(rows, word)
    _fill_next(sheet, machine.spec, rows, tokens)
    labels = tuple(f"{visible(rows.vocabulary.characters[token])}{place}" for place, token in enumerate(tokens))
    _fill_attention(sheet, machine.spec, labels, layer, head)
    _fill_places(sheet, machine, rows)


def fill_no_text(sheet: Sheet, data: str) -> None:
    """In place of all that, where the network takes no text, the reason."""
    nothing = (float("nan"),)
    why = f"a network for {data} takes no text: choose the preset gpt-names"
    sheet.show("samples", lambda: Table("samples", "what it writes", ("", "text"), ()), counted=True)
    sheet.show("known", lambda: Number("known", "of them in the list", 0.0, 0), counted=True)
    sheet.text("writes", "nothing is written", why)
    sheet.show("texts", lambda: Table("texts", "rows of the training", ("", "reads", "next"), ()), counted=True)
    sheet.show("next", lambda: Bars("next", "", (BarPanel("next token", ("none",), nothing),)), counted=True)
    sheet.show("chance", lambda: Number("chance", "p of the likeliest", float("nan")), counted=True)
    for name in ("heads_of_name", "attention"):
        _nothing(sheet, name, "who looks at whom")
    sheet.text("looks", "no attention", why)


# A word


def _fill_next(sheet: Sheet, spec: NetworkSpec, rows: TextRows, tokens: list[int]) -> None:
    """The probability of each token after the word."""
    name = f"{spec.named_layers[-1][0]}.out"
    sheet.let("word_logits", sheet[name][0, len(tokens) - 1], "the logits at the word's last place")
    p = sheet.let("word_chances", sheet.softmax("word_logits"))
    labels = tuple(map(visible, rows.vocabulary.characters))
    said = f"after {visible(rows.vocabulary.decode(tokens))}"

    def order() -> list[int]:
        if len(labels) <= MOST_BARS:
            return list(range(len(labels)))
        return [int(token) for token in np.argsort(-p.values, kind="stable")[:BEST]]

    def bars() -> Bars:
        chosen = order()
        what = said if len(chosen) == len(labels) else f"{said}, the likeliest {len(chosen)}"
        values = tuple(float(p.values[token]) for token in chosen)
        panel = BarPanel(what, tuple(labels[token] for token in chosen), values, high=None, digits=3)
        return Bars("next", "probability of the next token", (panel,))

    def place(at: Index) -> tuple[str, Index]:
        return "word_chances", (order()[at[1]],)

    sheet.show("next", bars, place)
    sheet.show("chance", lambda: Number("chance", "p of the likeliest", float(p.values.max()), 3), counted=True)


def attention_layer(spec: NetworkSpec, layer: int) -> tuple[str, MultiHeadAttention] | None:
    """Name and layer of the attention in hand, else of the first there is; ``layer`` counts from 0."""
    named = [(name, each) for name, each in spec.named_layers if isinstance(each, MultiHeadAttention)]
    at = spec.named_layers[layer]
    return next((each for each in named if each[0] == at[0]), named[0] if named else None)


def _fill_attention(sheet: Sheet, spec: NetworkSpec, labels: tuple[str, ...], layer: int, head: int) -> None:
    found = attention_layer(spec, layer)
    if found is None:
        for name in ("heads_of_name", "attention"):
            _nothing(sheet, name, "this network has no attention")
        sheet.text("looks", "no attention", "a network without attention; that of the preset gpt-names has it")
        return
    name, attention = found
    head = min(head, attention.num_heads - 1)
    fill_attention_maps(sheet, name, attention.num_heads, labels, head + 1, "token")
    weights = sheet[f"{name}.weights"][0, head]
    number = [each for each, _ in spec.named_layers].index(name) + 1

    def looks() -> str:
        last = len(labels) - 1
        row = weights.values[last, : last + 1]
        if not np.isfinite(row).all():
            return f"layer {number}, head {head + 1}: no numbers, for the weights have run away"
        most = int(row.argmax())
        return f"layer {number}, head {head + 1}: {labels[last]} looks most at {labels[most]}, {100 * row[most]:.0f} %"

    sheet.text("looks", "who looks at whom", looks)


def _fill_places(sheet: Sheet, machine: Machine, rows: TextRows) -> None:
    """In the place of neurons the table of the tokens; nothing where a plane or pictures would be."""
    first = machine.spec.layers[0]
    assert isinstance(first, Embedding)
    shown = min(first.input_dim, MOST_TOKENS)

    def table() -> Picture:
        numbers = machine.parameters["embedding.embeddings"][:shown].astype(float)
        reach = float(np.abs(numbers[np.isfinite(numbers)]).max(initial=0.0)) or 1.0
        left_out = "" if shown == first.input_dim else f", the first {shown} of {first.input_dim}"
        tile = Tile("", tuple(map(tuple, numbers.tolist())))
        names = tuple(map(visible, rows.vocabulary.characters[:shown]))
        label = f"the table of the tokens, a row of {first.output_dim} numbers for each{left_out}"
        return Picture("neurons", label, (tile,), -reach, reach, signed=True, digits=2, row_labels=names)

    sheet.show("neurons", table, counted=True)
    for name in ("map", "neuron"):
        _nothing(sheet, name, "a text lies on no plane")
    sheet.show("answer", lambda: Number("answer", "a text has an answer at each place", math.nan), counted=True)


def _nothing(sheet: Sheet, name: str, why: str) -> None:
    sheet.show(name, lambda: Picture(name, why, ()), counted=True)
