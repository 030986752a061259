"""Networks trained apart from the learner's: two seeds side by side, and tables with more or fewer numbers a letter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tutor.engine.derivations.cells import Cells, constant, sqrt
from tutor.labs.embeddings.controls import SIZES
from tutor.labs.embeddings.network import LETTERS
from tutor.labs.embeddings.others import OtherNetworks
from tutor.labs.embeddings.plane import distances_between, draw_plane, letters_of
from tutor.labs.kit.sheet import Sheet

IN_WORDS = ("one", "two", "four", "ten")
SETS = ("taught names", "held out")
UNKNOWN = "not known yet"
ALIKE = 0.8
"""From this correlation on, two lists of numbers are said to agree."""
PAIRS = [(i, k) for i in range(len(LETTERS)) for k in range(i)]


def fill_seeds(sheet: Sheet, networks: OtherNetworks, seed: int, other: int) -> None:
    """Two networks that differ in their seed alone: both planes, and what of them agrees."""
    known = (2, seed) in networks and (2, other) in networks
    numbers, distances = [], []
    for name, number in (("seed_plane", seed), ("other_plane", other)):
        table = networks[2, number].table
        letters = letters_of(sheet.give(f"{name}_table", table) if known else constant(table), 2)
        draw_plane(sheet, name, f"seed {number}", letters, 2)
        numbers.append(letters.viewed((2 * len(LETTERS),), lambda at: divmod(at[0], 2)))
        distances.append(sheet.let(f"{name}_distances", distances_between(letters, 2), "√ Σ (one − other)²"))
    pairs = [cells.viewed((len(PAIRS),), lambda at: PAIRS[at[0]]) for cells in distances]
    coordinates = _correlation(sheet, "coordinates", "of the numbers", numbers, 2 * len(LETTERS), known=known)
    apart = _correlation(sheet, "distances", "of the distances", pairs, len(PAIRS), known=known)

    def agreement() -> str:
        if not known:
            return UNKNOWN
        same = [word for word, r in (("numbers", coordinates), ("distances", apart)) if r.number >= ALIKE]
        return " and ".join(same) or "neither"

    def same_nearest() -> float:
        if not known:
            return np.nan
        itself = np.diag(np.full(len(LETTERS), np.inf))
        first, second = ((cells.values + itself).argmin(axis=1) for cells in distances)
        return int((first == second).sum())

    sheet.text("agreement", "both seeds agree in", agreement)
    sheet.number("same_nearest", "of 26 with the same nearest", same_nearest, digits=0)
    sheet.number("same_by_chance", "by chance", constant(26.0) / 25, "26 / 25", digits=2)


def _correlation(sheet: Sheet, name: str, label: str, lists: Sequence[Cells], count: int, *, known: bool) -> Cells:
    """Pearson's correlation of two lists of ``count`` numbers."""
    a, b = (
        sheet.let(f"{name}_away_{at}", cells - cells.sum() / count, "number − mean")
        for at, cells in enumerate(lists, 1)
    )
    both, first, second = (
        sheet.let(f"{name}_{of}", (one * other).sum(), f"Σ {of}")
        for of, one, other in (("a·b", a, b), ("a·a", a, a), ("b·b", b, b))
    )
    r = both / sqrt(first * second)
    formula = "Σ a·b / √(Σ a·a · Σ b·b)" if known else ""
    return sheet.number(f"{name}_r", f"correlation {label}", r, formula, digits=2)


def fill_sizes(sheet: Sheet, networks: OtherNetworks, seed: int) -> None:
    """The losses of networks with 1, 2, 4 and 10 numbers a letter."""
    labels = tuple(map(str, SIZES))
    losses = sheet.matrix(
        "by_size", "loss by numbers a letter", labels, SETS, lambda: [networks[size, seed].losses for size in SIZES],
        digits=3,
    )  # fmt: skip
    known = all((size, seed) in networks for size in SIZES)
    xs = sheet.give("sizes", np.array(SIZES, np.float64))
    lines = {name: losses.last(at) for at, name in enumerate(SETS)} if known else {}
    tells = dict.fromkeys(SETS, (("best_size",), 1))
    sheet.curve("size_curve", "loss", "numbers a letter", xs, lines, tells=tells)
    over = losses.last(1) - losses.last(0)
    sheet.vector("gaps", "held out − taught", labels, over, "held out − taught" if known else "", digits=3)

    def best() -> str:
        return IN_WORDS[int(losses.values[:, 1].argmin())] if known else UNKNOWN

    sheet.text("best_size", "least loss on held-out names", best)
