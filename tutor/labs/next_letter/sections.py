"""What the lab's sheet says of drawn letters, of the layer, of names held out and of merged pairs."""

from __future__ import annotations

import numpy as np

from tutor.datasets.texts.byte_pairs import Merge, merges, pair_counts
from tutor.engine.activations import softmax
from tutor.engine.derivations.cells import Cells, constant, ln, stacked
from tutor.engine.derivations.rules.activated import softmax_forms
from tutor.engine.sampling import drawn_token
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.labels import Label
from tutor.labs.kit.readouts import Curve, Series
from tutor.labs.kit.sheet import Explained, Sheet
from tutor.labs.next_letter.counting import (
    LABELS,
    TOKENS,
    Draw,
    Floats,
    divided,
    first_counted,
    held_out_counted,
    mean_bits,
    shares,
)
from tutor.labs.next_letter.drawings import COMMONEST, heat_map, letter_bars, staircase
from tutor.labs.next_letter.learning import MOST_STEPS, descent, gradient_of

SIZES = (10, 20, 50, 100, 200, 500, 1000, len(divided()[0]))
BLANK = "_"
"""What a blank is in the tokens: nobody sees one between two lines."""


def in_bits(nats: Cells) -> Cells:
    """−ln p as −log₂ p."""
    return nats / ln(constant(2.0))


def mean_loss(sheet: Sheet, name: str, table: Cells, p: Cells) -> Cells:
    """The mean of −ln p over the pairs of a table (27, 27), each as often as it was counted, as the number ``name``."""
    rows = stacked([_row_loss(table[i], p[i]) for i in range(TOKENS)])
    by_row = sheet.let(f"{name}, by row", rows, "Σ count·(−ln p)")
    counts = sheet.let(f"{name}, counts", table.sum(-1), "Σ counts of the row")
    total = sheet.let(f"{name}, all counts", counts.sum(), "Σ counts")
    return sheet.let(name, by_row.sum() / total, "Σ losses of the rows / Σ counts")


def _row_loss(counts: Cells, p: Cells) -> Cells:
    """Σ count·(−ln p) over the letters that were counted; a pair that is not there costs nothing."""
    seen = np.flatnonzero(counts.values).tolist()
    if not seen:
        return constant(0.0)
    return (stacked([counts[j] for j in seen]) * -ln(stacked([p[j] for j in seen]))).sum()


def fill_draws(sheet: Sheet, p: Cells, made: tuple[Draw, ...]) -> None:
    """The letters drawn so far, and the last draw: its row, the cumulated sum, the random number, the letter."""
    text = "".join(LABELS[draw.picked] for draw in made)
    last = made[-1]
    row = sheet.let("p of the draw", p[last.given], "p of the row")
    sums = sheet.vector("cumulated", f"p added up after {LABELS[last.given]}", LABELS, _running(row), "Σ p up to here")
    u = sheet.give("u", last.u)
    sheet.number("u", "random number u", u, digits=4)
    begin = sums[last.picked] - row[last.picked]
    sheet.number("begins", "its part begins at", begin, "end − p", digits=4)
    sheet.number("ends", "and ends before", sums[last.picked], digits=4)
    sheet.text("after", "letter given", LABELS[last.given])
    sheet.text("picked", "letter drawn", LABELS[last.picked])
    sheet.text("so_far", "drawn so far", text.replace(".", ". ").strip())
    sheet.number("names_drawn", "names ended", text.count("."), digits=0)
    staircase(sheet, "parts", f"p added up after {LABELS[last.given]}; ░ up to u", row, sums, last.u)


def fill_one_draw(sheet: Sheet, given: str, row: Cells, u: float) -> None:
    """The letter that ``u`` draws from a row of p, (27,)."""
    sums = sheet.vector("row_cumulated", f"p added up after {given}", LABELS, _running(row), "Σ p up to here")
    sheet.text("row_picked", "letter drawn", LABELS[drawn_token(row.values, u)])
    staircase(sheet, "row_parts", f"p added up after {given}; ░ up to u", row, sums, u)


