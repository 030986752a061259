"""The letters as points: their plane, all distances, and whether vowels lie together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.engine.derivations.cells import Cells, constant, sqrt, stacked
from tutor.labs.embeddings.network import LETTERS
from tutor.labs.kit.charts import BarPanel, Spot
from tutor.labs.kit.readouts import Tile
from tutor.labs.kit.sheet import Sheet

VOWELS = tuple("aeiou")
CONSONANTS = tuple(letter for letter in LETTERS if letter not in VOWELS)
IN_KINDS = VOWELS + CONSONANTS
NEIGHBOURS = 5
Floats = NDArray[np.float64]


def letters_of(table: Cells, size: int) -> Cells:
    """The rows of the letters (26, size), without that of the mark."""
    return table.viewed((len(LETTERS), size), lambda at: (at[0] + 1, at[1]))


def kind_of(letter: str) -> str:
    """``vowel`` or ``consonant``."""
    return "vowel" if letter in VOWELS else "consonant"


def draw_plane(sheet: Sheet, name: str, label: str, letters: Cells, size: int) -> None:
    """Letters (26, size) on a plane: their two numbers, the one, or the two directions in which they differ most."""
    axes = ("number 1", "number 2")
    if size == 1:
        places = [stacked([letters[i, 0], constant(0.0)]) for i in range(len(LETTERS))]
        axes = ("number 1", "nothing")
    elif size == 2:
        places = [letters[i] for i in range(len(LETTERS))]
    else:
        label, axes = f"{label}: 2 directions of {size}", ("1st", "2nd")
        middle = sheet.let(f"{name}_mean", letters.sum(0) / len(LETTERS), "mean over the letters")
        ways = sheet.give(f"{name}_ways", lambda: principal_ways(letters.values))
        turned = sheet.let(f"{name}_places", (letters - middle) @ ways, "Σ (number − mean)·direction")
        places = [turned[i] for i in range(len(LETTERS))]
    spots = [(Spot(letter, kind=kind_of(letter)), places[LETTERS.index(letter)]) for letter in IN_KINDS]
    sheet.scatter(name, label, axes, spots)


def principal_ways(rows: Floats) -> Floats:
    """The two principal components (numbers, 2) of the rows, each with its largest number above 0."""
    _, _, ways = np.linalg.svd(rows - rows.mean(axis=0), full_matrices=False)
    two = ways[:2]
    signs = np.sign(two[np.arange(2), np.abs(two).argmax(axis=1)])
    turned: Floats = (two * signs[:, None]).T
    return turned


def distances_between(letters: Cells, size: int) -> Cells:
    """The distance (26, 26) of every letter, of ``size`` numbers, from every other."""
    count = len(LETTERS)
    away = letters.reshaped((count, 1, size)) - letters.reshaped((1, count, size))
    return sqrt((away * away).sum(-1))


def fill_distances(sheet: Sheet, letters: Cells, size: int) -> Cells:
    """All distances; the mean among vowels against that from vowels to consonants."""
    distances = sheet.let("distances", distances_between(letters, size), "√ Σ (one − other)²")
    order = [LETTERS.index(letter) for letter in IN_KINDS]
    shown = distances.viewed((len(VOWELS), len(order)), lambda at: (order[at[0]], order[at[1]]))
    sheet.picture(
        "distance_map", "distances from vowels, to vowels first", [(Tile("", ()), shown)],
        high=float(distances.values.max()) or 1.0, row_labels=VOWELS, column_labels=IN_KINDS, digits=3,
    )  # fmt: skip
    v, c = ([LETTERS.index(letter) for letter in kind] for kind in (VOWELS, CONSONANTS))
    among = [(i, k) for i in v for k in v if i < k]
    across = [(i, k) for i in v for k in c]
    near = sheet.number("vowel_distance", "vowel to vowel", _mean(distances, among), "mean of 10 distances", digits=4)
    far = sheet.number(
        "mixed_distance", "vowel to consonant", _mean(distances, across), "mean of 105 distances", digits=4
    )
    sheet.number("ratio", "their ratio", near / far, "vowel to vowel / vowel to consonant", digits=3)
    kinds = ("vowels", "mixed")
    sheet.bars("kind_bars", "mean distance", [(BarPanel("of two letters", kinds), stacked([near, far]))])

    def paired() -> int:
        return sum(LETTERS[int(_others(distances.values, i)[0])] in VOWELS for i in v)

    sheet.number("vowel_pairs", "vowels next to a vowel", paired, digits=0)
    return distances


def _mean(distances: Cells, pairs: list[tuple[int, int]]) -> Cells:
    return distances.viewed((len(pairs),), lambda at: pairs[at[0]]).sum() / len(pairs)


def _others(distances: Floats, letter: int) -> NDArray[np.intp]:
    """The other letters, the nearest first."""
    order = np.argsort(distances[letter], kind="stable")
    return order[order != letter]


def fill_pair(sheet: Sheet, letters: Cells, distances: Cells, first: str, second: str) -> None:
    """Two letters: their numbers, distance and cosine; and who is nearest to the first."""
    a, b = LETTERS.index(first), LETTERS.index(second)
    numbers = tuple(f"number {i + 1}" for i in range(letters.values.shape[1]))
    sheet.vector("first_numbers", f"numbers of {first}", numbers, letters[a], digits=3)
    sheet.vector("second_numbers", f"numbers of {second}", numbers, letters[b], digits=3)
    sheet.number("distance", f"distance of {first} and {second}", distances[a, b], digits=4)
    lengths = sheet.let("lengths", sqrt((letters * letters).sum(-1)), "√ Σ number²")
    dots = sheet.let("dots", letters @ letters.transposed, "Σ one·other")
    products = lengths.reshaped((len(LETTERS), 1)) * lengths.reshaped((1, len(LETTERS)))
    cosines = sheet.let("cosines", dots / products, "dot product / (length·length)")
    sheet.number("cosine", f"cosine of {first} and {second}", cosines[a, b], digits=4)
    near = [int(i) for i in _others(distances.values, a)[:NEIGHBOURS]]
    columns = [stacked([cells[a, i] for i in near]) for cells in (distances, cosines)]
    heads = [LETTERS[i] for i in near]
    sheet.table("neighbours", f"nearest to {first}", ("letter", "distance", "cosine"), heads, columns, digits=3)
    sheet.text("nearest", f"nearest to {first}", heads[0])
    sheet.text("nearest_kind", "which is a", kind_of(heads[0]))
