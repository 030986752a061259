"""The network on one context: the numbers looked up, its answer, and which rows of the table learn from it."""

from __future__ import annotations

import numpy as np

from tutor.engine.spec import NetworkSpec
from tutor.labs.embeddings.network import TABLE, TOKENS
from tutor.labs.kit.charts import BarPanel
from tutor.labs.kit.labels import Label
from tutor.labs.kit.readouts import LayerView, Tile
from tutor.labs.kit.sheet import Sheet

GRADIENT = f"grad:{TABLE}"


def fill_pass(sheet: Sheet, spec: NetworkSpec, context: tuple[str, ...], target: str) -> None:
    """Put the recorded pass of one context on the sheet, forward and back."""
    size = spec.shapes[1][-1]
    numbers = tuple(f"number {i + 1}" for i in range(size))
    # The same letter may be there twice, and a row is named by its place.
    rows = tuple(Label(f"{letter}{' ' * at}", str(at + 1)) for at, letter in enumerate(context))
    sheet.matrix("letter_table", "the table", TOKENS, numbers, sheet[TABLE], digits=3)
    sheet.matrix("looked_up", "rows looked up", rows, numbers, sheet["embedding.out"][0], digits=3)
    confidences = sheet["dense_1.out"][0]
    sheet.vector("confidences", "confidence in what comes next", TOKENS, confidences, digits=3)
    panel = BarPanel("confidence", TOKENS, marked=(target,), digits=2)
    sheet.bars("next_bars", f"what comes after {' '.join(context)}", [(panel, confidences)])
    names = tuple(
        Label(f"{letter}{i + 1}", f"{at + 1}.{i + 1}") for at, letter in enumerate(context) for i in range(size)
    )
    layers = [
        (LayerView("numbers of the letters", (), names), sheet["flatten.out"][0]),
        (LayerView("hidden", ()), sheet["dense.out"][0]),
        (LayerView("next letter", (), TOKENS), confidences),
    ]
    sheet.network(
        "network", "from a context to the next letter", layers, [sheet["dense.kernel"], sheet["dense_1.kernel"]]
    )
    sheet.number("row_loss", "loss of this context", sheet["loss"], digits=4)
    gradient = sheet[GRADIENT]
    sheet.matrix("gradient_rows", "gradient of each row", TOKENS, numbers, gradient, digits=4)

    def read() -> int:
        return int((np.abs(gradient.values) > 0).any(axis=1).sum())

    sheet.number("rows_taught", "rows with a gradient", read, digits=0)
    largest = float(np.abs(gradient.values).max()) or 1.0
    sheet.picture(
        "gradient", "gradient of the table", [(Tile("", ()), gradient.transposed)],
        low=-largest, high=largest, signed=True, digits=4, row_labels=numbers, column_labels=TOKENS,
    )  # fmt: skip