def _running(row: Cells) -> Cells:
    return stacked([stacked([row[j] for j in range(i + 1)]).sum() for i in range(TOKENS)])


def fill_layer(sheet: Sheet, given: int, rate: float, steps: int, counted: Cells) -> None:
    """One Dense layer on one-hot letters: forwards for the letter given, backwards, a step, the loss."""
    weights, losses = descent(rate)
    one_hot = sheet.vector("one_hot", "input, one-hot", LABELS, sheet.give("one_hot", np.eye(TOKENS)[given]), digits=0)
    w = sheet.give("W", weights[0])
    if steps:
        before = sheet.give("W before", weights[steps - 1])
        slope = _slope(sheet, "p before", "W before", weights[steps - 1])
        w = sheet.let("W", (before - sheet["rate"] * slope).computed(weights[steps]), "w − rate·∂w")
    heat_map(sheet, "weights", "weights W", w, low=-4.0, high=4.0, signed=True, digits=1)
    z = sheet.vector("z", "z = x·W", LABELS, one_hot @ w, "Σ x·w", digits=3)
    gradient = _slope(sheet, "p learned", "W", weights[steps])
    sheet.vector("gradient", f"∂L/∂w of the row of {LABELS[given]}", LABELS, gradient[given], digits=5)
    p, top = sheet["p learned"], int(sheet["pairs"].values[given].argmax())
    sheet.number("to_top", f"weight to {LABELS[top]}", z[top], digits=4)
    sheet.number("learned_top", "its learned p", p[given][top], digits=4)
    short = sheet["P"][given][top] - p[given][top]
    sheet.number("short_by", "short of the counted p by", short, "counted p − learned p", digits=4)
    heat_map(sheet, "learned_map", "learned p", p, low=0.0, high=1.0, digits=2)
    sheet.vector("p_learned", f"learned p after {LABELS[given]}", LABELS, p[given])
    letter_bars(sheet, "z_bars", f"the row of {LABELS[given]} in W", z, 2)
    letter_bars(sheet, "learned_bars", f"learned p after {LABELS[given]}", p[given], 2)
    loss = mean_loss(sheet, "learned_loss", sheet["pairs"], p)
    sheet.number("learned_loss", "loss of the layer", loss, digits=4)
    sheet.number("above", "above the counted", loss - counted, "loss − counted loss", digits=4)
    sheet.number("parameters", "weights", constant(float(TOKENS)) * constant(float(TOKENS)), "27·27", digits=0)

    def curve() -> Curve:
        xs = tuple(map(float, range(steps + 1)))
        wide = (0.0, float(max(steps, 1)))
        lines = Series("the layer", xs, losses[: steps + 1]), Series("counted", wide, (counted.number,) * 2, kind="aid")
        return Curve("descent", "loss in nats", "step", lines, low=2.4, high=3.4, marker=(steps, losses[steps]))

    sheet.show("descent", curve, counted=True)


def _slope(sheet: Sheet, p: str, name: str, weights: Floats) -> Cells:
    """The gradient of the loss by weights with this ``name``; their softmax is called ``p``."""
    cell, cells = sheet.worksheet.cell, sheet.worksheet.cells
    outputs = Explained(lambda: softmax(weights), lambda i, j: softmax_forms(cell(name, i, j), cells(name, i)))
    learned, sums = sheet.let(p, outputs), sheet["row_sums"].reshaped((TOKENS, 1))
    slope = (sums * learned - sheet["pairs"]) / sheet["pairs_in_all"]
    return sheet.let(f"∂{name}", slope.computed(lambda: gradient_of(weights)), "(n·p − count) / pairs in all")


