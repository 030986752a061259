"""The next letter by counting: pairs of letters in 2,102 names, drawn from, measured, learned, merged."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import fill
from typing import Any

import numpy as np

from tutor.datasets.texts.byte_pairs import merges
from tutor.datasets.texts.shipped import names
from tutor.datasets.texts.vocabulary import LETTERS
from tutor.engine.activations import softmax
from tutor.engine.derivations.cells import constant, exp, ln, stacked
from tutor.engine.sampling import drawn_token
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.contract import Group, Lab
from tutor.labs.kit.controls import ChoiceControl, Control, NumberControl, TextControl
from tutor.labs.kit.labels import Label
from tutor.labs.kit.sheet import Sheet
from tutor.labs.next_letter.counting import LABELS, TOKENS, all_counted, divided, drawn, pairs_of
from tutor.labs.next_letter.drawings import heat_map, letter_bars
from tutor.labs.next_letter.learning import MOST_STEPS, descent, gradient_of
from tutor.labs.next_letter.sections import (
    SIZES,
    fill_draws,
    fill_held_out,
    fill_layer,
    fill_merging,
    fill_one_draw,
    in_bits,
    mean_loss,
)
from tutor.training.keras_program import KerasProgram

A_ROW = (
    "given", "row_sum", "top", "top_count", "top_p", "to_top", "learned_top", "short_by", "row_counts", "p", "lot",
    "row_parts", "row_picked",
)  # fmt: skip
A_NAME = (
    "name", "pair_count", "known", "first_p", "first_bits", "last_p", "costs", "name_bits", "name_nats",
    "bits_a_letter", "cost",
)  # fmt: skip
MERGING = "sentence", "merged", "pieces", "token_count", "next_pair", "next_count", "tokens_then", "new_token"
LONGEST_NAME, LONGEST_SENTENCE, MOST_DRAWS, MOST_MERGES = 12, 40, 60, 12
WIDEST_LINE = 42


class NextLetterLab(Lab):
    """Which letter follows which in a list of names, and what that knowledge is worth."""

    id = "next-letter"
    title = "Which letter comes next?"

    def controls(self) -> tuple[Control, ...]:
        """A letter and a name; smoothing; what is drawn; what is counted; the layer; a sentence to merge."""
        most = len(divided()[0])
        return (
            ChoiceControl("given", "letter given", LABELS, "q", "whose row is shown; . begins and ends a name"),
            TextControl("name", "a name", "emma", 1, LONGEST_NAME, LETTERS, "yours, for example"),
            NumberControl(
                "added", "added to counts", 0, 1000, 1, 0, choices=(0, 0.1, 1, 10, 100), help="to each of the 729"
            ),
            NumberControl("seed", "seed", 0, 999, 1, 94, integer=True, help="of the random numbers"),
            NumberControl("lot", "a random number", 0.02, 0.98, 0.01, 0.5, help="u, for one draw from the row"),
            NumberControl("draws", "letters drawn", 1, MOST_DRAWS, 1, 1, integer=True, help="one after the other"),
            NumberControl(
                "size", "names counted", SIZES[0], most, 1, 100, integer=True, choices=SIZES, help="not held out"
            ),
            NumberControl("rate", "learning rate", 0.1, 200, 1, 50, choices=(1, 5, 10, 30, 50, 100, 200)),
            NumberControl("steps", "steps", 0, MOST_STEPS, 10, 0, integer=True, help="of gradient descent"),
            TextControl(
                "sentence", "a sentence", "she sells sea shells by the sea shore", 2, LONGEST_SENTENCE,
                help="yours, for example",
            ),
            NumberControl("merged", "pairs merged", 0, MOST_MERGES, 1, 0, integer=True, help="the commonest first"),
        )  # fmt: skip

    def motions(self) -> tuple[str, ...]:
        """Letters drawn, steps of descent, pairs merged."""
        return "draws", "steps", "merged"

    def groups(self) -> tuple[Group, ...]:
        """The table and a row of it; a name; the list; draws; names held out; the layer; merged pairs."""
        return (
            Group("The table", ("names", "pairs_in_all", "different", "missing", "pairs")),
            Group("A row", A_ROW),
            Group("A name", A_NAME),
            Group("All names", ("added", "nats", "bits", "uniform", "perplexity")),
            Group("Draws", ("seed", "draws", "after", "u", "picked", "begins", "ends", "so_far", "names_drawn")),
            Group("Held out", ("size", "held_out", "own_bits", "other_bits", "gap", "unseen", "held_out_cost")),
            Group("One layer", ("rate", "steps", "parameters", "learned_loss", "above")),
            Group("Merging", MERGING),
        )

    def fill(self, sheet: Sheet) -> None:
        """The counts and their shares; a row, a name and the list by them; what follows from them."""
        given, name, added = LABELS.index(self.word("given")), self.word("name"), sheet["added"]
        pairs = sheet.give("pairs", all_counted)
        heat_map(sheet, "pairs", "pairs in all names", pairs, low=0.0, high=float(pairs.values.max()), digits=0)
        sheet.number("names", "names", len(names()), digits=0)
        sums = sheet.vector("row_sums", "sum of each row", LABELS, pairs.sum(-1), "Σ counts of the row", digits=0)
        sheet.number("pairs_in_all", "pairs in all", sums.sum(), "Σ counts", digits=0)
        sheet.number("different", "different pairs", (pairs.values > 0).sum(), digits=0)
        sheet.number("missing", "pairs never seen", (pairs.values == 0).sum(), digits=0)
        under = (sums + added * constant(float(TOKENS))).reshaped((TOKENS, 1))
        p = sheet.let("P", (pairs + added) / under, "(count + added) / (Σ counts + 27·added)")
        heat_map(sheet, "shares", "p of the next letter", p, low=0.0, high=1.0, digits=2)

        row = sheet.vector("row_counts", f"counts after {LABELS[given]}", LABELS, pairs[given], digits=0)
        sheet.number("row_sum", f"all after {LABELS[given]}", sums[given], digits=0)
        shares = sheet.vector("p", f"p after {LABELS[given]}", LABELS, p[given])
        top = int(row.values.argmax())
        sheet.text("top", "most often", LABELS[top])
        sheet.number("top_count", "how often", row[top], digits=0)
        sheet.number("top_p", "its p", shares[top], digits=4)
        letter_bars(sheet, "row_bars", f"counts after {LABELS[given]}", row, 0, (LABELS[top],))
        letter_bars(sheet, "p_bars", f"p after {LABELS[given]}", shares, 2, (LABELS[top],))

        fill_one_draw(sheet, LABELS[given], p[given], self.number("lot"))
        self._fill_name(sheet, name)
        nats = sheet.number("nats", "loss in nats", mean_loss(sheet, "nats", pairs, p), digits=4)
        bits = sheet.number("bits", "bits a letter", in_bits(nats), "nats / ln 2", digits=4)
        sheet.number("perplexity", "perplexity", exp(nats), "e^nats", digits=2)
        uniform = in_bits(ln(constant(float(TOKENS))))
        uniform = sheet.number("uniform", "if all are alike", uniform, "ln 27 / ln 2", digits=4)
        both = stacked([uniform, bits, sheet["bits_a_letter"]])
        both = sheet.let("compared", both, lambda i: ("ln 27 / ln 2", "nats / ln 2", "bits / pairs")[i])
        panel = BarPanel("bits a letter", (Label("all alike", "alike"), "counted", Label(name, "name")), digits=2)
        sheet.bars("compared_bars", "the better, the fewer bits", [(panel, both)])

        fill_draws(sheet, p, drawn(p.values, round(self.number("seed")), round(self.number("draws"))))
        fill_held_out(sheet, added, round(self.number("size")))
        fill_layer(sheet, given, self.number("rate"), round(self.number("steps")), nats)
        fill_merging(sheet, self.word("sentence"), round(self.number("merged")))

    def _fill_name(self, sheet: Sheet, name: str) -> None:
        """The pairs of the name, and what each costs."""
        found, p = pairs_of(name), sheet["P"]
        labels = tuple(Label(LABELS[a] + LABELS[b], f"pair{i + 1}") for i, (a, b) in enumerate(found))
        each = sheet.let("p of the pairs", stacked([p[a][b] for a, b in found]), "p")
        counts = stacked([sheet["pairs"][a][b] for a, b in found])
        bits = sheet.let("bits of the pairs", -(ln(each) / ln(constant(2.0))), "−ln p / ln 2")
        sheet.table("costs", "its pairs", ("pair", "count", "p", "bits"), labels, (counts, each, bits), digits=3)
        chances, costs = BarPanel("p", labels, high=1.0, digits=2), BarPanel("bits", labels, digits=1)
        sheet.bars("name_bars", f"{name}, pair by pair", [(chances, each), (costs, bits)])
        total = sheet.number("name_bits", "bits of the name", bits.sum(), "Σ bits", digits=3)
        sheet.number("name_nats", "in nats", total * ln(constant(2.0)), "bits·ln 2", digits=3)
        sheet.number("pair_count", "its pairs", len(found), digits=0)
        sheet.number("bits_a_letter", "bits a letter", total / constant(float(len(found))), "bits / pairs", digits=3)
        sheet.number("first_p", "p of its first pair", each[0], digits=4)
        sheet.number("first_bits", "bits of its first pair", bits[0], digits=3)
        sheet.number("last_p", "p of its last pair", each[len(found) - 1], digits=4)
        sheet.text("cost", "its cost is", "finite" if np.isfinite(total.number) else "infinite")
        sheet.text("known", "in the list", "yes" if name in names() else "no")

    def sources(self) -> tuple[Callable[..., Any], ...]:
        """Softmax and merging; drawing and descent."""
        return softmax, drawn_token, merges, gradient_of

    def keras_program(self) -> KerasProgram:
        """A row of the table, and the same row from a Dense layer with the weights of now."""
        given = LABELS.index(self.word("given"))
        weights = descent(self.number("rate"))[0][round(self.number("steps"))][given]
        source = f"""\
import keras
import numpy as np

{_written("counts", all_counted()[given])}
more = counts + {self.number("added")}
p = more / more.sum()

# One row of W: its letter's. The others
# are 0 here, for they change nothing.
W = np.zeros((27, 27))
{_written("W[" + str(given) + "]", weights.round(9))}
layer = keras.layers.Dense(
    27, use_bias=False,
    activation="softmax")
layer.build((None, 27))
layer.set_weights([W])
x = keras.ops.one_hot([{given}], 27)
p_learned = layer(x)[0]
z = (x @ W.astype("float32"))[0]
"""
        return KerasProgram(source, {"p": "p", "p_learned": "p_learned", "z": "z"})


def _written(name: str, row: np.ndarray) -> str:
    """An assignment of a row, in lines that fit beside a step."""
    numbers = ", ".join(f"{x:g}" if x == round(x) else f"{x:.6g}" for x in row.tolist())
    return fill(f"{name} = np.array([{numbers}])", WIDEST_LINE, subsequent_indent="    ")
