"""What one thread finds out in the blocks that it passes: answers, confidences, the drawings that stand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.complete_map.drawings import COLUMNS, LOW_BITS, Numbers, column_flips, flips_between, row_flips
from tutor.complete_map.passing import Block
from tutor.complete_map.rounding import ROUNDING
from tutor.complete_map.stages import StagedNetwork
from tutor.engine.activations import softmax

CONFIDENCES = (0.5, 0.9, 0.99)
"""The map counts the drawings that are answered with at least each of these confidences."""
SURE = 0.9
"""The confidence, one of these, from which a drawing that is unlike its shape stands out."""
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Question:
    """What the blocks are searched for.

    ``error`` bounds a logit's rounding. ``shapes`` are the numbers of one drawing for each class, from which distances
    count; empty if there are none.
    """

    network: StagedNetwork
    error: float
    shapes: tuple[int, ...]

    @property
    def margin(self) -> float:
        """With less than this between the two largest logits, float32 does not tell which is larger."""
        return 2 * self.error * (1 + 4 * ROUNDING) + 1e-30

    @property
    def rest_error(self) -> float:
        """How far a sum of e^(z − max z) can lie from the exact one, relative to it."""
        return float(np.expm1(2 * self.error)) + 8 * (self.network.classes + 8) * ROUNDING


class Tally:
    """Counts and finds of a thread.

    With m the largest logit, the confidence is 1 / (1 + rest), where rest = Σ e^(z − m) over the other classes: a
    small rest is a high confidence, and keeps its digits where the confidence itself rounds to 1.
    """

    def __init__(self, question: Question) -> None:
        classes = question.network.classes
        self._question = question
        self.above = np.zeros(len(CONFIDENCES), np.int64)
        self.surest_rest, self.surest = np.full(classes, np.inf), np.full(classes, -1)
        self.farthest_flips = np.full(classes, -1)
        self.farthest_rest, self.farthest = np.full(classes, np.inf), np.full(classes, -1)
        self._open: list[tuple[Numbers, NDArray[np.float32]]] = []
        # What a block needs, kept from one to the next.
        self._others = np.empty((classes - 1, COLUMNS), np.float32)
        self._best, self._rest, self._next = np.empty((3, COLUMNS), np.float32)
        self._all_less, self._less, self._unclear = np.empty((3, COLUMNS), np.bool_)
        rests = np.array([1 / confidence - 1 for confidence in CONFIDENCES])
        self._surely = (rests * (1 - question.rest_error)).astype(np.float32)
        self._perhaps = (rests * (1 + question.rest_error)).astype(np.float32)
        self._column_flips = np.array([column_flips(shape) for shape in question.shapes])
        self._row_flips = np.array([row_flips(shape) for shape in question.shapes])

    def take(self, row: int, z: Block, answers: NDArray[np.uint8]) -> None:
        """Take the logits ``z`` (classes, 8192) of one block, and write which is the largest into ``answers``."""
        rest = self._rests(z)
        self._write_answers(z, answers)
        unclear = self._unclear
        np.maximum.reduce(self._others, axis=0, out=self._next)
        np.greater_equal(self._next, np.float32(np.exp(-self._question.margin) - 4 * ROUNDING), out=unclear)
        for place, (surely, perhaps) in enumerate(zip(self._surely, self._perhaps, strict=True)):
            sure = np.less_equal(rest, surely, out=self._less)
            count = np.count_nonzero(sure)
            self.above[place] += count
            if CONFIDENCES[place] == SURE and count and self._question.shapes:
                self._find_farthest(row, answers, np.flatnonzero(sure))
            between = np.less_equal(rest, perhaps)
            if np.count_nonzero(between) > count:
                unclear |= between & ~sure
        self._find_surest(row, answers, unclear)
        if unclear.any():
            columns = np.flatnonzero(unclear)
            self._open.append(((row << LOW_BITS) + columns, rest[columns]))

    def settle(self, table: NDArray[np.uint8]) -> None:
        """Ask the reference about what float32 left open, and correct ``table``, (drawings,)."""
        for numbers, rests in self._open:
            p = softmax(self._question.network.logits_of(numbers))
            answers = p.argmax(axis=1)
            table[numbers] = answers
            confidences = p.max(axis=1)
            for place, confidence in enumerate(CONFIDENCES):
                self.above[place] += np.count_nonzero((confidences >= confidence) & (rests > self._surely[place]))
            exact = 1 / confidences - 1
            self._keep_surest(numbers, answers, exact)
            if self._question.shapes:
                sure = confidences >= SURE
                self._keep_farthest(numbers[sure], answers[sure], exact[sure])
        self._open = []

    def _rests(self, z: Block) -> Block:
        """The rest of each drawing. ``_others`` becomes e^(z − m) of the classes that are not the largest."""
        best, others = self._best, self._others
        # Of the largest so far and the next class, the smaller one is no winner; that leaves all but the winner.
        np.minimum(z[0], z[1], out=others[0])
        np.maximum(z[0], z[1], out=best)
        for place in range(2, len(z)):
            np.minimum(best, z[place], out=others[place - 1])
            np.maximum(best, z[place], out=best)
        np.subtract(others, best, out=others)
        np.exp(others, out=others)
        return np.add.reduce(others, axis=0, out=self._rest)

    def _write_answers(self, z: Block, answers: NDArray[np.uint8]) -> None:
        """The first class whose logit is the largest: as many classes as come before it are smaller."""
        all_less, less = self._all_less, self._less
        np.less(z[0], self._best, out=all_less)
        answers[:] = all_less
        for place in range(1, len(z) - 1):
            np.less(z[place], self._best, out=less)
            all_less &= less
            answers += all_less.view(np.uint8)

    def _find_surest(self, row: int, answers: NDArray[np.uint8], unclear: Flags) -> None:
        surer = self._rest < self.surest_rest[answers]
        surer &= ~unclear
        columns = np.flatnonzero(surer)
        if len(columns):
            self._keep_surest((row << LOW_BITS) + columns, answers[columns], self._rest[columns])

    def _keep_surest(self, numbers: Numbers, answers: NDArray[np.integer], rests: NDArray[np.floating]) -> None:
        for k in np.unique(answers).tolist():
            own = np.flatnonzero(answers == k)
            first = own[rests[own].argmin()]
            if rests[first] < self.surest_rest[k]:
                self.surest_rest[k], self.surest[k] = rests[first], numbers[first]

    def _find_farthest(self, row: int, answers: NDArray[np.uint8], columns: NDArray[np.intp]) -> None:
        k = answers[columns]
        flips = self._column_flips[k, columns] + self._row_flips[k, row]
        farther = flips >= self.farthest_flips[k]
        if farther.any():
            columns = columns[farther]
            self._keep_farthest((row << LOW_BITS) + columns, k[farther], self._rest[columns])

    def _keep_farthest(self, numbers: Numbers, answers: NDArray[np.integer], rests: NDArray[np.floating]) -> None:
        for k in np.unique(answers).tolist():
            own = np.flatnonzero(answers == k)
            flips = flips_between(numbers[own], self._question.shapes[k])
            first = own[np.lexsort((rests[own], -flips.astype(int)))[0]]
            found = (-int(flips.max()), float(rests[first]))
            if found < (-int(self.farthest_flips[k]), float(self.farthest_rest[k])):
                self.farthest_flips[k], self.farthest_rest[k], self.farthest[k] = -found[0], found[1], numbers[first]


@dataclass(frozen=True)
class Finds:
    """The tallies of all threads together: by class, the number of the surest drawing and of the farthest, or −1."""

    above: tuple[int, ...]
    surest: tuple[int, ...]
    farthest: tuple[int, ...]

    @classmethod
    def of(cls, tallies: Sequence[Tally]) -> Finds:
        """Combine tallies; of drawings that are equally good the one with the lowest number counts."""
        classes = range(len(tallies[0].surest))
        surest = [min((t.surest_rest[k], t.surest[k]) for t in tallies)[1] for k in classes]
        farthest = [min((-t.farthest_flips[k], t.farthest_rest[k], t.farthest[k]) for t in tallies)[2] for k in classes]
        above = sum(t.above for t in tallies)
        return cls(tuple(np.asarray(above).tolist()), tuple(map(int, surest)), tuple(map(int, farthest)))
