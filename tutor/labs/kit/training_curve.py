"""The curves of a training: what was measured, its mean where it jumps, held-out rows, and the run before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tutor.labs.kit.readouts import Curve, Series
from tutor.training.history import History, Points

LOWEST = "lowest"
FEWEST = 20
"""The points from which on a mean is worth drawing."""
JUMPY = 0.3
"""The share of points at which a line turns round, from which on it is called noisy."""


def training_curve(
    name: str,
    metric: str,
    history: History,
    before: History | None = None,
    *,
    labels: tuple[str, str] = ("training", "held out"),
    low: float | None = 0.0,
    high: float | None = None,
) -> Curve:
    """``loss`` or ``accuracy`` over the epochs: training against held out, with the lowest held-out loss marked.

    Measures that jump from epoch to epoch are faint behind their mean. ``before`` is the run to compare with: of it
    there is the held-out line, or that of the training where nothing is held out.
    """
    training, held_out = history.points(metric), history.points(f"val_{metric}")
    noisy = is_noisy(training[1])
    series = [Series(labels[0], *training, kind="raw" if noisy else "line")]
    if noisy:
        series.append(Series(f"{labels[0]}, averaged", training[0], recent_means(*training)))
    series.append(Series(labels[1], *held_out))
    earlier = _earlier(metric, before)
    marker = None
    if metric == "loss" and len(held_out[0]) > 1:
        at = int(np.argmin(held_out[1]))
        marker = held_out[0][at], held_out[1][at]
    return Curve(name, metric, "epoch", (*series, *earlier), low, high, marker, marker_label=LOWEST)


def _earlier(metric: str, before: History | None) -> list[Series]:
    """The line of the run before, if there was one."""
    for key in (f"val_{metric}", metric):
        points: Points = ((), ()) if before is None else before.points(key)
        if len(points[0]) > 1:
            return [Series("run before", *points, kind="ghost")]
    return []


def is_noisy(values: Sequence[float]) -> bool:
    """Whether a line turns round so often that a mean says more than its points."""
    steps = np.diff(np.asarray(values, dtype=float))
    return len(values) >= FEWEST and float(np.mean(steps[1:] * steps[:-1] < 0)) > JUMPY


def recent_means(epochs: Sequence[float], values: Sequence[float]) -> tuple[float, ...]:
    """At each epoch, the mean of the values of the last tenth of the epochs so far.

    A share, and not a fixed number of epochs: at the beginning, where a loss falls fastest, the mean does not lag.

    >>> recent_means((1, 2, 10, 20), (4.0, 2.0, 1.0, 3.0))
    (4.0, 2.0, 1.0, 3.0)
    """
    x, total = np.asarray(epochs, dtype=float), np.concatenate([[0.0], np.cumsum(np.asarray(values, dtype=float))])
    first = np.searchsorted(x, 0.9 * x, side="right")
    first = np.minimum(first, np.arange(len(x)))
    counts = np.arange(1, len(x) + 1) - first
    return tuple(((total[1:] - total[first]) / counts).tolist())
