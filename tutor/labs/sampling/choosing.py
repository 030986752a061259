"""The next token: from the logits through the temperature to probabilities, which of them stay, and the draw."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from tutor.engine.activations import softmax
from tutor.engine.derivations.cells import Cells, constant, exp, ln, power, stacked
from tutor.engine.sampling import drawn_token, next_probabilities
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.readouts import Curve, Series
from tutor.labs.kit.sheet import Sheet
from tutor.labs.sampling.taught import Taught

LOGITS = "dense_2.out"
NATS_A_BIT = math.log(2)
COLDEST, HOTTEST = 0.05, 100.0
POINTS = 80


def shown_text(text: Taught, said: str) -> str:
    """The text with the sign that it begins with."""
    return f"{text.label(text.vocabulary.characters[0])}{said.replace(' ', '_')}"


def fill_temperature(sheet: Sheet, text: Taught, said: str) -> None:
    """z, z / T, p and its entropy; p at T = 1 to compare with."""
    labels, t = text.labels, sheet["temperature"]
    z = sheet.vector("logits", "logits z", labels, sheet[LOGITS][0, len(said)], "the logits after the text", digits=3)
    s = sheet.vector("scaled", "z / T", labels, z / t, "z / T", digits=3)
    p = sheet.vector("p", "p = softmax(z / T)", labels, sheet.softmax("scaled"))
    one = sheet.vector("p_one", "p at T = 1", labels, sheet.softmax("logits"))
    order = likeliest_first(z)
    first, second = (int(token) for token in order[:2])
    sheet.text("likeliest", "likeliest", labels[first])
    sheet.text("next_likeliest", "next likeliest", labels[second])
    sheet.number("p_first", "p of the likeliest", p[first])
    sheet.number("p_second", "p of the next", p[second])
    sheet.number("gap", "z of it − z of the next", z[first] - z[second], "z − z", digits=3)
    sheet.number("odds", "how many times as likely", p[first] / p[second], "p / p", digits=3)
    sheet.number("odds_one", "how many times, at T = 1", one[first] / one[second], "p / p", digits=3)
    entropy = sheet.number(
        "entropy", "entropy of p, in bits", _entropy(sheet, labels, s, p, "bits_of_p"), "Σ p·(−log₂ p)", digits=3
    )
    sheet.number(
        "entropy_one", "entropy at T = 1", _entropy(sheet, labels, z, one, "bits_at_one"), "Σ p·(−log₂ p)", digits=3
    )
    tokens = constant(float(len(labels)))
    sheet.number("most_entropy", "of equal p", ln(tokens) / NATS_A_BIT, "ln(tokens) / ln 2", digits=3)
    sheet.number("as_many", "as of so many equal ones", power(constant(2.0), entropy), "2^entropy", digits=2)
    panel = BarPanel(
        f"after {shown_text(text, said)}", labels, before=tuple(one.values.tolist()), marked=(labels[first],)
    )
    sheet.bars("at_temperature", "p of the next letter; faint: at T = 1", [(panel, p)])
    sheet.show("entropy_curve", lambda: _entropies(z, t.number, entropy.number))


def likeliest_first(z: Cells) -> list[int]:
    """The tokens by their logits, the largest first; of equals that with the smaller number."""
    return [int(token) for token in np.argsort(-z.values, kind="stable")]


def _entropy(sheet: Sheet, labels: tuple[str, ...], s: Cells, p: Cells, name: str) -> Cells:
    """Σ p·(−log₂ p); the logarithm is written without p, which may be too small for a number."""
    most = int(s.values.argmax())
    total = exp(s - s[most]).sum()
    bits = (ln(total) - (s - s[most])) / NATS_A_BIT
    each = sheet.vector(name, "−log₂ p", labels, bits, "(ln Σ e^(s − m) − (s − m)) / ln 2", digits=3)
    return (p * each).sum()


def entropy_of(z: NDArray[np.float64], temperature: float) -> float:
    """The entropy in bits of softmax(z / T)."""
    p = softmax(z / temperature)
    return float(-(p[p > 0] * np.log2(p[p > 0])).sum())


def _entropies(z: Cells, temperature: float, entropy: float) -> Curve:
    ends = COLDEST, max(4.0, 1.25 * temperature)
    xs = np.linspace(*ends, POINTS)
    ys = tuple(entropy_of(z.values, float(x)) for x in xs)
    most = math.log2(len(z.values))
    lines = (
        Series("entropy of p", tuple(xs.tolist()), ys, tells=("entropy",)),
        Series("of equal p", ends, (most, most), "ghost"),
    )
    return Curve("entropy_curve", "entropy in bits", "temperature T", lines, 0.0, None, (temperature, entropy))


def fill_cut(sheet: Sheet, text: Taught, said: str, top_k: int, top_p: float) -> None:
    """The letters from the likeliest on; which of them stay, and their p divided by its sum."""
    z, p, t = sheet["logits"], sheet["p"], sheet["temperature"].number
    order = likeliest_first(z)
    labels = tuple(text.labels[token] for token in order)
    ranked = sheet.vector(
        "ranked", "p, the likeliest first", labels, p.viewed((len(order),), lambda at: (order[at[0]],))
    )
    summed = stacked([ranked.viewed((i + 1,), lambda at: at).sum() for i in range(len(order))])
    sheet.vector("summed", "the sum of p up to here", labels, summed, "Σ p up to here")
    drawn_from = next_probabilities(z.values, t, top_k, top_p)
    kept = [token for token in order if drawn_from[token] > 0]
    sheet.number("kept", "letters that stay", float(len(kept)), digits=0)
    sheet.text("kept_letters", "they are", " ".join(text.labels[token] for token in kept))
    stays = stacked([p[token] for token in kept]).sum()
    kept_sum = sheet.number("kept_sum", "their p together", stays, "Σ p of those that stay")
    shares = [p[token] / kept_sum if token in kept else constant(0.0) for token in range(len(order))]

    def formula(token: int) -> str:
        return "p / their p together" if token in kept else "left out"

    q = sheet.vector("q", "q, to draw from", text.labels, stacked(shares), formula)
    sheet.number("q_first", "q of the likeliest", q[order[0]])
    panel = BarPanel(f"after {shown_text(text, said)}", labels, before=tuple(ranked.values.tolist()))
    left = q.viewed((len(order),), lambda at: (order[at[0]],))
    sheet.bars("cut", "q, the likeliest first; faint: p", [(panel, left)])
    sheet.bars("ladder_of_p", "the sum of p up to each letter", [(BarPanel("Σ p", labels, high=1.0), sheet["summed"])])


def fill_draw(sheet: Sheet, text: Taught, u: float) -> None:
    """q summed up in the order of the tokens, and the first letter whose sum exceeds u."""
    q = sheet["q"]
    kept = [int(token) for token in np.flatnonzero(q.values)]
    up_to = [[q[token] for token in kept if token <= last] for last in range(len(text.labels))]
    sums = stacked([stacked(parts).sum() if parts else constant(0.0) for parts in up_to])
    cumulated = sheet.vector("cumulated", "the sum of q up to here", text.labels, sums, "Σ q up to here")
    token = drawn_token(q.values, u)
    sheet.text("drawn", "drawn", text.labels[token])
    sheet.number("drawn_q", "its q", q[token])
    panel = BarPanel(f"faint: u = {u:g}", tuple(text.labels[each] for each in kept), high=1.0, before=(u,) * len(kept))
    ends = cumulated.viewed((len(kept),), lambda at: (kept[at[0]],))
    sheet.bars("on_the_line", "the sum of q up to each letter", [(panel, ends)])
    position = 1 + kept.index(token)
    sheet.number("drawn_place", "its place in the row", float(position), digits=0)
