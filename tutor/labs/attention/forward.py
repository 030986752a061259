"""From the words to the outputs: queries, keys and values, scores, the mask, weights, the weighted sum.

Scaled dot-product attention as in Vaswani et al. 2017, section 3.2.1: softmax(Q·Kᵀ / √d)·V.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import softmax
from tutor.engine.derivations.cells import Cells, Index, arccos, constant, exp, sqrt, sum_of
from tutor.engine.derivations.expressions import Expression
from tutor.engine.derivations.forms import Form, Writer
from tutor.engine.derivations.rules.activated import softmax_forms
from tutor.labs.attention.words import FEATURES, PLACES, TOKENS
from tutor.labs.kit.sheet import Explained, Sheet

Seen = NDArray[np.bool_]
"""Which word may look at which, (words, words): a row looks, a column is looked at."""


@dataclass(frozen=True)
class Settings:
    """What the numbers follow from besides vectors and matrices; ``row`` is the word in hand."""

    row: int
    causal: bool
    divided: bool

    @property
    def seen(self) -> Seen:
        """All pairs of words, or only each word with itself and those before it."""
        every = np.ones((len(TOKENS), len(TOKENS)), dtype=bool)
        return np.tril(every) if self.causal else every


def fill_forward(sheet: Sheet, settings: Settings) -> None:
    """Every number of the forward pass, and those of the word in hand as rows."""
    row, x = settings.row, sheet["x"]
    word, root = TOKENS[row], sheet.number("root", "√d", sqrt(constant(float(len(PLACES)))), "√d, d numbers in a key")
    for name, of in (("q", "Wq"), ("k", "Wk"), ("v", "Wv")):
        label = {"q": "queries q", "k": "keys k", "v": "values v"}[name]
        sheet.matrix(name, label, TOKENS, PLACES, x @ sheet[of], f"Σ x·{of}", digits=3)
    q, k, v = (sheet[name] for name in "qkv")
    scores = sheet.matrix("scores", "scores q · k", TOKENS, TOKENS, q @ k.transposed, "Σ q·k", digits=2)
    divided = (scores / root, "q · k / √d") if settings.divided else (scores, "q · k as it is")
    scaled = sheet.matrix("scaled", "scores for the softmax", TOKENS, TOKENS, *divided, digits=3)
    masked = masked_scores(sheet, "masked", scaled, settings.seen)
    weights = attention_weights(sheet, "weights", "masked", settings.seen)
    out = sheet.matrix("out", "outputs o", TOKENS, PLACES, weights @ v, "Σ weight·v", digits=3)

    sheet.vector("row_scores", f"scores of {word}", TOKENS, scores[row], digits=3)
    sheet.vector("row_scaled", f"{word}, for the softmax", TOKENS, masked[row], digits=3)
    sheet.vector("row_exps", f"e^score of {word}", TOKENS, exp(masked[row]), "e^(score)", digits=3)
    sheet.vector("row_weights", f"weights of {word}", TOKENS, weights[row], digits=3)
    sheet.vector("row_out", f"output of {word}", PLACES, out[row], digits=3)
    sheet.number("weight_sum", f"sum of {word}'s weights", weights[row].sum(), "Σ weight")
    sheet.text("most", f"{word} looks most at", _most(weights.values[row]))
    sheet.number("pairs", "pairs of words that are left", float(settings.seen.sum()), digits=0)
    lengths = sqrt((q[row] * q[row]).sum()) * sqrt((k * k).sum(-1))
    degrees = arccos(scores[row] / lengths) * np.degrees(1)
    sheet.vector("angles", f"angle from {word}'s q", TOKENS, degrees, "arccos(q · k / (|q|·|k|))·180/π", digits=1)
    _fill_average(sheet, row)


def attention_weights(sheet: Sheet, name: str, scores: str, seen: Seen) -> Cells:
    """The softmax of each row of the table ``scores`` over what it sees, called ``name``; 0 for the rest."""

    def zero(n: Writer) -> Expression:
        return n(0.0)

    def forms(i: int, j: int) -> tuple[Form, ...]:
        if not seen[i, j]:
            return (Form("0: the mask leaves it out", zero),)
        cell = sheet.worksheet.cell
        return softmax_forms(cell(scores, i, j), [cell(scores, i, int(other)) for other in np.flatnonzero(seen[i])])

    shares = Explained(lambda: np.asarray(softmax(sheet[scores].values)), forms)
    return sheet.matrix(name, "weights", TOKENS, TOKENS, shares, digits=3)


def masked_scores(sheet: Sheet, name: str, scores: Cells, seen: Seen) -> Cells:
    """The table ``scores`` with −∞ where a word may not look, called ``name``."""

    def write(n: Writer, at: Index) -> Expression:
        return scores.write(n, at) if seen[at] else n(-np.inf)

    def said(i: int, j: int) -> str:
        return "the score, as the mask leaves it" if seen[i, j] else "−∞: the mask leaves it out"

    kept = Cells(lambda: np.where(seen, scores.values, -np.inf), write)
    return sheet.matrix(name, "scores after the mask", TOKENS, TOKENS, kept, said, digits=3)


def outer(a: Cells, b: Cells) -> Cells:
    """aᵢ·bⱼ of two rows, (len(a), len(b))."""
    return a.reshaped((len(a), 1)) * b


def _fill_average(sheet: Sheet, row: int) -> None:
    """What a program with fixed shares would take: the mean of the words before."""
    x, before = sheet["x"], max(1, row)
    mean = sum_of([x[i] for i in range(before)]) / float(before)
    sheet.vector("average", "mean of the words before", FEATURES, mean, "Σ x / how many", digits=3)


def _most(weights: NDArray[np.float64]) -> str:
    """The word with the largest weight; several if they share it."""
    return " and ".join(word for word, w in zip(TOKENS, weights, strict=True) if w >= weights.max() - 1e-9)
