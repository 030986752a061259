"""Where two networks answer alike, over every drawing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.complete_map.found import PIECE, Answers


@dataclass(frozen=True, eq=False)
class Agreement:
    """``counts[a, b]`` drawings have the answer a by the first network and b by the second."""

    counts: NDArray[np.int64]

    @property
    def alike(self) -> int:
        """How many drawings have the same answer by both."""
        return int(np.trace(self.counts))

    @property
    def share(self) -> float:
        """Of all drawings."""
        return self.alike / int(self.counts.sum())


def agreement(first: Answers, second: Answers, classes: int) -> Agreement:
    """Count the pairs of answers of two networks with the same ``classes``."""
    counts = np.zeros(classes * classes, np.int64)
    for start in range(0, len(first), PIECE):
        piece = slice(start, start + PIECE)
        pairs = first[piece].astype(np.int64) * classes + second[piece]
        counts += np.bincount(pairs, minlength=classes * classes)
    return Agreement(counts.reshape(classes, classes))
