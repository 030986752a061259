"""Analogies as arithmetic on vectors: built so that they hold, and asked of a trained table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import constant, sqrt, stacked
from tutor.labs.embeddings.controls import AXES, CAPITALS
from tutor.labs.embeddings.network import LETTERS, TOKENS
from tutor.labs.embeddings.others import OtherNetworks
from tutor.labs.embeddings.plane import letters_of
from tutor.labs.embeddings.surveys import UNKNOWN
from tutor.labs.kit.charts import BarPanel, Spot
from tutor.labs.kit.readouts import Table
from tutor.labs.kit.sheet import Sheet

Floats = NDArray[np.float64]
WIDE, SHOWN = 10, 5
VOICED = ("pb", "td", "kg", "fv", "sz")
"""Consonants without and with the voice."""
ALPHABET = tuple(map("".join, pairwise(LETTERS)))
"""Each letter and the one after it in the alphabet."""
WAYS = ("inputs left out", "all letters")


def fill_capitals(sheet: Sheet) -> None:
    """Three small letters, their capitals by one vector, and A − a + b."""
    small, shift = sheet["small"], sheet["shift"]
    capitals = sheet.matrix(
        "capitals",
        "capital = small + shift",
        tuple(map(str.upper, CAPITALS)),
        AXES,
        small + shift,
        "small + shift",
        digits=2,
    )
    result = sheet.vector("result", "A − a + b", AXES, capitals[0] - small[0] + small[1], "A − a + b", digits=2)
    spots = [(Spot(letter, kind="small"), small[i]) for i, letter in enumerate(CAPITALS)]
    spots += [(Spot(letter.upper(), kind="capital"), capitals[i]) for i, letter in enumerate(CAPITALS)]
    ways = tuple((letter, letter.upper()) for letter in CAPITALS)
    sheet.scatter("capital_plane", "small letters and capitals", AXES, spots, ways=ways)
    away = sheet.let("capitals_away", capitals - result, "capital − (A − a + b)")
    sheet.vector(
        "capital_distances", "distance from A − a + b", tuple(map(str.upper, CAPITALS)), sqrt((away * away).sum(-1)),
        "√ Σ (capital − (A − a + b))²", digits=3,
    )  # fmt: skip


def fill_analogy(sheet: Sheet, networks: OtherNetworks, seed: int, p: str, q: str, r: str) -> None:
    """p is to q as r is to which letter, in a table of ten numbers a letter."""
    numbers = tuple(f"number {i + 1}" for i in range(WIDE))
    known, network = (WIDE, seed) in networks, networks[WIDE, seed]
    table = sheet.give("wide", network.table) if known else constant(network.table)
    letters = letters_of(sheet.matrix("wide", "a table of 10 numbers a letter", TOKENS, numbers, table, digits=3), WIDE)
    from_p, from_q, from_r = (letters[LETTERS.index(letter)] for letter in (p, q, r))
    target = sheet.vector(
        "target_numbers", f"{q} − {p} + {r}", numbers, from_q - from_p + from_r, "q − p + r" if known else "", digits=3
    )
    away = sheet.let("target_away", letters - target, "letter − (q − p + r)")
    distances = sqrt((away * away).sum(-1))
    if known:
        distances = sheet.let("target_distances", distances, "√ Σ (letter − (q − p + r))²")
    label = f"nearest to {q} − {p} + {r}"

    @cache
    def near() -> list[int]:
        return [int(i) for i in np.argsort(distances.values, kind="stable")]

    def rows() -> list[tuple[str, float]]:
        return [(LETTERS[i], float(distances.values[i])) for i in near()[:SHOWN]] if known else []

    panel = BarPanel("marked: asked with", LETTERS, marked=tuple(dict.fromkeys((p, q, r))), digits=1)
    sheet.bars("answer_bars", f"distance from {q} − {p} + {r}", [(panel, distances)])
    sheet.show(
        "answers",
        lambda: Table("answers", label, ("letter", "distance"), tuple(rows()), 3),
        (lambda at: ("target_distances", (near()[at[0]],))) if known else None,
        counted=not known,
    )

    def first_but(asked: tuple[str, ...]) -> str:
        if not known:
            return UNKNOWN
        return next(LETTERS[i] for i in near() if LETTERS[i] not in asked)

    sheet.text("nearest_of_all", "nearest of all", lambda: first_but(()))
    sheet.text("nearest_other", f"nearest but {p}, {q}, {r}", lambda: first_but((p, q, r)))

    def kind_of(letter: str) -> str:
        """Whether a letter is that with which ``r`` makes a pair of VOICED, one asked with, or another."""
        if letter == UNKNOWN:
            return UNKNOWN
        return "right" if {letter, r} in map(set, VOICED) else "asked" if letter in (p, q, r) else "other"

    sheet.text("kind_of_all", "the nearest of all is", lambda: kind_of(first_but(())))
    sheet.text("kind_of_other", f"but {p}, {q}, {r} it is", lambda: kind_of(first_but((p, q, r))))


def fill_counts(sheet: Sheet, networks: OtherNetworks, seed: int) -> None:
    """How many of the analogies of two lists hold, with and without the three letters that are asked with."""
    known, letters = (WIDE, seed) in networks, networks[WIDE, seed].table[1:]
    shares = []
    for name, label, pairs in (("voiced", "voiced pairs", VOICED), ("alphabet", "the alphabet", ALPHABET)):
        asked = sheet.number(f"{name}_asked", f"analogies of {label}", len(asked_of(pairs)), digits=0)
        found = sheet.give(f"{name}_found", partial(tally, letters, pairs)) if known else constant([np.nan] * 3)
        held = sheet.vector(f"{name}_held", f"that hold, of {label}", WAYS, found.viewed((2,), lambda at: at), digits=0)
        sheet.number(f"{name}_inputs", f"{label}: nearest is asked with", found[2], digits=0)
        shares.append(100 * held[0] / asked)
    chance = sheet.number(
        "chance", "right by chance, %", constant(100.0) / (len(LETTERS) - 3), "100 / (26 − 3)", digits=1
    )
    labels = ("voiced", "alphabet", "chance")
    held = sheet.vector(
        "analogy_shares",
        "% that hold, inputs left out",
        labels,
        stacked([*shares, chance]),
        "100·held / asked" if known else "",
        digits=1,
    )
    sheet.bars(
        "analogy_bars",
        "of all analogies",
        [(BarPanel("% that hold, inputs left out", labels, high=100.0, digits=1), held)],
    )


def asked_of(pairs: Sequence[str]) -> list[tuple[str, str]]:
    """Every two of the pairs that have no letter in common, each as the question and the answer once."""
    return [(one, other) for one in pairs for other in pairs if not {*one} & {*other}]


def tally(letters: Floats, pairs: Sequence[str]) -> tuple[int, int, int]:
    """Of all analogies of the ``pairs``, those that hold without and with the letters asked with as answers.

    And how often the nearest of all is one of these three. ``letters`` is (26, numbers).
    """
    left_out = every = asked_with = 0
    for pair, asked in asked_of(pairs):
        p, q, r, right = *pair, *asked
        target = letters[LETTERS.index(q)] - letters[LETTERS.index(p)] + letters[LETTERS.index(r)]
        distances = np.linalg.norm(letters - target, axis=1)
        order = [LETTERS[int(i)] for i in np.argsort(distances, kind="stable")]
        every += order[0] == right
        asked_with += order[0] in (p, q, r)
        left_out += next(letter for letter in order if letter not in (p, q, r)) == right
    return left_out, every, asked_with
