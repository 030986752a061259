"""Letters as one-hot vectors, and a table whose rows a one-hot vector picks."""

from __future__ import annotations

import numpy as np

from tutor.engine.derivations.cells import sqrt, stacked
from tutor.labs.embeddings.controls import AXES, FEW
from tutor.labs.embeddings.network import TOKENS
from tutor.labs.kit.labels import Label
from tutor.labs.kit.readouts import Edge, Node, Tile
from tutor.labs.kit.sheet import Sheet


def fill_one_hot(sheet: Sheet, first: str, second: str) -> None:
    """Two letters as one-hot vectors, their distance, their dot product."""
    every = sheet.give("every_one_hot", np.eye(len(TOKENS)))
    a, b = (every[TOKENS.index(letter)] for letter in (first, second))
    rows = Label(f"{first} ", "first"), Label(f"{second}  ", "second")
    sheet.picture(
        "one_hot", "two letters as one-hot vectors", [(Tile("", ()), stacked([a, b]))], row_labels=rows,
        column_labels=TOKENS, digits=0,
    )  # fmt: skip
    sheet.picture(
        "every_letter", "every token, a row each", [(Tile("", ()), every)], row_labels=TOKENS, column_labels=TOKENS,
        digits=0,
    )  # fmt: skip
    away = sheet.let("one_hot_away", a - b, "first − other")
    sheet.number("one_hot_distance", "their distance", sqrt((away * away).sum()), "√ Σ (first − other)²", digits=4)
    sheet.number("one_hot_dot", "their dot product", (a * b).sum(), "Σ first·other", digits=0)


def fill_lookup(sheet: Sheet, letter: str) -> None:
    """A one-hot vector times a small table, product by product: the row of its letter."""
    table = sheet["table"]
    one_hot = sheet.give("one_hot_few", np.eye(len(FEW))[FEW.index(letter)])
    products = sheet.matrix(
        "products", "one-hot · table, product by product", FEW, AXES, one_hot.reshaped((len(FEW), 1)) * table,
        "one-hot · table", digits=2,
    )  # fmt: skip
    picked = sheet.vector("picked", "their sums", AXES, products.sum(0), "Σ one-hot · table", digits=2)
    letters = [(Node(of), one_hot[i], None) for i, of in enumerate(FEW)]
    numbers = [(Node(axis, operator="Σ"), picked[k], None) for k, axis in enumerate(AXES)]
    edges = [(Edge(of, axis), table[i, k], None) for i, of in enumerate(FEW) for k, axis in enumerate(AXES)]
    sheet.graph("lookup", "a one-hot vector through the table", [letters, numbers], edges, digits=2)
