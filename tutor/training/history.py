"""The loss and accuracy of each epoch, in bounded memory and without losing an extreme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

METRICS = ("loss", "accuracy", "val_loss", "val_accuracy")


@dataclass(frozen=True)
class EpochRecord:
    """One epoch. ``epoch`` counts from 1; the held-out metrics are NaN if no rows are held out.

    ``loss`` and ``accuracy`` are means over the epoch's training passes, with dropout and before each update, as
    Keras's ``fit`` reports them. ``seconds`` is the time since the run began, without pauses.
    """

    epoch: int
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    seconds: float


# A worker at full speed completes thousands of epochs a second.
_VALUES = {metric: attrgetter(metric) for metric in METRICS}

RECORD_FIELDS = tuple(field.name for field in fields(EpochRecord))


def records_to_array(records: Sequence[EpochRecord]) -> NDArray[np.float64]:
    """One row per record, with its fields in order: shape (records, fields)."""
    return np.array([[getattr(r, name) for name in RECORD_FIELDS] for r in records]).reshape(-1, len(RECORD_FIELDS))


def records_from_array(rows: NDArray[np.float64]) -> list[EpochRecord]:
    """The inverse of ``records_to_array``."""
    return [EpochRecord(int(epoch), *others) for epoch, *others in rows.tolist()]


Points = tuple[tuple[float, ...], tuple[float, ...]]


def reduce_extremes(xs: tuple[float, ...], ys: tuple[float, ...], buckets: int) -> Points:
    """The lowest and the highest point, in order, of each of ``buckets`` equal runs of points.

    A line through them, drawn ``buckets`` columns wide, looks like the line through all points. NaN is left out.
    """
    x, y = np.asarray(xs, dtype=float), np.asarray(ys, dtype=float)
    keep = ~np.isnan(y)
    x, y = x[keep], y[keep]
    if len(x) <= 2 * buckets:
        return tuple(x.tolist()), tuple(y.tolist())
    chosen: list[int] = []
    for part in np.array_split(np.arange(len(x)), buckets):
        low, high = part[y[part].argmin()], part[y[part].argmax()]
        chosen.extend(sorted({int(low), int(high)}))
    return tuple(x[chosen].tolist()), tuple(y[chosen].tolist())


class History:
    """The curve of each metric. Beyond ``limit`` points a metric is reduced to its extremes, at half the points."""

    def __init__(self, limit: int = 4096) -> None:
        self._limit = limit
        self._points: dict[str, tuple[list[float], list[float]]] = {m: ([], []) for m in METRICS}
        self.last: EpochRecord | None = None

    def add(self, records: Sequence[EpochRecord]) -> None:
        """Add the next epochs, in order."""
        if not records:
            return
        self.last = records[-1]
        epochs = [float(record.epoch) for record in records]
        for metric, value in _VALUES.items():
            xs, ys = self._points[metric]
            xs += epochs
            ys += map(value, records)
            if len(xs) > self._limit:
                xs[:], ys[:] = reduce_extremes(tuple(xs), tuple(ys), self._limit // 4)

    def points(self, metric: str) -> Points:
        """The epochs and the values of a metric; NaN values left out."""
        xs, ys = self._points[metric]
        kept = [(x, y) for x, y in zip(xs, ys, strict=True) if y == y]
        return tuple(x for x, _ in kept), tuple(y for _, y in kept)

    def until(self, epoch: int) -> History:
        """The curves up to an epoch, that one included."""
        part = History(self._limit)
        for metric, (xs, ys) in self._points.items():
            count = sum(x <= epoch for x in xs)
            part._points[metric] = (xs[:count], ys[:count])
        return part

    @property
    def last_epoch(self) -> float | None:
        """The last epoch of the curves, None before the first."""
        return max((xs[-1] for xs, _ in self._points.values() if xs), default=None)

    def arrays(self, prefix: str = "history") -> dict[str, NDArray[np.float64]]:
        """Each metric's points as an array (2, points), for saving; ``from_arrays`` reads them back."""
        return {f"{prefix}_{metric}": np.array(points, dtype=float) for metric, points in self._points.items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str = "history") -> History:
        """The inverse of ``arrays``; missing metrics are empty."""
        history = cls()
        for metric in METRICS:
            points = arrays.get(f"{prefix}_{metric}")
            if points is not None and points.ndim == 2 and len(points) == 2:
                history._points[metric] = (points[0].tolist(), points[1].tolist())
        return history
