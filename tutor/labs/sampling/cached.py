"""What the key-value cache saves: the multiplications for each letter, with it and without, and that z stays the same.

Counted are those of the matrices and of attention. At each place every number of a matrix is used once: 4·w² for query,
key, value and output, 8·w² for the MLP, w·V for V tokens. Attention at a place with t places to look at takes w·t for
the scores and w·t for the mixture.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tutor.engine.derivations.cells import Cells, constant, stacked
from tutor.engine.generation import Memory, next_logits
from tutor.engine.parameters import Parameters
from tutor.engine.spec import NetworkSpec
from tutor.labs.kit.sheet import Sheet
from tutor.labs.sampling.taught import PLACES, Taught
from tutor.training.gpt import MLP_FACTOR, Gpt

PLACE_NUMBERS = range(1, PLACES + 1)
KEPT = "of the matrices + 2·w·t"


def fill_cache(
    sheet: Sheet, text: Taught, spec: NetworkSpec, parameters: Callable[[], Parameters], said: str, length: int
) -> None:
    """Multiplications of the last letter and of all, both ways; and the logits both ways."""
    w, tokens = constant(float(Gpt().width)), constant(float(len(text.vocabulary)))
    matrices = (4 + 2 * MLP_FACTOR) * (w * w) + w * tokens
    each = sheet.number("matrices", "of the matrices, a place", matrices, "12·w² + w·V", digits=0)
    places = tuple(map(str, PLACE_NUMBERS))

    def kept(t: int) -> Cells:
        return each + 2.0 * w * float(t)

    once = sheet.vector(
        "kept_each", "with the cache", places, stacked([kept(t) for t in PLACE_NUMBERS]), KEPT, digits=0
    )
    anew = stacked([float(t) * once[t - 1] for t in PLACE_NUMBERS])
    again = sheet.vector("anew_each", "all anew", places, anew, "t places, each at that cost", digits=0)
    sheet.number("kept_last", "this letter, with the cache", once[length - 1], digits=0)
    sheet.number("anew_last", "this letter, all anew", again[length - 1], digits=0)
    all_kept = sheet.number(
        "kept_all", "all letters, with the cache", once.viewed((length,), _same).sum(), "Σ of the letters", digits=0
    )
    all_anew = sheet.number(
        "anew_all", "all letters, all anew", again.viewed((length,), _same).sum(), "Σ of the letters", digits=0
    )
    sheet.number("saving", "times as many", all_anew / all_kept, "anew / with the cache", digits=2)
    at = constant(np.array(PLACE_NUMBERS, dtype=float))
    lines = {"all anew": again, "with the cache": once}
    sheet.curve(
        "products", "multiplications for a letter", "letter", at, lines, (at[length - 1], once[length - 1]),
        {"all anew": (("anew_last", "anew_each"), 1)}, low=0.0,
    )  # fmt: skip
    sheet.number(
        "difference", "difference in z", lambda: _difference(sheet, text, spec, parameters(), said),
        digits=16,  # with 6 a difference from rounding would read 0
    )  # fmt: skip


def _same(at: tuple[int, ...]) -> tuple[int, ...]:
    return at


def _difference(sheet: Sheet, text: Taught, spec: NetworkSpec, parameters: Parameters, said: str) -> float:
    """Between the logits of one pass of the whole text and those with the memory, letter after letter."""
    memory = Memory()
    z = [next_logits(spec, parameters, int(token), memory) for token in text.tokens(said)]
    return float(np.abs(z[-1] - sheet["logits"].values).max())