def fill_held_out(sheet: Sheet, added: Cells, size: int) -> None:
    """Bits for the names that were counted, and for others that were not."""
    table, other = sheet.give("first pairs", first_counted(size)), sheet.give("other pairs", held_out_counted())
    more = table + added
    p = sheet.let("p of the first", more / more.sum(-1).reshaped((TOKENS, 1)), "(count + added) / Σ (count + added)")
    own = in_bits(mean_loss(sheet, "loss of the first", table, p))
    sheet.number("own_bits", "bits, names counted", own, "loss / ln 2", digits=3)
    p_there = Cells(lambda: np.nan_to_num(p.values), p.write, p.named)
    others = in_bits(mean_loss(sheet, "loss of the others", other, p_there))
    sheet.number("other_bits", "bits, names held out", others, "loss / ln 2", digits=3)
    sheet.number("gap", "held out − counted", sheet["other_bits"] - sheet["own_bits"], "held out − counted", digits=3)
    sheet.number("held_out", "names held out", len(divided()[1]), digits=0)
    unseen = ((other.values > 0) & (p_there.values == 0)).sum()
    sheet.number("unseen", "held-out pairs with p = 0", unseen, digits=0)
    sheet.text("held_out_cost", "their cost is", "infinite" if unseen else "finite")

    def curve() -> Curve:
        xs = tuple(map(float, SIZES))
        rows = [(t := first_counted(n), shares(t, added.number)) for n in SIZES]
        bits = (
            ("names counted", tuple(mean_bits(t, q) for t, q in rows)),
            ("names held out", tuple(mean_bits(held_out_counted(), q) for _, q in rows)),
        )
        seen = Series("names counted", xs, bits[0][1])
        unseen = Series("names held out", xs, bits[1][1], tells=("other_bits",), known=0)
        return Curve(
            "by_size", "bits a letter", "names counted", (seen, unseen), low=2.0, high=5.0,
            marker=(size, own.number),
        )  # fmt: skip

    sheet.show("by_size", curve, counted=True)


def fill_merging(sheet: Sheet, sentence: str, merged: int) -> None:
    """The sentence in tokens, the commonest pairs, and how many tokens are left after each merge."""
    steps = merges(sentence, MOST_STEPS)
    done = steps[:merged]
    tokens = done[-1].tokens if done else tuple(sentence)
    counts = sheet.give("tokens after", [len(sentence), *(len(step.tokens) for step in steps)])
    sheet.text("pieces", "tokens", " ".join(map(_seen, tokens)))
    sheet.number("token_count", "how many", counts[len(done)], digits=0)
    sheet.number("characters", "characters", counts[0], digits=0)
    pairs = pair_counts(tokens)
    best = steps[len(done)] if len(done) < len(steps) else None
    sheet.text("next_pair", "commonest pair", "none is there twice" if best is None else _written(best.pair))
    found = sorted(pairs, key=lambda pair: -pairs[pair])[:COMMONEST]
    often = sheet.give("pair counts", [pairs[pair] for pair in found] or [0])
    sheet.number("next_count", "how often", often[0], digits=0, unit="times")
    then, formula = (counts[len(done)], "tokens") if best is None else (counts[len(done)] - often[0], "tokens − count")
    sheet.number("tokens_then", "tokens after the merge", then, formula, digits=0)
    labels = tuple(Label(_written(pair), f"pair{i + 1}") for i, pair in enumerate(found)) or ("none",)
    sheet.bars("pair_bars", "pairs of neighbours", [(BarPanel("how often", labels, digits=0), often)])
    last: Merge | None = done[-1] if done else None
    sheet.text("new_token", "newest token", "none yet" if last is None else _seen(last.joined))
    lines = Series("tokens", tuple(map(float, range(len(done) + 1))), tuple(counts.values[: len(done) + 1].tolist()))
    sheet.show("shorter", lambda: Curve("shorter", "tokens", "merges", (lines,), low=0.0), counted=True)


def _seen(token: str) -> str:
    return token.replace(" ", BLANK)


def _written(pair: tuple[str, str]) -> str:
    return "+".join(map(_seen, pair))
