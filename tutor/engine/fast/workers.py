"""The two halves of a batch on two cores.

NumPy releases the GIL inside its loops and matrix products, so two Python threads use two cores. BLAS itself should
then have one thread (``OPENBLAS_NUM_THREADS=1``); otherwise its threads and these wait for each other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

PARTS = 2


class Workers:
    """Runs a function on each half of a batch, concurrently if there are two threads.

    The split does not depend on the number of threads, and the caller adds the parts in their order, so one thread and
    two give the same bits.
    """

    def __init__(self, threads: int = PARTS) -> None:
        self._pool = ThreadPoolExecutor(1, "half-a-batch") if threads > 1 else None

    def halves(self, rows: int, work: Callable[[int, slice], None]) -> None:
        """Call ``work(part, rows)`` for the first and the second half; the calling thread runs the first."""
        first, second = halved(rows)
        if self._pool is None or second.start == rows:
            work(0, first)
            work(1, second)
            return
        other = self._pool.submit(work, 1, second)
        try:
            work(0, first)
        finally:
            other.result()

    def close(self) -> None:
        """End the second thread."""
        if self._pool is not None:
            self._pool.shutdown()


def halved(rows: int) -> tuple[slice, slice]:
    """The first and the second half of ``rows`` rows; if the number is odd, the first has one more."""
    middle = (rows + 1) // PARTS
    return slice(0, middle), slice(middle, rows)


def chunks(rows: slice, samples: int) -> Iterator[slice]:
    """``rows`` in pieces of ``samples``; the last piece has the rest."""
    for start in range(rows.start, rows.stop, samples):
        yield slice(start, min(start + samples, rows.stop))
