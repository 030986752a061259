"""Where two networks answer alike, over every drawing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutor.complete_map.found import PIECE, Answers


@dataclass(frozen=True)
class Agreement:
    """``counts[a][b]`` drawings have the answer a by the first network and b by the second."""

    counts: tuple[tuple[int, ...], ...]

    @property
    def alike(self) -> int:
        """How many drawings have the same answer by both."""
        return sum(row[place] for place, row in enumerate(self.counts))

    @property
    def share(self) -> float:
        """Of all drawings."""
        return self.alike / sum(map(sum, self.counts))


def agreement(first: Answers, second: Answers, classes: int) -> Agreement:
    """Count the pairs of answers of two networks with the same ``classes``."""
    counts = np.zeros(classes * classes, np.int64)
    for start in range(0, len(first), PIECE):
        piece = slice(start, start + PIECE)
        pairs = first[piece].astype(np.int64) * classes + second[piece]
        counts += np.bincount(pairs, minlength=classes * classes)
    return Agreement(tuple(map(tuple, counts.reshape(classes, classes).tolist())))
