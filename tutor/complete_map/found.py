"""What a complete map holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tutor.complete_map.drawings import flips_between
from tutor.complete_map.stages import StagedNetwork
from tutor.complete_map.tally import CONFIDENCES
from tutor.engine.activations import softmax

Answers = NDArray[np.uint8]
# Answers counted at once: as whole numbers they take eight times their memory.
PIECE = 1 << 20


@dataclass(frozen=True)
class Example:
    """One drawing by its number, the class that the network answers, and its confidence in it.

    ``flips`` says in how many pixels it differs from another drawing; None if there is none to measure from.
    """

    number: int
    answer: int
    confidence: float
    flips: int | None = None

    @classmethod
    def of(cls, network: StagedNetwork, number: int, measured_from: int | None = None) -> Example:
        """Ask the reference about a drawing."""
        p = softmax(network.logits_of(number))
        flips = None if measured_from is None else int(flips_between(number, measured_from))
        return cls(number, int(p.argmax()), float(p.max()), flips)


@dataclass(frozen=True, eq=False)
class CompleteMap:
    """The class (33554432,) of every drawing, by the drawing's number, and what stands out.

    ``above[i]`` drawings have at least the confidence ``CONFIDENCES[i]``. ``surest[k]`` is the drawing that is
    answered k with the highest confidence, to within the rounding of float32. ``farthest[k]`` is, of the drawings that
    are answered k with a confidence of at least ``SURE``, the one that differs in most pixels from the shape of class
    k; of several the surest. Both are None for a class without such a drawing.
    """

    answers: Answers
    above: tuple[int, ...]
    surest: tuple[Example | None, ...]
    farthest: tuple[Example | None, ...]
    network: StagedNetwork = field(repr=False)
    seconds: float = 0.0

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """How many drawings each class has; together all 33,554,432."""
        classes = self.network.classes
        found = sum(
            np.bincount(piece, minlength=classes) for piece in np.split(self.answers, len(self.answers) // PIECE)
        )
        return tuple(np.asarray(found).tolist())

    def share_above(self) -> dict[float, float]:
        """The share of all drawings with at least each of the ``CONFIDENCES``."""
        return {c: count / len(self.answers) for c, count in zip(CONFIDENCES, self.above, strict=True)}
