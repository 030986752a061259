"""The results on the test pictures, or the progress while they are being computed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from tutor.labs.images.canvas import whole
from tutor.labs.images.confusion import Answers
from tutor.labs.images.readouts import Data, empty
from tutor.labs.kit.labels import Label
from tutor.labs.kit.readouts import Picture, Tile
from tutor.labs.kit.sheet import Sheet

GALLERY = 6


def fill_asked(
    sheet: Sheet,
    names: tuple[str, ...],
    shown: str,
    answers: Callable[[], Answers | None],
    data: Data,
    waiting: Callable[[], str],
) -> None:
    """Put the accuracy, the results by class and the confusions on the sheet.

    ``shown`` is the class whose row is shown; ``waiting`` gives the text while there are no pictures.
    """
    place = names.index(shown)

    def of(counted: Callable[[Answers], float]) -> Callable[[], float]:
        return lambda: math.nan if (given := answers()) is None else counted(given)

    def counts() -> NDArray[np.intp]:
        given = answers()
        return np.zeros((len(names),) * 2, np.intp) if given is None else given.counts(len(names))

    def class_right(given: Answers) -> float:
        row = given.counts(len(names))[place]
        return float(row[place]) / max(1.0, float(row.sum()))

    def unanswered() -> str:
        return waiting() if data() is None else "asking about the test pictures …"

    def most_confused() -> str:
        given = answers()
        if given is None:
            return unanswered()
        worst = given.most_confused(len(names))
        if worst is None:
            return "never wrong"
        true, said, often = worst
        return f"{names[true]} taken for {names[said]}, {often} ×"

    def confusion() -> Picture:
        label = unanswered() if answers() is None else "true class by row, said by column"
        return _confusion("confusion", label, names, counts())

    def misses() -> Picture:
        given, there = answers(), data()
        if given is None or there is None:
            return empty("misses", unanswered())
        if not given.misses:
            return empty("misses", "no misses")
        tiles = tuple(
            whole(
                there.held_out_inputs[i],
                # Two misses may be the same.
                Label(f"{names[given.classes[i]]}→{names[given.said[i]]}", f"{at + 1}"),
            )
            for at, i in enumerate(given.misses[:GALLERY])
        )
        label = f"{len(tiles)} of {len(given.misses)} misses, true→said"
        return Picture("misses", label, tiles, digits=1, grey=True)

    sheet.number("asked", "asked about", of(lambda given: len(given.classes)), digits=0)
    sheet.number("right", "right", of(lambda given: given.right), digits=0)
    sheet.number("share_right", "share right", of(lambda given: given.right / max(1, len(given.classes))), digits=3)
    sheet.text("most_confused", "most often wrong", most_confused)
    sheet.show("confusion", confusion, counted=True)
    sheet.vector("class_row", f"{shown} taken for", names, lambda: counts()[place], digits=0)
    sheet.number("class_right", f"{shown}: share right", of(class_right), digits=3)
    sheet.show("misses", misses, counted=True)


def _confusion(name: str, label: str, names: tuple[str, ...], counts: NDArray[np.intp]) -> Picture:
    """The matrix as a picture, its scale up to the most frequent mistake: the diagonal would outshine all of them."""
    rows = tuple(map(tuple, counts.astype(float).tolist()))
    off = counts[~np.eye(len(names), dtype=bool)].max()
    tile, most = Tile(label, rows), float(max(1, off))
    return Picture(name, label, (tile,), high=most, digits=0, row_labels=names, column_labels=names)
