"""Asks a network about every drawing, block by block on two threads; between two calls it can be stopped.

Every answer and every count is that of the engine's reference in float64: where float32 leaves open which class wins,
or on which side of a confidence a drawing lies (``rounding``), the reference is asked again.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from tutor.complete_map.drawings import COLUMNS, DRAWINGS, ROWS
from tutor.complete_map.found import Answers, CompleteMap, Example
from tutor.complete_map.passing import BlockPass, Tables
from tutor.complete_map.rounding import logit_error
from tutor.complete_map.stages import StagedNetwork
from tutor.complete_map.tally import Finds, Question, Tally

THREADS = 2
BLOCKS_AT_ONCE = 128
"""A fiftieth of a second on one core."""


class Classifying:
    """The work on one map: ``go_on`` until it is ``finished``, then ``result``.

    ``shapes`` are the numbers of one drawing for each class, from which the farthest drawings are measured; it may be
    empty. The result does not depend on the number of threads. Raises ``CannotMap``.
    """

    def __init__(self, network: StagedNetwork, shapes: tuple[int, ...] = (), threads: int = THREADS) -> None:
        self._network, self._threads = network, threads
        question = Question(network, logit_error(network), shapes)
        tables = Tables.of(network)
        self._shapes = shapes
        self._passes = [BlockPass(network, tables) for _ in range(threads)]
        self._tallies = [Tally(question) for _ in range(threads)]
        self._table = np.zeros((ROWS, COLUMNS), np.uint8)
        self._pool = ThreadPoolExecutor(threads - 1, "map") if threads > 1 else None
        self._done = 0
        self.seconds = 0.0

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return self._done / ROWS

    @property
    def finished(self) -> bool:
        """Whether every drawing is classified."""
        return self._done == ROWS

    @property
    def answers(self) -> Answers:
        """The class of every drawing that is done, by number; 0 of the others."""
        return self._table.reshape(DRAWINGS)

    @property
    def above(self) -> tuple[int, ...]:
        """How many of those that are done have each of the ``CONFIDENCES``."""
        return Finds.of(self._tallies).above

    def go_on(self, blocks: int = BLOCKS_AT_ONCE) -> None:
        """Classify the next ``blocks`` blocks for each thread."""
        began = time.perf_counter()
        ends = [min(self._done + blocks * part, ROWS) for part in range(self._threads + 1)]
        others = [
            self._pool.submit(self._classify, part, ends[part], ends[part + 1])
            for part in range(1, self._threads)
            if self._pool is not None
        ]
        self._classify(0, ends[0], ends[1])
        for other in others:
            other.result()
        self._done = ends[-1]
        self.seconds += time.perf_counter() - began
        if self.finished:
            self.close()

    def close(self) -> None:
        """End the threads; what is not done stays undone."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def result(self) -> CompleteMap:
        """The map, once it is finished."""
        finds = Finds.of(self._tallies)
        shapes = self._shapes or (None,) * self._network.classes
        return CompleteMap(
            self.answers,
            finds.above,
            tuple(self._example(number, None) for number in finds.surest),
            tuple(self._example(number, shape) for number, shape in zip(finds.farthest, shapes, strict=True)),
            self._network,
            self.seconds,
        )

    def _classify(self, part: int, first: int, last: int) -> None:
        tally, block = self._tallies[part], self._passes[part]
        for row in range(first, last):
            tally.take(row, block.logits(row), self._table[row])
        tally.settle(self.answers)

    def _example(self, number: int, shape: int | None) -> Example | None:
        return None if number < 0 else Example.of(self._network, number, shape)


def complete_map(network: StagedNetwork, shapes: tuple[int, ...] = (), threads: int = THREADS) -> CompleteMap:
    """The map of a network, at once."""
    work = Classifying(network, shapes, threads)
    while not work.finished:
        work.go_on()
    return work.result()
