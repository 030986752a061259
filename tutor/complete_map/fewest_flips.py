"""The fewest pixels to flip until the answer changes: proved by looking at every drawing's answer."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from tutor.complete_map.drawings import COLUMNS, LOW_BITS, PIXELS, ROWS, Numbers, column_flips, row_flips
from tutor.complete_map.found import CompleteMap, Example
from tutor.engine.activations import softmax

# Rows of answers that are looked at together.
PIECE = 512
MOST_ASKED, MOST_NEAREST = 1_000, 24
"""Of more drawings that are equally near, the surest of the first so many is shown, and the first few are kept."""


@dataclass(frozen=True)
class FewestFlips:
    """How near another answer is to the drawing ``start``.

    ``changed[f]`` is how many of the comb(25, f) drawings with f pixels flipped have another answer. ``nearest`` are
    the numbers of those with the fewest flips, at most ``MOST_NEAREST``; ``shown`` is the surest of them. Nothing is
    near a drawing whose answer every drawing has.
    """

    start: Example
    changed: tuple[int, ...]
    nearest: tuple[int, ...]
    shown: Example | None

    @property
    def fewest(self) -> int | None:
        """The fewest flips that change the answer."""
        return None if self.shown is None else self.shown.flips

    @property
    def shares(self) -> tuple[float, ...]:
        """Of the drawings with f pixels flipped, the share with another answer."""
        return tuple(count / comb(PIXELS, flips) for flips, count in enumerate(self.changed))


def fewest_flips(found: CompleteMap, number: int) -> FewestFlips:
    """The fewest flips that change the answer to the drawing ``number``."""
    answers = found.answers.reshape(ROWS, COLUMNS)
    columns, rows = column_flips(number), row_flips(number)
    changed = _changed(answers, columns, rows, int(found.answers[number]))
    start = Example.of(found.network, number)
    if not changed.any():
        return FewestFlips(start, tuple(changed.tolist()), (), None)
    nearest = _at(answers, columns, rows, int(found.answers[number]), int((changed > 0).argmax()))[:MOST_ASKED]
    surest = int(nearest[softmax(found.network.logits_of(nearest)).max(axis=1).argmax()])
    shown = Example.of(found.network, surest, number)
    return FewestFlips(start, tuple(changed.tolist()), tuple(nearest[:MOST_NEAREST].tolist()), shown)


def _changed(
    answers: NDArray[np.uint8], columns: NDArray[np.uint8], rows: NDArray[np.uint8], own: int
) -> NDArray[np.int64]:
    """How many drawings with each number of flips, (26,), have another answer than ``own``."""
    # For each column, a 1 at its number of flips: a product counts a row's drawings by their low pixels' flips.
    at_flips = np.eye(LOW_BITS + 1, dtype=np.float32)[columns]
    changed = np.zeros(PIXELS + 1, np.int64)
    for first in range(0, ROWS, PIECE):
        piece = slice(first, first + PIECE)
        counts = (answers[piece] != own).astype(np.float32) @ at_flips
        np.add.at(changed, rows[piece, None] + np.arange(LOW_BITS + 1), counts.astype(np.int64))
    return changed


def _at(
    answers: NDArray[np.uint8], columns: NDArray[np.uint8], rows: NDArray[np.uint8], own: int, flips: int
) -> Numbers:
    """The numbers of the drawings with that many flips and another answer, in order."""
    found = []
    for row in np.flatnonzero(rows <= flips).tolist():
        here = np.flatnonzero((columns == flips - rows[row]) & (answers[row] != own))
        found.append((row << LOW_BITS) + here)
    return np.concatenate(found)
